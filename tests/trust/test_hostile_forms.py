"""Hostile words in the forms of every seat: each role's own pages are followed to each form and verb they lead to, which is filled in and sent.

`make test` lets every role attack the forms no role before it has reached; with SWEEP=1 (`make nightly`) every role attacks all of its own.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from models import Role, User, db
from tests.panel.browse import ON_SQLITE, Visitor
from tests.panel.shelf import shelve
from tests.trust.test_hostile_words import ALL, forms, sound

pytestmark = ON_SQLITE
SEATS = ["jia_clerk", "coordinator", "supervisor", "special", "park", "discipline", "sysadmin", "intake", "jia_head", "secadmin", "leader", "auditor"]
SWEEP = bool(os.environ.get("SWEEP"))
ROWS = 8 if SWEEP else 2  # of a list whose pages are opened: states of a matter
# Not a form, or one that ends the seat's own log-in: tests/identity attacks those.
NOT_HERE = re.compile(r"^/(logout|login|account|password|factor)|/(export|files?|preview|pdf|word|draft)\b")


def form_of(link: str) -> str:
    """The form an address leads to, whatever row it is about."""
    return re.sub(r"/\d+(?=/|$)", "/#", urlsplit(link).path)


@pytest.fixture
def park(cast):
    """The park's own office has a desk as well."""
    roles = db.session.scalars(sa.select(Role).where(Role.code == "PARK")).all()
    db.session.add(User(username="park", name="演示-园区", unit=cast.jia, roles=roles, password_hash=cast.jia_clerk.password_hash,
                        must_change=False, password_at=cast.jia_clerk.password_at))


def ways(browser: Visitor, panels: list, known: set[str], barren: Counter) -> Iterator[str]:
    """Addresses of forms this seat's lists and records lead to, each form once; a register with nothing new for two seats is left."""
    open_to = {link.split("?")[0].rstrip("/") for link in browser.get("/").links()}
    for view in panels:
        if view.url.rstrip("/") not in open_to or (barren[view.url] >= 2 and not SWEEP):
            continue
        page, before = browser.get(f"{view.url}/?tab=all"), len(known)
        records = [link for link in page.links() if link.startswith(f"{view.url}/details/")][:ROWS]
        for link in [f"{view.url}/new/", *page.links(), *(one for record in records for one in browser.get(record).links())]:
            form = form_of(link)
            if form not in known and form != f"{view.url}/" and "/details/" not in link and not NOT_HERE.search(link):
                known.add(form)
                yield link
        barren[view.url] = barren[view.url] + 1 if len(known) == before else 0


def attack(who: str, browser: Visitor, panels: list, known: set[str], barren: Counter) -> int:
    """Send every form this seat finds, then look at the lists where the words have gone; how many."""
    filled, lists = 0, set()
    for address in ways(browser, panels, known, barren):
        page = browser.get(address)
        if page.status != 200 or not page.tree.xpath("//form[@method='post' or @method='POST']"):
            continue
        for action, given, texts in forms(page):
            target = action if action.startswith("/") else address
            if not NOT_HERE.search(target):
                sound(browser.client.post(target, data=given | dict.fromkeys(texts, ALL), buffered=True), (who, address))
                filled += 1
                lists.add(f"/{address.split('/')[1]}/?tab=all")
    for address in sorted(lists) if SWEEP or who == "jia_clerk" else ():
        sound(browser.raw(address), (who, address))
    return filled


def test_every_form_a_seat_is_led_to_takes_hostile_words(app, desk, cast, park, world):
    panels = [view for view in app.extensions["admin"][0]._views if hasattr(view, "model")]
    shelve(panels, cast.jia, cast.jia_clerk)
    db.session.commit()
    known: set[str] = set()
    barren: Counter = Counter()
    found = {who: attack(who, desk(who), panels, set() if SWEEP else known, barren) for who in SEATS}
    assert sum(found.values()) > 90, found
    assert sum(1 for filled in found.values() if filled) >= 8, found
