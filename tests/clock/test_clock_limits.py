"""Limits and deadlines: working days, natural days, hours, day of the month, checkpoints, extensions."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import (
    DayRule,
    Limit,
    LimitUnit,
    Shift,
    WorkCalendar,
    agreed,
    checkpoints,
    deadline,
    extend,
    recompute,
    stored,
)
from models.now import TZ

CALENDAR = WorkCalendar()
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2060, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
UNHURRIED = settings(deadline=None)
CHECKS = (time(15), time(18), time(8))


def due(start, amount, unit, **kw):
    return deadline(start, Limit(amount, unit, **kw), CALENDAR)


@UNHURRIED
@given(MOMENTS, st.integers(0, 150), st.sampled_from([LimitUnit.WORKDAY, LimitUnit.DAY]))
def test_a_limit_in_days_ends_at_office_close_of_a_working_day_and_never_before_the_start(start, count, unit):
    found = due(start, count, unit)
    assert CALENDAR.is_workday(found.due_at.date())
    assert found.due_at.timetz() == time(17, 30, tzinfo=TZ)
    assert found.due_at >= found.start == start.replace(tzinfo=TZ)


@UNHURRIED
@given(MOMENTS, st.integers(1, 150))
def test_the_starting_day_is_not_counted_and_the_last_day_is(start, count):
    last = due(start, count, LimitUnit.WORKDAY).due_at.date()
    span = (start.date() + timedelta(days=n) for n in range(1, (last - start.date()).days + 1))
    assert sum(CALENDAR.is_workday(day) for day in span) == count


@UNHURRIED
@given(MOMENTS, st.integers(0, 150), st.sampled_from([LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.HOUR]))
def test_a_longer_limit_never_ends_earlier(start, count, unit):
    assert due(start, count, unit).due_at <= due(start, count + 1, unit).due_at


@UNHURRIED
@given(MOMENTS, st.integers(1, 400))
def test_natural_days_roll_only_off_a_day_of_rest(start, count):
    found = due(start, count, LimitUnit.DAY)
    assert found.nominal == start.date() + timedelta(days=count)
    assert found.due_at.date() == CALENDAR.roll(found.nominal, Shift.AFTER)


@UNHURRIED
@given(MOMENTS, st.integers(0, 2000))
def test_hours_run_on_the_clock_through_nights_and_holidays(start, count):
    found = due(start, count, LimitUnit.HOUR)
    assert found.due_at - found.start == timedelta(hours=count)
    assert not found.provisional


@UNHURRIED
@given(MOMENTS, st.integers(1, 31), st.sampled_from([Shift.NONE, Shift.BEFORE, Shift.AFTER]))
def test_a_day_of_the_month_is_the_next_one_still_open(start, day, shift):
    found = due(start, day, LimitUnit.MONTH_DAY, shift=shift)
    assert found.start <= found.due_at <= found.start + timedelta(days=75)
    assert shift is Shift.NONE or CALENDAR.is_workday(found.due_at.date())
    assert found.nominal.day == day or (found.nominal + timedelta(days=1)).day == 1
    again = due(found.due_at, day, LimitUnit.MONTH_DAY, shift=shift)
    assert again.due_at == found.due_at


@pytest.mark.parametrize(
    ("shift", "expected"),
    [(Shift.NONE, "2024-10-20"), (Shift.BEFORE, "2024-10-18"), (Shift.AFTER, "2024-10-21")],
)
def test_by_the_20th_moves_to_the_working_day_asked_for(shift, expected):
    found = due(datetime(2024, 10, 8, 9), 20, LimitUnit.MONTH_DAY, shift=shift)
    assert f"{found.due_at:%Y-%m-%d}" == expected


def test_by_the_20th_asked_after_its_office_close_is_next_months():
    assert due(datetime(2024, 8, 20, 17, 31), 20, LimitUnit.MONTH_DAY).due_at.date() == date(2024, 9, 20)
    assert due(datetime(2024, 2, 10, 9), 31, LimitUnit.MONTH_DAY).due_at.date() == date(2024, 2, 29)


def test_the_same_day_means_the_next_working_day_once_the_office_has_closed():
    assert due(datetime(2024, 4, 30, 17, 30), 0, LimitUnit.WORKDAY).due_at.date() == date(2024, 4, 30)
    assert due(datetime(2024, 4, 30, 9), 0, LimitUnit.WORKDAY).due_at.date() == date(2024, 4, 30)
    assert due(datetime(2024, 4, 30, 18), 0, LimitUnit.WORKDAY).due_at.date() == date(2024, 5, 6)


def test_a_list_pushed_in_the_morning_is_checked_at_15_at_18_and_next_day_at_8():
    found = checkpoints(datetime(2024, 5, 22, 10, 30), CHECKS, CALENDAR)
    assert [f"{moment:%d %H:%M}" for moment in found] == ["22 15:00", "22 18:00", "23 08:00"]
    third = due(datetime(2024, 5, 22, 10, 30), 3, LimitUnit.TIME_OF_DAY, times=CHECKS)
    assert third.due_at == found[2]


@UNHURRIED
@given(MOMENTS, st.sets(st.times(), min_size=1, max_size=6), st.booleans())
def test_checkpoints_come_in_order_after_the_start_and_none_is_lost(start, times, workdays_only):
    found = checkpoints(start, times, CALENDAR, workdays_only=workdays_only)
    assert found == sorted(found)
    assert {moment.time() for moment in found} == times
    assert all(moment > start.replace(tzinfo=TZ) for moment in found)
    if workdays_only:
        assert all(CALENDAR.is_workday(moment.date()) for moment in found)
    else:
        assert found[-1] <= start.replace(tzinfo=TZ) + timedelta(days=1)


@UNHURRIED
@given(MOMENTS, st.integers(1, 40), st.integers(1, 40))
def test_an_extension_continues_the_count_where_the_limit_ended(start, count, more):
    extended = extend(due(start, count, LimitUnit.WORKDAY), Limit(more, LimitUnit.WORKDAY), CALENDAR)
    assert extended.due_at == due(start, count + more, LimitUnit.WORKDAY).due_at
    assert recompute(extended, CALENDAR) == extended


def test_a_promised_date_stands_even_on_a_sunday_and_is_promised_once():
    found = agreed(datetime(2024, 5, 22, 9), date(2024, 6, 30), CALENDAR)
    assert found.due_at == datetime(2024, 6, 30, 17, 30, tzinfo=TZ)
    assert recompute(found, CALENDAR) == found
    with pytest.raises(ValueError, match="承诺日期"):
        extend(found, Limit(1, LimitUnit.WORKDAY), CALENDAR)
    with pytest.raises(ValueError, match="承诺日期"):
        agreed(datetime(2024, 5, 22, 9), date(2024, 5, 21), CALENDAR)


def test_utc_and_local_and_naive_starts_mean_the_same_moment():
    naive = datetime(2024, 5, 1, 7, 30)
    aware = naive.replace(tzinfo=TZ)
    found = {due(start, 3, LimitUnit.WORKDAY).due_at for start in (naive, aware, aware.astimezone(UTC))}
    assert found == {datetime(2024, 5, 8, 17, 30, tzinfo=TZ)}


def test_another_office_close_is_honoured():
    calendar = WorkCalendar(office_close=time(18))
    assert deadline(datetime(2024, 8, 5, 9), Limit(5, LimitUnit.WORKDAY), calendar).due_at.hour == 18


@UNHURRIED
@given(MOMENTS, st.integers(1, 60))
def test_working_days_are_provisional_exactly_when_they_touch_an_unpublished_year(start, count):
    found = due(start, count, LimitUnit.WORKDAY)
    last = found.due_at.date()
    span = range(1, (last - start.date()).days + 1)
    assert found.provisional == any(not 2004 <= (start.date() + timedelta(days=n)).year <= 2026 for n in span)


def test_unit_and_shift_may_come_as_the_strings_a_table_holds():
    assert Limit(20, "MONTH_DAY", "BEFORE") == Limit(20, LimitUnit.MONTH_DAY, Shift.BEFORE)


def test_of_natural_days_only_the_last_one_makes_a_deadline_provisional():
    calendar = WorkCalendar({date(2024, 8, 6): DayRule(False, "台风停工", confirmed=False)})
    days = [deadline(datetime(2024, 8, 5, 9), Limit(n, LimitUnit.DAY), calendar).provisional for n in (1, 2, 3)]
    assert days == [True, False, False]


@UNHURRIED
@given(MOMENTS, st.integers(0, 90), st.sampled_from([LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.HOUR]))
def test_a_deadline_read_back_from_a_table_is_the_one_that_was_set(start, count, unit):
    found = due(start, count, unit)
    args = found.start, found.due_at.astimezone(UTC), found.limit
    assert stored(*args, CALENDAR, provisional=found.provisional) == found


def test_a_stored_moment_stays_when_the_calendar_has_changed():
    found = due(datetime(2024, 8, 5, 9), 5, LimitUnit.WORKDAY)
    calendar = WorkCalendar({date(2024, 8, 6): DayRule(False, "台风停工")})
    kept = stored(found.start, found.due_at, found.limit, calendar)
    assert kept.due_at == found.due_at != recompute(kept, calendar).due_at


def test_an_extension_does_not_make_a_provisional_deadline_sure():
    calendar = WorkCalendar({date(2024, 8, 6): DayRule(False, "台风停工", confirmed=False)})
    first = deadline(datetime(2024, 8, 5, 9), Limit(2, LimitUnit.WORKDAY), calendar)
    assert extend(first, Limit(5, LimitUnit.WORKDAY), calendar).provisional


@pytest.mark.parametrize("by", [Limit(0, LimitUnit.WORKDAY), Limit(20, LimitUnit.MONTH_DAY)])
def test_an_extension_by_nothing_or_to_a_day_of_the_month_is_refused(by):
    with pytest.raises(ValueError, match="延期"):
        extend(due(datetime(2024, 8, 5, 9), 5, LimitUnit.WORKDAY), by, CALENDAR)


@pytest.mark.parametrize(
    ("amount", "unit", "kw"),
    [
        (-1, LimitUnit.WORKDAY, {}),
        (True, LimitUnit.DAY, {}),
        (1.5, LimitUnit.HOUR, {}),
        (99999, LimitUnit.WORKDAY, {}),
        (32, LimitUnit.MONTH_DAY, {}),
        (20, LimitUnit.MONTH_DAY, {"shift": Shift.SKIP}),
        (1, LimitUnit.TIME_OF_DAY, {}),
        (4, LimitUnit.TIME_OF_DAY, {"times": CHECKS}),
        (1, LimitUnit.TIME_OF_DAY, {"times": (time(8), time(8))}),
    ],
)
def test_a_senseless_limit_is_refused_in_chinese(amount, unit, kw):
    with pytest.raises(ValueError, match=r"。$"):
        Limit(amount, unit, **kw)
