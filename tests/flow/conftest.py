"""It is Monday, 5 August 2024, nine o'clock."""

from collections.abc import Iterator

import pytest

from models import Role, db
from models.now import as_of
from tests.flow.desk import MONDAY


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The clock stands still until a test moves it."""
    with as_of(MONDAY):
        yield


@pytest.fixture
def grant(cast):
    """Give one of the cast a further role."""

    def give(username: str, role: str) -> None:
        user = getattr(cast, username)
        user.roles.append(db.session.scalars(db.select(Role).where(Role.code == role)).one())
        db.session.flush()
        user.__dict__.pop("grants", None)

    return give
