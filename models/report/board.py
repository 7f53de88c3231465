"""What the wall board shows (A4, 挂图作战): counts of the moment, the stored colours, the ladder. M 三(四), J 四(三)"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from models.accountability import AccountabilityAction, ActionState
from models.base import db
from models.calendar import work_calendar
from models.matter import Matter
from models.narrow import number, numbers
from models.now import now
from models.report.gauges import Window
from models.report.period import Span, midnight, name_of, previous
from models.report.tally import Counts, opened, tally, total
from models.ticket import Ticket, TicketState
from models.ticket.states import OPEN_STATES
from models.unit import Unit
from models.waiting import late

HOT_DAYS, BARS, LISTED = 5, 8, 6


@dataclass(frozen=True)
class Pulse:
    """The six numbers at the top."""

    opened: int
    opened_before: int
    open: int
    paused: int
    rates: Counts
    overdue: int
    overdue_tickets: int
    window: Window
    before: Window


def pulse(period: str) -> Pulse:
    """The six numbers of a month."""
    window, before = Window.of(period), Window.of(previous(Span.MONTH, period))
    same_day = before.start + (midnight(window.cut.date() + timedelta(days=1)) - window.start)  # whole days, so that the list can be asked the same
    before = Window(before.start, min(same_day, before.cut))
    running, deferred, overdue = numbers(Ticket, [Ticket.state.in_(OPEN_STATES), Ticket.state == TicketState.DEFERRED, late()])
    return Pulse(
        opened(window), opened(before),
        running, deferred, total(tally(period)), number(Matter, late()), overdue, window, before,
    )


def overdue_bars() -> list[tuple[str, int | None, int, int]]:
    """(unit, its id, overdue, of which more than five working days), the longest first; the rest in one bar."""
    hot = midnight(work_calendar().add(now().date(), -HOT_DAYS))
    # A bar has room for six characters.
    name = sa.case((sa.func.length(Unit.name) > 6, sa.func.coalesce(Unit.short_name, Unit.name)), else_=Unit.name)
    query = (
        sa.select(name, Unit.id, sa.func.count(), sa.func.sum(sa.case((Matter.due_at < hot, 1), else_=0)))
        .select_from(Matter).join(Unit, Unit.id == Matter.unit_id).where(late()).group_by(Unit.name, Unit.short_name, Unit.id, Unit.sort)
        .order_by(sa.func.count().desc(), Unit.sort)
    )
    rows = [(name, unit, whole, int(part)) for name, unit, whole, part in db.session.execute(query)]
    shown, rest = rows[:BARS], rows[BARS:]
    if rest:
        shown.append(("其他单位", None, sum(row[2] for row in rest), sum(row[3] for row in rest)))
    return shown


def rungs(period: str) -> list[tuple[int, int]]:
    """(in force, issued this month) of the four rungs."""
    window = Window.of(period)
    live = sa.case((AccountabilityAction.state.in_([ActionState.ISSUED, ActionState.ANSWERED]), 1), else_=0)
    out = AccountabilityAction.state.in_([ActionState.ISSUED, ActionState.ANSWERED, ActionState.CLOSED])
    fresh = sa.case((out & window.holds(AccountabilityAction.decided_at), 1), else_=0)
    query = sa.select(AccountabilityAction.rung, sa.func.sum(live), sa.func.sum(fresh)).group_by(AccountabilityAction.rung)
    found = {rung: (int(whole or 0), int(new or 0)) for rung, whole, new in db.session.execute(query)}
    return [found.get(rung, (0, 0)) for rung in range(1, 5)]


def listed() -> list[Matter]:
    """Matters under listed supervision (挂牌) or higher, the most pressing first."""
    query = sa.select(Matter).where(Matter.ladder >= 2, Matter.closed_at.is_(None)).order_by(Matter.ladder_due_at.is_(None), Matter.ladder_due_at)
    return list(db.session.scalars(query.limit(LISTED)))


def current_period(moment: datetime | None = None) -> str:
    """The running month."""
    return name_of(Span.MONTH, (moment or now()).date())
