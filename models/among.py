"""Rows named by their keys, as each engine finds them best."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from models.base import db


def among(column: sa.Column, ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Whether a key is one of thousands, handed over as one value: as many parameters would take longer than the question."""
    if not ids:
        return sa.false()
    if _on_postgres():
        return column == sa.any_(sa.bindparam(None, list(ids), type_=sa.ARRAY(sa.BigInteger)))
    return column.in_(sa.select(sa.func.json_each(json.dumps(list(ids))).table_valued("value").c.value))


def among_few(column: Any, rows: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Whether a key is one of the few that `rows` selects: PostgreSQL is made to begin with them, where it stands beside other ways to a row."""
    return column == sa.any_(sa.func.array(rows.scalar_subquery())) if _on_postgres() else column.in_(rows)


def _on_postgres() -> bool:
    return db.session.connection().dialect.name == "postgresql"
