"""A list of matters asked of the table of matters alone: ids in their order, their number, their lights.

The page's own query joins what it shows. Sorting, counting and colouring need none of that: they are answered from an index
(ix_matter_queue), however many rows there are, and the page's query is then asked for the fifty rows found.
"""

from typing import Any

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Query
from sqlalchemy.sql import visitors

from models.matter import Matter
from models.visibility import parts_of, units_of_kind

_matter = Matter.__table__


def lean(query: Query, model: type[Matter], *asked: Any, order: tuple[Any, ...] = ()) -> sa.Select[Any]:
    """The rows of a panel's query as a select of `asked` (ids unless told), without what it loads and shows."""
    order = tuple(map(_bare, order))
    found = sa.select(*(asked or (Matter.id,))).select_from(Matter).order_by(*order)
    where = [] if query.whereclause is None else [_bare(query.whereclause)]
    if model is not Matter:
        kind = model.__mapper__.polymorphic_identity
        if any(_mentions(clause, model.__table__) for clause in (*where, *order)):
            found = found.join(model.__table__, model.__table__.c.id == _matter.c.id)
        where.append(Matter.kind == kind)
        units = units_of_kind(current_user._get_current_object(), kind)
        if units is not None:  # the limit says it too, row by row; said like this it is where the search begins
            where.append(Matter.id.in_(parts_of(units)))
    return found.where(*where)


def _bare(clause: Any) -> Any:
    """The condition about the tables themselves: an attribute of a kind would bring the kind's table along."""
    return visitors.replacement_traverse(
        clause, {}, lambda part, **_: part.table.c[part.key] if isinstance(part, sa.Column) and "parententity" in part._annotations else None)


def _mentions(clause: Any, table: sa.Table) -> bool:
    """Whether a condition speaks of a column of this table."""
    return any(getattr(part, "table", None) is table for part in visitors.iterate(clause))
