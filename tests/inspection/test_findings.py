"""Results, hidden dangers with re-checks, penalties, the report after the procedure has closed (I4)."""

from datetime import date
from decimal import Decimal

import pytest

from models import LeniencyItem, db
from models.errors import Invalid, Refused
from models.inspection import InspectionState as S
from models.inspection.states import Finding, HazardState
from models.light import Light
from models.sweep import sweep
from tests.inspection.desk import at, day


def _dangerous(desk, **more):
    row = desk.filed(desk.firm())
    with at("2024-08-20 15:00"):
        desk.visit(row, finding=Finding.HAZARD, danger="消防通道堵塞", recheck_on=date(2024, 8, 27), **more)
    return row


def test_nothing_found_the_procedure_closes_with_the_visit(desk):
    row = desk.filed(desk.firm())
    with at("2024-08-20 15:00"):
        desk.visit(row)
        assert (row.state, row.due_at) == (S.CONCLUDED, day("2024-08-23 17:30"))


def test_the_report_is_due_three_working_days_after_the_procedure_closed(desk):
    row = _dangerous(desk)
    with at("2024-08-27 10:00"):
        row.recheck(by=desk.cast.jia_clerk, note="已清理")
        row.conclude(by=desk.cast.jia_clerk, concluded_on=date(2024, 8, 27))
        assert (row.state, row.due_at) == (S.CONCLUDED, day("2024-08-30 17:30"))
        row.report(by=desk.cast.jia_clerk, summary="隐患已销号")
        row.close(by=desk.user("park"))
    assert (row.state, row.hazards[0].state) == (S.CLOSED, HazardState.CLEARED)


def test_the_recheck_date_is_the_clock_the_sweep_watches(desk):
    row = _dangerous(desk)
    assert row.due_at == day("2024-08-27 17:30")
    with at("2024-08-28 08:00"):
        sweep()
        assert row.light == Light.RED
        assert [action.rung for action in row.actions] == [1]


def test_with_several_dangers_the_earliest_date_runs(desk):
    row = _dangerous(desk)
    with at("2024-08-20 16:00"):
        row.add_hazard(by=desk.cast.jia_clerk, danger="台账缺失", level="GENERAL", recheck_on=date(2024, 8, 23))
    assert row.due_at == day("2024-08-23 17:30")


def test_what_is_not_put_right_gets_another_date_and_keeps_the_procedure_open(desk):
    row = _dangerous(desk)
    number = row.hazards[0].id
    with at("2024-08-27 10:00"):
        with pytest.raises(Invalid, match="填写今天以后的复查日期"):
            row.recheck(by=desk.cast.jia_clerk, note="未到位", left=f"{number}")
        with pytest.raises(Invalid, match="没有编号为999999"):
            row.recheck(by=desk.cast.jia_clerk, note="未到位", left="999999", again=date(2024, 9, 3))
        row.recheck(by=desk.cast.jia_clerk, note="未到位", left=f"{number}号", again=date(2024, 9, 3))
        with pytest.raises(Refused, match="还有1项隐患"):
            row.conclude(by=desk.cast.jia_clerk, concluded_on=date(2024, 8, 27))
    assert (row.hazards[0].rechecks, row.due_at) == (1, day("2024-09-03 17:30"))


def test_a_danger_needs_words_and_a_date(desk):
    row = desk.filed(desk.firm())
    with at("2024-08-20 15:00"):
        for more, field in (({}, "danger"), ({"danger": "堵塞"}, "recheck_on"), ({"danger": "堵塞", "recheck_on": date(2024, 8, 1)}, "recheck_on")):
            with pytest.raises(Invalid) as wrong:
                desk.visit(row, finding=Finding.HAZARD, **more)
            assert wrong.value.field == field
    assert (row.state, row.hazards) == (S.FILED, [])


def test_a_penalty_names_the_decision_and_the_leniency_item(desk):
    db.session.add(LeniencyItem(code="MF-01", kind="EXEMPT", title="首次台账不全", conditions="首次且当场改正", basis="行政处罚法第三十三条"))
    db.session.flush()
    row = desk.filed(desk.firm())
    given = {"by": desk.cast.jia_clerk, "decided_on": date(2024, 8, 22), "violation": "台账不全"}
    with at("2024-08-22 15:00"):
        desk.visit(row, finding=Finding.VIOLATION)
        with pytest.raises(Invalid, match="请填写金额"):
            row.penalise(kind="FINE", document_no="罚1号", **given)
        with pytest.raises(Invalid, match="清单事项编号"):
            row.penalise(kind="NONE", document_no="免1号", **given)
        with pytest.raises(Invalid, match="没有这个编号"):
            row.penalise(kind="NONE", document_no="免1号", item="XX", **given)
        row.penalise(kind="NONE", document_no="免1号", item="MF-01", **given)
        row.penalise(kind="FINE", document_no="罚1号", amount=Decimal("0.50"), **given)
    assert [p.leniency_item.code if p.leniency_item else None for p in row.penalties] == ["MF-01", None]


def test_a_violation_keeps_the_procedure_open_until_it_is_declared_closed(desk):
    row = desk.filed(desk.firm())
    with at("2024-08-22 15:00"):
        desk.visit(row, date(2024, 8, 20), finding=Finding.VIOLATION)
        with pytest.raises(Refused, match="程序闭环后再报送"):
            row.report(by=desk.cast.jia_clerk, summary="还没完")
        row.conclude(by=desk.cast.jia_clerk, concluded_on=date(2024, 8, 21))
    assert (row.state, row.due_at) == (S.CONCLUDED, day("2024-08-26 17:30"))


def test_several_enterprises_are_recorded_one_by_one(desk):
    one, two = desk.firm(), desk.firm()
    row = desk.filed(one, dates=[(one, date(2024, 8, 20)), (two, date(2024, 8, 21))])
    with at("2024-08-21 15:00"):
        with pytest.raises(Invalid, match="哪家企业"):
            desk.visit(row, date(2024, 8, 21))
        desk.visit(row, date(2024, 8, 20), enterprise=one.name)
        assert row.state == S.FILED
        desk.visit(row, date(2024, 8, 21))
    assert row.state == S.CONCLUDED


def test_nobody_goes_earlier_than_filed(desk):
    row = desk.filed(desk.firm())
    with at("2024-08-19 15:00"), pytest.raises(Invalid, match="提前检查请先改期"):
        desk.visit(row, date(2024, 8, 19))
