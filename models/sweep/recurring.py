"""Recurring duties become tasks, once per unit and period (D1)."""

from datetime import date, time, timedelta

import sqlalchemy as sa

from models.base import db
from models.calendar import work_calendar
from models.now import now
from models.recurrence import Occurrence, occurrences
from models.responsibility import DutyKind, Responsibility
from models.sweep_log import Heartbeat
from models.task import Task


def generate_tasks() -> int:
    """Tasks for every occurrence between the last run and each duty's lead time; missed runs are caught up once."""
    since = _since()
    duties = db.session.scalars(
        sa.select(Responsibility).where(Responsibility.kind == DutyKind.RECURRING, Responsibility.is_active).order_by(Responsibility.id)
    ).all()
    return sum(_generate(duty, since) for duty in duties)


def _since() -> date:
    """The day of the last sweep; today for the first one."""
    last = db.session.scalar(sa.select(sa.func.max(Heartbeat.as_of)).where(Heartbeat.error.is_(None), Heartbeat.as_of <= now()))
    return last.date() if last else now().date()


def _generate(duty: Responsibility, since: date) -> int:
    at = time.fromisoformat(duty.due_time) if duty.due_time else None
    until = now().date() + timedelta(days=duty.lead_days)
    due = occurrences(duty.rrule, since, until, work_calendar(), duty.shift, at=at)
    if not due:
        return 0
    keys = [occurrence.key for occurrence in due]
    made = sa.select(Task.owed_by_id, Task.period).where(Task.responsibility_id == duty.id, Task.period.in_(keys))
    known = {tuple(row) for row in db.session.execute(made)}
    count = 0
    for occurrence in due:
        for unit in duty.owners():
            if (unit.id, occurrence.key) not in known:
                _give(duty, unit, occurrence)
                count += 1
    return count


def _give(duty: Responsibility, unit: object, occurrence: Occurrence) -> None:
    need = f"{duty.title}（{duty.clause}）" + (f"，本期不少于{duty.quota}{duty.quota_unit or ''}" if duty.quota else "")
    Task.give(
        by=None, unit=unit, title=f"{occurrence.key} {duty.title}"[:120], due_at=occurrence.due_at, content=need,
        deliverable=duty.deliverable, recipient=duty.recipient, responsibility=duty, period=occurrence.key, quota=duty.quota,
    )
