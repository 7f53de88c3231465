"""Engine settings that differ between SQLite and PostgreSQL."""

import os
import sqlite3
from contextvars import ContextVar
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from models import grams

# A request that only reads takes a snapshot; everything else takes SQLite's write lock at once,
# because a transaction that reads first and writes later can fail with "database is locked".
reading: ContextVar[bool] = ContextVar("reading", default=False)


def database_url(instance: Path) -> str:
    """DATABASE_URL, or a SQLite file under `instance`; plain postgresql:// means psycopg 3."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{instance / 'dudao.db'}"
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@event.listens_for(Engine, "connect")
def _on_connect(connection: object, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the "begin" listener below begins
        connection.create_function(grams.FUNCTION, 1, grams.words, deterministic=True)
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=60000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _on_begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")
