"""Recurring duties become tasks once per unit and period, whatever the pace of the sweeps (D1)."""

from collections import Counter
from datetime import timedelta

import pytest

from models import Heartbeat, Responsibility, Task, WorkGroup, db
from models.now import as_of
from models.sweep import sweep
from models.sweep.recurring import generate_tasks
from tests.flow.desk import day
from tests.sweep.office import no_duties


def duty(cast, rrule, **about):
    """A duty of 甲局."""
    about = {"title": "报送材料", "clause": "M 三(一)", "unit": cast.jia, "applies_to": "UNIT", "kind": "RECURRING"} | about
    row = Responsibility(code=f"t-{rrule}"[:40], rrule=rrule, **about)
    db.session.add(row)
    db.session.flush()
    return row


def tasks():
    return db.session.scalars(db.select(Task).order_by(Task.due_at, Task.id)).all()


@pytest.fixture(autouse=True)
def quiet(cast):
    """Only the duties of the test."""
    no_duties()


def hourly(first, days):
    """Generate as hourly sweeps would; the heartbeat is what remembers the last run."""
    moment, made = day(first), 0
    for _ in range(days * 24):
        with as_of(moment):
            made += generate_tasks()
            db.session.add(Heartbeat(started_at=moment, finished_at=moment, as_of=moment))
            db.session.flush()
        moment += timedelta(hours=1)
    return made


def test_a_month_of_hourly_sweeps_makes_each_task_once_per_unit_and_period(cast):
    group = db.session.scalars(db.select(WorkGroup).order_by(WorkGroup.id)).first()
    units = {unit.id for unit in group.units()}
    duty(cast, "FREQ=WEEKLY;BYDAY=MO,WE", due_time="11:00", lead_days=0, shift="NONE")
    duty(cast, "FREQ=MONTHLY;BYMONTHDAY=20", shift="BEFORE", lead_days=7)
    shared = duty(cast, "FREQ=WEEKLY;BYDAY=FR", group=group, unit=None, applies_to="ALL", lead_days=3)
    made = hourly("2024-09-01 00:30", 30)
    found = Counter((task.responsibility_id, task.owed_by_id, task.period) for task in tasks())
    assert made == len(tasks()) == len(found)
    assert set(found.values()) == {1}
    fridays = {"2024-W36", "2024-W37", "2024-W38", "2024-W39"}
    assert {(unit, period) for duty_id, unit, period in found if duty_id == shared.id} == {(u, w) for u in units for w in fridays}
    mondays = [task for task in tasks() if task.responsibility.rrule == "FREQ=WEEKLY;BYDAY=MO,WE"]
    assert len(mondays) == 9
    assert {f"{task.due_at:%H:%M}" for task in mondays} == {"11:00"}


@pytest.mark.parametrize(
    ("shift", "due"),
    [("NONE", "2024-10-05 17:30"), ("BEFORE", "2024-09-30 17:30"), ("AFTER", "2024-10-08 17:30"), ("SKIP", None)],
)
def test_a_day_of_rest_shifts_the_deadline_as_the_duty_says(cast, shift, due):
    duty(cast, "FREQ=MONTHLY;BYMONTHDAY=5", shift=shift, lead_days=20)
    with as_of(day("2024-09-20 08:00")):
        assert generate_tasks() == (0 if due is None else 1)
    assert [task.due_at for task in tasks()] == ([] if due is None else [day(due)])


def test_make_up_saturdays_are_working_days(cast):
    duty(cast, "FREQ=MONTHLY;BYMONTHDAY=14", shift="AFTER", lead_days=7)
    with as_of(day("2024-09-10 08:00")):
        generate_tasks()
    assert tasks()[0].due_at == day("2024-09-14 17:30")


def test_sweeps_that_were_missed_are_caught_up_once(cast):
    duty(cast, "FREQ=WEEKLY;BYDAY=FR", lead_days=0)
    sweep(day("2024-08-09 08:00"))
    sweep(day("2024-08-30 08:00"))
    assert [task.period for task in tasks()] == ["2024-W32", "2024-W33", "2024-W34", "2024-W35"]
    assert sweep(day("2024-08-30 08:00"))["生成定期任务"] == 0


def test_nothing_is_made_for_the_time_before_the_first_sweep(cast):
    duty(cast, "FREQ=WEEKLY;BYDAY=FR", lead_days=0)
    sweep(day("2024-08-30 08:00"))
    assert [task.period for task in tasks()] == ["2024-W35"]


def test_a_generated_task_carries_duty_quota_recipient_and_clause(cast):
    duty(cast, "FREQ=MONTHLY;BYMONTHDAY=-1", quota=2, quota_unit="条", recipient=cast.yi, deliverable="新闻线索", lead_days=20, shift="BEFORE")
    with as_of(day("2024-08-15 08:00")):
        generate_tasks()
    [task] = tasks()
    assert (task.unit, task.recipient, task.quota, task.shortfall, task.period) == (cast.jia, cast.yi, 2, 2, "2024-08")
    assert task.content == "报送材料（M 三(一)），本期不少于2条"
    assert (task.due_at, task.created_by, task.events[0].by_name) == (day("2024-08-30 17:30"), None, "系统")


def test_a_task_force_that_has_ended_owes_nothing_more(cast):
    group = WorkGroup(code="gongjian", name="攻坚专班", kind="TASKFORCE", ends_on=day("2024-08-10 00:00").date())
    db.session.add(group)
    from models import GroupMembership

    db.session.add(GroupMembership(group=group, unit=cast.jia, role="LEAD"))
    duty(cast, "FREQ=WEEKLY;BYDAY=FR", group=group, unit=None, applies_to="LEADS", lead_days=0)
    with as_of(day("2024-08-09 08:00")):
        assert generate_tasks() == 1
    with as_of(day("2024-08-16 08:00")):
        assert generate_tasks() == 0


def test_retired_units_and_retired_duties_owe_nothing(cast):
    row = duty(cast, "FREQ=WEEKLY;BYDAY=FR", lead_days=0)
    cast.jia.is_active = False
    with as_of(day("2024-08-09 08:00")):
        assert generate_tasks() == 0
    cast.jia.is_active, row.is_active = True, False
    with as_of(day("2024-08-09 09:00")):
        assert generate_tasks() == 0


def test_a_neglected_task_climbs_the_same_ladder(cast):
    duty(cast, "FREQ=WEEKLY;BYDAY=FR", lead_days=0)
    sweep(day("2024-08-09 08:00"))
    assert sweep(day("2024-08-12 08:00"))["拟办·超期"] == 1
    [task] = tasks()
    assert task.actions[0].notice.kind == "SUPERVISION_NOTICE"
    assert "任务" in task.actions[0].notice.body
