"""The working-day calendar: dated exceptions over published holidays over an honest estimate."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import accumulate

import chinese_calendar

from models.clock.terms import DayInfo, DayRule, DaySource, Shift
from models.now import TZ

_LIBRARY_YEARS = frozenset(day.year for day in chinese_calendar.holidays)
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
# Statutory days on fixed solar dates, each with the first year it was one (2 May: State Council Order 795).
# Days of the lunar calendar and all day-swapping wait for the notice; until then they count as unconfirmed.
_STATUTORY = (
    (1, 1, "元旦", 1950),
    (5, 1, "劳动节", 1950),
    (5, 2, "劳动节", 2025),
    (10, 1, "国庆节", 1950),
    (10, 2, "国庆节", 1950),
    (10, 3, "国庆节", 1999),
)
# Only the yearly notice settles all three, so a year in which they are confirmed by hand is a settled year.
_NOTICE_DAYS = ((1, 1), (5, 1), (10, 1))


def _qingming(year: int) -> int:
    """Day of April on which 清明 falls; the usual approximation of the solar term, good for 2000–2099."""
    short = year - 2000
    return int(0.2422 * short + 4.81) - short // 4


def _statutory(year: int) -> dict[date, str]:
    """The statutory days of `year` that can be known without a notice."""
    days = {date(year, month, day): label for month, day, label, since in _STATUTORY if year >= since}
    if 2008 <= year <= 2099:
        days[date(year, 4, _qingming(year))] = "清明节"
    return days


def _published(day: date) -> DayInfo:
    rest, work = chinese_calendar.holidays.get(day), chinese_calendar.workdays.get(day)
    name = _NAMES.get(rest or work, "") + ("调休" if work else "")
    is_workday = bool(work) or (day.weekday() < 5 and not rest)
    return DayInfo(day, is_workday, name, DaySource.LIBRARY, True)


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))


class _Year:
    """All days of one year with running totals, so that counting never walks day by day."""

    __slots__ = ("days", "doubts", "works")

    def __init__(self, days: tuple[DayInfo, ...]) -> None:
        self.days = days
        self.works = [0, *accumulate(info.is_workday for info in days)]
        self.doubts = [0, *accumulate(not info.confirmed for info in days)]


@lru_cache(maxsize=128)
def _plain_year(year: int, settled: bool = False) -> _Year:
    """A year without exceptions. `settled`: a notice was entered, so every day it leaves out is ordinary."""
    if year in _LIBRARY_YEARS:
        return _Year(tuple(_published(day) for day in _days_of(year)))
    known = {} if settled else _statutory(year)
    source = DaySource.MANUAL if settled else DaySource.ESTIMATE
    return _Year(
        tuple(
            DayInfo(day, day.weekday() < 5 and day not in known, known.get(day, ""), source, settled)
            for day in _days_of(year)
        )
    )


class WorkCalendar:
    """Answers which days are worked and counts them. Immutable: a changed table makes a new calendar.

    A day is decided by, in this order: an exception; the published holidays of the years `chinesecalendar`
    knows; Monday to Friday without the statutory days on fixed dates, marked `confirmed=False`.
    """

    def __init__(
        self,
        exceptions: Mapping[date, DayRule] | None = None,
        *,
        office_close: time = time(17, 30),
        tz: tzinfo = TZ,
    ) -> None:
        self.office_close = office_close
        self.tz = tz
        self._years: dict[int, _Year] = {}
        self._rules: dict[int, dict[date, DayRule]] = {}
        for day, rule in (exceptions or {}).items():
            self._rules.setdefault(day.year, {})[day] = rule

    def _year(self, year: int) -> _Year:
        table = self._years.get(year)
        if table is None:
            if not MINYEAR <= year <= MAXYEAR:
                raise ValueError("日期超出可计算的范围。")
            table = self._years[year] = self._build(year)
        return table

    def _build(self, year: int) -> _Year:
        rules = self._rules.get(year)
        if not rules:
            return _plain_year(year)
        named = [rules.get(date(year, month, day)) for month, day in _NOTICE_DAYS]
        days = list(_plain_year(year, all(rule is not None and rule.confirmed for rule in named)).days)
        for day, rule in rules.items():
            place = day.timetuple().tm_yday - 1
            days[place] = DayInfo(day, rule.is_workday, rule.label, DaySource.MANUAL, rule.confirmed)
        return _Year(tuple(days))

    def _place(self, day: date) -> tuple[_Year, int]:
        """The year's table and how many of its days have gone by at the end of `day`."""
        return self._year(day.year), day.toordinal() - date(day.year, 1, 1).toordinal() + 1

    def local(self, moment: datetime) -> datetime:
        """The same moment on the district's clock; naive input already is local time."""
        return moment.replace(tzinfo=self.tz) if moment.tzinfo is None else moment.astimezone(self.tz)

    def local_day(self, moment: date) -> date:
        """The local calendar day of a moment; a plain date is itself."""
        return self.local(moment).date() if isinstance(moment, datetime) else moment

    def close(self, day: date) -> datetime:
        """Office close of `day`."""
        return datetime.combine(day, self.office_close, self.tz)

    def day(self, day: date) -> DayInfo:
        """What kind of day it is and how sure that is."""
        table, place = self._place(self.local_day(day))
        return table.days[place - 1]

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`."""
        return self.day(day).is_workday

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); 0 is the day itself."""
        if count == 0:
            return day
        table, place = self._place(day)
        year = day.year
        target = table.works[place] + count if count > 0 else table.works[place - 1] + count + 1
        while target > table.works[-1]:
            target -= table.works[-1]
            year += 1
            table = self._year(year)
        while target < 1:
            year -= 1
            table = self._year(year)
            target += table.works[-1]
        return table.days[bisect_left(table.works, target) - 1].day

    def roll(self, day: date, shift: Shift) -> date:
        """`day` itself if it is worked or nothing is to be shifted, else the working day before or after."""
        if shift in (Shift.BEFORE, Shift.AFTER) and not self.is_workday(day):
            return self.add(day, 1 if shift is Shift.AFTER else -1)
        return day

    def _total(self, after: date, through: date, what: str) -> int:
        first, start = self._place(after)
        last, end = self._place(through)
        between = sum(getattr(self._year(year), what)[-1] for year in range(after.year, through.year))
        return between + getattr(last, what)[end] - getattr(first, what)[start]

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after a's day up to and including b's day; negative when b is the earlier day."""
        first, last = self.local_day(a), self.local_day(b)
        if last < first:
            return -self._total(last, first, "works")
        return self._total(first, last, "works")

    def is_provisional(self, after: date, through: date) -> bool:
        """Whether any day after `after` up to and including `through` still waits for the yearly notice."""
        return through > after and self._total(after, through, "doubts") > 0
