"""Getting in, being kept out, and getting out (standards.md §3)."""

from datetime import timedelta

import pytest

from models.now import as_of, now
from tests.cast import PASSWORD
from tests.panel.browse import ON_SQLITE, details_url

GOOD = "Xinkouling-2025"


def attempt(browser, username="jia_clerk", password=PASSWORD):
    return browser.post("/login", {"username": username, "password": password})


def test_a_wrong_password_and_a_wrong_name_read_the_same(desk, cast):
    wrong, nobody = attempt(desk(""), password="x"), attempt(desk(""), username="nobody")
    assert wrong.status == nobody.status == 200
    assert wrong.said == nobody.said != ""
    assert attempt(desk(""), username="").error("username") == "请填写登录名"
    assert desk("").post("/login").error("password") == "请填写口令"
    assert desk("").raw("/").status_code == 302


def test_five_wrong_tries_lock_for_half_an_hour(desk, cast):
    start = now()
    with as_of(start):
        for _ in range(5):
            attempt(desk(""), password="x")
        page = attempt(desk(""))
        assert "已锁定" in page.said
        assert desk("").raw("/").status_code == 302
    with as_of(start + timedelta(minutes=29)):
        assert "已锁定" in attempt(desk("")).said
        assert attempt(desk(""), username="jia_head").status == 302
    with as_of(start + timedelta(minutes=31)):
        assert attempt(desk("")).status == 302
    assert cast.jia_clerk.failed_logins == 0


def test_four_wrong_tries_and_a_right_one_start_anew(desk, cast):
    for _ in range(2):
        for _ in range(4):
            attempt(desk(""), password="x")
        assert attempt(desk("")).status == 302


def test_a_one_time_password_opens_nothing_but_its_change(desk, cast):
    user = cast.jia_clerk
    user.must_change = True
    ticket = cast.accepted()
    for address in ("/", "/ticket/", details_url(ticket), "/search/?q=诉求", "/help/", "/file/1"):
        answer = desk("jia_clerk").raw(address)
        assert answer.headers.get("Location") == "/me/password", address
    assert desk("jia_clerk").press(ticket, "report_progress", version="1", progress="x").status == 302
    assert ticket.progress is None
    page = desk("jia_clerk").get("/me/password")
    assert "先换成自己的口令" in page.said
    assert desk("jia_clerk").post("/me/password", {"old": PASSWORD, "new": GOOD, "again": GOOD}).status == 302
    assert desk("jia_clerk").raw("/").status_code == 200


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("new", {"new": "short1A", "again": "short1A"}), ("new", {"new": "alllowercase", "again": "alllowercase"}),
        ("new", {"new": "Jia_clerk-2025", "again": "Jia_clerk-2025"}), ("new", {"new": PASSWORD, "again": PASSWORD}),
        ("again", {"again": "Other-2025"}), ("old", {"old": "x"}), ("old", {"old": ""}),
    ],
)
def test_a_poor_new_password_is_refused_beside_its_field(desk, cast, field, given):
    before = cast.jia_clerk.password_hash
    page = desk("jia_clerk").post("/me/password", {"old": PASSWORD, "new": GOOD, "again": GOOD} | given)
    assert page.status in (200, 422)
    assert page.error(field)
    assert cast.jia_clerk.password_hash == before
    for name in ("old", "new", "again"):
        assert not page.value(name)


def test_logging_out_ends_everything(desk, cast):
    browser = desk("jia_clerk")
    assert browser.post("/logout").status == 302
    assert browser.raw("/").headers["Location"].startswith("/login")
    assert browser.raw("/ticket/").headers["Location"].startswith("/login")


def test_a_retired_user_is_out_at_once_and_stays_out(desk, cast):
    ticket = cast.accepted()
    assert desk("jia_clerk").raw("/").status_code == 200
    cast.jia_clerk.is_active = False
    assert desk("jia_clerk").raw(details_url(ticket)).headers["Location"].startswith("/login")
    assert attempt(desk("")).status == 200
    assert desk("").raw("/").status_code == 302


def test_a_forged_session_is_nobody(app, desk, cast):
    for forged in ("²", "abc", "999999", "1 OR 1=1", ""):
        with desk("").client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = forged, True
        assert desk("").raw("/ticket/").headers["Location"].startswith("/login")


def test_an_administrator_changes_nobodys_rights_to_his_own_good(desk, cast):
    page = desk("secadmin").get(f"/grant/edit/?id={cast.secadmin.id}")
    roles = page.tree.xpath("//select[@name='roles']/option/@value")
    assert roles
    page = desk("secadmin").post(f"/grant/edit/?id={cast.secadmin.id}", {"roles": roles})
    assert page.status == 200
    assert "不能给自己授权" in page.said
    page = desk("secadmin").post(f"/grant/edit/?id={cast.jia_clerk.id}", {"roles": roles})
    assert "三员" in page.said
    assert [role.code for role in cast.secadmin.roles] == ["SECADMIN"]
    assert [role.code for role in cast.jia_clerk.roles] == ["UNIT_CLERK"]
