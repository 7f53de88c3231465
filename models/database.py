"""Engine settings that differ between SQLite and PostgreSQL."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from models import grams
from models.routing import reading


def database_url(instance: Path) -> str:
    """DATABASE_URL, or a SQLite file under `instance`; plain postgresql:// means psycopg 3."""
    return spoken(os.environ.get("DATABASE_URL") or f"sqlite:///{instance / 'dudao.db'}")


def spoken(url: str) -> str:
    """The address with the driver we use."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the "begin" listener below begins
        connection.create_function(grams.FUNCTION, 1, grams.words, deterministic=True)
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=60000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    else:  # PostgreSQL: compiling the long conditions of a page, or calling in further processes, takes it longer than answering them;
        # and the rows with a common word do not fit into the 4 MB it would use, which has every one of them looked at again
        connection.execute("SET jit = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '32MB'")
        connection.commit()


@event.listens_for(Engine, "begin")
def _on_begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")
