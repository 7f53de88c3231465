"""axe-core on every kind of page, on a desk and on a phone: nothing serious, nothing critical.

Each page leaves its picture in the test's temporary folder, to be looked at beside the design.
"""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from models import Notice, Ticket, db
from tests.browser.axe import AXE, BAD
from tests.browser.conftest import PHONE, SCREEN

OPEN_ALL = "document.querySelectorAll('[data-open]').forEach(button => button.click())"
# who → what they look at
PAGES = {
    None: ["/login", "/verify/{code}"],
    "intake": ["/ticket/register/", "/ticket/step/callback/?id={APPROVED}", "/me/password", "/nowhere"],
    "coordinator": ["/", "/ticket/", "/ticket/?flt_q=没有", "/ticket/step/dispatch/?id={REGISTERED}", "/task/", "/task/give/", "/help/", "/search/?q=用电"],
    "jia_clerk": ["/", "/ticket/details/?id=1", "/ticket/step/reply/?id={ACCEPTED}"],
    "supervisor": ["/notice/", "/notice/details/?id=1", "/accountability/", "/accountability/details/?id=2", "/inbox/", "/rule/new/", "/rule/details/?id=1"],
    "leader": ["/", "/?tab=watched", "/?tab=late", "/notice/?tab=sign", "/meeting/"],
    "sysadmin": ["/", "/user/", "/calendar/notice/", "/setting/edit/?id=1", "/heartbeat/"],
}


@pytest.mark.parametrize("username", PAGES, ids=str)
def test_no_page_shuts_anybody_out(busy_desk, people, tmp_path, username):
    page = people.log_in(username) if username else people.stranger()
    page.watcher.expect(404)
    with busy_desk.at_work():
        names = _ids()
    found = {}
    for number, path in enumerate(PAGES[username]):
        page.goto(path.format(**names))
        page.evaluate(OPEN_ALL)
        page.evaluate(AXE)
        for size in (SCREEN, PHONE):
            page.set_viewport_size(size)
            page.screenshot(path=tmp_path / f"{number}-{size['width']}.png")
            if bad := page.evaluate(BAD):
                found[path, size["width"]] = bad
        page.set_viewport_size(SCREEN)
    assert found == {}


def test_an_open_picker_of_units_says_what_it_is(busy_desk, people):
    page = people.log_in("coordinator")
    with busy_desk.at_work():
        registered = _ids()["REGISTERED"]
    page.goto(f"/ticket/step/dispatch/?id={registered}")
    page.locator("#s2id_lead a").click()
    page.keyboard.type("rs")
    expect(page.locator(".select2-highlighted")).to_contain_text("区人社局")
    page.evaluate(AXE)
    assert page.evaluate(BAD) == []


def _ids() -> dict[str, object]:
    """A demand in each state, and the code of the issued letter."""
    states = {row.state.value: row.id for row in db.session.scalars(sa.select(Ticket))}
    return states | {"code": db.session.scalar(sa.select(Notice.code).where(Notice.code.is_not(None)))}
