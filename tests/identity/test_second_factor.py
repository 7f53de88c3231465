"""The second factor: an app's six digits, good once, or a recovery code, good once (standards.md §3, 身份鉴别 d)."""

from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from models import AuditEntry, RecoveryCode, db
from models.now import as_of, now
from tests.cast import PASSWORD
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE


def digits(secret, moment=None):
    return pyotp.TOTP(secret).at(int((moment or now()).timestamp()))


def enrol(browser):
    """The secret and the recovery codes."""
    secret = browser.get("/me/factor").texts("//ol//*[@class='code']")[0].replace(" ", "")
    page = browser.post("/me/factor", {"password": PASSWORD, "code": digits(secret)})
    return secret, page.texts("//ul[@class='codes']/li")


@pytest.fixture
def start():
    """A moment at the beginning of a time step."""
    moment = now()
    return moment - timedelta(seconds=int(moment.timestamp()) % 30) + timedelta(hours=1)


def first_step(desk, who="sysadmin"):
    browser = desk("")
    assert browser.post("/login", {"username": who, "password": PASSWORD}).status == 302
    return browser


def test_an_administrator_reaches_nothing_before_the_second_factor_is_set_up(desk, cast, limits):
    browser = desk("sysadmin")
    limits(totp_for="ADMIN")
    for address in ("/", "/user/", "/me/", "/setting/"):
        assert browser.raw(address).headers.get("Location") == "/me/factor", address
    assert browser.post("/user/new/", {"username": "x", "name": "演示-某"}).response.headers["Location"] == "/me/factor"
    assert desk("jia_clerk").raw("/ticket/").status_code == 200
    _secret, codes = enrol(browser)
    assert len(codes) == 10
    assert browser.raw("/user/").status_code == 200


def test_the_password_alone_does_not_reach_an_administrators_desk(desk, cast, start):
    with as_of(start):
        secret, _codes = enrol(desk("sysadmin"))
    with as_of(start + timedelta(minutes=5)):
        browser = first_step(desk)
        for address in ("/", "/user/", "/me/", "/me/password", "/me/factor"):
            assert browser.raw(address).headers.get("Location") == "/login/code", address
        assert browser.client.post("/session/again", data={"password": PASSWORD}).status_code == 302
        assert "不对" in browser.post("/login/code", {"code": "000000"}).said
        assert browser.raw("/user/").status_code == 302
        assert browser.post("/login/code", {"code": digits(secret)}).status == 302
        assert browser.raw("/user/").status_code == 200


def test_a_code_read_over_the_shoulder_is_good_for_nothing(desk, cast, start):
    with as_of(start):
        secret, _codes = enrol(desk("sysadmin"))
    with as_of(start + timedelta(minutes=5)):
        assert first_step(desk).post("/login/code", {"code": digits(secret)}).status == 302
        desk("").post("/logout")
        assert "不对" in first_step(desk).post("/login/code", {"code": digits(secret)}).said
    with as_of(start + timedelta(minutes=7)):
        old = digits(secret, start + timedelta(minutes=5))
        assert "不对" in first_step(desk).post("/login/code", {"code": old}).said


def test_guessing_codes_locks_the_account(desk, cast, start):
    with as_of(start):
        secret, _codes = enrol(desk("sysadmin"))
    with as_of(start + timedelta(minutes=5)):
        browser = first_step(desk)
        for _ in range(5):
            browser.post("/login/code", {"code": "000000"})
        assert "已锁定" in browser.post("/login/code", {"code": digits(secret)}).said
        assert cast.sysadmin.locked_until > now()


def test_a_recovery_code_opens_once(desk, cast, start):
    with as_of(start):
        _secret, codes = enrol(desk("sysadmin"))
        assert first_step(desk).post("/login/code", {"code": codes[0].lower()}).status == 302
        assert desk("").raw("/user/").status_code == 200
        desk("").post("/logout")
        assert "不对" in first_step(desk).post("/login/code", {"code": codes[0]}).said
        assert desk("").post("/login/code", {"code": codes[1]}).status == 302
        shown = desk("").get("/me/").words
    assert "恢复码还有8个" in shown
    kept = db.session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert not set(kept) & set(codes)


def test_neither_secret_nor_code_is_in_the_trail(desk, cast, start):
    with as_of(start):
        secret, codes = enrol(desk("sysadmin"))
    trail = "".join(db.session.scalars(sa.select(AuditEntry.changes)))
    assert secret not in trail
    assert not any(code.replace("-", "") in trail for code in codes)
    assert db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "启用动态口令")).all()


def test_nobody_reads_the_secret_not_even_from_the_database(desk, cast, start):
    with as_of(start):
        secret, _codes = enrol(desk("jia_clerk"))
    assert cast.sysadmin.may("user:reveal")  # telephones, not secrets
    answer = desk("sysadmin").client.post(f"/personal/user/{cast.jia_clerk.id}?only=totp_secret,phone", headers={"Accept": "application/json"})
    assert secret not in answer.text
    raw = db.session.execute(sa.text("SELECT totp_secret FROM user_account WHERE username = 'jia_clerk'")).scalar_one()
    assert secret not in raw


def test_it_is_switched_off_only_by_password_and_only_where_nobody_asks_for_it(desk, cast, start, limits):
    browser = desk("jia_clerk")
    with as_of(start):
        enrol(browser)
        assert "口令不对" in browser.post("/me/factor/off/", {"password": "x"}).words
        limits(totp_for="ALL")
        assert browser.post("/me/factor/off/", {"password": PASSWORD}).status == 404
        limits(totp_for="ADMIN")
        assert browser.post("/me/factor/off/", {"password": PASSWORD}).status == 302
    assert cast.jia_clerk.totp_secret is None


def test_a_lost_telephone_is_the_security_administrators_business(desk, cast, start):
    with as_of(start):
        enrol(desk("jia_clerk"))
        assert desk("sysadmin").post("/grant/factor/", {"id": cast.jia_clerk.id}).status == 404
        assert desk("secadmin").post("/grant/factor/", {"id": cast.jia_clerk.id}).status == 302
    assert not cast.jia_clerk.totp_on
