"""Everybody opens everything they are shown: no complaint, no foreign host, no error, nothing wider than the screen."""

import pytest

from tests.browser.crawl import Crawl
from tests.cast import PEOPLE

EVERYBODY = sorted(set(PEOPLE) - {"intake2", "yi_clerk", "yi_head"})  # their roles are here already


@pytest.fixture(scope="session")
def known() -> set[tuple]:
    """What has been opened by anybody so far."""
    return set()


@pytest.mark.parametrize("username", EVERYBODY)
def test_everything_a_role_is_shown_opens_cleanly(busy_desk, people, known, username):
    crawl = Crawl(people.log_in(username), busy_desk.url, known)
    crawl.run()
    assert crawl.faults == []
    assert len(crawl.seen) > 5
