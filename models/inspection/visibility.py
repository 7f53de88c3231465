"""Rows around an inspection are seen with it; a case file by its unit and by those who review it."""

from typing import Any

import sqlalchemy as sa

from models.inspection.casefile import CaseFile, CaseReview
from models.inspection.target import Hazard, InspectionTarget, Penalty
from models.matter_unit import MatterUnit
from models.scope import scoped
from models.user import Level, User
from models.visibility import _of_matter, _units

_review, _part = CaseReview.__table__, MatterUnit.__table__


def _files(user: User) -> sa.ColumnElement[bool] | None:
    """Own files, and those drawn for a review in which the unit has a part."""
    level = user.level("case:view")
    if level == Level.ALL:
        return None
    if level in (None, Level.OWN):
        return sa.false()
    units = _units(user, level)
    drawn = sa.select(_review.c.case_id).join(_part, _part.c.matter_id == _review.c.id).where(_part.c.active, _part.c.unit_id.in_(units))
    return sa.or_(CaseFile.unit_id.in_(units), CaseFile.id.in_(drawn))


def _writes(row: Any, user: User) -> bool:
    """Only the unit's own files are entered and corrected."""
    unit = row.unit.id if row.unit is not None else row.unit_id
    levels = [level for action in ("create", "edit") if (level := user.level(f"case:{action}"))]
    return any(level == Level.ALL or unit in _units(user, level) for level in levels)


scoped(_files, _writes)(CaseFile)
for _cls in (InspectionTarget, Hazard, Penalty):
    _of_matter(_cls, "inspection_id")
