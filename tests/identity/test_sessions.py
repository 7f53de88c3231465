"""A log-in lives on the server: it ends when it is ended, wherever its cookie may be."""

from datetime import timedelta

import sqlalchemy as sa

from models import AuditEntry, UserSession, db
from models.identity import End
from models.importing import RunState
from models.now import as_of, now
from tests.cast import PASSWORD, login
from tests.importing.desk import ENTERPRISES, book, firm, upload
from tests.panel.browse import Visitor, details_url, step_url

GOOD = "Xinkouling-2025"


def rows(user):
    return db.session.scalars(sa.select(UserSession).where(UserSession.user_id == user.id).order_by(UserSession.id)).all()


def another(app, username="jia_clerk"):
    """The same person on another device."""
    return Visitor(login(app.test_client(), username))


def replayed(app, visitor):
    """A stranger's browser with a copy of this one's cookie."""
    thief = app.test_client()
    thief.set_cookie("session", visitor.client.get_cookie("session").value)
    return Visitor(thief)


def is_out(visitor):
    return visitor.raw("/ticket/").headers.get("Location", "").startswith("/login")


def test_the_database_holds_no_token_a_browser_could_use(app, desk, cast):
    browser = desk("jia_clerk")
    with browser.client.session_transaction() as held:
        token = held["sid"]
    row = rows(cast.jia_clerk)[-1]
    assert token not in (row.token_hash, row.agent)
    assert (row.address, row.confirmed, row.ended_at) == ("127.0.0.1", True, None)


def test_a_copied_cookie_dies_with_the_log_out(app, desk, cast):
    browser = desk("jia_clerk")
    thief = replayed(app, browser)
    assert thief.raw("/ticket/").status_code == 200
    browser.post("/logout")
    assert is_out(thief)
    assert rows(cast.jia_clerk)[-1].ended_why == End.LOGOUT


def test_a_new_password_ends_every_other_log_in_but_not_ones_own(app, desk, cast):
    other, browser = another(app), desk("jia_clerk")
    thief = replayed(app, browser)
    assert browser.post("/me/password", {"old": PASSWORD, "new": GOOD, "again": GOOD}).status == 302
    assert browser.raw("/ticket/").status_code == 200
    assert is_out(other)
    assert is_out(thief)


def test_switching_an_account_off_ends_its_log_ins_for_good(app, desk, cast):
    browser = desk("jia_clerk")
    assert browser.raw("/").status_code == 200
    cast.jia_clerk.is_active = False
    assert is_out(browser)
    cast.jia_clerk.is_active = True
    assert is_out(browser)
    assert rows(cast.jia_clerk)[-1].ended_why == End.DISABLED


def test_one_sees_ones_own_log_ins_and_ends_the_others(app, desk, cast):
    other, third, browser = another(app), another(app), desk("jia_clerk")
    page = browser.get("/me/")
    assert len(page.texts("//section[@aria-labelledby='open']//li")) == 3
    stranger = rows(cast.jia_clerk)[0].id
    assert desk("yi_clerk").post("/me/sessions/", {"id": stranger}).status == 404
    assert browser.post("/me/sessions/", {"id": stranger}).status == 302
    assert is_out(other)
    assert not is_out(third)
    assert browser.post("/me/sessions/").status == 302
    assert is_out(third)
    assert not is_out(browser)
    assert db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "结束其他登录")).all()


def test_who_leaves_the_desk_has_to_say_the_password_again(desk, cast, limits):
    limits()
    browser, start = desk("jia_clerk"), now()
    with as_of(start + timedelta(minutes=29)):
        assert browser.raw("/ticket/").status_code == 200
    with as_of(start + timedelta(minutes=58)):
        assert browser.raw("/ticket/").status_code == 200  # seen 29 minutes ago
    with as_of(start + timedelta(minutes=89)):
        assert browser.raw("/ticket/").headers["Location"] == "/login?next=/ticket/"
        assert browser.client.post("/session/ping").status_code == 401
        assert browser.client.post("/session/again", data={"password": "x"}).status_code == 422
        assert browser.client.post("/session/again", data={"password": PASSWORD}).json == {"ok": True}
        assert browser.raw("/ticket/").status_code == 200


def test_administrators_have_ten_minutes(desk, cast, limits):
    limits(idle_minutes_admin=10)
    browser = desk("sysadmin")
    with as_of(now() + timedelta(minutes=11)):
        assert browser.raw("/user/").headers["Location"].startswith("/login")


def test_a_form_sent_too_late_waits_for_the_password_and_then_arrives(desk, cast, limits):
    limits()
    ticket = cast.accepted()
    browser, start = desk("jia_clerk"), now()
    url, form = step_url(ticket, "report_progress"), {"progress": "已联系企业，\n<b>明天</b>到账", "version": ""}
    with as_of(start + timedelta(minutes=31)):
        form["version"] = str(ticket.version)
        held = browser.post(url, form)
        assert held.status == 401
        assert ticket.progress is None
        assert held.value("progress") == "已联系企业，\n<b>明天</b>到账"
        again = browser.post(url, form | {"again_password": "falsch"})
        assert again.status == 401
        assert "口令不对" in again.said
        assert browser.post(url, form | {"again_password": PASSWORD}).status == 302
        assert ticket.progress == "已联系企业，\n<b>明天</b>到账"
        assert browser.raw(details_url(ticket)).status_code == 200


def test_a_preview_left_waiting_asks_for_the_password_and_is_then_entered_whole(desk, cast, limits):
    limits()
    run = upload("enterprise", cast.intake, book(ENTERPRISES, firm(1), firm(2)))
    browser, start = desk("intake"), now()
    url, form = f"/import/settle/?id={run.id}", {"verb": "confirm"}
    assert browser.get(f"/import/details/?id={run.id}").status == 200
    with as_of(start + timedelta(minutes=31)):
        held = browser.post(url, form)
        assert (held.status, held.value("verb")) == (401, "confirm")
        db.session.expire_all()
        assert (run.state, run.added) == (RunState.PREVIEW, 2)
        assert browser.post(url, form | {"again_password": PASSWORD}).status == 302
        db.session.expire_all()
        assert (run.state, run.added) == (RunState.DONE, 2)
        assert "已导入：新增 2 条" in browser.get(f"/import/details/?id={run.id}").said


def test_wrong_passwords_over_the_page_lock_the_account_too(desk, cast, limits):
    limits()
    browser, start = desk("jia_clerk"), now()
    with as_of(start + timedelta(minutes=31)):
        for _ in range(5):
            browser.client.post("/session/again", data={"password": "x"})
        assert browser.client.post("/session/again", data={"password": PASSWORD}).status_code == 422
        assert cast.jia_clerk.locked_until > now()


def test_a_tab_left_open_keeps_its_form_when_another_tab_logs_in_again(guarded_desk, cast, limits):
    limits()
    ticket = cast.accepted()
    browser, start = guarded_desk("jia_clerk"), now()
    token = browser.get(step_url(ticket, "report_progress")).value("csrf_token")
    with as_of(start + timedelta(minutes=31)):
        page = browser.get("/login")
        assert browser.post("/login", {"username": "jia_clerk", "password": PASSWORD, "csrf_token": page.value("csrf_token")}).status == 302
        sent = browser.post(step_url(ticket, "report_progress"), {"progress": "x", "version": ticket.version, "csrf_token": token})
        assert sent.status == 302, sent.words[:300]


def test_a_working_day_ends_every_log_in(desk, cast, limits):
    limits(session_hours=12)
    browser = desk("jia_clerk")
    with as_of(now() + timedelta(hours=12, minutes=1)):
        assert browser.raw("/ticket/").headers["Location"].startswith("/login")


def test_a_log_in_needs_two_processes_to_agree_only_on_the_database(app, desk, cast):
    """Nothing of a session is kept in the process: the app's own memory is emptied between two requests."""
    browser = desk("jia_clerk")
    db.engine.dispose()
    assert browser.raw("/ticket/").status_code == 200
