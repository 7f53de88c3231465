"""It is Monday, 5 August 2024, nine o'clock; the park committee and the justice bureau have people too."""

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from models import Role, Unit, User, db
from models.now import now
from tests.cast import PASSWORD, Cast
from tests.inspection.desk import Desk
from tests.stagehand import monday

__all__ = ["desk", "monday"]

MORE = {
    "park": ("演示-园区", "gongyeyuan", ["UNIT_CLERK", "PARK"]),
    "justice": ("演示-司法", "sifa", ["UNIT_CLERK"]),
    "bing_clerk": ("演示-丙经办", "shichang", ["UNIT_CLERK"]),
    "office_clerk": ("演示-办公室", "yingshangban", ["UNIT_CLERK"]),
}


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """The cast at work on inspections."""
    digest = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    for username, (name, unit, roles) in MORE.items():
        db.session.add(User(
            username=username, name=name, unit=db.session.scalars(sa.select(Unit).where(Unit.code == unit)).one(),
            roles=list(db.session.scalars(sa.select(Role).where(Role.code.in_(roles)))), password_hash=digest, must_change=False, password_at=now(),
        ))
    db.session.flush()
    return Desk(cast)
