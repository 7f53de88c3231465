"""Serial numbers: allocated in the caller's transaction, unique under concurrency, gapless.

The UPDATE holds the counter's row until the caller commits, so two transactions never get the
same number, and a rollback gives it back.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped

from models import columns as c
from models.base import db


class NumberSequence(db.Model):
    """The next serial of one named series of matters (``SQ202408``)."""

    __tablename__ = "number_sequence"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("序列", 60, required=True, unique=True)
    last: Mapped[int] = c.whole("已用到", default=0)

    __table_args__ = (sa.CheckConstraint("last >= 0", name="serial_not_negative"),)


def bump(model: type, **key: Any) -> int:
    """The next value of `last` in the row of `model` that `key` names, from 1; the row is made when missing."""
    table = model.__table__
    here = sa.and_(*(table.c[name] == value for name, value in key.items()))
    statement = sa.update(table).where(here).values(last=table.c.last + 1).returning(table.c.last)
    serial = db.session.execute(statement).scalar()
    if serial is None:
        insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.session.get_bind().dialect.name]
        db.session.execute(insert(table).values(last=0, **key).on_conflict_do_nothing())
        serial = db.session.execute(statement).scalar_one()
    return serial


def next_serial(name: str) -> int:
    """The next serial of a matter series."""
    return bump(NumberSequence, name=name)
