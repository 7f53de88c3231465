"""The published test vectors: what the counter says about real years."""

from datetime import date, datetime, timedelta

import pytest

from models.clock import DaySource, Limit, LimitUnit, WorkCalendar, deadline

CALENDAR = WorkCalendar()

VECTORS = [
    ("2024-02-07", 5, "2024-02-20"),
    ("2024-02-09", 1, "2024-02-18"),
    ("2024-04-30", 3, "2024-05-08"),
    ("2024-08-05", 5, "2024-08-12"),
    ("2024-09-30", 5, "2024-10-12"),
    ("2025-01-27", 1, "2025-02-05"),
    ("2025-09-30", 20, "2025-11-04"),
    ("2023-12-29", 1, "2024-01-02"),
    ("2025-12-31", 1, "2026-01-04"),
    ("2026-09-18", 5, "2026-09-24"),
]

MAKEUP = {
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


@pytest.mark.parametrize(("start", "count", "due"), VECTORS)
def test_working_days_after_a_date_end_at_office_close_of_the_published_day(start, count, due):
    found = deadline(datetime.fromisoformat(f"{start} 16:00"), Limit(count, LimitUnit.WORKDAY), CALENDAR)
    assert found.due_at.isoformat() == f"{due}T17:30:00+08:00"
    assert not found.provisional


def test_a_deadline_in_an_unpublished_year_is_provisional():
    found = deadline(datetime(2026, 12, 31, 16), Limit(1, LimitUnit.WORKDAY), CALENDAR)
    assert found.due_at.isoformat() == "2027-01-04T17:30:00+08:00"
    assert found.provisional


@pytest.mark.parametrize("year", MAKEUP)
def test_exactly_the_announced_weekend_days_are_worked(year):
    days = (date(year, 1, 1) + timedelta(days=n) for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1))
    assert " ".join(f"{day:%m-%d}" for day in days if CALENDAR.day(day).is_makeup) == MAKEUP[year]


def test_the_holidays_of_2026_are_the_announced_ones():
    announced = [(1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)]
    expected = [date(2026, month, day) for month, first, last in announced for day in range(first, last + 1)]
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    assert [day for day in days if (info := CALENDAR.day(day)).label and not info.is_workday] == expected


@pytest.mark.parametrize(
    ("day", "is_workday", "label", "source"),
    [
        (date(2024, 5, 4), False, "劳动节", DaySource.LIBRARY),
        (date(2024, 5, 11), True, "劳动节调休", DaySource.LIBRARY),
        (date(2024, 5, 12), False, "", DaySource.LIBRARY),
        (date(2024, 5, 13), True, "", DaySource.LIBRARY),
        (date(2027, 4, 5), False, "清明节", DaySource.ESTIMATE),
        (date(2027, 5, 3), True, "", DaySource.ESTIMATE),
        (date(2027, 10, 1), False, "国庆节", DaySource.ESTIMATE),
    ],
)
def test_a_day_says_what_it_is_and_who_says_so(day, is_workday, label, source):
    info = CALENDAR.day(day)
    assert (info.is_workday, info.label, info.source) == (is_workday, label, source)
    assert info.confirmed == (source is not DaySource.ESTIMATE)
