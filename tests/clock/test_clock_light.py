"""The words beside the light, and the moment it turns yellow."""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.clock import Limit, LimitUnit, WorkCalendar, deadline, remaining, warn_at
from models.now import TZ

CALENDAR = WorkCalendar()
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2028, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
UNHURRIED = settings(deadline=None)
DUE = datetime(2024, 5, 16, 17, 30)


@pytest.mark.parametrize(
    ("now", "unit", "text"),
    [
        ("2024-04-30 10:12", LimitUnit.WORKDAY, "剩 10 个工作日"),
        ("2024-05-15 23:59", LimitUnit.WORKDAY, "剩 1 个工作日"),
        ("2024-05-16 08:00", LimitUnit.WORKDAY, "今天 17:30 止"),
        ("2024-05-16 17:30", LimitUnit.WORKDAY, "超 1 小时"),
        ("2024-05-16 20:31", LimitUnit.WORKDAY, "超 4 小时"),
        ("2024-05-17 08:00", LimitUnit.WORKDAY, "超 1 个工作日"),
        ("2024-05-19 08:00", LimitUnit.DAY, "超 1 个工作日"),
        ("2024-05-22 09:00", LimitUnit.WORKDAY, "超 4 个工作日"),
        ("2024-05-14 17:30", LimitUnit.HOUR, "剩 48 小时"),
        ("2024-05-16 17:29", LimitUnit.HOUR, "剩 1 小时"),
        ("2024-05-18 17:30", LimitUnit.HOUR, "超 48 小时"),
    ],
)
def test_the_light_speaks_the_words_of_the_desk(now, unit, text):
    assert remaining(datetime.fromisoformat(now), DUE, CALENDAR, unit=unit).text == text


def test_a_due_day_of_rest_is_named_by_its_date():
    assert remaining(datetime(2024, 6, 29, 9), datetime(2024, 6, 30, 17, 30), CALENDAR).text == "6月30日 17:30 止"


@UNHURRIED
@given(MOMENTS, MOMENTS, st.sampled_from(list(LimitUnit)))
def test_the_days_left_are_the_working_days_between(now, due, unit):
    found = remaining(now, due, CALENDAR, unit=unit)
    assert found.days == CALENDAR.working_days_between(now, due)
    assert found.overdue == (now >= due) == found.text.startswith("超")
    assert " 0 " not in found.text
    assert "-" not in found.text


@UNHURRIED
@given(MOMENTS, st.integers(1, 60))
def test_what_was_just_started_has_its_whole_limit_left(start, count):
    due = deadline(start, Limit(count, LimitUnit.WORKDAY), CALENDAR).due_at
    assert remaining(start, due, CALENDAR).days == count


@UNHURRIED
@given(MOMENTS, st.integers(1, 60), st.integers(0, 10), st.integers(0, 90 * 24))
def test_the_light_is_yellow_exactly_while_no_more_than_the_lead_is_left(start, count, lead, later):
    due = deadline(start, Limit(count, LimitUnit.WORKDAY), CALENDAR).due_at
    warning = warn_at(start, due, CALENDAR, Limit(lead, LimitUnit.WORKDAY))
    assert start.replace(tzinfo=TZ) <= warning <= due
    now = start.replace(tzinfo=TZ) + timedelta(hours=later)
    assume(now < due)
    assert (now >= warning) == (remaining(now, due, CALENDAR).days <= lead)


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (Limit(2, LimitUnit.WORKDAY), "2024-05-14 00:00"),
        (Limit(5, LimitUnit.WORKDAY), "2024-05-10 00:00"),
        (Limit(0, LimitUnit.WORKDAY), "2024-05-16 00:00"),
        (Limit(3, LimitUnit.DAY), "2024-05-13 00:00"),
        (Limit(24, LimitUnit.HOUR), "2024-05-15 17:30"),
        (Limit(400, LimitUnit.WORKDAY), "2024-04-30 10:12"),
    ],
)
def test_the_lead_may_be_working_days_days_or_hours(lead, expected):
    moment = warn_at(datetime(2024, 4, 30, 10, 12), DUE, CALENDAR, lead)
    assert f"{moment:%Y-%m-%d %H:%M}" == expected


def test_a_light_never_turns_yellow_after_it_is_red():
    assert warn_at(DUE + timedelta(days=1), DUE, CALENDAR, Limit(2, LimitUnit.WORKDAY)) == DUE.replace(tzinfo=TZ)


def test_a_lead_in_another_unit_is_refused():
    with pytest.raises(ValueError, match="预警"):
        warn_at(DUE, DUE, CALENDAR, Limit(20, LimitUnit.MONTH_DAY))
