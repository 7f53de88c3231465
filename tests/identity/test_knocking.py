"""Wrong passwords from one address, for whatever account, are counted together."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from models import AuditEntry, Setting, Throttle, db
from models.now import TZ, as_of
from tests.cast import PASSWORD

START = datetime(2025, 3, 4, 9, 30, tzinfo=TZ)  # a stretch of half an hour begins
ACCOUNTS = ("jia_clerk", "yi_clerk", "jia_head", "nobody")


def knock(browser, username, password="x", address="10.0.0.7"):
    return browser.client.post("/login", data={"username": username, "password": password}, environ_base={"REMOTE_ADDR": address})


def ten_wrong(desk):
    db.session.scalars(sa.select(Setting).where(Setting.key == "login_address_tries")).one().value = "10"
    return [knock(desk(""), ACCOUNTS[n % 4]).status_code for n in range(10)]


def test_many_accounts_tried_from_one_address_close_the_log_in_to_that_address_alone(desk, cast):
    with as_of(START):
        assert ten_wrong(desk) == [200] * 10
        page = knock(desk(""), "intake", PASSWORD)  # right, and no account is locked
        assert (page.status_code, page.headers["Retry-After"]) == (429, "1800")
        assert "这个地址输错的次数太多，请30分钟后再试" in page.text
        assert knock(desk(""), "intake", PASSWORD, "10.0.0.8").status_code == 302
    with as_of(START + timedelta(minutes=31)):
        assert knock(desk(""), "intake", PASSWORD).status_code == 302
    notes = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "来源地址暂停登录")).all()
    assert [note.address for note in notes] == ["10.0.0.7"]
    assert "10.0.0.7" not in "".join(db.session.scalars(sa.select(Throttle.bucket)))


def test_right_passwords_are_not_counted(desk, cast):
    with as_of(START):
        ten_wrong(desk)
        db.session.execute(sa.update(Throttle).values(last=9))
        assert [knock(desk(""), "intake", PASSWORD).status_code for _ in range(3)] == [302] * 3


def test_the_password_asked_after_a_pause_counts_like_the_first_one(desk, cast, limits):
    limits()
    with as_of(START):
        browser = desk("intake")
    with as_of(START + timedelta(minutes=31)):
        ten_wrong(desk)
        again = browser.client.post("/session/again", data={"password": PASSWORD}, environ_base={"REMOTE_ADDR": "10.0.0.7"})
        assert (again.status_code, "次数太多" in again.json["error"]) == (422, True)
        assert browser.client.post("/session/again", data={"password": PASSWORD}).json == {"ok": True}
