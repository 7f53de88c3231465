"""A desk on PostgreSQL with some work in its trail."""

import shutil
from pathlib import Path

import pytest

from models import db, scope
from models.partition import extend_scheduled

ON_POSTGRES = pytest.mark.parametrize("stage", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def run(app, cast, monkeypatch):
    """`run("partition")`: (exit code, what it printed); nothing of the test holds the database meanwhile."""
    monkeypatch.delenv("BACKUP_DIR", raising=False)
    for left in (Path(app.instance_path) / "backups", *Path(app.instance_path).glob("replaced-*")):
        shutil.rmtree(left, ignore_errors=True)

    def told(*words):
        with scope.everything():
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
        done = app.test_cli_runner().invoke(args=[str(word) for word in words])
        db.session.remove()
        return done.exit_code, done.output

    return told


@pytest.fixture
def extend(app):
    """What the scheduler does at each turn."""

    def turn():
        db.session.commit()
        return extend_scheduled(app)

    return turn
