"""Hourly sweeps over a day of reports, a month's and a quarter's end and the October holidays: every duty of the five documents
once, nothing skipped, and again does nothing (D1). `make quarter` goes through a whole quarter."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from dateutil.rrule import rrulestr

from models import AccountabilityAction, GroupSlice, Heartbeat, Matter, Responsibility, Task, db
from models.calendar import work_calendar
from models.now import as_of
from models.recurrence import frequency_of, period_key
from models.sweep import sweep
from tests.flow.desk import day
from tests.panel.browse import ON_SQLITE

FIRST, LAST = day("2024-09-20 08:00"), day("2024-10-08 18:00")


def hours():
    """Every working hour, and the evening's look at who has not contacted a new enterprise."""
    moment = FIRST
    while moment <= LAST:
        if work_calendar().is_workday(moment.date()) and 8 <= moment.hour <= 18:
            yield moment
        moment += timedelta(hours=1)


def wanted():
    """(duty, unit, period) as the rules name them, found with dateutil alone."""
    found = set()
    for duty in db.session.scalars(sa.select(Responsibility).where(Responsibility.kind == "RECURRING", Responsibility.is_active)):
        bare = ";".join(part for part in duty.rrule.split(";") if not part.startswith(("BYHOUR", "BYMINUTE")))
        until = LAST.replace(tzinfo=None, hour=0) + timedelta(days=duty.lead_days)
        for named in rrulestr(bare, dtstart=datetime(1900, 1, 1)).between(FIRST.replace(tzinfo=None, hour=0), until, inc=True):
            if duty.shift != "SKIP" or work_calendar().is_workday(named.date()):
                found |= {(duty.id, unit.id, period_key(frequency_of(duty.rrule), named.date())) for unit in duty.owners()}
    return found


@ON_SQLITE
def test_each_task_once_the_late_ones_supervised_and_a_second_run_does_nothing(cast):
    idle = 0
    for moment in hours():
        idle += not any(sweep(moment).values())
    with as_of(LAST):
        rows = [tuple(row) for row in db.session.execute(sa.select(Task.responsibility_id, Task.owed_by_id, Task.period)
                                                          .where(Task.responsibility_id.is_not(None)))]
        assert len(rows) == len(set(rows))
        assert set(rows) == wanted()
    late = set(db.session.scalars(sa.select(Matter.id).where(Matter.due_at <= LAST, Matter.closed_at.is_(None), Matter.due_at > Matter.opened_at)))
    assert late
    assert late == set(db.session.scalars(sa.select(AccountabilityAction.matter_id).where(AccountabilityAction.rung == 1).distinct()))
    assert set(db.session.scalars(sa.select(GroupSlice.period))) == {"2024-09", "2024-10"}
    assert idle > 50
    beats = db.session.scalar(sa.select(sa.func.count(Heartbeat.id)))
    for moment in list(hours())[::33]:
        assert not any(sweep(moment).values()), moment
    assert db.session.scalar(sa.select(sa.func.count(Heartbeat.id))) > beats


@ON_SQLITE
@pytest.mark.parametrize("effect", ["三色评价", "布置月度填报"])
def test_what_walks_over_every_unit_is_asked_at_the_days_first_sweep_only(cast, effect):
    first, later, next_day = (sweep(day(f"2024-09-{moment}")) for moment in ("02 08:00", "02 17:00", "03 08:00"))
    assert first[effect] > 0
    assert later[effect] == next_day["布置月度填报"] == 0
