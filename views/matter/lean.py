"""A panel's list of matters without what it shows: ids in their order, their number, their lights, all from one index."""

from typing import Any

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Query

from models import db
from models.matter import Matter
from models.narrow import bare, narrow
from models.visibility import by_part, parts_of, units_of_kind
from views.panel import Capped

SORTED = 100_000  # rows of some days, told from an index, that are sorted sooner than the place of their days is reached
ONE_BY_ONE = 8  # units whose matters are read each in its order and put together; those of more are sorted


def few(query: Query, model: type[Matter], count: int | None, wanted: int, *, ended: bool, of_days: bool) -> bool:
    """Whether a list of `count` rows (None or Capped: not known) is better found and then sorted than read in its order until `wanted`
    have been met. Those of some days (`of_days`) lie together, and reading could go past all others first."""
    if not of_days:
        return not ended and not isinstance(count, Capped) and (count or 0) < 4 * wanted
    if count is None or isinstance(count, Capped):
        count = db.session.scalar(sa.select(sa.func.count()).select_from(lean(query, model, ended=ended, size=SORTED).subquery()))
    return count < SORTED


def lean(
    query: Query, model: type[Matter], *asked: Any, order: tuple[Any, ...] = (), ended: bool = True, size: int, offset: int = 0,
) -> sa.Select[Any]:
    """`size` rows of a panel's query as a select of `asked` (ids unless told). `ended`: whether it holds matters that are over, most
    of all there are; then a reader who sees the matters of some units only has theirs searched, not the district's."""
    where = [] if query.whereclause is None else [query.whereclause]
    units = units_of_kind(current_user._get_current_object(), model.__mapper__.polymorphic_identity) if ended and model is not Matter else None
    if units and len(units) <= ONE_BY_ONE:
        return _together([narrow(model, *where, part, asked=_named(asked, order), order=order) for part in by_part(units)], order, size, offset)
    if units is not None:  # the limit says it too, row by row; said like this it is where the search begins
        where.append(Matter.id.in_(parts_of(units)))
    return narrow(model, *where, asked=asked, order=order).limit(size).offset(offset)


def _named(asked: tuple[Any, ...], order: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is asked, and what the rows are sorted by."""
    return ((asked or (Matter.id,))[0].label("asked"), *(_plain(bare(clause)).label(f"by_{place}") for place, clause in enumerate(order)))


def _plain(clause: Any) -> Any:
    """A term of an order without its direction."""
    return clause.element if isinstance(clause, sa.UnaryExpression) and clause.modifier else clause


def _together(parts: list[sa.Select[Any]], order: tuple[Any, ...], size: int, offset: int) -> sa.Select[Any]:
    """The first rows of several selects as one: each is read in the order of its own index as far as the page can reach."""
    rows = sa.union_all(*(sa.select(part.limit(offset + size).subquery()) for part in parts)).subquery()
    columns = [rows.c[f"by_{place}"] for place in range(len(order))]
    turned = [column.desc() if _plain(clause) is not clause and clause.modifier is sa.sql.operators.desc_op else column
              for column, clause in zip(columns, order, strict=True)]
    return sa.select(rows.c.asked).order_by(*turned).limit(size).offset(offset)
