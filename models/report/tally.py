"""A month's gauges for whoever asks: from the figures kept day by day (models/report/daily.py), or counted from the demands."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from models import scope
from models.base import db
from models.matter_unit import BESIDE, MatterUnit
from models.narrow import number
from models.now import local, now
from models.report.daily import TicketDay, led
from models.report.gauges import GAUGES, SECOND, Clause, Window
from models.report.period import midnight
from models.ticket import Ticket
from models.user import Level, User

Counts = dict[str, tuple[int, int]]
Found = dict[int | None, Counts]
DUE = ("on_time", "late", "missing")  # what falls due today counts from its hour on
_part = MatterUnit.__table__


def tally(period: str) -> Found:
    """{responsible unit: {gauge: (part, whole)}} of a month, under the scope in force.

    The unit None holds what was settled before anybody was made responsible.
    """
    window, user = Window.of(period), _reader()
    level = user.level("ticket:view") if user else Level.ALL
    if level not in (Level.ALL, Level.UNIT, Level.GROUP):
        return recount(window)
    found = [_kept(window)]
    today = midnight(now().date())
    if window.start <= today < window.cut:
        found.append(recount(Window(today, window.cut), gauges=DUE, touched=(Ticket.due_at,), where=_led(user, level)))
    if level != Level.ALL:
        found.append(recount(window, where=_beside(user)))
    return _added(found)


def recount(
    window: Window, *, gauges: Iterable[str] = tuple(GAUGES), touched: tuple[Any, ...] = (Ticket.due_at, Ticket.closed_at, Ticket.opened_at),
    where: tuple[Clause, ...] = (),
) -> Found:
    """The same counted from the demands themselves, in one query under the scope in force."""
    gauges = tuple(gauges)
    asked = [GAUGES[code].clause(side, window) for code in gauges for side in ("part", "whole")]
    sums = [_sum(sa.case((clause, 1), else_=0)) for clause in (*asked, window.holds(Ticket.opened_at))]
    query = sa.select(Ticket.unit_id, *sums).where(sa.or_(*(window.holds(column) for column in touched)), *where).group_by(Ticket.unit_id)
    return _found(query, gauges)


def _kept(window: Window) -> Found:
    """From the figures of the days; of what falls due only whole days that are over."""
    first, today = window.start.date(), now().date()
    last = (local(window.cut) - timedelta(microseconds=1)).date()
    over = TicketDay.day < today
    sums = [_sum(sa.case((over, column), else_=0) if code in DUE else column) for code in GAUGES for column in _sides(code)]
    sums.append(_sum(TicketDay.opened))
    return _found(sa.select(TicketDay.unit_id, *sums).where(*_days(first, last)).group_by(TicketDay.unit_id), tuple(GAUGES))


def _sides(code: str) -> tuple[Any, Any]:
    return getattr(TicketDay, f"{code}_part"), getattr(TicketDay, f"{code}_whole")


def _days(first: date, last: date) -> tuple[Clause, Clause]:
    return TicketDay.day >= first, TicketDay.day <= last


def _sum(column: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(column), 0)


def _found(query: sa.Select[Any], gauges: tuple[str, ...]) -> Found:
    """What was asked for each unit, the number registered last; units about which there is nothing to say are left out."""
    found = {}
    for unit, *values in db.session.execute(query):
        if any(values):
            found[unit] = dict.fromkeys(GAUGES, (0, 0)) | {
                code: (int(values[2 * place]), int(values[2 * place + 1])) for place, code in enumerate(gauges)}
    return found


def _added(parts: list[Found]) -> Found:
    units = dict.fromkeys(unit for part in parts for unit in part)
    return {unit: total({place: part[unit] for place, part in enumerate(parts) if unit in part}) for unit in units}


def _reader() -> User | None:
    """Whose eyes; None = the system's own."""
    return scope.current().user if scope.current() else None


def _led(user: User | None, level: Level) -> tuple[Clause, ...]:
    return () if level == Level.ALL else (Ticket.unit_id.in_(led(user)),)


def _beside(user: User) -> tuple[Clause, ...]:
    """What the reader sees of other units' demands: those in which the own unit takes part."""
    mine = sa.select(_part.c.matter_id).where(_part.c.active, _part.c.unit_id.in_(led(user)), _part.c.role.in_(BESIDE))
    return Ticket.id.in_(mine), sa.or_(Ticket.unit_id.is_(None), Ticket.unit_id.not_in(led(user)))


def opened(window: Window) -> int:
    """How many demands were registered in a window; whole days, the last of them up to now, are read from the figures kept."""
    user, end = _reader(), local(window.cut)
    if (user and user.level("ticket:view") != Level.ALL) or end not in (midnight(end.date()), now()):
        return number(Ticket, window.holds(Ticket.opened_at))
    last = (end - timedelta(microseconds=1)).date()
    return db.session.scalar(sa.select(_sum(TicketDay.opened)).where(*_days(window.start.date(), last))) if window.cut > window.start else 0


def second_calls(period: str) -> tuple[int, int]:
    """Second calls of a month that confirmed the first, and all that reached somebody, under the scope in force."""
    window = Window.of(period)
    part, whole = (db.session.scalar(sa.select(sa.func.count(Ticket.id)).where(SECOND.clause(side, window))) for side in ("part", "whole"))
    return part or 0, whole or 0


def total(found: Found) -> Counts:
    """The sum over the units."""
    return {code: (sum(c[code][0] for c in found.values()), sum(c[code][1] for c in found.values())) for code in GAUGES}
