"""From where administrators may work, headers, uploads by content, the doctor's lines, the auditor's page."""

import io
import zipfile

import pytest
import sqlalchemy as sa

from models import AuditEntry, Notice, Setting, db, drafting, guards
from tests.panel.browse import ON_SQLITE, PDF, blank_page
from views.files import FileRefused, _check
from views.hardening import allowed


@pytest.mark.parametrize(("address", "text", "fine"), [
    ("10.1.2.3", "", True), ("10.1.2.3", "10.1.2.0/24", True), ("10.1.3.3", "10.1.2.0/24，10.1.3.3", True), ("10.1.3.4", "10.1.2.0/24 10.1.3.3", False),
    ("::1", "::1/128", True), ("", "10.0.0.0/8", False), ("10.1.2.3", "不是地址", False),
])
def test_an_address_is_allowed_when_the_setting_names_it_or_names_none(address, text, fine):
    assert allowed(address, text) is fine


@ON_SQLITE
def test_administrators_work_only_from_the_addresses_that_are_set(desk, cast):
    assert desk("sysadmin").raw("/user/").status_code == 200
    db.session.scalars(sa.select(Setting).where(Setting.key == "admin_addresses")).one().value = "10.1.2.0/24"
    answer = desk("sysadmin").raw("/user/")
    assert answer.status_code == 403
    assert desk("supervisor").raw("/ticket/").status_code == 200, "everybody else is not concerned"
    assert db.session.scalars(sa.select(AuditEntry.user_name).where(AuditEntry.action == "拒绝访问")).all() == ["演示-系统"]


@ON_SQLITE
def test_answers_tell_the_browser_to_be_careful_and_nobody_the_version(desk):
    for url in ("/login", "/ticket/"):
        headers = desk("supervisor").raw(url).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "object-src" in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]
        assert not {"X-Powered-By", "X-AspNet-Version"} & set(headers.keys())
    secure = desk("supervisor").client.get("/login", base_url="https://localhost")
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]


def package(*names):
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


GOOD = [("报告.pdf", PDF), ("表.xlsx", package("[Content_Types].xml", "xl/workbook.xml")), ("说明.docx", package("word/document.xml")),
        ("公文.ofd", package("OFD.xml")), ("说明.txt", "只是文字".encode()), ("包.zip", package("任意"))]
BAD = [("网页.txt", b"<html><script>alert(1)</script>"), ("程序.txt", b"MZ\x90\0\0"), ("图.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 20),
       ("表.xlsx", package("word/document.xml")), ("宏.docx", package("word/document.xml", "word/vbaProject.bin")), ("坏.zip", b"PK\x03\x04" + b"x" * 50),
       ("网页.pdf", b"<html>"), ("脚本.svg", b"<svg/>"), ("程序.exe", b"MZ"), (".pdf", PDF), ("图.gif", b"GIF8" + b"\0" * 20)]


@pytest.mark.parametrize(("name", "data"), GOOD, ids=[name for name, _ in GOOD])
def test_a_file_that_is_what_its_name_says_is_taken(name, data):
    assert _check(name, io.BytesIO(data), len(data))


@pytest.mark.parametrize(("name", "data"), BAD[:-1], ids=[name for name, _ in BAD[:-1]])
def test_a_file_that_is_something_else_is_refused(name, data):
    with pytest.raises(FileRefused, match=name[:2].replace(".", r"\.")):
        _check(name, io.BytesIO(data), len(data))


def run(app, *line):
    """(exit code, words) of a command."""
    result = app.test_cli_runner().invoke(args=list(line))
    return result.exit_code, result.output


def test_verification_is_silent_on_a_sound_desk_and_finds_a_changed_letter(cast, app):
    letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=cast.dispatched(contact_phone="13812345678"))
    letter.issue(by=cast.supervisor, render=lambda _letter: blank_page())
    number = letter.number
    db.session.commit()
    code, words = run(app, "audit", "verify")
    assert code == 0, words
    count, link = words.split("链首 ")[1].strip().split(":")
    assert run(app, "audit", "verify", "--head", f"{count}:{link[:12]}")[0] == 0
    assert "纸面记载" in run(app, "audit", "verify", "--head", f"{count}:{'0' * 12}")[1]
    connection, table = db.session.connection(), Notice.__table__
    guards.disarm(connection)
    pdf = connection.scalar(sa.select(table.c.pdf))
    connection.execute(sa.update(table).values(pdf=pdf[:-1] + bytes([pdf[-1] ^ 1])))
    db.session.commit()
    code, words = run(app, "audit", "verify")
    assert code == 1
    assert f"文书{number}的印制件被改动" in words
    assert "表notice的防改触发器不在" in words


def test_a_letter_changed_together_with_its_digest_is_found_by_the_trail(cast, app):
    letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=cast.dispatched())
    letter.issue(by=cast.supervisor, render=lambda _letter: blank_page())
    number = letter.number
    db.session.commit()
    connection, table = db.session.connection(), Notice.__table__
    guards.disarm(connection)
    connection.execute(sa.update(table).values(pdf=b"x", pdf_sha256="2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"))
    guards.arm(connection)
    db.session.commit()
    assert f"文书{number}的摘要与签发时的留痕不符" in run(app, "audit", "verify")[1]


def test_the_doctor_looks_at_keys_guards_heads_addresses_and_https(cast, app):
    db.session.commit()
    words = run(app, "doctor")[1]
    for subject in ("个人信息密钥", "防改触发器", "留痕链首存根", "管理员来源地址", "加密传输"):
        assert subject in words, subject
    assert "[正常] 防改触发器" in words
    guards.disarm(db.session.connection())
    db.session.commit()
    assert "[缺失] 防改触发器" in run(app, "doctor")[1]


@ON_SQLITE
def test_the_auditor_follows_one_row_through_its_course_and_takes_it_away(desk, cast):
    ticket = cast.accepted(contact_phone="13812345678")
    db.session.flush()
    browser = desk("auditor")
    page = browser.get(f"/audit/?flt_resource=ticket&flt_row={ticket.id}")
    assert page.total >= 2
    assert "企业诉求" in page.words
    assert "诉求内容" in page.words or "联系电话" in page.words
    assert "13812345678" not in page.html
    assert browser.get("/audit/?flt_user=系统").total >= 1
    assert browser.raw(f"/audit/export/xlsx/?flt_row={ticket.id}").status_code == 200
    assert browser.raw("/audit/new/").status_code == 404
