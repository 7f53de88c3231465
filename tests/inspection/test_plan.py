"""Plans are filed a week ahead, answered for by the head, and only by those who may inspect (I1)."""

from datetime import date

import pytest

from models import Inspection
from models.errors import Invalid, NotPermitted, Refused
from models.inspection import InspectionState as S
from tests.inspection.desk import at, day


def test_a_plan_goes_from_the_clerk_over_the_head_to_the_park(desk):
    row = desk.plan(desk.firm())
    assert (row.state, row.number) == (S.DRAFTED, "JC202408-00001")
    row.approve(by=desk.cast.jia_head, opinion="同意")
    assert (row.state, row.approved_by) == (S.APPROVED, desk.cast.jia_head)
    row.file(by=desk.cast.jia_clerk)
    assert (row.state, row.filed_at) == (S.FILED, day("2024-08-05 09:00"))


def test_it_names_no_day_before_a_week_has_gone_by(desk):
    with pytest.raises(Invalid, match="最早可安排2024-08-12"):
        desk.plan(desk.firm(), date(2024, 8, 11))
    assert desk.plan(desk.firm(), date(2024, 8, 12)).state == S.DRAFTED


def test_a_plan_left_lying_is_too_late_to_be_filed(desk):
    row = desk.plan(desk.firm(), date(2024, 8, 12))
    row.approve(by=desk.cast.jia_head)
    with at("2024-08-06 09:00"), pytest.raises(Refused, match="提前7天"):
        row.file(by=desk.cast.jia_clerk)
    row.reschedule(by=desk.cast.jia_clerk, until=date(2024, 8, 21), reason="报备晚了")
    with at("2024-08-06 09:00"):
        row.file(by=desk.cast.jia_clerk)
    assert row.state == S.FILED


def test_nothing_is_filed_before_the_head_has_approved(desk):
    with pytest.raises(Refused, match="不能报备"):
        desk.plan(desk.firm()).file(by=desk.cast.jia_clerk)


def test_the_clerk_does_not_approve_and_the_head_does_not_approve_for_another_unit(desk):
    row = desk.plan(desk.firm())
    for username in ("jia_clerk", "yi_head"):
        with pytest.raises(NotPermitted):
            row.approve(by=desk.user(username))


def test_the_head_sends_it_back_and_gets_it_again(desk):
    row = desk.plan(desk.firm())
    row.send_back(by=desk.cast.jia_head, reason="依据写明条款")
    assert row.state == S.RETURNED
    row.revise(by=desk.cast.jia_clerk, items="仓储", basis="安全生产法第六十五条第一款")
    assert (row.state, row.basis) == (S.DRAFTED, "安全生产法第六十五条第一款")


def test_a_coordinating_body_supervises_and_does_not_inspect(desk):
    with pytest.raises(Invalid, match="议事协调机构"):
        desk.plan(desk.firm(), by="office_clerk")
    with pytest.raises(Invalid, match="议事协调机构"):
        desk.direct(desk.firm(), by="office_clerk")


def test_a_unit_plans_for_itself_only(desk):
    with pytest.raises(NotPermitted):
        Inspection.plan(
            by=desk.cast.yi_clerk, unit=desk.cast.jia, title="检查", field=desk.field(), items="一", basis="二",
            dates=[(desk.firm(), date(2024, 8, 20))],
        )


def test_the_same_enterprise_is_written_once(desk):
    firm = desk.firm()
    with pytest.raises(Invalid, match="只写一次"):
        Inspection.plan(
            by=desk.cast.jia_clerk, unit=desk.cast.jia, title="检查", field=desk.field(), items="一", basis="二",
            dates=[(firm, date(2024, 8, 20)), (firm, date(2024, 8, 21))],
        )


def test_a_plan_is_withdrawn_with_a_reason(desk):
    row = desk.filed(desk.firm())
    row.withdraw(by=desk.cast.jia_clerk, reason="任务取消")
    assert (row.state, row.is_open) == (S.WITHDRAWN, False)
