"""The leader's 待办 holds exactly the inspections that wait for leave: the database's question agrees with the sentence (I6)."""

from datetime import date

import sqlalchemy as sa

from models import FixedDay, Inspection, QuietDay, Setting, db, waiting
from models.inspection.leave import needing_leave
from models.inspection.quiet import refusal_for
from tests.inspection.desk import at


def _agree():
    """Every plan, asked both ways; the ids that wait."""
    found = set(db.session.scalars(needing_leave()))
    rows = db.session.scalars(sa.select(Inspection)).all()
    assert found == {row.id for row in rows if refusal_for(row.open_targets())}
    return found


def test_a_whitelisted_firm_waits_for_the_leader_until_leave_is_given(desk):
    free, listed = desk.plan(desk.firm()), desk.plan(desk.firm(is_whitelisted=True))
    assert _agree() == {listed.id}
    mine = sa.select(Inspection.id).where(waiting.todo(desk.cast.leader, "inspection"))
    assert db.session.scalars(mine).all() == [listed.id]
    assert free.id not in _agree()
    listed.permit(by=desk.cast.leader, reason="群众反映强烈")
    assert db.session.scalars(mine).all() == []
    assert _agree() == set()


def test_quiet_days_of_the_register_and_those_that_come_round(desk):
    row = desk.plan(desk.firm())
    day = row.targets[0].planned_on
    assert _agree() == set()
    db.session.add(QuietDay(name="只在别的月份", starts_on=date(2024, 1, 1), ends_on=date(2024, 2, 1)))
    db.session.flush()
    assert _agree() == set()
    quiet = QuietDay(name="高温静工期", day_from=day.day, day_to=day.day)
    db.session.add(quiet)
    db.session.flush()
    assert _agree() == {row.id}
    quiet.is_active = False
    db.session.add(FixedDay(code="静", name="静工日", kind="QUIET", rrule=f"FREQ=MONTHLY;BYMONTHDAY={day.day}"))
    db.session.flush()
    assert _agree() == {row.id}


def test_the_yearly_cap_counts_other_plans_only(desk):
    db.session.scalars(sa.select(Setting).where(Setting.key == "inspection_yearly_cap")).one().value = "1"
    firm = desk.firm()
    first = desk.plan(firm)
    assert _agree() == set()
    first.approve(by=desk.cast.jia_head)
    first.file(by=desk.cast.jia_clerk)
    with at("2024-08-06 10:00"):
        second = desk.plan(firm)
        assert _agree() == {second.id}
