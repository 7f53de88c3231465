"""The calendar: exceptions, settled years, and counting checked against a plain walk."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import DayRule, DaySource, Limit, LimitUnit, Shift, WorkCalendar, deadline, parse_notice, recompute

CALENDAR = WorkCalendar()
KNOWN = st.dates(date(2004, 1, 1), date(2026, 12, 31))
ANY = st.dates(date(1950, 1, 1), date(2150, 12, 31))
RULES = st.dictionaries(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.builds(DayRule, is_workday=st.booleans(), label=st.just("例外"), confirmed=st.booleans()),
    max_size=40,
)
UNHURRIED = settings(deadline=None)


def plain_count(calendar, after, through):
    days = (after + timedelta(days=n) for n in range(1, (through - after).days + 1))
    return sum(calendar.is_workday(day) for day in days)


@UNHURRIED
@given(KNOWN)
def test_published_years_agree_with_the_library_on_every_day(day):
    assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day)
    assert CALENDAR.day(day).confirmed


@UNHURRIED
@given(ANY)
def test_no_year_is_refused_and_only_published_ones_are_sure(day):
    info = CALENDAR.day(day)
    assert info.confirmed == (2004 <= day.year <= 2026)
    assert info.day == day


@UNHURRIED
@given(RULES, ANY, st.integers(0, 400))
def test_counting_agrees_with_walking_day_by_day(rules, start, span):
    calendar = WorkCalendar(rules)
    end = start + timedelta(days=span)
    count = plain_count(calendar, start, end)
    assert calendar.working_days_between(start, end) == count
    assert calendar.working_days_between(end, start) == -count


@UNHURRIED
@given(RULES, ANY, st.integers(1, 300))
def test_adding_lands_on_the_working_day_with_that_number(rules, start, count):
    calendar = WorkCalendar(rules)
    end = calendar.add(start, count)
    assert calendar.is_workday(end)
    assert plain_count(calendar, start, end) == count
    back = calendar.add(end, -count)
    assert calendar.is_workday(back)
    assert plain_count(calendar, back, end) == count


@UNHURRIED
@given(RULES, ANY, st.integers(0, 200), st.integers(0, 200))
def test_adding_in_two_steps_is_adding_at_once(rules, start, first, second):
    calendar = WorkCalendar(rules)
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@UNHURRIED
@given(RULES, ANY)
def test_a_rolled_day_is_the_nearest_working_day_on_its_side(rules, day):
    calendar = WorkCalendar(rules)
    before, after = calendar.roll(day, Shift.BEFORE), calendar.roll(day, Shift.AFTER)
    assert before <= day <= after
    assert calendar.is_workday(before)
    assert calendar.is_workday(after)
    assert (before == after == day) == calendar.is_workday(day)
    assert calendar.working_days_between(before, after) == (0 if before == after else 1)
    assert calendar.roll(day, Shift.NONE) == day


def test_an_entered_exception_beats_the_published_holiday_and_the_estimate():
    rules = {
        date(2024, 5, 1): DayRule(True, "防汛值守"),
        date(2024, 7, 26): DayRule(False, "台风停工", "区防指〔2024〕3号"),
        date(2027, 2, 8): DayRule(False, "春节", confirmed=False),
    }
    calendar = WorkCalendar(rules)
    for day, rule in rules.items():
        info = calendar.day(day)
        assert (info.is_workday, info.label, info.confirmed) == (rule.is_workday, rule.label, rule.confirmed)
        assert info.source is DaySource.MANUAL


def test_one_typhoon_day_does_not_settle_an_unpublished_year():
    calendar = WorkCalendar({date(2027, 7, 26): DayRule(False, "台风停工")})
    assert calendar.day(date(2027, 7, 26)).confirmed
    assert not calendar.day(date(2027, 7, 27)).confirmed


def test_entering_the_yearly_notice_settles_the_year_and_moves_open_deadlines():
    notice = """一、元旦：1月1日至3日放假，共3天。二、劳动节：5月1日至5日放假调休，共5天。5月8日上班。
    三、国庆节：10月1日至7日放假调休，共7天。10月9日上班。"""
    calendar = WorkCalendar(parse_notice(notice, 2027))
    assert all(calendar.day(date(2027, 1, 1) + timedelta(days=n)).confirmed for n in range(365))
    assert calendar.is_workday(date(2027, 4, 5))  # this notice leaves it out, so it is an ordinary Monday
    before = deadline(datetime(2027, 4, 30, 9), Limit(1, LimitUnit.WORKDAY), CALENDAR)
    after = recompute(before, calendar)
    assert (before.due_at.date(), before.provisional) == (date(2027, 5, 3), True)
    assert (after.due_at.date(), after.provisional) == (date(2027, 5, 6), False)


@pytest.mark.parametrize("missing", [{date(2027, 10, 1)}, {date(2027, 1, 1), date(2027, 5, 1)}])
def test_half_a_notice_or_a_guess_does_not_settle_the_year(missing):
    days = [date(2027, 1, 1), date(2027, 5, 1), date(2027, 10, 1)]
    half = WorkCalendar({day: DayRule(False, "节日") for day in days if day not in missing})
    guess = WorkCalendar({day: DayRule(False, "节日", confirmed=day not in missing) for day in days})
    assert not half.day(date(2027, 3, 1)).confirmed
    assert not guess.day(date(2027, 3, 1)).confirmed


@pytest.mark.parametrize("moment", [date(2024, 5, 6), datetime(2024, 5, 6, 23, 59), datetime(2024, 5, 6)])
def test_a_moment_counts_as_its_local_day(moment):
    assert CALENDAR.working_days_between(moment, date(2024, 5, 11)) == 5
