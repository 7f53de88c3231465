"""期限怎么算的: every day from start to deadline, counted or not and why, and the rule in one sentence."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

from models.clock.limits import Deadline
from models.clock.terms import DayInfo, LimitUnit
from models.clock.wording import sentence
from models.clock.workcalendar import WorkCalendar
from models.labelled import Labelled

SHOWN_WEEKS = 5
_DAY = timedelta(days=1)
_CLOCK_UNITS = frozenset({LimitUnit.HOUR, LimitUnit.TIME_OF_DAY})


class CellKind(Labelled):
    """What a day means for the deadline; the template turns it into a colour."""

    OUT = "OUT", "期间外"
    START = "START", "起算日"
    COUNTED = "COUNTED", "计入"
    REST = "REST", "不计"
    DUE = "DUE", "到期日"
    LATE = "LATE", "超期"


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the table: the short `mark` under the date, the `reason` in words, the number behind it.

    `number` counts working days, natural days or hours since the start, after the deadline since then;
    None where the day does not count.
    """

    day: date
    kind: CellKind
    mark: str = ""
    reason: str = ""
    number: int | None = None
    makeup: bool = False
    confirmed: bool = True
    today: bool = False


@dataclass(frozen=True, slots=True)
class WeekRow:
    """Monday to Sunday; a row without cells stands for `omitted` weeks that are not shown."""

    cells: tuple[DayCell, ...] = ()
    omitted: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """The calendar table and its one sentence. `days` holds every day, also those in omitted weeks."""

    deadline: Deadline
    days: tuple[DayCell, ...]
    weeks: tuple[WeekRow, ...]
    sentence: str


def explain(
    due: Deadline,
    calendar: WorkCalendar,
    *,
    event: str = "派发",
    basis: str = "",
    note: str = "",
    now: datetime | None = None,
) -> Explanation:
    """Why `due` is when it is.

    `event` is the word for the start, `basis` the rule it rests on (服务标准第12项), `note` a last clause
    (签收早晚不影响), `now` the present moment or the moment of closing: days late are shown up to it.
    """
    walk = _Walk(due, calendar, event, calendar.local(now) if now else None)
    last = max(due.due_at.date(), walk.late_until)
    first_monday = due.start.date() - timedelta(days=due.start.weekday())
    weeks = []
    while first_monday <= last:
        weeks.append(tuple(walk.cell(first_monday + timedelta(days=n)) for n in range(7)))
        first_monday += timedelta(days=7)
    days = tuple(cell for week in weeks for cell in week)
    return Explanation(due, days, _shorten(weeks), sentence(due, calendar, event, basis, note))


def _shorten(weeks: list[tuple[DayCell, ...]]) -> tuple[WeekRow, ...]:
    """At most five weeks whole; else the first two, the last two, and in between the week of the deadline."""
    keep = set(range(len(weeks)))
    if len(weeks) > SHOWN_WEEKS:
        keep = {0, 1, len(weeks) - 2, len(weeks) - 1}
        keep |= {n for n, week in enumerate(weeks) if any(cell.kind is CellKind.DUE for cell in week)}
    rows, hidden = [], 0
    for n, week in enumerate(weeks):
        if n not in keep:
            hidden += 1
            continue
        if hidden:
            rows.append(WeekRow(omitted=hidden))
            hidden = 0
        rows.append(WeekRow(week))
    return tuple(rows)


@dataclass(slots=True)
class _Walk:
    """Says of one day after the other what it does to the clock."""

    due: Deadline
    calendar: WorkCalendar
    event: str
    now: datetime | None
    late_until: date = field(init=False)

    def __post_init__(self) -> None:
        is_late = self.now is not None and self.now >= self.due.due_at
        self.late_until = self.now.date() if is_late else date.min

    @property
    def unit(self) -> LimitUnit | None:
        return self.due.limit and self.due.limit.unit

    def cell(self, day: date) -> DayCell:
        info = self.calendar.day(day)
        start, last = self.due.start.date(), self.due.due_at.date()
        if day == last:
            kind, mark, reason, number = self._last(info)
        elif day < start or day > max(last, self.late_until):
            kind, mark, reason, number = CellKind.OUT, "", "", None
        elif day == start:
            kind, mark, reason, number = CellKind.START, self.event, "起算日", None
            reason += "，自当时起连续计算" if self.unit in _CLOCK_UNITS else "，不计入"
        elif day > last:
            kind, mark, reason, number = self._late(info)
        else:
            kind, mark, reason, number = self._running(info)
        today = self.now is not None and day == self.now.date()
        return DayCell(day, kind, mark, reason, number, info.is_makeup, info.confirmed, today)

    def _number(self, day: date) -> int | None:
        """How much of the limit is used up when `day` ends; None where days are not what is counted."""
        match self.unit:
            case LimitUnit.WORKDAY:
                return self.calendar.working_days_between(self.due.start, day)
            case LimitUnit.DAY:
                return (day - self.due.start.date()).days
            case LimitUnit.HOUR:
                end = min(datetime.combine(day + _DAY, time(), self.calendar.tz), self.due.due_at)
                return int((end.astimezone(UTC) - self.due.start.astimezone(UTC)) / timedelta(hours=1))
        return None

    def _mark(self, number: int | None, info: DayInfo) -> str:
        text = "" if number is None else f"{number}时" if self.unit is LimitUnit.HOUR else str(number)
        return text + ("班" if info.is_makeup and self.unit not in _CLOCK_UNITS else "")

    def _running(self, info: DayInfo) -> tuple[CellKind, str, str, int | None]:
        number = self._number(info.day)
        if self.unit in _CLOCK_UNITS:
            return CellKind.COUNTED, self._mark(number, info), "连续计算", number
        if self.unit is LimitUnit.DAY and (info.is_workday or info.day < self.due.nominal):
            return CellKind.COUNTED, self._mark(number, info), f"第{number}天", number
        if not info.is_workday:
            moved = info.day == self.due.nominal
            return CellKind.REST, "休", info.reason + ("，到期日顺延" if moved else ""), None
        if number is None:
            return CellKind.COUNTED, self._mark(None, info), "期间内", None
        makeup = f"{info.label or '调休'}上班，" if info.is_makeup else ""
        return CellKind.COUNTED, self._mark(number, info), f"{makeup}第{number}个工作日", number

    def _last(self, info: DayInfo) -> tuple[CellKind, str, str, int | None]:
        number = self._number(info.day)
        mark = self._mark(number, info) if number else f"{self.due.due_at:%H:%M}"
        return CellKind.DUE, mark, f"到期日，{self.due.due_at:%H:%M}止", number

    def _late(self, info: DayInfo) -> tuple[CellKind, str, str, int | None]:
        if self.unit in _CLOCK_UNITS:
            end = min(datetime.combine(info.day + _DAY, time(), self.calendar.tz), self.now)
            hours = max(1, ceil((end - self.due.due_at) / timedelta(hours=1)))
            return CellKind.LATE, f"+{hours}时", f"超{hours}小时", hours
        if not info.is_workday:
            return CellKind.REST, "休", info.reason, None
        days = self.calendar.working_days_between(self.due.due_at, info.day)
        return CellKind.LATE, f"+{days}", f"超期第{days}个工作日", days
