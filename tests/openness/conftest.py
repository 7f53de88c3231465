"""It is Friday, 30 August 2024, ten o'clock."""

from collections.abc import Iterator

import pytest

from models.now import as_of
from tests.report.conftest import FRIDAY


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    """The clock stands still."""
    with as_of(FRIDAY):
        yield
