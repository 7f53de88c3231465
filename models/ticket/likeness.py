"""Demands that may be the same one handed in twice (users.md 22)."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from difflib import SequenceMatcher

import sqlalchemy as sa

from models.base import db
from models.codes import check_phone
from models.now import now
from models.setting import setting
from models.ticket.ticket import Ticket

ALIKE, MOST, READ = 0.5, 5, 200  # of two titles, 1 = the same; shown; compared


def likeness(one: str, other: str) -> float:
    """How much two titles have in common, 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def duplicates(*, title: str, enterprise: str, phone: str = "", besides: int | None = None) -> list[Ticket]:
    """Recent demands of the same enterprise or telephone whose title is alike, the most alike first; those the reader may see.

    Recent are the days of the setting ``duplicate_days``. Without a title every recent one of the enterprise counts.
    """
    same = [Ticket.enterprise_name == enterprise] if enterprise else []
    with suppress(ValueError):  # not a number yet
        same += [Ticket.contact_phone == check_phone(phone)] if phone else []
    since, found = now() - timedelta(days=int(setting("duplicate_days"))), {}
    for clause in same:  # one after the other: either has its own index
        query = sa.select(Ticket).where(clause, Ticket.opened_at >= since, Ticket.id.is_distinct_from(besides))
        found |= {row.id: row for row in db.session.scalars(query.order_by(Ticket.id.desc()).limit(READ))}
    return _alike(title, [found[one] for one in sorted(found, reverse=True)])


def _alike(title: str, rows: Iterable[Ticket]) -> list[Ticket]:
    if not title:
        return list(rows)[:MOST]
    ranked = sorted(((likeness(title, row.title), row) for row in rows), key=lambda pair: -pair[0])
    return [row for much, row in ranked if much >= ALIKE][:MOST]
