"""Alembic from code: the same migrations for `flask init`, tests and operators."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from flask import Flask

HERE = Path(__file__).resolve().parent


def config(app: Flask) -> Config:
    """Alembic's configuration for this app's database."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.attributes["app"] = app
    return made


def upgrade(app: Flask, revision: str = "head") -> None:
    """Bring the database to `revision`."""
    command.upgrade(config(app), revision)


def revise(app: Flask, message: str, number: str) -> None:
    """Write the migration that takes the database to the models; read it before committing it."""
    command.revision(config(app), message, autogenerate=True, rev_id=number)
