"""From a start and a limit to a deadline. One engine for all kinds of clock (T4, T7)."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from models.clock.terms import Limit, LimitUnit, Shift
from models.clock.workcalendar import WorkCalendar

_SPANS = frozenset({LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.HOUR})


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due and what made it so.

    `limit` is None for a fixed date. `nominal` is the last day before a day of rest moved it.
    `provisional`: a day that matters still waits for the yearly notice; recompute when it is entered.
    """

    start: datetime
    due_at: datetime
    limit: Limit | None
    nominal: date
    provisional: bool
    extensions: tuple[Limit, ...] = ()


def deadline(start: datetime, limit: Limit, calendar: WorkCalendar) -> Deadline:
    """When `limit`, started at `start`, ends (Civil Code 201–203; hours run on the clock)."""
    start = calendar.local(start)
    match limit.unit:
        case LimitUnit.MONTH_DAY:
            return _month_day(start, limit, calendar)
        case LimitUnit.TIME_OF_DAY:
            due = checkpoints(start, limit.times, calendar)[limit.amount - 1]
            return Deadline(start, due, limit, due.date(), False)
    due, nominal = _span(start, limit, calendar)
    return Deadline(start, due, limit, nominal, _in_doubt(start.date(), nominal, due.date(), limit, calendar))


def _span(start: datetime, limit: Limit, calendar: WorkCalendar) -> tuple[datetime, date]:
    """The end of a limit in working days, days or hours, and its last day before rolling."""
    if limit.unit is LimitUnit.HOUR:
        due = (start.astimezone(UTC) + timedelta(hours=limit.amount)).astimezone(calendar.tz)
        return due, due.date()
    first = start.date()
    if limit.amount == 0:
        # "The same day": whoever starts after office close or on a day of rest has the next working day.
        nominal = first if start <= calendar.close(first) else first + timedelta(days=1)
    elif limit.unit is LimitUnit.WORKDAY:
        nominal = calendar.add(first, limit.amount)
    else:
        nominal = first + timedelta(days=limit.amount)
    return calendar.close(calendar.roll(nominal, Shift.AFTER)), nominal


def _in_doubt(first: date, nominal: date, last: date, limit: Limit, calendar: WorkCalendar) -> bool:
    """Whether a later notice could move the end: every counted day matters, of natural days only the last."""
    if limit.unit is LimitUnit.HOUR:
        return False
    if limit.unit is LimitUnit.WORKDAY and limit.amount:
        return calendar.is_provisional(first, last)
    return calendar.is_provisional(nominal - timedelta(days=1), last)


def _month_day(start: datetime, limit: Limit, calendar: WorkCalendar) -> Deadline:
    """The first "by the n-th of the month" whose office close has not passed at `start`."""
    before = start.date().replace(day=1) - timedelta(days=1)  # last month's day may have moved into this one
    year, month = before.year, before.month
    while True:
        nominal = date(year, month, min(limit.amount, monthrange(year, month)[1]))
        last = calendar.roll(nominal, limit.shift)
        if calendar.close(last) >= start:
            break
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    early, late = min(nominal, last), max(nominal, last)
    doubt = limit.shift is not Shift.NONE and calendar.is_provisional(early - timedelta(days=1), late)
    return Deadline(start, calendar.close(last), limit, nominal, doubt)


def checkpoints(
    start: datetime, times: Iterable[time], calendar: WorkCalendar, *, workdays_only: bool = False
) -> list[datetime]:
    """The next occurrence of each time of day after `start`, in order (N3: 15:00, 18:00, next day 08:00).

    A list pushed at 16:00 is checked at 18:00, 08:00 and 15:00: none of the checks is lost.
    """
    start = calendar.local(start)
    marks = []
    for at in times:
        day = start.date() if at > start.time() else start.date() + timedelta(days=1)
        if workdays_only:
            day = calendar.roll(day, Shift.AFTER)
        marks.append(datetime.combine(day, at, calendar.tz))
    return sorted(marks)


def agreed(start: datetime, day: date, calendar: WorkCalendar) -> Deadline:
    """A promised date becomes the clock (T7): office close of that very day, whatever kind of day it is.

    Raises ValueError if that moment lies before `start`.
    """
    start, due = calendar.local(start), calendar.close(day)
    if due < start:
        raise ValueError("承诺日期不能早于现在。")
    return Deadline(start, due, None, day, False)


def extend(granted: Deadline, by: Limit, calendar: WorkCalendar) -> Deadline:
    """The deadline `by` working days, days or hours later, counted from the old one.

    Raises ValueError for other units and for an agreed date, which is promised once (T7).
    """
    if granted.limit is None:
        raise ValueError("承诺日期不能延期。")
    if by.unit not in _SPANS or by.amount == 0:
        raise ValueError("延期只能按工作日、自然日或小时，且应大于零。")
    due, nominal = _span(granted.due_at, by, calendar)
    doubt = granted.provisional or _in_doubt(granted.due_at.date(), nominal, due.date(), by, calendar)
    added = (*granted.extensions, by)
    return replace(granted, due_at=due, nominal=nominal, provisional=doubt, extensions=added)


def stored(
    start: datetime, due_at: datetime, limit: Limit | None, calendar: WorkCalendar, *, provisional: bool = False
) -> Deadline:
    """A deadline read back from a table: its moment stays as it was set, whatever the calendar says today."""
    start, due_at = calendar.local(start), calendar.local(due_at)
    fresh = deadline(start, limit, calendar) if limit else None
    nominal = fresh.nominal if fresh and fresh.due_at == due_at else due_at.date()
    return Deadline(start, due_at, limit, nominal, provisional)


def recompute(old: Deadline, calendar: WorkCalendar) -> Deadline:
    """The same start, limit and extensions by another calendar, e.g. after the yearly notice was entered."""
    new = deadline(old.start, old.limit, calendar) if old.limit else agreed(old.start, old.nominal, calendar)
    for by in old.extensions:
        new = extend(new, by, calendar)
    return new
