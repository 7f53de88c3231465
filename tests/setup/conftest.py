"""An installation of one's own: a data folder after `flask init`, away from the developer's."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from models import db

ROOT = Path(__file__).resolve().parents[2]


def app_at(folder: Path, url: str | None = None) -> Flask:
    """The application with its data in `folder`, on the SQLite file there unless `url` names another database."""
    url = url or f"sqlite:///{folder / 'dudao.db'}"
    return create_app({"INSTANCE_PATH": str(folder), "SQLALCHEMY_DATABASE_URI": url})


def close(app: Flask) -> None:
    """Give the database file back, so that it can be copied."""
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder on which `flask init` was run once. Copy it, do not change it."""
    folder = tmp_path_factory.mktemp("initialised")
    app = app_at(folder)
    done = app.test_cli_runner().invoke(args=["init"])
    assert done.exit_code == 0, done.output
    close(app)
    return folder


@pytest.fixture
def instance(initialised: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which the test may spoil; the environment decides nothing."""
    for name in ("DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "instance"
    shutil.copytree(initialised, folder)
    folder.chmod(0o700)
    monkeypatch.setenv("INSTANCE_PATH", str(folder))
    return folder


@pytest.fixture
def installed(instance: Path) -> Iterator[Flask]:
    """The application on that copy."""
    made = app_at(instance)
    yield made
    close(made)
