"""The stage every test plays on: a migrated database with the packs and the cast, fresh for each test.

Tests that use `app` run on SQLite and on PostgreSQL.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from migrations import upgrade
from models import db, scope
from scripts.throwaway_postgres import cluster
from seeds.loader import load_packs
from tests.cast import Cast, hire


def _build(app: Flask) -> None:
    upgrade(app)
    with app.app_context(), scope.everything():
        load_packs(db.session)
        hire()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


class Sqlite:
    """A file copied over before each test."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.template, self.file = folder / "template.db", folder / "test.db"
        self.app = make_app(folder, f"sqlite:///{self.file}")
        _build(self.app)
        shutil.copy(self.file, self.template)

    def renew(self) -> None:
        """As after the packs were loaded."""
        forget_heads(self.app)
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.template, self.file)


class Postgres:
    """A database made from a template before each test, on a throw-away server."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        server = sa.make_url(stack.enter_context(cluster()).replace("postgresql://", "postgresql+psycopg://", 1))
        self.admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._run("CREATE DATABASE dudao_template", "CREATE DATABASE dudao_test")
        url = server.set(database="dudao_template").render_as_string(hide_password=False)
        _build(make_app(folder / "template", url))
        self.app = make_app(folder, server.set(database="dudao_test").render_as_string(hide_password=False))

    def _run(self, *statements: str) -> None:
        with self.admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def renew(self) -> None:
        """As after the packs were loaded."""
        forget_heads(self.app)
        self._run("DROP DATABASE dudao_test WITH (FORCE)", "CREATE DATABASE dudao_test TEMPLATE dudao_template")


def forget_heads(app: Flask) -> None:
    """Another database, another chain: what was kept of the last test's would not fit."""
    shutil.rmtree(Path(app.instance_path) / "audit_heads", ignore_errors=True)


def make_app(folder: Path, url: str) -> Flask:
    """An app for tests: own folder, no CSRF (its own tests switch it on)."""
    return create_app(
        {"TESTING": True, "INSTANCE_PATH": str(folder), "SQLALCHEMY_DATABASE_URI": url, "WTF_CSRF_ENABLED": False,
         "SECRET_KEY": "test", "DATA_KEYS": f"index:{'0' * 64},k1:{'1' * 64}"}
    )


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sqlite | Postgres]:
    """One engine with its template."""
    with ExitStack() as stack:
        made = {"sqlite": Sqlite, "postgresql": Postgres}[request.param](tmp_path_factory.mktemp(request.param), stack)
        yield made
        with made.app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(stage: Sqlite | Postgres) -> Iterator[Flask]:
    """The app on a fresh database, inside an application context; the session is emptied afterwards."""
    with stage.app.app_context():
        db.session.remove()
        db.engine.dispose()
        stage.renew()
        yield stage.app
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    """The fixed cast, seen with the system's eyes (`scope.everything()` is on during the test)."""
    with scope.everything():
        yield Cast()


class Browser(FlaskClient):
    """A browser without JavaScript. What the test has written so far is committed before each request."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """As stock, on a database no other transaction holds."""
        with scope.everything():
            db.session.commit()
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> Browser:
    """Not logged in; `tests.cast.login(client, "intake")` logs in."""
    app.test_client_class = Browser
    return app.test_client()
