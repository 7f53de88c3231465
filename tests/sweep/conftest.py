"""On the models' stage (tests/stagehand.py)."""

import pytest

from models import db
from tests.stagehand import app, fresh, monday
from tests.sweep.office import LADDER, no_duties, only_rules

__all__ = ["app", "fresh", "monday"]


@pytest.fixture
def neglected(cast):
    """A ticket 甲局 has signed for and forgotten; due on Monday 12 August, 17:30."""
    no_duties()
    only_rules(*LADDER)
    ticket = cast.accepted()
    db.session.commit()
    return ticket
