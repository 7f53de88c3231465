"""A panel's list of matters without what it shows: ids in their order, their number, their lights, all from one index."""

from typing import Any

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Query

from models.matter import Matter
from models.narrow import narrow
from models.visibility import parts_of, units_of_kind


def lean(query: Query, model: type[Matter], *asked: Any, order: tuple[Any, ...] = (), ended: bool = True) -> sa.Select[Any]:
    """The rows of a panel's query as a select of `asked` (ids unless told). `ended`: whether it holds matters that are over, most of
    all there are; then a reader who sees the matters of some units only has theirs searched, not the district's."""
    where = [] if query.whereclause is None else [query.whereclause]
    if ended and model is not Matter:
        units = units_of_kind(current_user._get_current_object(), model.__mapper__.polymorphic_identity)
        if units is not None:  # the limit says it too, row by row; said like this it is where the search begins
            where.append(Matter.id.in_(parts_of(units)))
    return narrow(model, *where, asked=asked, order=order)
