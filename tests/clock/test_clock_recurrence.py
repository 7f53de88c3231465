"""Recurring duties: occurrences, their working-day shift, the key of their period, and rules refused."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import WorkCalendar
from models.recurrence import Frequency, Shift, describe, frequency_of, occurrences, period_key, validate_rrule

CALENDAR = WorkCalendar()
UNHURRIED = settings(deadline=None)
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
DUTIES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=MO,WE",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        "FREQ=MONTHLY;BYMONTHDAY=20",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=1WE",
        "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10",
        "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=5",
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15",
    ]
)
NUMBERS = st.lists(st.integers(-32, 32), min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))
WEEKDAYS = st.lists(
    st.builds(
        "{}{}".format, st.sampled_from(["", "", "1", "-1", "5", "9", "53"]), st.sampled_from(["MO", "WE", "SU", "XX"])
    ),
    min_size=1,
    max_size=3,
).map(",".join)
RULES = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["SECONDLY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "NEVER"])},
    optional={
        "INTERVAL": st.integers(-1, 60).map(str),
        "BYMONTH": NUMBERS,
        "BYMONTHDAY": NUMBERS,
        "BYSETPOS": NUMBERS,
        "BYDAY": WEEKDAYS,
        "UNTIL": st.sampled_from(["20241231", "2024-12-31", "20301231T160000Z"]),
    },
).map(lambda parts: ";".join(f"{name}={value}" for name, value in parts.items()))


@pytest.mark.parametrize(
    ("rule", "count", "first", "frequency"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=20", 12, "2024-01", Frequency.MONTHLY),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=11", 105, "2024-01-01", Frequency.DAILY),
        ("FREQ=WEEKLY;BYDAY=TU", 53, "2024-W01", Frequency.WEEKLY),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10", 4, "2024-Q1", Frequency.QUARTERLY),
        ("FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10", 4, "2024-Q1", Frequency.QUARTERLY),
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=5", 2, "2024-H1", Frequency.HALF_YEARLY),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=15", 1, "2024", Frequency.YEARLY),
        ("FREQ=DAILY", 366, "2024-01-01", Frequency.DAILY),
    ],
)
def test_the_duties_of_the_documents_come_as_often_as_they_say(rule, count, first, frequency):
    found = occurrences(rule, *YEAR, CALENDAR)
    assert (len(found), found[0].key, frequency_of(rule)) == (count, first, frequency)


@pytest.mark.parametrize(
    ("frequency", "key"),
    [
        (Frequency.DAILY, "2024-08-20"),
        (Frequency.WEEKLY, "2024-W34"),
        (Frequency.MONTHLY, "2024-08"),
        (Frequency.QUARTERLY, "2024-Q3"),
        (Frequency.HALF_YEARLY, "2024-H2"),
        (Frequency.YEARLY, "2024"),
    ],
)
def test_a_period_is_named_so_that_names_sort(frequency, key):
    assert period_key(frequency, date(2024, 8, 20)) == key
    assert period_key(frequency, date(2023, 8, 20)) < key < period_key(frequency, date(2025, 8, 26))


def test_the_last_days_of_december_may_belong_to_the_next_years_first_week():
    assert period_key(Frequency.WEEKLY, date(2024, 12, 30)) == "2025-W01"


@pytest.mark.parametrize(
    ("shift", "expected"),
    [(Shift.NONE, "2024-10-20"), (Shift.BEFORE, "2024-10-18"), (Shift.AFTER, "2024-10-21"), (Shift.SKIP, None)],
)
def test_a_day_of_rest_shifts_the_deadline_but_not_the_period(shift, expected):
    found = occurrences("FREQ=MONTHLY;BYMONTHDAY=20", date(2024, 10, 1), date(2024, 10, 31), CALENDAR, shift)
    assert [f"{one.due_at:%Y-%m-%d %H:%M}" for one in found] == ([f"{expected} 17:30"] if expected else [])
    assert all(one.key == "2024-10" for one in found)


def test_every_working_day_is_a_daily_rule_that_skips_days_of_rest():
    found = occurrences("FREQ=DAILY", date(2024, 5, 1), date(2024, 5, 12), CALENDAR, Shift.SKIP)
    assert [one.day.day for one in found] == [6, 7, 8, 9, 10, 11]


def test_the_rules_own_hour_wins_over_the_duties_hour_and_that_over_office_close():
    window = (date(2024, 5, 20), date(2024, 5, 20))
    hours = [
        occurrences(rule, *window, CALENDAR, at=at)[0].due_at.time()
        for rule, at in [("FREQ=DAILY;BYHOUR=11", time(9)), ("FREQ=DAILY", time(9)), ("FREQ=DAILY", None)]
    ]
    assert hours == [time(11), time(9), time(17, 30)]


@UNHURRIED
@given(DUTIES, st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(0, 800), st.sampled_from(list(Shift)))
def test_each_period_has_its_task_once_and_shifted_deadlines_are_worked(rule, start, span, shift):
    found = occurrences(rule, start, start + timedelta(days=span), CALENDAR, shift)
    assert len({one.key for one in found}) == len(found)
    assert [one.day for one in found] == sorted(one.day for one in found)
    for one in found:
        assert one.key == period_key(frequency_of(rule), one.day)
        assert shift is Shift.NONE or CALENDAR.is_workday(one.due_at.date())
        assert shift is not Shift.BEFORE or one.due_at.date() <= one.day
        assert shift is not Shift.AFTER or one.due_at.date() >= one.day


@UNHURRIED
@given(DUTIES, st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(0, 300), st.integers(1, 300))
def test_windows_side_by_side_find_what_one_window_finds(rule, start, first, second):
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    parts = occurrences(rule, start, middle, CALENDAR) + occurrences(rule, middle + timedelta(days=1), end, CALENDAR)
    assert parts == occurrences(rule, start, end, CALENDAR)


@UNHURRIED
@given(st.dates(date(2000, 1, 1), date(2020, 12, 31)), st.integers(1, 12), st.integers(0, 4000))
def test_intervals_are_counted_from_the_anchor_however_long_ago_it_was(anchor, interval, later):
    start = anchor + timedelta(days=later)
    found = occurrences(f"FREQ=WEEKLY;INTERVAL={interval}", start, start + timedelta(days=200), CALENDAR, anchor=anchor)
    expected = [n for n in range(later, later + 201) if n % (7 * interval) == 0]
    assert [(one.day - anchor).days for one in found] == expected


@pytest.mark.parametrize("month", range(1, 13))
def test_a_monthly_rule_anchored_on_the_31st_keeps_to_months_that_have_one(month):
    start = date(2024, month, 1)
    found = occurrences("FREQ=MONTHLY", start, start + timedelta(days=30), CALENDAR, anchor=date(2020, 1, 31))
    assert [one.day for one in found] == ([start.replace(day=31)] if month in {1, 3, 5, 7, 8, 10, 12} else [])


def test_a_rule_with_a_count_needs_the_day_it_counts_from():
    rule = "FREQ=MONTHLY;COUNT=3"
    found = occurrences(rule, *YEAR, CALENDAR, anchor=date(2023, 12, 31))
    assert [one.day for one in found] == [date(2024, 1, 31), date(2024, 3, 31)]
    with pytest.raises(ValueError, match="从哪一天起算"):
        occurrences(rule, *YEAR, CALENDAR)


def test_a_rule_ends_on_its_last_local_day():
    for until in ("20240320", "20240319T160000Z", "20240320T090000"):
        found = occurrences(f"FREQ=MONTHLY;BYMONTHDAY=20;UNTIL={until}", *YEAR, CALENDAR)
        assert [one.day.month for one in found] == [1, 2, 3]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "每月20日",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "FREQ=FORTNIGHTLY",
        "BYMONTHDAY=20",
        "FREQ=MONTHLY;BYMONTHDAY=20;BYMONTHDAY=21",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYDAY=9MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=99999",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=DAILY;BYMINUTE=5",
        "FREQ=DAILY;BYSECOND=5",
        "FREQ=YEARLY;BYEASTER=1",
        "FREQ=DAILY;COUNT=5;UNTIL=20241231",
        "FREQ=DAILY;UNTIL=明年",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;" + "BYMONTH=" + ",".join(["1"] * 200),
    ],
)
def test_a_bad_dense_or_empty_rule_is_refused_in_chinese(rule):
    with pytest.raises(ValueError, match=r"。$"):
        validate_rrule(rule)


def test_a_rule_that_its_anchor_makes_empty_is_refused():
    rule = "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29"
    assert occurrences(rule, *YEAR, CALENDAR, anchor=date(2020, 1, 1))[0].day == date(2024, 2, 29)
    with pytest.raises(ValueError, match="没有任何一天"):
        occurrences(rule, *YEAR, CALENDAR, anchor=date(2021, 1, 1))


@UNHURRIED
@given(RULES)
def test_any_rule_is_either_usable_or_refused_in_chinese(rule):
    try:
        spelled, complaint = validate_rrule(rule), ""
    except ValueError as refusal:
        spelled, complaint = "", str(refusal)
    assert spelled or complaint.endswith("。")
    if not spelled:
        return
    found = occurrences(spelled, *YEAR, CALENDAR)
    assert len({one.key for one in found}) == len(found) <= 366
    assert describe(spelled).startswith("每")
    assert validate_rrule(spelled) == spelled


@pytest.mark.parametrize(
    ("rule", "shift", "words"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=20", Shift.BEFORE, "每月20日，逢休息日提前到工作日"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=11", Shift.NONE, "每周一、周三11:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", Shift.NONE, "每2周的周五"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", Shift.NONE, "每月周一至周五中的最后一个"),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR", Shift.NONE, "每月第1个周一、最后一个周五"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1", Shift.NONE, "每季度最后一天"),
        ("FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-2", Shift.NONE, "每年6月、12月倒数第2天"),
        ("FREQ=DAILY;UNTIL=20241231", Shift.SKIP, "每日，休息日除外，至2024年12月31日"),
        ("FREQ=YEARLY;BYMONTHDAY=8;COUNT=3", Shift.NONE, "每年每月8日，共3次"),
    ],
)
def test_a_rule_reads_as_officials_would_say_it(rule, shift, words):
    assert describe(rule, shift) == words


def test_the_shift_may_come_as_the_string_a_table_holds():
    found = occurrences("FREQ=MONTHLY;BYMONTHDAY=20", date(2024, 10, 1), date(2024, 10, 31), CALENDAR, "BEFORE")
    assert found[0].due_at.replace(tzinfo=None) == datetime(2024, 10, 18, 17, 30)
