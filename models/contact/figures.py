"""Entry, push and contact rates of new enterprises, counted from the rows (N1–N3; standards.md §4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db
from models.contact.batch import FirmBatch, NewFirm
from models.contact.contact import Contact, ContactState
from models.now import TZ, now
from models.report.frame import rate
from models.unit import Unit


def _pushed() -> sa.ColumnElement[bool]:
    return Contact.state != ContactState.VOID


def _on_time() -> sa.ColumnElement[bool]:
    return (Contact.state == ContactState.CONTACTED) & (Contact.answered_at <= Contact.due_at)


def _late() -> sa.ColumnElement[bool]:
    """Recorded after the 72 hours, or not recorded when they ran out; what lies returned at triage is the triage's own."""
    overdue = Contact.answered_at.is_(None) & (Contact.due_at <= now())
    return _pushed() & sa.or_(Contact.answered_at > Contact.due_at, overdue)


# key → (label, clause); the list filters by the very clauses that are counted.
FIGURES: dict[str, tuple[str, Callable[[], sa.ColumnElement[bool]]]] = {
    "pushed": ("推送", _pushed), "measured": ("到期或已联系", lambda: sa.or_(_on_time(), _late())), "on_time": ("72小时内联系", _on_time),
    "late": ("超72小时", _late), "reminded": ("被查看提醒", lambda: _pushed() & (Contact.looks > 0)),
}


@dataclass(frozen=True)
class Rates:
    """Counts of a month, for the district or a unit; rates print "—" without a denominator."""

    announced: int = 0
    entered: int = 0
    precise: int = 0
    pushed: int = 0
    measured: int = 0
    on_time: int = 0
    late: int = 0
    reminded: int = 0
    firms_pushed: int = 0

    @property
    def entry_rate(self) -> str:
        """Entered of what the registrar announced."""
        return rate(self.entered, self.announced)

    @property
    def push_rate(self) -> str:
        """Pushed of what was entered."""
        return rate(self.firms_pushed, self.entered)

    @property
    def precise_rate(self) -> str:
        """Pushed and never sent elsewhere, of what was entered."""
        return rate(self.precise, self.entered)

    @property
    def contact_rate(self) -> str:
        """Contacted within 72 hours, of those contacted or due."""
        return rate(self.on_time, self.measured)


def month_of(period: str) -> tuple[date, date]:
    """First and last day of 2024-08."""
    first = date.fromisoformat(f"{period}-01")
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _between(column: object, first: date, last: date) -> sa.ColumnElement[bool]:
    start, after = (datetime.combine(day, datetime.min.time(), TZ) for day in (first, last + timedelta(days=1)))
    return (column >= start) & (column < after)


def was_pushed() -> sa.ColumnElement[bool]:
    """Of a NewFirm: it has a contact that stands."""
    return sa.select(Contact.id).where(Contact.firm_id == NewFirm.id, Contact.state != ContactState.VOID).exists()


def was_precise() -> sa.ColumnElement[bool]:
    """Of a NewFirm: pushed to the right unit at once."""
    return sa.select(Contact.id).where(Contact.firm_id == NewFirm.id, Contact.state != ContactState.VOID, Contact.returns == 0).exists()


def month_rates(first: date, last: date) -> tuple[Rates, list[tuple[Unit, Rates]]]:
    """The district, and unit by unit, the least punctual first."""
    mine = _between(Contact.opened_at, first, last)
    sums = [sa.func.sum(sa.case((clause(), 1), else_=0)) for _label, clause in FIGURES.values()]
    rows = db.session.execute(sa.select(Contact.unit_id, *sums).select_from(Contact).where(mine).group_by(Contact.unit_id)).all()
    units = {unit.id: unit for unit in db.session.scalars(sa.select(Unit))}
    by_unit = [(units[unit_id], Rates(**dict(zip(FIGURES, map(int, counts), strict=True)))) for unit_id, *counts in rows]
    totals = {key: sum(getattr(row, key) for _unit, row in by_unit) for key in FIGURES}
    entered = _between(NewFirm.entered_at, first, last)
    announced = sa.select(sa.func.coalesce(sa.func.sum(FirmBatch.announced), 0)).where(
        FirmBatch.voided_at.is_(None), _between(FirmBatch.confirmed_at, first, last),
    )
    district = Rates(
        announced=int(db.session.scalar(announced)), entered=_count(entered), firms_pushed=_count(entered & was_pushed()),
        precise=_count(entered & was_precise()), **totals,
    )
    return district, sorted(by_unit, key=lambda pair: (pair[1].on_time / (pair[1].measured or 1), pair[0].sort, pair[0].id))


def _count(where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(NewFirm).where(NewFirm.voided_at.is_(None), where))
