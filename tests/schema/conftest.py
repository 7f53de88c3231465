"""The schema is tried on rows that are rolled back."""

import pytest

from tests.flow.stagehand import lend, mark_used


@pytest.fixture(scope="module", autouse=True)
def fresh(stage):
    """Each file begins on a fresh database: another process may have written to it before."""
    mark_used(stage)


@pytest.fixture
def app(stage):
    """As in tests/conftest.py, but a database nobody has committed to is used again."""
    with lend(stage) as lent:
        yield lent
