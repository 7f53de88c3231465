"""Everybody opens everything they are shown: no complaint, no foreign host, no error, nothing wider than the screen."""

import os

import pytest

from models import Role, Unit, User, db
from tests.browser.crawl import Crawl
from tests.cast import PEOPLE

EVERYBODY = sorted(set(PEOPLE) - {"intake2", "yi_clerk", "yi_head"}) + ["park"]  # their roles are here already; the park committee is hired here
CLOSELY = bool(os.environ.get("AXE"))  # `make axe`: minutes more


@pytest.fixture(scope="session")
def known() -> set[tuple]:
    """What has been opened by anybody so far."""
    return set()


@pytest.mark.parametrize("username", EVERYBODY)
def test_everything_a_role_is_shown_opens_cleanly(busy_desk, people, known, username):
    if username == "park":
        _hire_the_park_committee(busy_desk)
    crawl = Crawl(people.log_in(username), busy_desk.url, known, CLOSELY)
    crawl.run()
    assert crawl.faults == []
    assert len(crawl.seen) > 5


def _hire_the_park_committee(desk):
    """The one role the cast does without."""
    with desk.at_work() as cast:
        role = db.session.scalars(db.select(Role).where(Role.code == "PARK")).one()
        unit = db.session.scalars(db.select(Unit).where(Unit.code == "gongyeyuan")).one()
        db.session.add(User(username="park", name="演示-园区", unit=unit, roles=[role], password_hash=cast.jia_clerk.password_hash, must_change=False,
                            password_at=cast.jia_clerk.password_at))
