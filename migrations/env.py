"""Alembic environment: the app's engine, the models' metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context

from models import db, guards
from models.base import Choice, DateTime
from models.vault import Sealed


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Migrations spell plain types: they must not change when the models' types do."""
    if kind == "type" and isinstance(item, Choice):
        return f"sa.String(length={item.impl.length})"
    if kind == "type" and isinstance(item, DateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.Text()"
    return False


@contextmanager
def unlinked(connection: sa.Connection) -> Iterator[None]:
    """SQLite rebuilds a table by dropping it, which its foreign keys would forbid as soon as there are rows.

    They are off while the migrations run (possible only outside a transaction) and checked as a whole before anything
    is committed.
    """
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"rows without what they refer to: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Migrate online, one transaction per run."""
    app = context.config.attributes["app"]
    with app.app_context(), db.engine.connect() as connection, unlinked(connection):
        context.configure(
            connection=connection, target_metadata=db.metadata, compare_type=True, compare_server_default=False, render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            guards.disarm(connection)
            context.run_migrations()
            guards.arm(connection)


run()
