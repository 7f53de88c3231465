"""The vocabulary of columns. One call says label, help, type and whether a value is required.

``name: Mapped[str] = text("单位名称", 60, required=True)``
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import MappedColumn, mapped_column

from models.base import BigId, Choice, DateTime, Labelled
from models.codes import check_mail, check_phone, mask_mobiles
from models.now import now
from models.vault import Sealed, Text

_CHECKS = {"phone": check_phone, "mail": check_mail}


def _column(kind: Any, label: str, required: bool, help: str, *args: Any, **kw: Any) -> MappedColumn:
    info = {"label": label, "help": help, **kw.pop("info", {})}
    # active_history: the audit needs the old value even when the attribute was not loaded before it was set.
    kw.setdefault("active_history", True)
    return mapped_column(kind, *args, nullable=not required, info=info, comment=label, **kw)


def key() -> MappedColumn:
    """The single integer primary key every table has."""
    return mapped_column(BigId, primary_key=True, autoincrement=True, info={"label": "序号"})


def text(label: str, length: int = 120, *, required: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """One line of text; `length` in code points."""
    return _column(sa.String(length), label, required, help, **kw)


def headline(label: str, length: int = 120, **kw: Any) -> MappedColumn:
    """What a row is called, everywhere: a mobile number typed into it is kept masked."""
    return checked(label, length, mask_mobiles, **kw)


def checked(label: str, length: int, check: Callable[[str], str], **kw: Any) -> MappedColumn:
    """One line of text that `check` tidies, or refuses with a ValueError in Chinese: whenever it is set, and in its form."""
    return text(label, length, info={"check": check}, **kw)


def personal(label: str, kind: str = "phone", length: int = 30, *, help: str = "", **kw: Any) -> MappedColumn:
    """A person's phone, mail address or name (`kind` phone, mail, name or words): sealed at rest, shown masked; `length` in code points."""
    info = ({"check": _CHECKS[kind]} if kind in _CHECKS else {}) | kw.pop("info", {})
    return _column(Sealed(kind, length), label, False, help, info=info, **kw)


def long(label: str, *, required: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """Text of several lines; mobile numbers in it are sealed at rest."""
    return _column(Text(), label, required, help, **kw)


def record(label: str, **kw: Any) -> MappedColumn:
    """Text nobody changes any more – the trail, the timeline, an issued letter – and that no new key may touch; masked before where it must be."""
    return _column(sa.Text(), label, True, "", **kw)


def choice(label: str, enum: type[Labelled], *, required: bool = True, help: str = "", **kw: Any) -> MappedColumn:
    """One of the enum's members; the database checks it."""
    return _column(Choice(enum), label, required, help, info={"choices": enum}, **kw)


def flag(label: str, *, default: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """Yes or no, never unknown."""
    server = sa.text("true" if default else "false")
    return _column(sa.Boolean(), label, True, help, default=default, server_default=server, **kw)


def whole(label: str, *, required: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """An integer; a default makes it required and gives existing rows a value."""
    if "default" in kw:
        required, kw["server_default"] = True, str(kw["default"])
    return _column(sa.Integer(), label, required, help, **kw)


def amount(label: str, *, required: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """A decimal figure with two places (万元, rates, points)."""
    return _column(sa.Numeric(16, 2), label, required, help, **kw)


def day(label: str, *, required: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """A calendar day."""
    return _column(sa.Date(), label, required, help, **kw)


def when(label: str, *, required: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """A moment, local time."""
    return _column(DateTime(), label, required, help, **kw)


def stamp(label: str, **kw: Any) -> MappedColumn:
    """The moment the row was made."""
    return _column(DateTime(), label, True, "", default=now, **kw)


def ref(target: str, label: str, *, required: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """A foreign key to ``table.id``; indexed unless told otherwise, never cascading."""
    kw.setdefault("index", True)
    return _column(BigId, label, required, help, sa.ForeignKey(target, ondelete="RESTRICT"), **kw)


def maybe(label: str, *, help: str = "", **kw: Any) -> MappedColumn:
    """Yes, no, or not asked."""
    return _column(sa.Boolean(), label, False, help, **kw)


def child_key(target: str) -> MappedColumn:
    """The primary key of a joined child table."""
    return mapped_column(BigId, sa.ForeignKey(target, ondelete="RESTRICT"), primary_key=True, info={"label": "序号"})


def blob(label: str, *, required: bool = False, help: str = "", **kw: Any) -> MappedColumn:
    """Bytes kept in the row (an issued letter's PDF)."""
    return _column(sa.LargeBinary(), label, required, help, active_history=False, **kw)


def data(label: str, *, help: str = "", **kw: Any) -> MappedColumn:
    """A small JSON object, never NULL."""
    return _column(sa.JSON(), label, True, help, default=dict, server_default="{}", **kw)
