"""Recurring duties: RFC 5545 rules through dateutil, moved to working days, named by their period (D1).

A duty set off by an event ("within 2 days after the city's notice") is no recurrence but a plain `Limit`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from models.clock.rule import ORIGIN, day_rule, endless, must_occur, split, validate_rrule
from models.clock.terms import Shift
from models.clock.workcalendar import WorkCalendar
from models.labelled import Labelled

__all__ = [
    "Frequency",
    "Occurrence",
    "Shift",
    "describe",
    "frequency_of",
    "occurrences",
    "period_key",
    "period_words",
    "validate_rrule",
]

_WEEKDAYS = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), "一二三四五六日", strict=True))
_SAMPLE = (date(2000, 1, 1), date(2028, 1, 1))  # 28 years: every weekday meets every date


class Frequency(Labelled):
    """How long one period lasts: it holds at most one occurrence of its rule."""

    DAILY = "DAILY", "每日"
    WEEKLY = "WEEKLY", "每周"
    MONTHLY = "MONTHLY", "每月"
    QUARTERLY = "QUARTERLY", "每季度"
    HALF_YEARLY = "HALF_YEARLY", "每半年"
    YEARLY = "YEARLY", "每年"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One task a rule asks for: the day the rule names, its deadline, and the key of its period."""

    day: date
    due_at: datetime
    key: str


def period_key(frequency: Frequency, day: date) -> str:
    """2024-08-20 · 2024-W33 (ISO week) · 2024-08 · 2024-Q3 · 2024-H2 · 2024."""
    match Frequency(frequency):
        case Frequency.DAILY:
            return day.isoformat()
        case Frequency.WEEKLY:
            iso = day.isocalendar()
            return f"{iso.year}-W{iso.week:02}"
        case Frequency.MONTHLY:
            return f"{day:%Y-%m}"
        case Frequency.QUARTERLY:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case Frequency.HALF_YEARLY:
            return f"{day.year}-H{1 if day.month <= 6 else 2}"
    return str(day.year)


def period_words(key: str) -> str:
    """A key as officials write it: 2024年8月20日 · 2024年第33周 · 2024年8月 · 2024年第3季度 · 2024年下半年 · 2024年."""
    year, _, part = key.partition("-")
    if part[:1] in ("W", "Q", "H"):
        number = int(part[1:])
        return f"{year}年" + {"W": f"第{number}周", "Q": f"第{number}季度", "H": "上半年" if number == 1 else "下半年"}[part[0]]
    return f"{year}年" + "".join(f"{int(number)}{unit}" for number, unit in zip(filter(None, part.split("-")), "月日", strict=False))


def frequency_of(text: str) -> Frequency:
    """The longest period that never holds two occurrences: Mondays and Wednesdays are daily, not weekly."""
    return _frequency(endless(validate_rrule(text)))


def occurrences(
    rule: str,
    start: date,
    until: date,
    calendar: WorkCalendar,
    shift: Shift = Shift.NONE,
    *,
    anchor: date | None = None,
    at: time | None = None,
) -> list[Occurrence]:
    """What `rule` asks for on the days from `start` to `until`, both included, in order.

    The window looks at the day the rule names, not at the shifted deadline, so that windows laid side by
    side neither lose nor repeat a task. Due at the rule's own hour, else `at`, else office close.
    `anchor` is the first day the rule was in force; without it intervals follow calendar years and weeks.
    Raises ValueError for a bad rule, or for COUNT without an anchor.
    """
    spelled = validate_rrule(rule)
    parts = split(spelled)
    if "COUNT" in parts and anchor is None:
        raise ValueError("按次数重复的规则要写明从哪一天起算。")
    frequency = _frequency(endless(spelled))
    if "BYHOUR" in parts:
        at = time(int(parts["BYHOUR"]), int(parts.get("BYMINUTE", 0)))
    at, shift = at or calendar.office_close, Shift(shift)
    return [
        Occurrence(day, datetime.combine(calendar.roll(day, shift), at, calendar.tz), period_key(frequency, day))
        for day in _named(spelled, anchor or ORIGIN, start, until)
        if shift is not Shift.SKIP or calendar.is_workday(day)
    ]


@lru_cache(maxsize=2048)
def _named(spelled: str, anchor: date, start: date, until: date) -> tuple[date, ...]:
    """The same, kept: the sweep asks for the same windows every hour."""
    return tuple(_days(spelled, anchor, start, until))


def _days(spelled: str, anchor: date, start: date, until: date) -> Iterator[date]:
    """The days a rule names between `start` and `until`, both included."""
    must_occur(spelled, anchor)
    if "COUNT" not in split(spelled):
        anchor = _nearer(anchor, spelled, start)
    first, last = (datetime.combine(day, time()) for day in (start, until))
    return (found.date() for found in day_rule(spelled, anchor).between(first, last, inc=True))


def _nearer(anchor: date, spelled: str, start: date) -> date:
    """An equivalent anchor a whole number of intervals later, so that old rules need no long walk."""
    parts = split(spelled)
    interval = int(parts.get("INTERVAL", 1))
    if parts["FREQ"] in {"DAILY", "WEEKLY"}:
        step = interval * (7 if parts["FREQ"] == "WEEKLY" else 1)
        return anchor + timedelta(days=step * max(0, (start - anchor).days // step - 1))
    if anchor.day > 28:  # not every month has this day, and a rule may inherit it
        return anchor
    step = interval * (12 if parts["FREQ"] == "YEARLY" else 1)
    months = (start.year - anchor.year) * 12 + start.month - anchor.month
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + step * max(0, months // step - 1), 12)
    return date(year, month + 1, anchor.day)


@lru_cache(maxsize=512)
def _frequency(spelled: str) -> Frequency:
    """Found by looking: the candidates are dropped as soon as one of their periods holds two occurrences."""
    family = split(spelled)["FREQ"]
    if family == "DAILY":
        return Frequency.DAILY
    longest_first = list(reversed(Frequency))
    is_weekly = family == "WEEKLY"
    candidates = [unit for unit in longest_first if is_weekly == (unit is Frequency.WEEKLY)]
    candidates = [unit for unit in candidates if unit is not Frequency.DAILY]
    last_keys: dict[Frequency, str] = {}
    for day in _days(spelled, ORIGIN, *_SAMPLE):
        keys = {unit: period_key(unit, day) for unit in candidates}
        candidates = [unit for unit in candidates if last_keys.get(unit) != keys[unit]]
        last_keys = keys
        if not candidates:
            break
    return candidates[0] if candidates else Frequency.DAILY


def describe(rule: str, shift: Shift = Shift.NONE) -> str:
    """The rule as officials write it: 「每月20日，逢休息日提前到工作日」."""
    parts = split(validate_rrule(rule))
    text = _every(parts["FREQ"], int(parts.get("INTERVAL", 1)))
    if "BYMONTH" in parts:
        text += "、".join(f"{month}月" for month in parts["BYMONTH"].split(","))
    if "BYMONTHDAY" in parts:
        text += "每月" * (parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts)
        text += "、".join(_place(int(day), "日", "天") for day in parts["BYMONTHDAY"].split(","))
    if "BYDAY" in parts:
        text = _join(text, _weekdays(parts["BYDAY"]))
    if "BYSETPOS" in parts:
        text += "中的" + "、".join(_place(int(n), "个", "个", "第") for n in parts["BYSETPOS"].split(","))
    if "BYHOUR" in parts:
        text += f"{int(parts['BYHOUR']):02}:{int(parts.get('BYMINUTE', 0)):02}"
    if shift != Shift.NONE:
        text += f"，逢休息日{Shift(shift).label}" if shift != Shift.SKIP else "，休息日除外"
    if "COUNT" in parts:
        text += f"，共{parts['COUNT']}次"
    if "UNTIL" in parts:
        last = datetime.strptime(parts["UNTIL"], "%Y%m%d")
        text += f"，至{last.year}年{last.month}月{last.day}日"
    return text


def _every(family: str, interval: int) -> str:
    whole = {("MONTHLY", 3): "每季度", ("MONTHLY", 6): "每半年", ("MONTHLY", 12): "每年"}
    one = {"DAILY": "日", "WEEKLY": "周", "MONTHLY": "月", "YEARLY": "年"}[family]
    many = {"DAILY": "天", "MONTHLY": "个月"}.get(family, one)
    return whole.get((family, interval)) or (f"每{one}" if interval == 1 else f"每{interval}{many}")


def _place(number: int, word: str, from_end: str, before: str = "") -> str:
    if number > 0:
        return f"{before}{number}{word}"
    return f"最后一{from_end}" if number == -1 else f"倒数第{-number}{from_end}"


def _join(text: str, days: str) -> str:
    """「每周」+「周一」 is 每周一; 「每2周」 and 「8日」 want a 的."""
    if text == "每周":
        return text + days.removeprefix("周")
    return text + "的" * text.endswith(("周", "日", "天")) + days


def _weekdays(value: str) -> str:
    return "周一至周五" if value == "MO,TU,WE,TH,FR" else "、".join(_weekday(token) for token in value.split(","))


def _weekday(token: str) -> str:
    day = f"周{_WEEKDAYS[token[-2:]]}"
    return f"{_place(int(token[:-2]), '个', '个', '第')}{day}" if token[:-2] else day
