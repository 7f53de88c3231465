"""Recurring duties become tasks, once per unit and period (D1)."""

from datetime import date, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.calendar import work_calendar
from models.group import GroupMembership, WorkGroup
from models.now import now
from models.recurrence import Occurrence, occurrences, period_words
from models.responsibility import DutyKind, Responsibility
from models.sweep_log import Heartbeat
from models.task import Task
from models.unit import Unit

Due = dict[Responsibility, list[Occurrence]]


def generate_tasks() -> int:
    """Tasks for every occurrence between the last run and each duty's lead time; missed runs are caught up once."""
    due = _due()
    known, owners, count = _known(due), {}, 0
    for duty, found in due.items():
        whose = (duty.group_id, duty.unit_id, duty.applies_to)
        if whose not in owners:  # many duties of one group fall on the same units
            owners[whose] = duty.owners()
        for occurrence in found:
            for unit in owners[whose]:
                if (duty.id, unit.id, occurrence.key) not in known:
                    _give(duty, unit, occurrence)
                    count += 1
    return count


def _due() -> Due:
    """What each duty's rule names from the last sweep until its lead time."""
    since, today, calendar = _since(), now().date(), work_calendar()
    group = joinedload(Responsibility.group).selectinload(WorkGroup.memberships).joinedload(GroupMembership.unit)
    query = (
        sa.select(Responsibility).where(Responsibility.kind == DutyKind.RECURRING, Responsibility.is_active)
        .options(group, selectinload(Responsibility.unit), selectinload(Responsibility.recipient)).order_by(Responsibility.id)
    )
    due = {}
    for duty in db.session.scalars(query):
        at = time.fromisoformat(duty.due_time) if duty.due_time else None
        until = today + timedelta(days=duty.lead_days)
        if found := occurrences(duty.rrule, since, until, calendar, duty.shift, at=at):
            due[duty] = found
    return due


def _since() -> date:
    """The day of the last sweep; today for the first one."""
    last = db.session.scalar(sa.select(sa.func.max(Heartbeat.as_of)).where(Heartbeat.error.is_(None), Heartbeat.as_of <= now()))
    return last.date() if last else now().date()


def _known(due: Due) -> set[tuple[int, int, str]]:
    """(duty, unit, period) that have their task, asked once for all of them."""
    keys = {occurrence.key for found in due.values() for occurrence in found}
    made = sa.select(Task.responsibility_id, Task.owed_by_id, Task.period).where(
        Task.responsibility_id.in_([duty.id for duty in due]), Task.period.in_(keys)
    )
    return {tuple(row) for row in db.session.execute(made)} if due else set()


def _give(duty: Responsibility, unit: Unit, occurrence: Occurrence) -> None:
    need = f"{duty.title}（{duty.basis}）" + (f"，本期不少于{duty.quota}{duty.quota_unit or ''}" if duty.quota else "")
    Task.give(
        by=None, unit=unit, title=f"{period_words(occurrence.key)}{duty.title}"[:120], due_at=occurrence.due_at, content=need,
        deliverable=duty.deliverable, recipient=duty.recipient, responsibility=duty, period=occurrence.key, quota=duty.quota,
    )
