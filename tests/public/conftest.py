"""Enterprises at their telephones, and the desk they write to. The clock stands still: limits are counted by the hour."""

from collections.abc import Iterator

import pytest

from models.now import as_of
from tests.duties.desk import day
from tests.panel.conftest import desk, guarded, quick_press

__all__ = ["desk", "guarded", "quick_press"]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Ten past ten."""
    with as_of(day("2024-08-05 10:10")):
        yield
