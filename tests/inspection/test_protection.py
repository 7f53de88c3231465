"""White list, quiet days and the yearly cap stop ordinary inspections; leave is the leader's and is counted (I6)."""

from datetime import date

import pytest
import sqlalchemy as sa

from models import FixedDay, QuietDay, Setting, Unit, db
from models.errors import Invalid, NotPermitted, Refused
from models.inspection import InspectionState as S
from models.inspection.states import Passing
from tests.inspection.desk import at


def _quiet(**given):
    db.session.add(QuietDay(name="高温静工期", basis="演示规定", **given))
    db.session.flush()


def test_a_whitelisted_enterprise_is_refused_and_the_sentence_says_who_may_approve(desk):
    row = desk.plan(desk.firm(is_whitelisted=True))
    with pytest.raises(Refused, match=r"“白名单”内.*区委区政府批准.*区领导办理“准予例外”"):
        row.approve(by=desk.cast.jia_head)
    assert row.state == S.DRAFTED


def test_with_the_leaders_leave_it_goes_on_and_is_on_record(desk):
    row = desk.plan(desk.firm(is_whitelisted=True))
    with pytest.raises(NotPermitted):
        row.permit(by=desk.cast.jia_head, reason="自己批")
    row.permit(by=desk.cast.leader, reason="群众反映强烈")
    target = row.targets[0]
    assert (target.passing, target.passing_note, target.passed_by) == (Passing.LEADER, "群众反映强烈", desk.cast.leader)
    row.approve(by=desk.cast.jia_head)
    row.file(by=desk.cast.jia_clerk)
    with at("2024-08-20 10:00"):
        desk.visit(row)
    assert row.state == S.CONCLUDED


def test_leave_is_not_given_where_none_is_needed(desk):
    with pytest.raises(Refused, match="没有需要准予例外"):
        desk.plan(desk.firm()).permit(by=desk.cast.leader, reason="不需要")


def test_a_quiet_day_is_refused_and_another_day_named(desk):
    _quiet(day_from=1, day_to=20)
    row = desk.plan(desk.firm())
    with pytest.raises(Refused, match=r"8月20日是“高温静工期”.*最早可改在2024-08-21"):
        row.approve(by=desk.cast.jia_head)
    row.reschedule(by=desk.cast.jia_clerk, until=date(2024, 8, 21), reason="避开静工日")
    row.approve(by=desk.cast.jia_head)
    assert row.state == S.APPROVED


def test_quiet_days_of_a_town_protect_its_enterprises_only(desk):
    town, other = db.session.scalars(sa.select(Unit).where(Unit.kind == "TOWN").order_by(Unit.id).limit(2)).all()
    _quiet(starts_on=date(2024, 8, 1), ends_on=date(2024, 8, 31), town_id=town.id)
    with pytest.raises(Refused, match="静工期"):
        desk.plan(desk.firm(town_id=town.id)).approve(by=desk.cast.jia_head)
    desk.plan(desk.firm(town_id=other.id)).approve(by=desk.cast.jia_head)


def test_the_districts_fixed_quiet_days_count_once_switched_on(desk):
    row = desk.plan(desk.firm())
    fixed = db.session.scalars(sa.select(FixedDay).where(FixedDay.kind == "QUIET")).first()
    fixed.is_active = True
    db.session.flush()
    with pytest.raises(Refused, match=fixed.name):
        row.approve(by=desk.cast.jia_head)


def test_a_quiet_day_set_afterwards_still_stops_the_visit(desk):
    row = desk.filed(desk.firm())
    _quiet(starts_on=date(2024, 8, 20), ends_on=date(2024, 8, 20))
    with at("2024-08-20 10:00"), pytest.raises(Refused, match="静工期"):
        desk.visit(row)
    with at("2024-08-21 10:00"):
        desk.visit(row, date(2024, 8, 21))
    assert row.state == S.CONCLUDED


def test_the_yearly_cap_stops_the_next_visit_and_a_joint_one_counts_once(desk):
    db.session.scalars(sa.select(Setting).where(Setting.key == "inspection_yearly_cap")).one().value = "2"
    firm = desk.firm()
    desk.done(firm)  # two units, one visit
    row = desk.plan(firm, date(2024, 9, 20))
    row.approve(by=desk.cast.jia_head)
    row.file(by=desk.cast.jia_clerk)
    third = desk.plan(firm, date(2024, 10, 18))
    with pytest.raises(Refused, match="达到年度频次上限2"):
        third.approve(by=desk.cast.jia_head)
    assert desk.plan(firm, date(2025, 1, 10)).state == S.DRAFTED


def test_leave_for_one_day_does_not_hold_for_another(desk):
    row = desk.plan(desk.firm(is_whitelisted=True))
    row.permit(by=desk.cast.leader, reason="同意")
    row.reschedule(by=desk.cast.jia_clerk, until=date(2024, 8, 22), reason="改期")
    with pytest.raises(Refused, match="白名单"):
        row.approve(by=desk.cast.jia_head)


def test_a_filed_plan_is_not_moved_onto_a_quiet_day(desk):
    row = desk.filed(desk.firm())
    _quiet(starts_on=date(2024, 8, 22), ends_on=date(2024, 8, 23))
    with pytest.raises(Invalid, match="静工期"):
        row.reschedule(by=desk.cast.jia_clerk, until=date(2024, 8, 22), reason="改期")
