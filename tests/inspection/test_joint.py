"""Plans that touch the same enterprise become one visit: arranged, confirmed, announced, carried out, summed up (I2)."""

from datetime import date

import pytest
import sqlalchemy as sa

from models import Inspection, JointInspection, db
from models.errors import Invalid, NotPermitted, Refused
from models.inspection import InspectionState as S
from models.inspection import JointState as J
from models.inspection.merging import propose_joints
from models.inspection.states import Finding
from models.matter_unit import Part
from models.sweep import sweep
from tests.inspection.desk import PEOPLE, at, day


def _joints() -> list[JointInspection]:
    return list(db.session.scalars(sa.select(JointInspection).order_by(JointInspection.id)))


def test_two_plans_in_the_window_become_one_proposal_once(desk):
    firm = desk.firm()
    desk.filed(firm, date(2024, 8, 20))
    desk.filed(firm, date(2024, 8, 28), by="bing_clerk", field="shipin")
    assert sweep()["拟议联合检查"] == 2
    assert sweep()["拟议联合检查"] == 0
    joint = _joints()[0]
    assert (joint.state, joint.enterprise, joint.planned_on, joint.unit) == (J.PROPOSED, firm, date(2024, 8, 28), desk.cast.jia)
    assert [part.role for part in joint.parts] == [Part.LEAD, Part.CO]


def test_days_too_far_apart_and_the_same_unit_are_left_alone(desk):
    far, same = desk.firm(), desk.firm()
    desk.filed(far, date(2024, 8, 20))
    desk.filed(far, date(2024, 8, 31), by="bing_clerk")
    desk.filed(same, date(2024, 8, 20))
    desk.filed(same, date(2024, 8, 21))
    assert propose_joints() == 0


def test_a_third_plan_joins_the_open_proposal(desk):
    firm = desk.firm()
    joint = desk.proposed(firm)
    desk.filed(firm, date(2024, 8, 24), by="yi_clerk")
    assert propose_joints() == 1
    assert _joints() == [joint]
    assert {unit.code for unit in joint.units()} == {"renshe", "shichang", "caizheng"}


def test_urgent_visits_are_never_merged(desk):
    firm = desk.firm()
    desk.direct(firm)
    desk.filed(firm, date(2024, 8, 14), by="bing_clerk")
    assert propose_joints() == 0


def test_the_way_of_a_joint_visit(desk):
    firm = desk.firm()
    joint = desk.proposed(firm)
    joint.arrange(by=desk.user("park"), lead=desk.unit("shichang"), planned_on=date(2024, 8, 21), place="九时园区门口")
    members = [target.inspection for target in joint.targets]
    assert {row.state for row in members} == {S.MERGED}
    assert (joint.unit.code, {target.planned_on for target in joint.targets}) == ("shichang", {date(2024, 8, 21)})
    joint.confirm(by=desk.user("jia_clerk"))
    assert joint.state == J.ARRANGED
    joint.confirm(by=desk.user("bing_clerk"))
    assert (joint.state, joint.due_at) == (J.AGREED, day("2024-08-21 17:30"))


def test_a_unit_objects_with_a_reason_and_the_park_decides_again(desk):
    joint = desk.proposed(desk.firm())
    joint.arrange(by=desk.user("park"), lead=joint.unit, planned_on=date(2024, 8, 21))
    joint.object(by=desk.user("bing_clerk"), reason="当天有全市统一行动")
    assert (joint.state, joint.returns) == (J.PROPOSED, 1)
    joint.decline(by=desk.user("park"), reason="检查内容不宜合并")
    assert (joint.state, {t.inspection.state for t in joint.targets}) == (J.DECLINED, {S.FILED})
    assert propose_joints() == 0  # what was declined is not proposed again
    with at("2024-08-21 10:00"):
        desk.visit(joint.targets[0].inspection, date(2024, 8, 21))


def test_only_the_park_committee_arranges(desk):
    joint = desk.proposed(desk.firm())
    with pytest.raises(NotPermitted):
        joint.arrange(by=desk.user("jia_clerk"), lead=joint.unit, planned_on=date(2024, 8, 21))


def test_a_member_is_not_visited_alone(desk):
    joint = desk.agreed(desk.firm())
    with at("2024-08-20 10:00"), pytest.raises(Refused, match=f"已并入{joint.number}"):
        desk.visit(joint.targets[0].inspection)


def test_the_enterprise_is_told_before_the_visit_by_a_numbered_letter(desk):
    firm = desk.firm()
    joint = desk.agreed(firm)
    joint.notify(by=desk.user("park"), contact="演示-园区，0000-2000001")
    with at("2024-08-20 10:00"), pytest.raises(Refused, match="尚未签发"):
        joint.carry_out(by=desk.cast.jia_clerk, visited_on=date(2024, 8, 20), inspectors=PEOPLE, result="未告知")
    letter = joint.notices[0]
    letter.issue(by=desk.cast.supervisor, render=lambda notice: b"%PDF")
    assert (letter.title, letter.addressee, letter.addressee_unit.code) == ("联合检查通知书", firm.name, "gongyeyuan")
    for words in ("2024年8月20日", "区人社局、区市场监管局", "仓储和台账（区人社局）", "生产许可（区市场监管局）"):
        assert words in letter.body
    assert letter.number == "示营检〔2024〕1号"
    with at("2024-08-20 16:00"):
        joint.carry_out(by=desk.cast.jia_clerk, visited_on=date(2024, 8, 20), inspectors=PEOPLE, result="一次完成")
    assert joint.state == J.DONE


def test_each_unit_records_its_own_result_and_the_park_sums_up_when_all_have_reported(desk):
    joint = desk.done(desk.firm())
    first, second = (target.inspection for target in joint.targets)
    with at("2024-08-20 17:00"):
        with pytest.raises(Invalid, match="2024-08-20实施"):
            desk.visit(first, date(2024, 8, 19))
        desk.visit(first)
        desk.visit(second, by="bing_clerk")
        first.report(by=desk.cast.jia_clerk, summary="未发现问题")
        with pytest.raises(Refused, match="区市场监管局尚未报送"):
            joint.close(by=desk.user("park"), summary="总结")
        second.report(by=desk.user("bing_clerk"), summary="未发现问题")
        joint.close(by=desk.user("park"), summary="两个部门一次查完")
    assert joint.state == J.CLOSED


def test_what_was_found_together_is_looked_at_again_together(desk):
    joint = desk.done(desk.firm())
    rows = [target.inspection for target in joint.targets]
    with at("2024-08-20 17:00"):
        for row, user in zip(rows, ("jia_clerk", "bing_clerk"), strict=True):
            desk.visit(row, finding=Finding.HAZARD, danger="通道堵塞", recheck_on=date(2024, 8, 30), by=user)
        with pytest.raises(Refused, match="联合复查"):
            rows[0].recheck(by=desk.cast.jia_clerk, note="自己去")
    with at("2024-08-30 10:00"):
        left = rows[1].hazards[0]
        joint.recheck(by=desk.cast.jia_clerk, note="一项未到位", left=f"{left.id}", again=date(2024, 9, 6))
    assert [hazard.is_open for row in rows for hazard in row.hazards] == [False, True]
    assert (left.is_joint, left.recheck_on, rows[1].due_at) == (True, date(2024, 9, 6), day("2024-09-06 17:30"))


def test_a_proposal_left_with_one_unit_lapses(desk):
    joint = desk.proposed(desk.firm())
    joint.targets[0].inspection.withdraw(by=desk.cast.jia_clerk, reason="任务取消")
    assert joint.state == J.DECLINED
    assert db.session.scalars(sa.select(Inspection.state_code).where(Inspection.unit == desk.unit("shichang"))).one() == "FILED"


def test_a_joint_visit_is_not_arranged_on_a_protected_day(desk):
    firm = desk.firm()
    joint = desk.proposed(firm)
    firm.is_whitelisted = True
    with pytest.raises(Invalid, match="白名单"):
        joint.arrange(by=desk.user("park"), lead=joint.unit, planned_on=date(2024, 8, 21))
