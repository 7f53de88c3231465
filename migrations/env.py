"""Alembic environment: the app's engine, the models' metadata."""

import sqlalchemy as sa
from alembic import context

from models import db
from models.base import Choice, DateTime


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Migrations spell plain types: they must not change when the models' types do."""
    if kind == "type" and isinstance(item, Choice):
        return f"sa.String(length={item.impl.length})"
    if kind == "type" and isinstance(item, DateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _enforce(connection: sa.Connection, on: bool) -> None:
    """SQLite changes a table by making it anew: its references must not be looked at meanwhile. Outside a transaction only."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_references(connection: sa.Connection) -> None:
    """Every reference still leads somewhere, or nothing of the run is kept."""
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
        raise RuntimeError(f"migration leaves dangling references: {broken[:5]}")


def run() -> None:
    """Migrate online, one transaction per run."""
    app = context.config.attributes["app"]
    with app.app_context(), db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.driver_connection
        if sqlite:  # SQLite changes a table by copying it; what refers to it must not object meanwhile
            raw.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            context.configure(
                connection=connection, target_metadata=db.metadata, compare_type=True, compare_server_default=False, render_item=render_item,
                render_as_batch=sqlite,
            )
            with context.begin_transaction():
                context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise RuntimeError(f"迁移后有断开的引用：{tuple(broken)}")
        if sqlite:
            raw.execute("PRAGMA foreign_keys=ON")


run()
