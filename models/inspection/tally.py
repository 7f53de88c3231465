"""The figures of inspections, counted from the rows (I7, I8)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.enterprise import Enterprise
from models.inspection.inspection import Inspection
from models.inspection.joint import JointInspection
from models.inspection.states import JOINT_VISITS, Finding, Passing
from models.inspection.target import InspectionTarget


@dataclass(frozen=True)
class JointYear:
    """W 三(一): tasks carried out together, who took part, what was covered."""

    tasks: int
    before: int
    unit_ids: tuple[int, ...]
    field_ids: tuple[int, ...]

    @property
    def units(self) -> int:
        """How many took part."""
        return len(self.unit_ids)

    @property
    def fields(self) -> int:
        """How many were covered."""
        return len(self.field_ids)

    @property
    def growth(self) -> str:
        """Against the year before; "—" when there was nothing."""
        return f"{100 * (self.tasks - self.before) / self.before:+.0f}%" if self.before else "—"


def year_days(year: int) -> tuple[date, date]:
    """First and last day."""
    return date(year, 1, 1), date(year, 12, 31)


def joint_ids(year: int) -> sa.Select[Any]:
    """Joint visits carried out in a year."""
    done = JointInspection.state.in_([state.value for state in JOINT_VISITS])
    return sa.select(JointInspection.id).where(done, JointInspection.visited_on.between(*year_days(year)))


def joint_year(year: int) -> JointYear:
    """The figures of one year, from the joint visits and the plans merged into them."""
    ids = joint_ids(year)

    def all_of(column: Any) -> tuple[int, ...]:
        parts = sa.select(column).join(InspectionTarget, InspectionTarget.inspection_id == Inspection.id)
        return tuple(db.session.scalars(parts.where(InspectionTarget.joint_id.in_(ids)).distinct().order_by(column)))

    return JointYear(_count(ids), _count(joint_ids(year - 1)), all_of(Inspection.unit_id), all_of(Inspection.field_id))


def _count(query: sa.Select[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))


def per_unit(year: int) -> list[tuple[int, int, int, int, int]]:
    """(unit, enterprises visited, of them jointly, urgently, with something found), most visits first."""
    found = InspectionTarget.finding.in_([Finding.HAZARD.value, Finding.VIOLATION.value])
    visits = sa.func.count(InspectionTarget.id)
    query = (
        sa.select(
            Inspection.unit_id, visits, sa.func.count(InspectionTarget.joint_id),
            sa.func.sum(sa.case((Inspection.urgent, 1), else_=0)), sa.func.sum(sa.case((found, 1), else_=0)),
        )
        .join(InspectionTarget, InspectionTarget.inspection_id == Inspection.id)
        .where(InspectionTarget.visited_on.between(*year_days(year)))
        .group_by(Inspection.unit_id).order_by(visits.desc(), Inspection.unit_id)
    )
    return [tuple(row) for row in db.session.execute(query)]


def exceptions(year: int) -> dict[Passing, int]:
    """Visits of protected enterprises or days, by what let them pass; counted apart."""
    query = (
        sa.select(InspectionTarget.passing, sa.func.count())
        .where(InspectionTarget.visited_on.between(*year_days(year)), InspectionTarget.passing.is_not(None))
        .group_by(InspectionTarget.passing)
    )
    counts = dict(db.session.execute(query).all())
    return {passing: counts.get(passing, 0) for passing in Passing}


def load(year: int, *, least: int = 1) -> list[tuple[Enterprise, int, int, int]]:
    """(enterprise, ordinary visits, urgent visits, times a unit came) in a year, heaviest first.

    A joint visit is one visit, however many units come; urgent ones are shown, not counted against the cap.
    """
    key = sa.case(
        (InspectionTarget.joint_id.is_not(None), -InspectionTarget.joint_id), else_=InspectionTarget.id
    )
    ordinary = sa.func.count(sa.case((Inspection.urgent.is_(False), key)).distinct())
    urgent = sa.func.sum(sa.case((Inspection.urgent, 1), else_=0))
    query = (
        sa.select(InspectionTarget.enterprise_id, ordinary, urgent, sa.func.count())
        .join(Inspection, Inspection.id == InspectionTarget.inspection_id)
        .where(InspectionTarget.visited_on.between(*year_days(year)))
        .group_by(InspectionTarget.enterprise_id).having(ordinary >= least)
        .order_by(ordinary.desc(), InspectionTarget.enterprise_id)
    )
    rows = db.session.execute(query).all()
    firms = {firm.id: firm for firm in db.session.scalars(sa.select(Enterprise).where(Enterprise.id.in_([row[0] for row in rows])))}
    return [(firms[row[0]], row[1], row[2], row[3]) for row in rows]


def entries(year: int, firms: list[int]) -> dict[int, list[int]]:
    """Enterprise → the ordinary visits `load` counts, each by one of its rows: of a joint visit the first one entered."""
    key = sa.case((InspectionTarget.joint_id.is_not(None), -InspectionTarget.joint_id), else_=InspectionTarget.id)
    query = (
        sa.select(InspectionTarget.enterprise_id, sa.func.min(InspectionTarget.id))
        .join(Inspection, Inspection.id == InspectionTarget.inspection_id)
        .where(InspectionTarget.visited_on.between(*year_days(year)), Inspection.urgent.is_(False), InspectionTarget.enterprise_id.in_(firms))
        .group_by(InspectionTarget.enterprise_id, key)
    )
    found: dict[int, list[int]] = {}
    for firm, row in db.session.execute(query):
        found.setdefault(firm, []).append(row)
    return found
