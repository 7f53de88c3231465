"""Matters whose content only named people may read (J 三(一)): which kinds they are, and what the audit may keep of them."""

from typing import Any

import sqlalchemy as sa

from models.base import Choice, db
from models.vault import Sealed, Text

KINDS: set[str] = set()  # filled by the kinds themselves
# Columns that say that something happened, not what it was about.
_PLAIN = frozenset({
    "number", "kind", "state_code", "state", "action", "label", "from_state", "to_state", "mark", "by_name", "for_name", "code", "word", "stored",
    "sha256", "pdf_sha256", "mime", "occasion",
})


def declare(cls: type) -> type:
    """Class decorator: this kind of matter is confidential."""
    KINDS.add(cls.__mapper__.polymorphic_identity)
    return cls


def is_sealed(row: Any) -> bool:
    """Whether a row is a confidential matter or belongs to one."""
    if getattr(row, "kind", None) in KINDS and "matter" in {table.name for table in row.__mapper__.tables}:
        return True
    state = row.__dict__
    matter, matter_id = state.get("matter"), state.get("matter_id")
    if matter is not None:
        return matter.__dict__.get("kind", matter.__mapper__.polymorphic_identity) in KINDS
    if matter_id is None or not KINDS:
        return False
    table = db.metadata.tables["matter"]
    # Core, on the caller's connection: the reader's scope must not decide what the trail hides.
    return db.session.connection().scalar(sa.select(table.c.kind).where(table.c.id == matter_id)) in KINDS


def hides(row: Any, key: str) -> bool:
    """Whether the audit keeps this column of a sealed row to itself."""
    column = row.__mapper__.column_attrs[key].columns[0]
    return isinstance(column.type, (sa.String, Sealed, Text)) and not isinstance(column.type, Choice) and key not in _PLAIN
