"""Whoever logs in with a printed log-in finds something behind every entry of the menu."""

import lxml.html
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from models import Setting, User, db, scope
from models.identity.policy import Factor
from models.now import as_of
from seeds.demo.people import DESKS, SHOWN, log_ins
from tests.cast import PASSWORD
from tests.demo.conftest import MOMENT, Place
from tests.panel.browse import ON_SQLITE

NAMES = [*DESKS, *(f"{unit}_{desk}" for unit in SHOWN for desk in ("jingban", "fuze"))]
# Not lists of the district's work: nothing to do is a good thing to read there, and a demo has no backup yet.
LEFT_OUT = {"/", "/matter/", "/me/", "/operation/"}


@pytest.fixture(scope="module")
def opened(stage, small_place, tmp_path_factory):
    """A copy of the small demo in which everybody has the password of the tests, and no second factor."""
    place = Place(stage, "menus", tmp_path_factory.mktemp("menus"), small_place[0])
    digest = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with place.app.app_context(), scope.everything():
        db.session.execute(sa.update(User.__table__).values(password_hash=digest))
        db.session.execute(sa.update(Setting.__table__).where(Setting.__table__.c.key == "totp_for").values(value=Factor.NONE.value))
        db.session.commit()
        place.close()
    return place.app


def _page(client, href):
    answer = client.get(href)
    assert answer.status_code == 200, href
    return lxml.html.fromstring(answer.text)


@ON_SQLITE
def test_the_names_are_those_that_are_printed(small):
    assert [name for _role, name in log_ins()] == NAMES


@ON_SQLITE
@pytest.mark.parametrize("name", NAMES)
def test_no_entry_of_the_menu_is_empty(opened, name):
    client = opened.test_client()
    with as_of(MOMENT):
        assert client.post("/login", data={"username": name, "password": PASSWORD}).status_code == 302
        menu = _page(client, "/").xpath("//nav//a[starts-with(@href, '/')]")
        links = {link.get("href"): link.text_content().strip() for link in menu if link.get("href").split("?")[0] not in LEFT_OUT}
        assert links
        empty = [f"{label} {href}" for href, label in links.items() if _page(client, href).xpath("//main//*[contains(@class, 'empty')]")]
    assert empty == []
