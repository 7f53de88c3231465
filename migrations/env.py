"""Alembic environment: the app's engine, the models' metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from migrations.written import written
from models import db, grams, guards
from models.base import Choice, DateTime
from models.report import daily
from models.vault import Sealed, Text


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Migrations spell plain types: they must not change when the models' types do."""
    if kind == "type" and isinstance(item, Choice):
        return f"sa.String(length={item.impl.length})"
    if kind == "type" and isinstance(item, DateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Sealed | Text):
        return "sa.Text()"
    return False


def modelled(name: str | None, _kind: str, _parents: object) -> bool:
    """The index of words is no model's."""
    return not grams.ours(name)


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite changes a constraint by making the table anew: meanwhile no row refers to it, so the check is made at the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Migrate online, one transaction per run."""
    app = context.config.attributes["app"]
    with app.app_context(), db.engine.connect() as connection, rebuilding(connection), connection.begin():
        context.configure(
            connection=connection, target_metadata=db.metadata, compare_type=True, compare_server_default=False, render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite", include_name=modelled,
        )
        with context.begin_transaction():
            guards.disarm(connection)
            daily.disarm(connection)
            with written() as names:
                context.run_migrations()
            guards.arm(connection)
            grams.arm(connection)
            daily.arm(connection, anew=bool(names & daily.SOURCES))
            if connection.dialect.name == "sqlite" and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"rows refer to nothing after the migration: {lost[:5]}")


run()
