"""It is Monday, 5 August 2024, ten past ten in the morning: the hour of the list of new enterprises."""

from collections.abc import Iterator

import pytest

from models import Role, Unit, User, db
from models.now import as_of, now
from tests.duties.desk import day


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The clock stands still until a test moves it."""
    with as_of(day("2024-08-05 10:10")):
        yield


@pytest.fixture
def hire_clerk(cast):
    """A clerk of any unit of the packs."""

    def hire(code: str, role: str = "UNIT_CLERK") -> User:
        unit = db.session.scalars(db.select(Unit).where(Unit.code == code)).one()
        held = db.session.scalars(db.select(Role).where(Role.code == role)).one()
        like = cast.jia_clerk
        user = User(username=f"{code}_{role}".lower(), name=f"演示-{code}", unit=unit, roles=[held], password_hash=like.password_hash,
            must_change=False, password_at=now())
        db.session.add(user)
        db.session.flush()
        return user

    return hire
