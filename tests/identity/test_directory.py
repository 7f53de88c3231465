"""Passwords asked of a real directory (OpenLDAP): only the password comes from there, everything else stays ours."""

import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from models import AuditEntry, User, db
from models.identity import secrets
from models.now import as_of, now
from tests.cast import PASSWORD
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE
THERE = "Tongyi-2024#"  # the password in the directory; the one here is another
CONF = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
security simple_bind=1
database mdb
suffix "dc=district"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
"""
PEOPLE = "dn: dc=district\nobjectClass: dcObject\nobjectClass: organization\ndc: district\no: district\n\n" + "".join(
    f"dn: uid={name},dc=district\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: x\nuserPassword: {THERE}\n\n"
    for name in ("intake", "leader", "sysadmin", "stranger"))


def _certificate(folder):
    """A certificate for 127.0.0.1 that signs itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """slapd on a free port, with four people in it."""
    folder = tmp_path_factory.mktemp("ldap")
    (folder / "data").mkdir()
    _certificate(folder)
    (folder / "slapd.conf").write_text(CONF.format(folder=folder))
    subprocess.run(["/usr/sbin/slapadd", "-f", folder / "slapd.conf"], input=PEOPLE.encode(), check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log, \
            subprocess.Popen(["/usr/sbin/slapd", "-f", folder / "slapd.conf", "-h", f"ldap://127.0.0.1:{port}", "-d", "0"], stderr=log) as running:
        _wait_for(port)
        yield SimpleNamespace(url=f"ldap://127.0.0.1:{port}", ca=str(folder / "cert.pem"))
        running.terminate()


def _wait_for(port):
    for _ in range(100):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("slapd does not answer")


@pytest.fixture
def directory(app, server):
    """The desk with the directory switched on."""
    app.config.update(LDAP_URL=server.url, LDAP_DN="uid={},dc=district", LDAP_CA=server.ca)
    yield server
    for name in ("LDAP_URL", "LDAP_DN", "LDAP_CA"):
        del app.config[name]


def enter(browser, username, password):
    """Try to log in; the page."""
    return browser.post("/login", {"username": username, "password": password})


def test_the_directorys_password_opens_the_desk_and_the_old_one_no_longer(desk, cast, directory):
    assert "不对" in enter(desk(""), "intake", PASSWORD).words
    assert enter(desk(""), "intake", THERE).status == 302
    assert desk("").get("/ticket/").status == 200
    assert "登录" in db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.user_name == "演示-受理")).all()


def test_off_by_default(desk, cast):
    assert enter(desk(""), "intake", PASSWORD).status == 302


def test_who_is_in_the_directory_only_does_not_come_in_and_no_account_is_made(desk, cast, directory):
    before = db.session.scalar(sa.select(sa.func.count(User.id)))
    assert "不对" in enter(desk(""), "stranger", THERE).words
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == before


def test_administrators_keep_their_password_here(desk, cast, directory):
    assert "不对" in enter(desk(""), "sysadmin", THERE).words
    assert enter(desk(""), "sysadmin", PASSWORD).status == 302


@pytest.mark.parametrize("name", ["intake)(uid=*", "*", "intake,dc=district", "intake\\2c"])
@pytest.mark.parametrize("password", ["", THERE])
def test_neither_an_empty_password_nor_a_forged_name_comes_in(desk, cast, directory, name, password):
    assert enter(desk(""), name, password).status != 302
    assert enter(desk(""), "intake", "").status != 302


def test_five_wrong_tries_lock_here_and_a_switched_off_account_stays_out(desk, cast, directory):
    for _ in range(5):
        enter(desk(""), "intake", "wrong")
    assert "已锁定" in enter(desk(""), "intake", THERE).words
    with as_of(now() + timedelta(minutes=31)):
        assert enter(desk(""), "intake", THERE).status == 302
    cast.leader.is_active = False
    db.session.commit()
    assert "不对" in enter(desk(""), "leader", THERE).words


def test_the_second_factor_is_still_asked_for(desk, cast, directory):
    user, secret = cast.intake, secrets.new_secret()
    user.totp_secret, user.totp_on = secret, True
    db.session.commit()
    page = enter(desk(""), "intake", THERE)
    assert page.response.headers["Location"].startswith("/login/code")
    assert desk("").get("/ticket/").status == 302


def test_an_aged_or_first_password_is_the_directorys_business_and_it_is_not_changed_here(desk, cast, directory):
    cast.intake.must_change = True
    db.session.commit()
    assert enter(desk(""), "intake", THERE).status == 302
    assert desk("").get("/ticket/").status == 200
    page = desk("").post("/me/password", {"old": THERE, "new": "Xin-2024#abc", "again": "Xin-2024#abc"})
    assert "统一认证" in page.error("old")


@pytest.mark.parametrize("spoilt", [{"LDAP_URL": "ldap://127.0.0.1:9"}, {"LDAP_CA": "/etc/ssl/certs/ca-certificates.crt"}, {"LDAP_CA": ""}])
def test_a_directory_that_is_away_or_not_itself_is_no_wrong_try(app, desk, cast, directory, spoilt):
    app.config.update(spoilt)
    for _ in range(6):
        assert "统一认证服务器暂时连不上" in enter(desk(""), "intake", THERE).words
    app.config.update(LDAP_URL=directory.url, LDAP_CA=directory.ca)
    assert cast.intake.failed_logins == 0
    assert enter(desk(""), "intake", THERE).status == 302
