"""Periods of reports: their names in URLs, their first and last moments, and which ones to offer."""

import re
from datetime import date, datetime, time, timedelta

from models.errors import Invalid
from models.labelled import Labelled
from models.now import TZ, now


class Span(Labelled):
    WEEK = "WEEK", "周"
    MONTH = "MONTH", "月"
    QUARTER = "QUARTER", "季"
    YEAR = "YEAR", "年"
    CAMPAIGN = "CAMPAIGN", "专项"


SAMPLES = {Span.WEEK: "2024-W33", Span.MONTH: "2024-08", Span.QUARTER: "2024-Q3", Span.YEAR: "2024"}
_SHAPES = {
    Span.WEEK: re.compile(r"(20\d\d)-W(\d\d)"), Span.MONTH: re.compile(r"(20\d\d)-(\d\d)"),
    Span.QUARTER: re.compile(r"(20\d\d)-Q([1-4])"), Span.YEAR: re.compile(r"(20\d\d)()"),
}
_OFFERED = {Span.WEEK: 12, Span.MONTH: 18, Span.QUARTER: 8, Span.YEAR: 4}


def first_day(span: Span, period: str) -> date:
    """The day a period begins; Invalid when it is no such period."""
    match = _SHAPES[span].fullmatch(period)
    try:
        if match is None:
            raise ValueError
        year, part = int(match[1]), int(match[2] or 1)
        if span is Span.WEEK:
            return date.fromisocalendar(year, part, 1)
        return date(year, {Span.MONTH: part, Span.QUARTER: 3 * part - 2, Span.YEAR: 1}[span], 1)
    except ValueError:
        raise Invalid("period", f"“{period}”不是一个{span.label}份，应写成 {SAMPLES[span]}") from None


def check_period(span: Span, period: str) -> None:
    """Invalid unless `period` names a period of this span."""
    first_day(span, period)


def next_day(span: Span, first: date) -> date:
    """The first day after the period that begins on `first`."""
    if span is Span.WEEK:
        return first + timedelta(days=7)
    months = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}[span]
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def bounds(span: Span, period: str) -> tuple[datetime, datetime]:
    """(first moment, first moment after) of a period, local time: a half-open interval."""
    first = first_day(span, period)
    return midnight(first), midnight(next_day(span, first))


def month_bounds(period: str) -> tuple[datetime, datetime]:
    """`bounds` of a month written 2024-08."""
    return bounds(Span.MONTH, period)


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), TZ)


def name_of(span: Span, day: date) -> str:
    """The period of this span a day lies in."""
    if span is Span.WEEK:
        iso = day.isocalendar()
        return f"{iso.year}-W{iso.week:02}"
    if span is Span.QUARTER:
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day:%Y-%m}" if span is Span.MONTH else str(day.year)


def previous(span: Span, period: str) -> str:
    """The period before."""
    return name_of(span, first_day(span, period) - timedelta(days=1))


def words(span: Span, period: str) -> str:
    """As officials write it: 2024年8月, 2024年第33周."""
    first = first_day(span, period)
    tail = {
        Span.WEEK: f"{period[:4]}年第{int(period[-2:])}周" if span is Span.WEEK else "", Span.MONTH: f"{first.year}年{first.month}月",
        Span.QUARTER: f"{first.year}年第{(first.month + 2) // 3}季度", Span.YEAR: f"{first.year}年",
    }
    return tail[span]


def month_words(period: str) -> str:
    """2024年8月."""
    return words(Span.MONTH, period)


def recent(span: Span) -> list[tuple[str, str]]:
    """(value, words) of the latest periods, the running one first."""
    found, day = [], now().date()
    for _ in range(_OFFERED[span]):
        period = name_of(span, day)
        found.append((period, words(span, period)))
        day = first_day(span, period) - timedelta(days=1)
    return found
