"""Alembic environment: the app's engine, the models' metadata."""

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


def run() -> None:
    """Migrate online, one transaction per run."""
    app = context.config.attributes["app"]
    with app.app_context(), db.engine.begin() as connection:
        context.configure(
            connection=connection, target_metadata=db.metadata, compare_type=True, compare_server_default=False, render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            guards.disarm(connection)
            context.run_migrations()
            guards.arm(connection)


run()
