"""A form somebody else's page sends in one's name is refused, whatever it is for."""

import sqlalchemy as sa

from models import AuditEntry, User, db
from tests.cast import PASSWORD
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE


def enter(client, username):
    """Log in with the token the page carries."""
    page = client.get("/login")
    done = client.post("/login", {"username": username, "password": PASSWORD, "csrf_token": page.value("csrf_token")})
    assert done.status == 302, done.said


def trail():
    return db.session.scalar(sa.select(sa.func.count(AuditEntry.id)))


def test_no_post_works_without_the_token_of_the_session(app, desk, cast, guarded):
    ticket = cast.dispatched()
    browser = desk("")
    enter(browser, "sysadmin")
    before = trail()
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            url = rule.build(dict.fromkeys(rule.arguments, "1"))[1]
            page = browser.post(f"{url}?id={ticket.id}", {"title": "x", "version": "1"})
            assert page.status == 400, rule
            assert "页面已过期" in page.words, rule
    assert trail() == before


def test_with_the_token_the_same_form_works(desk, cast, guarded):
    ticket = cast.dispatched()
    browser = desk("")
    enter(browser, "jia_clerk")
    token = browser.get(f"/ticket/step/sign/?id={ticket.id}").value("csrf_token")
    page = browser.post(f"/ticket/step/sign/?id={ticket.id}", {"version": str(ticket.version), "csrf_token": token})
    assert page.status == 302
    assert ticket.state == "ACCEPTED"


def test_a_token_of_another_session_is_refused(app, desk, cast, guarded):
    ticket = cast.dispatched()
    browser = desk("")
    enter(browser, "yi_clerk")
    stolen = browser.get("/me/password").value("csrf_token")
    enter(browser, "jia_clerk")
    page = browser.post(f"/ticket/step/sign/?id={ticket.id}", {"version": str(ticket.version), "csrf_token": stolen})
    assert page.status == 400
    assert ticket.state == "DISPATCHED"


def test_every_form_on_a_page_carries_the_token(desk, cast, guarded):
    cast.accepted()
    browser = desk("")
    enter(browser, "supervisor")
    for url in ("/", "/ticket/", "/me/password", "/notice/draft/", "/rule/new/"):
        page = browser.get(url)
        forms = page.tree.xpath("//form[@method='post']")
        assert forms, url
        for form in forms:
            assert form.xpath(".//input[@name='csrf_token']/@value"), (url, form.get("action"))
    assert db.session.scalar(sa.select(sa.func.count(User.id))) > 10
