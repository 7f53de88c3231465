"""What a light says: how much time is left, and when it turns yellow. Computed, never stored."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil

from models.clock.terms import Limit, LimitUnit
from models.clock.workcalendar import WorkCalendar

_ON_THE_CLOCK = frozenset({LimitUnit.HOUR, LimitUnit.TIME_OF_DAY})


@dataclass(frozen=True, slots=True)
class Remaining:
    """The words beside the dot. `days`: working days left, negative once the due day lies behind."""

    text: str
    overdue: bool
    days: int


def _hours(span: timedelta) -> int:
    """Begun hours, at least one."""
    return max(1, ceil(span / timedelta(hours=1)))


def remaining(
    now: datetime, due: datetime, calendar: WorkCalendar, *, unit: LimitUnit = LimitUnit.WORKDAY
) -> Remaining:
    """Time left at `now`, in hours for clocks that run in hours, else in working days.

    Due at 17:30 means late from 17:30 on. Where no working day lies between, the words are "today
    17:30", the date, or hours, so that nobody reads a limit of 0 working days.
    """
    now, due = calendar.local(now), calendar.local(due)
    days = calendar.working_days_between(now, due)
    overdue = now >= due
    if overdue:
        in_hours = unit in _ON_THE_CLOCK or days == 0
        text = f"超 {_hours(now - due)} 小时" if in_hours else f"超 {-days} 个工作日"
    elif unit in _ON_THE_CLOCK:
        text = f"剩 {_hours(due - now)} 小时"
    elif due.date() == now.date():
        text = f"今天 {due:%H:%M} 止"
    elif days == 0:
        text = f"{due.month}月{due.day}日 {due:%H:%M} 止"
    else:
        text = f"剩 {days} 个工作日"
    return Remaining(text, overdue, days)


def warn_at(start: datetime, due: datetime, calendar: WorkCalendar, lead: Limit) -> datetime:
    """The moment the light turns yellow: never before `start`, never after `due`.

    A lead in hours counts back from `due`. A lead of n working days is the midnight from which no more
    than n of them are left, of n natural days the midnight n days before. Other units: ValueError.
    """
    start, due = calendar.local(start), calendar.local(due)
    match lead.unit:
        case LimitUnit.HOUR:
            moment = (due.astimezone(UTC) - timedelta(hours=lead.amount)).astimezone(calendar.tz)
        case LimitUnit.WORKDAY:
            # Counted back from the first day behind the deadline, so that a due day of rest costs nothing.
            day = calendar.add(due.date() + timedelta(days=1), -(lead.amount + 1))
            moment = datetime.combine(day, time(), calendar.tz)
        case LimitUnit.DAY:
            moment = datetime.combine(due.date() - timedelta(days=lead.amount), time(), calendar.tz)
        case _:
            raise ValueError("预警提前量只能按工作日、自然日或小时。")
    return min(max(start, moment), due)
