"""Which tables an upgrade writes to, heard from the statements themselves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

# SQLite changes a table by filling a new one beside it. Guards that are switched off and on again change no row.
_WRITES = re.compile(
    r'\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|(?:CREATE|ALTER)\s+TABLE(?:\s+IF\s+(?:NOT\s+)?EXISTS)?|RENAME\s+TO)'
    r'\s+"?(?:_alembic_tmp_)?(\w+)(?!\w|"?\s+(?:ENABLE|DISABLE)\s)', re.IGNORECASE)


def tables_in(statement: str) -> set[str]:
    """The tables that a statement makes, changes or writes to; perhaps some more, since what a trigger will do is said in it as well."""
    return set(_WRITES.findall(statement))


@contextmanager
def written() -> Iterator[set[str]]:
    """Names of the tables that are made, changed or written to meanwhile."""
    names: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        names.update(tables_in(statement))

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield names
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)
