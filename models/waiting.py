"""Whose turn it is: which matters of any kind wait for a person, which are only shown to them."""

import sqlalchemy as sa

from models.event import MatterEvent
from models.matter import Matter
from models.matter_unit import MatterUnit, Part
from models.now import now
from models.personal import Follow
from models.user import Level, User

MAIN = 20  # verbs up to this order move a matter on; the others are for special occasions
# Main verbs that depend on a second record: their state alone does not say that somebody waits. A kind's OCCASIONS may say when they do.
_OCCASIONAL = ("decide_extension", "co_sign", "co_reply", "permit")
_part, _event, _follow = MatterUnit.__table__, MatterEvent.__table__, Follow.__table__


def _parts(user: User, level: Level, party: str | None) -> sa.Select:
    units = [user.unit_id] if level == Level.UNIT else sorted(user.group_units)
    own = sa.select(_part.c.matter_id).where(_part.c.active, _part.c.unit_id.in_([unit for unit in units if unit]))
    return own.where(_part.c.role == party) if party else own


def todo(user: User) -> sa.ColumnElement[bool]:
    """待办: open matters in a state in which this person may press one of the main verbs."""
    clauses = []
    for model in (mapper.class_ for mapper in Matter.__mapper__.self_and_descendants if mapper.polymorphic_identity):
        for step in model.transitions().values():
            if step.order > MAIN or callable(step.permission) or (level := user.level(step.permission)) is None:
                continue
            occasion = model.OCCASIONS.get(step.name)
            if step.when is not None and step.name in _OCCASIONAL and occasion is None:
                continue
            clause = (Matter.kind == model.__mapper__.polymorphic_identity) & Matter.state_code.in_([state.value for state in step.source])
            if occasion is not None:
                clause &= Matter.id.in_(occasion())
            if level in (Level.UNIT, Level.GROUP):
                clause &= Matter.id.in_(_parts(user, level, step.party))
            elif level == Level.OWN:
                clause &= Matter.created_by_id == user.id
            clauses.append(clause)
    return sa.or_(*clauses) if clauses else sa.false()


def touched(user: User) -> sa.ColumnElement[bool]:
    """What this person has had a hand in."""
    return Matter.id.in_(sa.select(_event.c.matter_id).where(_event.c.by_id == user.id))


def informed(user: User) -> sa.ColumnElement[bool]:
    """抄送: open matters the person's unit takes part in without leading them, and those the person follows."""
    followed = Matter.id.in_(sa.select(_follow.c.matter_id).where(_follow.c.user_id == user.id))
    if not user.unit_id:
        return followed
    beside = sa.select(_part.c.matter_id).where(_part.c.active, _part.c.unit_id == user.unit_id, _part.c.role != Part.LEAD)
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


def by_urgency() -> tuple[sa.ColumnElement, ...]:
    """Those whose clock still goes first, the least time left on top; what has been answered after them."""
    return Matter.answered_at.is_not(None), Matter.due_at.is_(None), Matter.due_at, Matter.id.desc()
