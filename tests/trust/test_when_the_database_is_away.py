"""The database is locked or broken before anybody has come in: one sentence, not a second failure."""

import sqlite3
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa

from models import db
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE
SAID = "系统正忙"


@contextmanager
def locked():
    """Somebody else is writing, and nobody has the patience to wait."""

    def impatient(connection, *_):
        connection.execute("PRAGMA busy_timeout=0")

    sa.event.listen(db.engine, "checkout", impatient)
    with closing(sqlite3.connect(db.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            sa.event.remove(db.engine, "checkout", impatient)


@pytest.mark.parametrize("address", ["/login", "/ticket/register/", "/session/again", "/p/", "/p/track"])
def test_a_form_sent_while_the_database_is_locked_is_told_so(desk, cast, address):
    browser = desk("intake")
    db.session.commit()
    with locked():
        page = browser.post(address, {"username": "intake", "password": "x", "title": "x"})
    assert page.status == 503
    assert SAID in page.words
    assert "什么都没有改动" in page.words
    assert browser.get("/ticket/").status == 200


def test_other_systems_are_told_in_their_own_form(desk, cast):
    db.session.commit()
    with locked():
        answer = desk("").client.get("/api/v1/tickets")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert SAID in answer.json["title"]


@pytest.mark.parametrize("table", ["user_session", "setting"])
def test_a_page_of_a_broken_database_says_so(desk, cast, table):
    browser = desk("intake")
    db.session.commit()
    db.session.remove()
    with closing(sqlite3.connect(db.engine.url.database)) as other:
        other.execute("UPDATE audit_head SET reference = NULL")  # nothing is remembered that was read before
        other.execute(f"ALTER TABLE {table} RENAME TO gone")
        other.commit()
    for address in ("/", "/ticket/", "/login", "/p/"):
        page = browser.get(address)
        if page.status != 200:  # some pages need nothing of that table
            assert (page.status, SAID in page.words) == (503, True), address
    assert browser.get("/").status == 503
