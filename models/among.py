"""Rows named by their keys, as each engine finds them best."""

import json
from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa

from models.base import db


class Keys(sa.types.UserDefinedType[Collection[int]]):
    """Many keys as one value of PostgreSQL, written out here: psycopg takes a microsecond for each of a list."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        """The database's own type."""
        return "BIGINT[]"

    def bind_processor(self, _dialect: sa.Dialect) -> Callable[[Collection[int]], str]:
        """{1,2,3}."""
        return lambda keys: f"{{{','.join(map(str, keys))}}}"


def among(column: sa.Column, ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Whether a key is one of thousands, handed over as one value: as many parameters would take longer than the question."""
    if not ids:
        return sa.false()
    if _on_postgres():
        return column == sa.any_(sa.bindparam(None, ids, type_=Keys()))
    return column.in_(sa.select(sa.func.json_each(json.dumps(list(ids))).table_valued("value").c.value))


def among_few(column: Any, rows: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Whether a key is one of the few that `rows` selects: PostgreSQL is made to begin with them, where it stands beside other ways to a row."""
    return column == sa.any_(sa.func.array(rows.scalar_subquery())) if _on_postgres() else column.in_(rows)


def _on_postgres() -> bool:
    return db.session.connection().dialect.name == "postgresql"
