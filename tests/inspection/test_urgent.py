"""Straight to the enterprise on a lawful ground, reported within three working days after the visit (I3)."""

from datetime import date

import pytest

from models.errors import Invalid, Refused
from models.inspection import InspectionState as S
from models.inspection.states import Passing
from models.light import Light
from models.sweep import sweep
from tests.inspection.desk import at, day


def test_the_report_is_due_three_working_days_after_the_visit_not_after_the_entry(desk):
    with at("2024-08-06 09:00"):
        row = desk.direct(desk.firm(), date(2024, 8, 2))  # a Friday
    assert (row.state, row.due_at) == (S.CARRIED_OUT, day("2024-08-07 17:30"))


def test_reported_in_time_it_ends_in_time(desk):
    row = desk.direct(desk.firm())
    with at("2024-08-07 16:00"):
        row.report(by=desk.cast.jia_clerk, summary="未发现问题")
    assert (row.state, row.light) == (S.REPORTED, Light.DONE)
    row.close(by=desk.user("park"))
    assert row.state == S.CLOSED


def test_not_reported_it_climbs_the_ladder(desk):
    row = desk.direct(desk.firm())
    with at("2024-08-08 18:00"):
        sweep()
        assert row.light == Light.RED
        assert [action.rung for action in row.actions] == [1]


def test_it_needs_a_reason_two_inspectors_and_a_day_that_has_come(desk):
    for field, given in (("reason", {"reason": " "}), ("inspectors", {"inspectors": "演示-一人"})):
        with pytest.raises(Invalid) as wrong:
            desk.direct(desk.firm(), **given)
        assert wrong.value.field == field
    with pytest.raises(Invalid, match="不能晚于今天"):
        desk.direct(desk.firm(), date(2024, 8, 6))


def test_a_protected_enterprise_may_be_visited_and_is_counted_apart(desk):
    row = desk.direct(desk.firm(is_whitelisted=True))
    assert row.targets[0].passing == Passing.LAWFUL
    assert "投诉举报涉嫌违法" in row.targets[0].passing_note
    assert desk.direct(desk.firm()).targets[0].passing is None


def test_the_first_report_does_not_wait_for_the_procedure_and_the_end_does(desk):
    firm = desk.firm()
    row = desk.direct(firm)
    row.add_hazard(by=desk.cast.jia_clerk, danger="通道堵塞", level="GENERAL", recheck_on=date(2024, 8, 12))
    assert row.due_at == day("2024-08-08 17:30")  # the report comes first
    with pytest.raises(Refused, match="先在3个工作日内报送"):
        row.conclude(by=desk.cast.jia_clerk, concluded_on=date(2024, 8, 5))
    row.report(by=desk.cast.jia_clerk, summary="限期整改")
    assert (row.state, row.due_at, row.answered_at) == (S.REPORTED, day("2024-08-12 17:30"), None)
    with pytest.raises(Refused, match="尚未闭环"):
        row.close(by=desk.user("park"))
    with at("2024-08-12 10:00"):
        row.recheck(by=desk.cast.jia_clerk, note="已清理")
        row.conclude(by=desk.cast.jia_clerk, concluded_on=date(2024, 8, 12))
        assert (row.state, row.due_at) == (S.CONCLUDED, day("2024-08-15 17:30"))
        row.report(by=desk.cast.jia_clerk, summary="整改到位")
        row.close(by=desk.user("park"))
    assert row.state == S.CLOSED
