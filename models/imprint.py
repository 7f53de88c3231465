"""Imprints: a keyed digest of every row as its transaction left it, kept in the trail's chain beside old → new.

The trail says what the application did; the imprint says what each row looked like afterwards. A row that was changed, added or
taken away by anything else – a raw file edit, a superuser with the guards disabled – no longer fits its newest imprint. The digest
is keyed with a key the database does not hold, so nobody writes a fitting one. GB/T 22239-2019 8.1.4.7 数据完整性
"""

import hashlib
import itertools
import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db
from models.vault import Sealed, SealedBytes, Text, index_within, ring, unseal_bytes

# Unfinished words and shown columns are nobody's business; log-ins are noted as such; counters of visits hold keyed hashes only; the figures
# by day are kept by the database itself and can be counted anew from rows that have imprints.
SILENT = {"audit_entry", "audit_head", "heartbeat", "import_row", "draft", "inbox_mark", "list_columns", "throttle", "ticket_day", "user_session"}
# Written every minute without a line in the trail: signs of life.
_PULSE = {("api_client", "last_used_at"), ("import_run", "beat_at"), ("import_run", "tries")}
_TOUCHED = "audit_touched"
LENGTH, SLICE = 16, 500  # characters of an imprint; rows read by one statement
_Touched = dict[str, set[int]]


class Fault(NamedTuple):
    """A row that does not fit: `digest` is today's ("" when it is gone), `entry` the link with the newest imprint (0 when there is none)."""

    table: str
    row_id: int
    digest: str
    entry: int


def tables() -> list[sa.Table]:
    """Every table whose rows have imprints."""
    return [table for table in db.metadata.sorted_tables if table.name not in SILENT]


def key_of(table: sa.Table) -> sa.Column:
    """What a row is known by: its id; the links of a many-to-many table by the row they belong to."""
    return table.c.id if "id" in table.c else next(iter(table.primary_key))


# -- which rows a transaction has touched ------------------------------------------------------


def touch(session: Session, table: str, *keys: int) -> None:
    """These rows get a new imprint when the transaction is committed."""
    if table not in SILENT:
        session.info.setdefault(_TOUCHED, {}).setdefault(table, set()).update(keys)


def forget(session: Session) -> None:
    """The transaction was rolled back."""
    session.info.pop(_TOUCHED, None)


def touch_where(session: Session, table: sa.Table, where: Any, given: Any) -> None:
    """The rows a statement is about to change; `given`: its parameters, a list when it runs many times."""
    if table.name not in SILENT:
        query = sa.select(key_of(table)) if where is None else sa.select(key_of(table)).where(where)
        for values in given if isinstance(given, list) else [given or {}]:
            touch(session, table.name, *session.connection().scalars(query, values))


@contextmanager
def growing(session: Session, table: sa.Table) -> Iterator[None]:
    """Rows added by the block, however it adds them."""
    key = key_of(table)
    last = session.connection().scalar(sa.select(sa.func.max(key))) if "id" in table.c else None
    yield
    touch_where(session, table, None if last is None else key > last, None)


# -- the digest --------------------------------------------------------------------------------


def _columns(table: sa.Table) -> list[sa.Column]:
    """What the imprint covers; an issued file is covered by the digest beside it, which verification compares."""
    files = {c.name for c in table.columns if isinstance(c.type, sa.LargeBinary) and f"{c.name}_sha256" in table.c}
    return [column for column in table.columns if (table.name, column.name) not in _PULSE and column.name not in files]


def _raw(column: sa.Column) -> sa.ColumnElement[Any]:
    """As the driver hands it over: what is unreadable must not stop the check."""
    return sa.type_coerce(column, sa.types.NullType()).label(column.name)


def _plain(column: sa.Column, value: Any) -> Any:
    if isinstance(column.type, Sealed):
        return str(value).partition(".")[0]  # the blind index: it stays when keys are changed, and the cipher is bound to it
    if isinstance(column.type, Text) and isinstance(value, str):
        return index_within(value)
    if isinstance(value, bytes | memoryview):
        data = bytes(value)
        opened = unseal_bytes(data) if isinstance(column.type, SealedBytes) else data
        return hashlib.sha256(data if opened is None else opened).hexdigest()
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) and value.tzinfo else value


def _digest(table: sa.Table, rows: list[Any]) -> str:
    """The imprint of one row, or of the links that belong to one. Empty columns do not count: a new one changes nothing."""
    columns = _columns(table)
    told = [[[c.name, _plain(c, value)] for c, value in zip(columns, row, strict=True) if value is not None] for row in rows]
    return ring().digest("row", json.dumps([table.name, sorted(told, key=str)], ensure_ascii=False, sort_keys=True, default=str), LENGTH)


def _read(connection: sa.Connection, table: sa.Table, keys: list[int] | None = None) -> Iterator[tuple[int, str]]:
    """(key, imprint) of the rows there are, in the order of their keys."""
    key = key_of(table)
    query = sa.select(*map(_raw, _columns(table))).order_by(key)
    query = query.execution_options(yield_per=SLICE) if keys is None else query.where(key.in_(keys))
    place = [column.name for column in _columns(table)].index(key.name)
    for row_id, rows in itertools.groupby(connection.execute(query), key=lambda row: row[place]):
        yield row_id, _digest(table, list(rows))


def take(session: Session) -> str:
    """Imprints of everything the transaction has touched, as its last link keeps them; "" for nothing. The head is locked by then."""
    touched: _Touched = session.info.pop(_TOUCHED, {})
    found: dict[str, dict[int, str]] = {}
    for name, keys in touched.items():
        order, table = sorted(keys), db.metadata.tables[name]
        for start in range(0, len(order), SLICE):
            part = order[start : start + SLICE]
            found.setdefault(name, {}).update(dict.fromkeys(part, "") | dict(_read(session.connection(), table, part)))
    return json.dumps(found, sort_keys=True) if found else ""


# -- do the rows still fit -----------------------------------------------------------------------


class Album:
    """The newest imprint of every row (of the tables `among`), gathered while the chain is read; on disk, as there may be millions."""

    def __init__(self, among: Collection[str] | None = None) -> None:
        self.tables = [table for table in tables() if among is None or table.name in among]
        self.file = sqlite3.connect("")
        self.file.execute("CREATE TABLE imprint (name TEXT, row INTEGER, digest TEXT, entry INTEGER, PRIMARY KEY (name, row)) WITHOUT ROWID")

    def keep(self, link: sa.RowMapping) -> None:
        """What one link says of rows."""
        try:
            kept = json.loads(link["imprints"] or "{}")
        except ValueError:  # a bent link is named by the chain
            return
        names = {table.name for table in self.tables}
        rows = ((name, int(key), digest, link["id"]) for name, found in kept.items() if name in names for key, digest in found.items())
        self.file.executemany("INSERT OR REPLACE INTO imprint VALUES (?, ?, ?, ?)", rows)

    def _kept(self, name: str) -> Iterator[tuple[int, str, int]]:
        return iter(self.file.execute("SELECT row, digest, entry FROM imprint WHERE name = ? AND digest != '' ORDER BY row", (name,)))

    def faults(self) -> Iterator[Fault]:
        """Rows that do not fit their newest imprint, table by table; both sides are read once, in order."""
        for table in self.tables:
            kept, there = self._kept(table.name), _read(db.session.connection(), table)
            one, row = next(kept, None), next(there, None)
            while one or row:
                if row is None or (one and one[0] < row[0]):
                    yield Fault(table.name, one[0], "", one[2])
                    one = next(kept, None)
                elif one is None or row[0] < one[0]:
                    yield Fault(table.name, *row, 0)
                    row = next(there, None)
                else:
                    if one[1] != row[1]:
                        yield Fault(table.name, *row, one[2])
                    one, row = next(kept, None), next(there, None)

    def close(self) -> None:
        """The file is gone with it."""
        self.file.close()
