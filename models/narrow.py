"""Questions about matters asked of the table of matters alone, or of their kind's own table only where a condition speaks of it.

`select(Ticket)` always joins both tables. Which rows, how many and in which order can mostly be told from `matter`, whose indexes
then answer however many rows there are.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from models.base import db
from models.matter import Matter

_matter = Matter.__table__


def narrow(model: type[Matter], *where: sa.ColumnElement[bool], asked: tuple[Any, ...] = (), order: tuple[Any, ...] = ()) -> sa.Select[Any]:
    """The rows of one kind (Matter: of all) as a select of `asked`, ids unless told. The scope in force limits it as any other."""
    where, order = [bare(clause) for clause in where], tuple(map(bare, order))
    found = sa.select(*(asked or (Matter.id,))).select_from(Matter).where(*where).order_by(*order)
    if model is Matter:
        return found
    if any(_mentions(clause, model.__table__) for clause in (*where, *order)):
        found = found.join(model.__table__, model.__table__.c.id == _matter.c.id)
    return found.where(Matter.kind == model.__mapper__.polymorphic_identity)


def number(model: type[Matter], *where: sa.ColumnElement[bool], most: int | None = None) -> int:
    """How many such rows are in scope, counted up to `most`."""
    return numbers(model, [sa.and_(sa.true(), *where)], most)[0]


def numbers(model: type[Matter], wheres: list[sa.ColumnElement[bool]], most: int | None = None) -> list[int]:
    """How many rows of each condition are in scope, each counted up to `most`; one statement for all."""
    parts = [narrow(model, where).limit(most).subquery() for where in wheres]  # subqueries: counting must not choose the index
    counts = [sa.select(sa.func.count()).select_from(part).scalar_subquery() for part in parts]
    return list(db.session.execute(sa.select(*counts)).one()) if counts else []


def bare(clause: Any) -> Any:
    """The condition about the tables themselves: an attribute of a kind would bring the kind's table along."""
    return visitors.replacement_traverse(
        clause, {}, lambda part, **_: part.table.c[part.key] if isinstance(part, sa.Column) and "parententity" in part._annotations else None)


def _mentions(clause: Any, table: sa.Table) -> bool:
    return any(getattr(part, "table", None) is table for part in visitors.iterate(clause))
