"""Whose turn it is: which matters of any kind wait for a person, which are only shown to them."""

from typing import Any

import sqlalchemy as sa

from models.among import among_few
from models.base import db
from models.event import MatterEvent
from models.matter import Matter
from models.matter_unit import BESIDE, MatterUnit, Part
from models.now import now
from models.personal import Follow
from models.user import Level, User

FEW_STEPS = 5_000
MAIN = 20  # verbs up to this order move a matter on; the others are for special occasions
# Main verbs that depend on a second record: their state alone does not say that somebody waits. A kind's OCCASIONS may say when they do:
# verb → a function that gives for a user the select of the matters' ids.
_OCCASIONAL = ("decide_extension", "co_sign", "co_reply", "permit")
_part, _mine, _event, _follow = MatterUnit.__table__, MatterUnit.__table__.alias("waiting"), MatterEvent.__table__, Follow.__table__


def _reach(user: User, level: Level, party: str | None) -> sa.ColumnElement[bool] | None:
    """How far a verb's permission reaches; None = every matter. Who leads is the matter's own unit, whose index finds it."""
    if level == Level.OWN:
        return Matter.created_by_id == user.id
    if level not in (Level.UNIT, Level.GROUP):
        return None
    units = [unit for unit in ([user.unit_id] if level == Level.UNIT else sorted(user.group_units)) if unit]
    leads = Matter.unit_id.in_(units)
    if party == Part.LEAD:
        return leads
    beside = sa.select(sa.literal(1)).where(
        _mine.c.matter_id == Matter.id, _mine.c.active, _mine.c.unit_id.in_(units), _mine.c.role.in_([party] if party else BESIDE))
    # The offset of nothing keeps PostgreSQL from reading all parts the units ever had, to look up the few matters that come so far.
    takes_part = sa.exists(beside.correlate_except(_mine).offset(0))
    return takes_part if party else sa.or_(leads, takes_part)


def todo(user: User, kind: str | None = None) -> sa.ColumnElement[bool]:
    """待办: open matters (of one kind) in a state in which this person may press one of the main verbs."""
    states: dict[tuple[str, Level, str | None, Any], set[str]] = {}
    for model in (mapper.class_ for mapper in Matter.__mapper__.self_and_descendants if mapper.polymorphic_identity):
        of_kind = model.__mapper__.polymorphic_identity
        for step in model.transitions().values() if kind in (None, of_kind) else ():
            if step.order > MAIN or callable(step.permission) or (level := user.level(step.permission)) is None:
                continue
            occasion = model.OCCASIONS.get(step.name)
            if step.when is not None and step.name in _OCCASIONAL and occasion is None:
                continue
            party = step.party if level in (Level.UNIT, Level.GROUP) else None
            states.setdefault((of_kind, level, party, occasion), set()).update(state.value for state in step.source)
    clauses = []
    for (of_kind, level, party, occasion), found in states.items():
        clause = (Matter.kind == of_kind) & Matter.state_code.in_(sorted(found))
        if occasion is not None:
            clause &= among_few(Matter.id, occasion(user))
        if (reach := _reach(user, level, party)) is not None:
            clause &= reach
        clauses.append(clause)
    if not clauses:
        return sa.false()
    # Of one kind the states are said once more for all: an index of kinds and states then finds the open ones, however many are over.
    known = {state for found in states.values() for state in found}
    return sa.and_(Matter.state_code.in_(sorted(known)), sa.or_(*clauses)) if kind else sa.or_(*clauses)


def touched(user: User) -> sa.ColumnElement[bool]:
    """What this person has had a hand in. Of somebody with few steps the steps are read, else each matter is asked."""
    steps = sa.select(_event.c.matter_id).where(_event.c.by_id == user.id)
    some = db.session.scalar(sa.select(sa.func.count()).select_from(steps.limit(FEW_STEPS + 1).subquery()))
    if some <= FEW_STEPS:
        return Matter.id.in_(steps)
    return sa.exists(sa.select(sa.literal(1)).where(_event.c.matter_id == Matter.id, _event.c.by_id == user.id).correlate_except(_event))


def watched(user: User) -> sa.ColumnElement[bool]:
    """重点盯办: open matters the person follows, and those under listed supervision or beyond."""
    followed = Matter.id.in_(sa.select(_follow.c.matter_id).where(_follow.c.user_id == user.id))
    return Matter.closed_at.is_(None) & (followed | (Matter.ladder >= 2))


def informed(user: User) -> sa.ColumnElement[bool]:
    """抄送: open matters the person's unit takes part in without leading them, and those the person follows."""
    followed = Matter.id.in_(sa.select(_follow.c.matter_id).where(_follow.c.user_id == user.id))
    if not user.unit_id:
        return followed
    beside = sa.select(_part.c.matter_id).where(_part.c.active, _part.c.unit_id == user.unit_id, _part.c.role.in_(BESIDE))
    return (Matter.id.in_(beside) & Matter.closed_at.is_(None)) | followed


def running() -> sa.ColumnElement[bool]:
    """Neither closed nor answered: the clock goes."""
    return Matter.closed_at.is_(None) & Matter.answered_at.is_(None)


def soon() -> sa.ColumnElement[bool]:
    """即将到期: yellow and not answered."""
    return running() & (Matter.warn_at <= now()) & (Matter.due_at > now())


def late() -> sa.ColumnElement[bool]:
    """已超期: red and not answered."""
    return running() & (Matter.due_at <= now())


def by_urgency(*, few: bool = False) -> tuple[sa.ColumnElement, ...]:
    """Those whose clock still goes first, the least time left on top; what has been answered after them. `few`: the rows are found
    first and then sorted, where reading all matters in this order would go past too many others."""
    queue = Matter.__table__.c.queue
    return queue + 0 if few else queue, Matter.due_at, Matter.id.desc()
