"""The models' stage: Monday morning, and a database lent again as long as nobody has committed to it.

Making a PostgreSQL database takes longer than most tests of the models, and most only roll back. A folder of tests plays
on it by importing the three fixtures into its conftest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine

from models import Role, db
from models.now import TZ, as_of
from tests.cast import Cast

__all__ = ["MONDAY", "app", "fresh", "grant", "lend", "mark_used", "monday"]

MONDAY = datetime(2024, 8, 5, 9, 0, tzinfo=TZ)

_used: set[str] = set()  # databases that somebody has committed to


@sa.event.listens_for(Engine, "commit")
def _committed(connection: sa.Connection) -> None:
    _used.add(str(connection.engine.url))


def mark_used(stage: Any) -> None:
    """The next test gets a fresh database, whatever happened."""
    with stage.app.app_context():
        _used.add(str(db.engine.url))


@contextmanager
def lend(stage: Any) -> Iterator[Flask]:
    """The app in its context, on a database as after the packs were loaded."""
    with stage.app.app_context():
        db.session.remove()
        url = str(db.engine.url)
        if url in _used:
            db.engine.dispose()
            stage.renew()
            _used.discard(url)
        yield stage.app
        db.session.rollback()
        db.session.remove()
        if url in _used:
            db.engine.dispose()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """It is Monday, 5 August 2024, nine o'clock; the clock stands still until a test moves it."""
    with as_of(MONDAY):
        yield


@pytest.fixture(scope="module", autouse=True)
def fresh(stage: Any) -> None:
    """Each file begins on a fresh database: another process may have written to it before."""
    mark_used(stage)


@pytest.fixture
def app(stage: Any) -> Iterator[Flask]:
    """As in tests/conftest.py, but a database nobody has committed to is used again."""
    with lend(stage) as lent:
        yield lent


@pytest.fixture
def grant(cast: Cast) -> Callable[[str, str], None]:
    """Give one of the cast a further role."""

    def give(username: str, role: str) -> None:
        user = getattr(cast, username)
        user.roles.append(db.session.scalars(db.select(Role).where(Role.code == role)).one())
        db.session.flush()
        for kept in ("own_grants", "grants"):
            user.__dict__.pop(kept, None)

    return give
