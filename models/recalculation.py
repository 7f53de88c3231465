"""When a holiday notice is entered: which open deadlines move, and moving them (users.md idea 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from models.base import db
from models.calendar import CalendarDay, forget_calendar
from models.clock import DayRule, WorkCalendar, deadline
from models.deadline import MatterDeadline
from models.matter import Matter
from models.setting import setting
from models.user import User


@dataclass(frozen=True)
class Move:
    """A matter whose deadline is another one under the new calendar."""

    matter: Matter
    old: datetime
    new: datetime


def calendar_with(rules: Mapping[date, DayRule]) -> WorkCalendar:
    """The district's calendar as it would be with these days entered."""
    rows = db.session.scalars(sa.select(CalendarDay)).all()
    days = {row.day: DayRule(row.is_workday, row.label, row.source or "", row.confirmed) for row in rows}
    return WorkCalendar(days | dict(rules), office_close=time.fromisoformat(setting("office_close")))


def moves(rules: Mapping[date, DayRule]) -> list[Move]:
    """Open, unanswered matters whose counted deadline would move."""
    calendar, found = calendar_with(rules), []
    query = (
        sa.select(Matter).where(Matter.closed_at.is_(None), Matter.answered_at.is_(None), Matter.due_at.is_not(None))
        .options(selectinload(Matter.deadlines)).order_by(Matter.due_at)
    )
    for matter in db.session.scalars(query):
        row = matter.deadline
        if row and row.limit and (new := deadline(row.starts_at, row.limit, calendar).due_at) != row.due_at:
            found.append(Move(matter, row.due_at, new))
    return found


def enter(rules: Mapping[date, DayRule], by: User) -> int:
    """Write the days and recompute; every moved clock keeps its old row and says why. Returns how many moved."""
    found = moves(rules)
    known = {row.day: row for row in db.session.scalars(sa.select(CalendarDay).where(CalendarDay.day.in_(rules)))}
    for day, rule in rules.items():
        row = known.get(day) or CalendarDay(day=day)
        row.is_workday, row.label, row.source, row.confirmed = rule.is_workday, rule.label, rule.source, True
        db.session.add(row)
    db.session.flush()
    forget_calendar()
    for move in found:
        old: MatterDeadline = move.matter.deadline
        move.matter.start_clock(
            old.limit, old.cause, start=old.starts_at, standard=old.standard, by=by, note="放假安排公布后重算"
        )
        move.matter.log("recompute", "时限重算", by=by, note=f"放假安排公布，时限由 {move.old:%Y-%m-%d} 改为 {move.new:%Y-%m-%d}")
    return len(found)
