"""Words looked for in titles, names and numbers, as conditions of a list. models/grams.py has the index.

A rare word is told by the rows it stands in; a common one is met soon by reading the list in its order.
"""

import re
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import g
from flask_login import current_user

from models import Matter, db
from models.among import among
from models.grams import INDEXED, MOST, newest_with, rows_among, rows_with, some_with
from models.visibility import by_part, units_of_kind


class Found(NamedTuple):
    """What the index knows of a word: the rows of the columns it is rare in, and the columns it is common in."""

    ids: set[int]
    common: list[sa.Column]


def like(text: str) -> str:
    """A LIKE pattern that takes the text literally."""
    return "%" + re.sub(r"([%_\\])", r"\\\1", text) + "%"


def holds(text: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Any of the columns contains the text."""
    key, plain = _key(columns), dict(zip(map(_plain, columns), columns, strict=True))
    found = Found(set(), list(plain)) if key is None or len(text) < 2 else _looked_up(text, columns)
    known = [among(key, sorted(found.ids))] if found.ids else []
    return sa.or_(sa.false(), *known, *(plain[column].ilike(like(text), escape="\\") for column in found.common))


def holds_lately(text: str, *columns: Any) -> sa.ColumnElement[bool] | None:
    """The same asked about the newest rows with a common word only; None when all have been asked about."""
    if (key := _key(columns)) is None or len(text) < 2 or not (found := _looked_up(text, columns)).common:
        return None
    newest = [newest_with(text, column) for column in found.common if column.name != "number"]
    return None if None in newest else among(key, sorted(found.ids.union(*newest)))


def _plain(column: Any) -> sa.Column:
    return column.property.columns[0]


def _key(columns: tuple[Any, ...]) -> sa.Column | None:
    """The key of the one register whose words are indexed and that all columns belong to."""
    tables = {_plain(column).table.name for column in columns}
    registers = {"matter" if table == "ticket" else table for table in tables}
    return db.metadata.tables[registers.pop()].c.id if len(registers) == 1 and registers <= set(INDEXED) else None


def _looked_up(text: str, columns: tuple[Any, ...]) -> Found:
    """Once a request; the list's count is told of a common word and of some rows with it (views/panel/rows.py)."""
    known, plain = g.setdefault("words", {}), tuple(map(_plain, columns))
    if (text, plain) not in known:
        rows = {column: _numbered(text, column) if column.name == "number" else rows_with(text, column) for column in plain}
        found = Found(set().union(*filter(None, rows.values())), [column for column, ids in rows.items() if ids is None])
        known[text, plain] = _of_units(text, found, columns[0].class_) if found.common else found
        common = known[text, plain].common
        g.common_word, g.some_with_it = bool(common), set().union(*(some_with(text, column) for column in common))
    return known[text, plain]


def _of_units(text: str, found: Found, model: type) -> Found:
    """Whoever sees the matters of some units only has those with a common word looked up: the list would be read in vain for most."""
    kind = model.__mapper__.polymorphic_identity if issubclass(model, Matter) else None
    units = units_of_kind(current_user._get_current_object(), kind) if kind and current_user else None
    ids = rows_among(text, found.common, by_part(units)) if units else None
    return found if ids is None else Found(found.ids.union(ids), [])


def _numbered(text: str, column: sa.Column) -> list[int] | None:
    """Rows with such a piece in their number, which is of letters and digits only; the index of numbers is read for it."""
    if not re.fullmatch(r"[A-Za-z0-9-]+", text):
        return []
    query = sa.select(column.table.c.id).where(column.like(f"%{text.upper()}%")).limit(MOST + 1)
    found = list(db.session.connection().execute(query).scalars())
    return found if len(found) <= MOST else None
