"""Alembic from code: the same migrations for `flask init`, tests and operators."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from flask import Flask

from migrations.written import written
from models import audit, db, scope

IMPRINTS = "0015"  # the revision since which rows have them; who comes from an earlier one gets them for all rows
HERE = Path(__file__).resolve().parent


def config(app: Flask) -> Config:
    """Alembic's configuration for this app's database."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.attributes["app"] = app
    return made


def upgrade(app: Flask, revision: str = "head") -> None:
    """Bring the database to `revision`; rows of the tables it has written to get new imprints where theirs do not fit (models/imprint.py)."""
    before = _revision(app)
    with written() as names:
        command.upgrade(config(app), revision)
    if revision == "head" and _revision(app) != before:
        with app.app_context(), scope.everything():
            audit.take_stock(before, _revision(app), names if before >= IMPRINTS else None)


def _revision(app: Flask) -> str:
    """Where the database stands; "" for an empty one."""
    with app.app_context(), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def revise(app: Flask, message: str, number: str) -> None:
    """Write the migration that takes the database to the models; read it before committing it."""
    command.revision(config(app), message, autogenerate=True, rev_id=number)
