"""Who sees what of log-ins and stand-ins: one's own; stand-ins of the unit or the district by permission."""

from typing import Any

import sqlalchemy as sa

from models.identity.delegation import Delegation
from models.identity.secrets import OldPassword, RecoveryCode
from models.identity.session import UserSession
from models.scope import scoped
from models.user import Level, User


def _own(cls: type) -> None:
    scoped(lambda user: cls.user_id == user.id, lambda row, user: (row.user_id or row.user.id) == user.id)(cls)


for _cls in (UserSession, OldPassword, RecoveryCode):
    _own(_cls)


def _delegations(user: User) -> sa.ColumnElement[bool] | None:
    """What one has lent or borrowed; a head those of the unit; by permission all."""
    level = user.level("delegation:view")
    if level == Level.ALL:
        return None
    own = sa.or_(Delegation.lender_id == user.id, Delegation.stand_in_id == user.id)
    if level != Level.UNIT:
        return own
    people = User.__table__
    return sa.or_(own, Delegation.lender_id.in_(sa.select(people.c.id).where(people.c.unit_id == user.unit_id, people.c.unit_id.is_not(None))))


def _may_write(_row: Any, _user: User) -> bool:
    """Only through lend() and take_back(), which check for themselves."""
    return False


scoped(_delegations, _may_write)(Delegation)
