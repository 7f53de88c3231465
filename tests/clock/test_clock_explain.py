"""期限怎么算的: the table and the sentence say the same as the deadline."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import (
    CellKind,
    DayRule,
    Limit,
    LimitUnit,
    Shift,
    WorkCalendar,
    agreed,
    deadline,
    explain,
    extend,
    remaining,
)

CALENDAR = WorkCalendar()
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2028, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
LIMITS = st.one_of(
    st.builds(Limit, st.integers(0, 80), st.sampled_from([LimitUnit.WORKDAY, LimitUnit.DAY])),
    st.builds(Limit, st.integers(0, 500), st.just(LimitUnit.HOUR)),
    st.builds(
        Limit,
        st.integers(1, 31),
        st.just(LimitUnit.MONTH_DAY),
        st.sampled_from([Shift.NONE, Shift.BEFORE, Shift.AFTER]),
    ),
    st.just(Limit(3, LimitUnit.TIME_OF_DAY, times=(time(15), time(18), time(8)))),
)
UNHURRIED = settings(deadline=None)
MAY = deadline(datetime(2024, 4, 30, 10, 12), Limit(10, LimitUnit.WORKDAY), CALENDAR)


def table(found):
    return [" ".join(f"{cell.day.day}{cell.mark}" for cell in row.cells) for row in found.weeks]


def rule(start, limit, **kw):
    return explain(deadline(start, limit, CALENDAR), CALENDAR, **kw).sentence


def test_the_table_of_the_record_page_counts_skips_works_instead_and_runs_late():
    found = explain(MAY, CALENDAR, now=datetime(2024, 5, 22, 9))
    assert table(found) == [
        "29 30派发 1休 2休 3休 4休 5休",
        "61 72 83 94 105 116班 12休",
        "137 148 159 1610 17+1 18休 19休",
        "20+2 21+3 22+4 23 24 25 26",
    ]
    assert [cell.day.day for cell in found.days if cell.today] == [22]
    reasons = {cell.day: cell.reason for cell in found.days}
    assert reasons[date(2024, 5, 4)] == "劳动节"
    assert reasons[date(2024, 5, 12)] == "周末"
    assert reasons[date(2024, 5, 11)] == "劳动节调休上班，第6个工作日"
    assert reasons[date(2024, 5, 16)] == "到期日，17:30止"


def test_the_sentence_says_start_limit_and_what_was_skipped():
    assert explain(MAY, CALENDAR).sentence == ("派发次日起算，限10个工作日；劳动节5天和周末不计，5月11日调休上班计入。")
    assert explain(MAY, CALENDAR, basis="服务标准第12项", note="签收早晚不影响").sentence == (
        "派发次日起算，限10个工作日（服务标准第12项）；劳动节5天和周末不计，5月11日调休上班计入；签收早晚不影响。"
    )


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        (
            datetime(2024, 9, 9, 9),
            Limit(6, LimitUnit.DAY),
            "派发次日起算，限6天（自然日）；休息日照计，末日9月15日逢中秋节，顺延至9月18日。",
        ),
        (datetime(2024, 8, 5, 9), Limit(7, LimitUnit.DAY), "派发次日起算，限7天（自然日）；休息日照计。"),
        (datetime(2024, 5, 6, 10, 12), Limit(72, LimitUnit.HOUR), "自5月6日10:12派发起，限72小时，连续计算。"),
        (
            datetime(2024, 10, 8, 9),
            Limit(20, LimitUnit.MONTH_DAY, Shift.BEFORE),
            "派发后按月定日，以每月20日（逢休息日提前到工作日）为限；10月20日逢周末，提前至10月18日。",
        ),
        (
            datetime(2024, 5, 22, 9),
            Limit(3, LimitUnit.TIME_OF_DAY, times=(time(15), time(18), time(8))),
            "派发后定时核对，以15:00、18:00、08:00中的第3次为限，连续计算。",
        ),
        (datetime(2024, 4, 30, 18), Limit(0, LimitUnit.WORKDAY), "派发当日为限；当日已下班，顺延至5月6日。"),
        (datetime(2024, 8, 5, 9), Limit(1, LimitUnit.WORKDAY), "派发次日起算，限1个工作日。"),
        (
            datetime(2026, 12, 31, 9),
            Limit(1, LimitUnit.WORKDAY),
            "派发次日起算，限1个工作日；元旦1天和周末不计；2027年放假安排尚未公布，到期日暂定。",
        ),
    ],
)
def test_each_kind_of_clock_has_its_own_sentence(start, limit, expected):
    assert rule(start, limit) == expected


def test_an_entered_exception_is_named_and_an_unsure_one_is_marked():
    calendar = WorkCalendar({date(2024, 8, 6): DayRule(False, "台风停工", confirmed=False)})
    found = explain(deadline(datetime(2024, 8, 5, 9), Limit(2, LimitUnit.WORKDAY), calendar), calendar)
    assert found.sentence == "派发次日起算，限2个工作日；台风停工1天不计；2024年放假安排尚未确认，到期日暂定。"
    assert [cell.day.day for cell in found.days if not cell.confirmed] == [6]


def test_an_extension_and_a_promise_are_said():
    extended = extend(MAY, Limit(5, LimitUnit.WORKDAY), CALENDAR)
    assert "；经批准延长5个工作日，至5月23日。" in explain(extended, CALENDAR).sentence
    rolled = deadline(datetime(2024, 9, 9, 9), Limit(6, LimitUnit.DAY), CALENDAR)
    longer = explain(extend(rolled, Limit(3, LimitUnit.DAY), CALENDAR), CALENDAR).sentence
    assert longer == "派发次日起算，限6天（自然日）；休息日照计；经批准延长3天（自然日），至9月23日。"
    promised = agreed(datetime(2024, 5, 22, 9), date(2025, 1, 3), CALENDAR)
    assert explain(promised, CALENDAR).sentence == "以2025年1月3日17:30为限。"


def test_more_than_five_weeks_show_the_first_two_and_the_last_two():
    found = explain(deadline(datetime(2024, 5, 6, 9), Limit(40, LimitUnit.WORKDAY), CALENDAR), CALENDAR)
    assert [(len(row.cells), row.omitted) for row in found.weeks] == [(7, 0), (7, 0), (0, 5), (7, 0), (7, 0)]
    assert found.weeks[-1].cells[0].kind is CellKind.DUE


def test_a_deadline_long_past_stays_in_sight():
    found = explain(MAY, CALENDAR, now=datetime(2024, 8, 1, 9))
    shown = [cell.kind for row in found.weeks for cell in row.cells]
    assert shown.count(CellKind.DUE) == 1
    assert sum(bool(row.omitted) for row in found.weeks) == 1


@UNHURRIED
@given(MOMENTS, LIMITS, st.integers(0, 60))
def test_the_table_agrees_with_the_deadline_and_the_light(start, limit, late):
    due = deadline(start, limit, CALENDAR)
    now = due.due_at + timedelta(days=late)
    found = explain(due, CALENDAR, now=now)
    days = [cell.day for cell in found.days]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert (days[0].weekday(), days[-1].weekday()) == (0, 6)
    ends = [cell for cell in found.days if cell.kind is CellKind.DUE]
    assert [cell.day for cell in ends] == [due.due_at.date()]
    if limit.unit in (LimitUnit.WORKDAY, LimitUnit.HOUR) and limit.amount and due.nominal != start.date():
        assert ends[0].number == limit.amount
    worked = [cell for cell in found.days if cell.kind is CellKind.LATE]
    if limit.unit not in (LimitUnit.HOUR, LimitUnit.TIME_OF_DAY):
        assert len(worked) == -remaining(now, due.due_at, CALENDAR).days
    shown = [cell for row in found.weeks for cell in row.cells]
    assert len(shown) + 7 * sum(row.omitted for row in found.weeks) == len(found.days)
    assert found.sentence.index("。") == len(found.sentence) - 1
    assert ("暂定" in found.sentence) == due.provisional


@UNHURRIED
@given(MOMENTS, st.integers(1, 80))
def test_the_counted_days_are_numbered_one_by_one_and_every_other_day_says_why_not(start, count):
    found = explain(deadline(start, Limit(count, LimitUnit.WORKDAY), CALENDAR), CALENDAR)
    numbers = [cell.number for cell in found.days if cell.kind in (CellKind.COUNTED, CellKind.DUE)]
    assert numbers == list(range(1, count + 1))
    assert all(cell.reason for cell in found.days if cell.kind is not CellKind.OUT)


@UNHURRIED
@given(MOMENTS, st.integers(25, 600))
def test_an_hour_clock_shows_the_hours_used_up_by_the_end_of_each_day(start, hours):
    due = deadline(start, Limit(hours, LimitUnit.HOUR), CALENDAR)
    found = explain(due, CALENDAR, now=due.due_at + timedelta(hours=30))
    used = [cell.number for cell in found.days if cell.kind in (CellKind.COUNTED, CellKind.DUE)]
    assert used == sorted(used)
    assert used[-1] == hours
    late = [cell.number for cell in found.days if cell.kind is CellKind.LATE]
    assert late == sorted(late)
    assert late[-1] == 30


def test_natural_days_are_counted_through_weekends_and_the_roll_is_shown():
    found = explain(deadline(datetime(2024, 9, 9, 9), Limit(6, LimitUnit.DAY), CALENDAR), CALENDAR)
    assert table(found) == ["9派发 101 112 123 134 145班 15休", "16休 17休 189 19 20 21 22"]
