"""Lends the stage without setting it up anew as long as nobody has committed: most tests only roll back.

Making a PostgreSQL database takes longer than most tests of the models.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine

from models import db

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
