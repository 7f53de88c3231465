"""The one sentence under the calendar table."""

from datetime import date, timedelta

from models.clock.limits import Deadline
from models.clock.terms import DayInfo, DaySource, LimitUnit, Shift
from models.clock.workcalendar import WorkCalendar


def sentence(due: Deadline, calendar: WorkCalendar, event: str, basis: str, note: str) -> str:
    """The rule of `due` in one Chinese sentence: start, limit, what was skipped, what moved it."""
    clauses = [_rule(due, event, f"（{basis}）" if basis else "")]
    clauses += _days(due, calendar)
    if due.extensions:
        added = "、".join(by.text for by in due.extensions)
        clauses.append(f"经批准延长{added}，至{_day(due.due_at.date(), due.start.date())}")
    if due.provisional:
        clauses.append(_doubt(due, calendar))
    if note:
        clauses.append(note)
    return "；".join(clauses) + "。"


def _rule(due: Deadline, event: str, basis: str) -> str:
    start, limit = due.start, due.limit
    if limit is None:
        return f"以{_day(due.nominal, start.date())}{due.due_at:%H:%M}为限{basis}"
    match limit.unit:
        case LimitUnit.HOUR:
            return f"自{start.month}月{start.day}日{start:%H:%M}{event}起，限{limit.text}{basis}，连续计算"
        case LimitUnit.MONTH_DAY:
            return f"{event}后按月定日，以{limit.text}为限{basis}"
        case LimitUnit.TIME_OF_DAY:
            return f"{event}后定时核对，以{limit.text}为限{basis}，连续计算"
    if limit.amount == 0:
        return f"{event}当日为限{basis}"
    return f"{event}次日起算，限{limit.text}{basis}"


def _days(due: Deadline, calendar: WorkCalendar) -> list[str]:
    """What days of rest and make-up days did to the count."""
    first, last = due.start.date(), due.due_at.date()
    unit = due.limit and due.limit.unit
    if unit is LimitUnit.WORKDAY and due.limit.amount:
        span = [calendar.day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1)]
        said = "，".join(clause for clause in (_skipped(span), _made_up(span, first)) if clause)
        return [said] if said else []
    if unit is LimitUnit.DAY and due.limit.amount:
        moved = _moved(due, calendar)
        return ["休息日照计" + (f"，末日{moved}" if moved else "")]
    if unit in (LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.MONTH_DAY):
        moved = _moved(due, calendar)
        return [moved] if moved else []
    return []


def _skipped(span: list[DayInfo]) -> str:
    """「劳动节5天和周末不计」: named holidays with their days of rest, then the plain weekends."""
    named: dict[str, int] = {}
    for info in span:
        if not info.is_workday and info.label:
            named[info.label] = named.get(info.label, 0) + 1
    parts = ["、".join(f"{label}{count}天" for label, count in named.items())] if named else []
    if any(not info.is_workday and not info.label for info in span):
        parts.append("周末")
    return "和".join(parts) + "不计" if parts else ""


def _made_up(span: list[DayInfo], first: date) -> str:
    days = "、".join(_day(info.day, first) for info in span if info.is_makeup)
    return f"{days}调休上班计入" if days else ""


def _moved(due: Deadline, calendar: WorkCalendar) -> str:
    """「9月15日逢中秋节，顺延至9月18日」, or nothing where the last day stood or an extension speaks for it."""
    if due.extensions:
        return ""
    first, limit = due.start.date(), due.limit
    ended = calendar.roll(due.nominal, limit.shift if limit.unit is LimitUnit.MONTH_DAY else Shift.AFTER)
    if limit.amount == 0 and due.nominal > first:
        return f"当日已下班，顺延至{_day(ended, first)}"
    if ended == due.nominal:
        return ""
    word = "提前" if ended < due.nominal else "顺延"
    return f"{_day(due.nominal, first)}逢{calendar.day(due.nominal).reason}，{word}至{_day(ended, first)}"


def _doubt(due: Deadline, calendar: WorkCalendar) -> str:
    """「2027年放假安排尚未公布，到期日暂定」."""
    first, last = due.start.date(), max(due.due_at.date(), due.nominal)
    span = [calendar.day(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    open_days = [info for info in span if not info.confirmed]
    years = "、".join(f"{year}年" for year in sorted({info.day.year for info in open_days}))
    missing = "公布" if any(info.source is DaySource.ESTIMATE for info in open_days) else "确认"
    return f"{years}放假安排尚未{missing}，到期日暂定"


def _day(day: date, first: date) -> str:
    """Month and day; the year too where it is not the year of the start."""
    return f"{day.year}年{day.month}月{day.day}日" if day.year != first.year else f"{day.month}月{day.day}日"
