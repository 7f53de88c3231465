"""It is Monday, 5 August 2024, nine o'clock."""

from collections.abc import Iterator

import pytest

from models.now import as_of
from tests.flow.desk import MONDAY


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The clock stands still until a test moves it."""
    with as_of(MONDAY):
        yield
