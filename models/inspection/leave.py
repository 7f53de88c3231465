"""Inspections that wait for the district's leave, asked of the database at once (I6); quiet.py says it of one enterprise in words."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.enterprise import Enterprise
from models.fixed_day import FixedDay, FixedDayKind
from models.inspection.quiet import QuietDay
from models.inspection.states import COMING_STATES
from models.inspection.target import InspectionTarget
from models.matter import Matter
from models.setting import setting

_target, _firm = InspectionTarget.__table__, Enterprise.__table__
_open = sa.and_(_target.c.finding.is_(None), _target.c.passing.is_(None))


def needing_leave() -> sa.Select[Any]:
    """Ids of the inspections with an enterprise that is protected on the day planned and has no leave yet."""
    protected = sa.or_(_firm.c.is_whitelisted, _quiet(), _coming_round(), _often_visited())
    return sa.select(_target.c.inspection_id).join(_firm, _firm.c.id == _target.c.enterprise_id).where(_open, protected)


def _quiet() -> sa.ColumnElement[bool]:
    """On a quiet day of the register that holds for the enterprise's town."""
    row, day, of_month = QuietDay.__table__, _target.c.planned_on, sa.extract("day", _target.c.planned_on)
    covers = sa.and_(
        row.c.is_active, sa.or_(row.c.town_id.is_(None), row.c.town_id == _firm.c.town_id),
        sa.or_(row.c.starts_on.is_(None), row.c.starts_on <= day), sa.or_(row.c.ends_on.is_(None), row.c.ends_on >= day),
        sa.or_(row.c.day_from.is_(None), of_month.between(row.c.day_from, row.c.day_to)),
    )
    return sa.exists(sa.select(sa.literal(1)).select_from(row).where(covers).correlate(_target, _firm))


def _coming_round() -> sa.ColumnElement[bool]:
    """On a quiet day that comes round by a rule."""
    first, last = db.session.execute(sa.select(sa.func.min(_target.c.planned_on), sa.func.max(_target.c.planned_on)).where(_open)).one()
    return _target.c.planned_on.in_(_round_days(first, last) if first else [])


def _round_days(first: date, last: date) -> list[date]:
    rules = db.session.scalars(sa.select(FixedDay).where(FixedDay.is_active, FixedDay.kind == FixedDayKind.QUIET))
    return sorted({day for rule in rules for day in rule.days(first, last)})


def _often_visited() -> sa.ColumnElement[bool]:
    """Visited or to be visited as often that year as the cap allows, not counting the plan itself."""
    cap = int(setting("inspection_yearly_cap"))
    if not cap:
        return sa.false()
    from models.inspection.inspection import Inspection

    other, whole, plan = _target.alias("other"), Matter.__table__.alias("whole"), Inspection.__table__.alias("plan")
    day = sa.func.coalesce(other.c.visited_on, other.c.planned_on)
    visit = sa.case((other.c.joint_id.is_not(None), -other.c.joint_id), else_=other.c.id)  # a joint visit counts once
    visits = (
        sa.select(sa.func.count(sa.distinct(visit))).select_from(other.join(plan, plan.c.id == other.c.inspection_id).join(whole, whole.c.id == plan.c.id))
        .where(other.c.enterprise_id == _target.c.enterprise_id, other.c.inspection_id != _target.c.inspection_id, ~plan.c.urgent,
               sa.extract("year", day) == sa.extract("year", _target.c.planned_on),
               sa.or_(other.c.visited_on.is_not(None), whole.c.state.in_([state.value for state in COMING_STATES])))
    )
    return visits.correlate(_target).scalar_subquery() >= cap
