"""Which rows a user sees, from the permissions held (roles.md). Fails closed: nothing granted, nothing seen."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from models import confidential
from models.accountability import AccountabilityAction, ActionState
from models.attachment import Attachment
from models.audit import AuditEntry
from models.deadline import MatterDeadline
from models.event import INTERNAL
from models.matter import Matter, MatterEvent
from models.matter_unit import BESIDE, MatterUnit
from models.meeting import Meeting
from models.notice import UNISSUED, Notice, Receipt
from models.public import EnterpriseRating, PublicDemand
from models.scope import limit_on, scoped
from models.ticket.records import Callback, Deferral, Exemption, Extension, Outcome
from models.user import Level, User
from models.visit import Visit

# Further ways to a matter than a permission (a lead's named readers), by kind: a Core select of ids, added by the kind's own module.
ALSO: dict[str, Callable[[User], sa.Select[Any]]] = {}
_matter, _part = Matter.__table__, MatterUnit.__table__
_held, _mine = _matter.alias("held"), _part.alias("mine")  # for questions asked row by row; named, so that no FROM around them is meant


def _units(user: User, level: Level) -> list[int]:
    if level == Level.UNIT:
        return [user.unit_id] if user.unit_id else []
    return sorted(user.group_units)


def parts_of(units: list[int]) -> sa.Select[Any]:
    """Ids of the matters in which one of the units has an active part."""
    return sa.select(_part.c.matter_id).where(_part.c.active, _part.c.unit_id.in_(units))


def by_part(units: list[int]) -> list[sa.ColumnElement[bool]]:
    """The same matters as conditions that share none: each unit's own, which its index has in the order of lists, and those in which
    the units only take part."""
    beside = parts_of(units).where(_part.c.role.in_(BESIDE))
    others = sa.or_(_matter.c.unit_id.is_(None), _matter.c.unit_id.not_in(units))
    return [*(_matter.c.unit_id == unit for unit in units), sa.and_(others, _matter.c.id.in_(beside))]


def _takes_part(row: Any, units: list[int]) -> sa.ColumnElement[bool]:
    """Whether one of the units has an active part in the matter `row`: it is theirs, or one look-up in the index of parts."""
    mine = sa.select(sa.literal(1)).where(_mine.c.matter_id == row.id, _mine.c.unit_id.in_(units), _mine.c.active, _mine.c.role.in_(BESIDE))
    return sa.or_(row.unit_id.in_(units), sa.exists(mine.correlate_except(_mine)))


def kinds() -> list[str]:
    """Every kind of matter."""
    return [mapper.polymorphic_identity for mapper in Matter.__mapper__.self_and_descendants if mapper.polymorphic_identity]


def matters(user: User, row: Any = Matter, only: str | None = None) -> sa.ColumnElement[bool] | None:
    """The matters a user may see, kind by kind; None = all. `row` is Matter or the columns of an alias of its table;
    `only` asks about one kind, whose rows the caller picks."""
    asked = [only] if only else kinds()
    levels = {kind: user.level(f"{kind}:view") for kind in asked}
    if all(level == Level.ALL for level in levels.values()):
        return None
    clauses: list[sa.ColumnElement[bool]] = []
    for level in Level:
        held = [kind for kind in asked if levels[kind] == level]
        if held:
            reach = _reach(user, level, row)
            clauses.append(sa.and_(*([] if only else [row.kind.in_(held)]), *([] if reach is None else [reach])))
    clauses += [row.id.in_(also(user)) for kind, also in ALSO.items() if kind in asked]
    return sa.or_(*clauses) if clauses else sa.false()


def _reach(user: User, level: Level, row: Any) -> sa.ColumnElement[bool] | None:
    """How far a level goes; None = everything."""
    if level == Level.ALL:
        return None
    return row.created_by_id == user.id if level == Level.OWN else _takes_part(row, _units(user, level))


def units_of_kind(user: User, kind: str) -> list[int] | None:
    """The units whose matters are all this user sees of a kind; None when it is not a question of units.

    A list starts from their parts instead of walking through the district's matters.
    """
    level = user.level(f"{kind}:view")
    return _units(user, level) if level in (Level.UNIT, Level.GROUP) and kind not in ALSO else None


def seen(user: User, column: Any) -> sa.ColumnElement[bool] | None:
    """Whether the matter whose id is in `column` is visible; None = all are. Asked row by row, not as a list of all ids."""
    clause = matters(user, _held.c)
    return None if clause is None else sa.exists(sa.select(sa.literal(1)).where(_held.c.id == column, clause).correlate_except(_held))


def _of_matter(cls: type, column: str = "matter_id") -> None:
    """Rows of a matter are seen with it; writing them is the verbs' business."""

    def clause(user: User) -> sa.ColumnElement[bool] | None:
        return seen(user, getattr(cls, column))

    scoped(clause, _never)(cls)


def _events(user: User) -> sa.ColumnElement[bool] | None:
    """The timeline of visible matters; drafts of measures and letters only for who supervises the whole district."""
    visible = seen(user, MatterEvent.matter_id)
    parts = [] if visible is None else [visible]
    if user.level("accountability:view") != Level.ALL:
        parts.append(MatterEvent.action.not_in(INTERNAL))
    return sa.and_(*parts) if parts else None


def _never(_row: Any, _user: User) -> bool:
    """Written only inside a verb, which has checked its own permission and row."""
    return False


def _unsealed(user: User, column: Any) -> sa.ColumnElement[bool] | None:
    """Hides what hangs on confidential matters from all but those who may read every one and those named for this one;
    whoever handed one in sees their own words, not what was made of them. None = nothing to hide."""
    kinds = [kind for kind in confidential.KINDS if user.level(f"{kind}:view") != Level.ALL]
    if not kinds:
        return None
    # Core columns only: the limits on Matter would otherwise reach into this select and leave nothing sealed.
    sealed = sa.select(_matter.c.id).where(_matter.c.kind.in_(kinds), *(_matter.c.id.not_in(ALSO[kind](user)) for kind in kinds if kind in ALSO))
    return sa.or_(column.is_(None), column.not_in(sealed))


def _attachments(user: User) -> sa.ColumnElement[bool] | None:
    """With their matter, meeting or visit; of a confidential matter one's own only."""
    of_matter, unsealed = seen(user, Attachment.matter_id), _unsealed(user, Attachment.matter_id)
    of_matter = Attachment.matter_id.is_not(None) if of_matter is None else of_matter
    held = [_seen_with(user, Attachment.meeting_id, Meeting), _seen_with(user, Attachment.visit_id, Visit)]
    return _both(sa.or_(of_matter, *held), None if unsealed is None else sa.or_(unsealed, Attachment.uploaded_by_id == user.id))


def _seen_with(user: User, column: Any, holder: type) -> sa.ColumnElement[bool]:
    limit = limit_on(holder, user)
    return column.is_not(None) if limit is None else column.in_(sa.select(holder.__table__.c.id).where(limit))


def _both(*clauses: sa.ColumnElement[bool] | None) -> sa.ColumnElement[bool] | None:
    given = [clause for clause in clauses if clause is not None]
    return sa.and_(*given) if given else None


def _by_unit(resource: str, column: Any, hidden: sa.ColumnElement[bool]) -> Any:
    def clause(user: User) -> sa.ColumnElement[bool] | None:
        level = user.level(f"{resource}:view")
        if level == Level.ALL:
            return None
        if level in (None, Level.OWN):
            return sa.false()
        return sa.and_(column.in_(_units(user, level)), ~hidden)

    return clause


def _notices(user: User) -> sa.ColumnElement[bool] | None:
    """Letters: all; or those addressed to the unit, once they are out."""
    by_unit = _by_unit("notice", Notice.addressee_id, Notice.state.in_(UNISSUED) | Notice.issued_at.is_(None))
    return _both(by_unit(user), _unsealed(user, Notice.matter_id))


def _actions(user: User) -> sa.ColumnElement[bool] | None:
    """Measures: all; or those issued to the unit."""
    unissued = AccountabilityAction.state.in_([ActionState.DRAFT, ActionState.DECLINED])
    by_unit = _by_unit("accountability", AccountabilityAction.unit_id, unissued)
    return _both(by_unit(user), _unsealed(user, AccountabilityAction.matter_id))


def _receipts(user: User) -> sa.ColumnElement[bool] | None:
    clause = _notices(user)
    return None if clause is None else Receipt.notice_id.in_(sa.select(Notice.__table__.c.id).where(clause))


def _ratings(user: User) -> sa.ColumnElement[bool] | None:
    """What enterprises say of an answer: for whoever calls back or looks at the whole district, not for the unit that answered."""
    return None if user.level("ticket:view") == Level.ALL else sa.false()


def _audit(user: User) -> sa.ColumnElement[bool] | None:
    return None if user.may("audit:view") else sa.false()


def _joined(kind: type[Matter]) -> Any:
    """Ties a kind's own table to `matter`, so that a bare EXISTS over it cannot go round the limits on matters."""

    def clause(user: User) -> sa.ColumnElement[bool] | None:
        return None if matters(user) is None else kind.__table__.c.id == _matter.c.id

    return clause


scoped(matters, _never)(Matter)
scoped(_notices, _never)(Notice)
scoped(_receipts, _never)(Receipt)
scoped(_actions, _never)(AccountabilityAction)
scoped(_audit, _never)(AuditEntry)
scoped(_attachments, _never)(Attachment)
scoped(_events, _never)(MatterEvent)
for _cls in (MatterDeadline, MatterUnit):
    _of_matter(_cls)
for _cls in (Extension, Exemption, Deferral, Callback, Outcome, PublicDemand):
    _of_matter(_cls, "ticket_id")
scoped(_ratings, _never)(EnterpriseRating)


def tie_kinds() -> None:
    """Every kind of matter is limited as matters are; called once all kinds are mapped."""
    for mapper in Matter.__mapper__.self_and_descendants:
        if mapper.class_ is not Matter:
            scoped(_joined(mapper.class_), _never)(mapper.class_)
