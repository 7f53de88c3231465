"""It is Monday, 5 August 2024, nine o'clock."""

from collections.abc import Iterator

import pytest

from models.now import as_of
from tests.flow.desk import MONDAY
from tests.flow.stagehand import lend, mark_used


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The clock stands still until a test moves it."""
    with as_of(MONDAY):
        yield


@pytest.fixture(scope="module", autouse=True)
def fresh(stage):
    """Each file begins on a fresh database: another process may have written to it before."""
    mark_used(stage)


@pytest.fixture
def app(stage):
    """As in tests/conftest.py, but a database nobody has committed to is used again."""
    with lend(stage) as lent:
        yield lent
