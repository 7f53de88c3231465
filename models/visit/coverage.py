"""How many of the enterprises a unit covers it has visited (N4, M 二(八)2: 走访全覆盖)."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from models.base import db
from models.unit import Unit
from models.visit.liaison import Liaison
from models.visit.visit import Visit


def visited(first: date, last: date) -> sa.ColumnElement[bool]:
    """Of a Liaison: the enterprise was visited by the covering unit between two days, both included."""
    seen = Visit.__table__
    return sa.exists().where(
        seen.c.unit_id == Liaison.unit_id, seen.c.enterprise_id == Liaison.enterprise_id, seen.c.visited_on.between(first, last)
    )


@dataclass(frozen=True)
class Coverage:
    """One unit: enterprises it covers, those it has visited."""

    unit: Unit
    firms: int
    visited: int

    @property
    def missing(self) -> int:
        """Not yet visited."""
        return self.firms - self.visited


def coverage(first: date, last: date) -> list[Coverage]:
    """Units with enterprises to cover, the least covered first."""
    done = sa.func.sum(sa.case((visited(first, last), 1), else_=0))
    query = (
        sa.select(Liaison.unit_id, sa.func.count(), done).where(Liaison.is_active).group_by(Liaison.unit_id)
    )
    units = {unit.id: unit for unit in db.session.scalars(sa.select(Unit))}
    rows = [Coverage(units[unit_id], total, int(count)) for unit_id, total, count in db.session.execute(query)]
    return sorted(rows, key=lambda row: (row.visited / row.firms, row.unit.sort, row.unit.id))
