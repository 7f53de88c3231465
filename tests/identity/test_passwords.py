"""Passwords grow old, do not come back, and are never handed out for good."""

from datetime import timedelta

import sqlalchemy as sa

from models import AuditEntry, OldPassword, Setting, User, db
from models.identity import account
from models.now import as_of, now
from tests.cast import PASSWORD
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE


def change(browser, old, new):
    return browser.post("/me/password", {"old": old, "new": new, "again": new})


def test_a_password_of_ninety_one_days_opens_nothing_but_its_change(desk, cast, limits):
    limits(password_days=90)
    browser, start = desk("jia_clerk"), now()
    with as_of(start + timedelta(days=89)):
        assert browser.raw("/ticket/").status_code == 200
    with as_of(start + timedelta(days=91)):
        for address in ("/", "/ticket/", "/me/", "/search/?q=诉求", "/file/1", "/ticket/export/csv/"):
            assert browser.raw(address).headers.get("Location") == "/me/password", address
        assert "已到有效期" in browser.get("/me/password").said
        assert change(browser, PASSWORD, "Xinkouling-2025").status == 302
        assert browser.raw("/ticket/").status_code == 200


def test_the_last_five_passwords_do_not_come_back(desk, cast):
    browser, held = desk("jia_clerk"), PASSWORD
    for number in range(5):
        new = f"Di{number}ge-Kouling"
        assert change(browser, held, new).status == 302
        held = new
    for old in (PASSWORD, "Di0ge-Kouling", "Di3ge-Kouling", held):
        page = change(browser, held, old)
        assert "不能与现在的口令和以前5个口令相同" in page.error("new"), old
    assert change(browser, held, "Di5ge-Kouling").status == 302
    assert change(browser, "Di5ge-Kouling", PASSWORD).status == 302  # the sixth back
    hashes = db.session.scalars(sa.select(OldPassword.password_hash)).all()
    assert all(text.startswith("$argon2") for text in hashes)


def test_the_security_administrator_moves_the_limits_within_bounds_only(desk, cast):
    page = desk("secadmin").get("/login_policy/")
    assert "连续输错几次锁定" in page.words
    row = db.session.scalars(sa.select(Setting).where(Setting.key == "login_tries")).one()
    wrong = desk("secadmin").post(f"/login_policy/edit/?id={row.id}", {"value": "100"})
    assert "3到10" in wrong.words
    assert desk("secadmin").post(f"/login_policy/edit/?id={row.id}", {"value": "3"}).status == 302
    db.session.refresh(row)
    assert row.value == "3"
    for _ in range(3):
        desk("").post("/login", {"username": "jia_clerk", "password": "x"})
    assert "已锁定" in desk("").post("/login", {"username": "jia_clerk", "password": PASSWORD}).said
    assert desk("sysadmin").get("/login_policy/").status == 404
    assert desk("sysadmin").get(f"/setting/edit/?id={row.id}").status in (302, 404)
    assert "login_tries" not in desk("sysadmin").get("/setting/?page_size=100").html


def test_the_security_administrator_resets_and_unlocks_but_never_the_own_account(desk, cast):
    for _ in range(5):
        desk("").post("/login", {"username": "jia_clerk", "password": "x"})
    clerk = cast.jia_clerk
    assert desk("secadmin").post("/grant/unlock/", {"id": clerk.id}).status == 302
    assert clerk.locked_until is None
    page = desk("secadmin").post("/grant/reset/", {"id": clerk.id})
    fresh = page.texts("//*[@data-password]")[0]
    browser = desk("")
    assert browser.post("/login", {"username": "jia_clerk", "password": fresh}).status == 302
    assert browser.raw("/ticket/").headers["Location"] == "/me/password"
    assert desk("secadmin").post("/grant/reset/", {"id": cast.secadmin.id}).status == 409
    for who in ("sysadmin", "auditor", "jia_head"):
        assert desk(who).post("/grant/reset/", {"id": clerk.id}).status == 404
    assert fresh not in "".join(db.session.scalars(sa.select(AuditEntry.changes)))


def test_accounts_nobody_uses_are_listed_and_put_to_sleep_but_never_the_last_administrator(cast, limits):
    limits(dormant_days=90)
    start = now()
    with as_of(start + timedelta(days=89)):
        assert account.dormant() == []
    with as_of(start + timedelta(days=91)):
        cast.jia_clerk.last_login_at = now() - timedelta(days=1)
        db.session.flush()
        assert cast.yi_clerk in account.dormant()
        assert cast.jia_clerk not in account.dormant()
        assert account.put_to_sleep() > 0
        db.session.commit()
        awake = db.session.scalars(sa.select(User.username).where(User.is_active)).all()
        assert set(awake) == {"jia_clerk", "sysadmin", "secadmin", "auditor"}
        assert account.put_to_sleep() == 0


def test_nothing_ships_with_a_password_anybody_knows(app):
    """Hashes in the packs or the demo's files would be default passwords."""
    runner = app.test_cli_runner()
    shown = [runner.invoke(args=["init", "--admin", name]).output for name in ("erste",)]
    assert "一次性口令" not in "".join(shown)  # somebody holds the role already, so none is made
