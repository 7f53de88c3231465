"""What may be attached, under which name, and that nothing stays behind when the verb is refused."""

from pathlib import Path

import pytest

from models import Attachment, AuditEntry, db, scope
from tests.panel.browse import ON_SQLITE, PDF, PNG, file

pytestmark = ON_SQLITE


@pytest.fixture
def ticket(cast):
    return cast.accepted()


def stored(app):
    """Files on disk."""
    return [path for path in Path(app.config["UPLOAD_DIR"]).rglob("*") if path.is_file()]


def attach(desk, ticket, *files, progress="进展"):
    return desk("jia_clerk").press(ticket, "report_progress", progress=progress, progress_files=list(files))


@pytest.mark.parametrize(
    "upload",
    [
        ("附件.pdf", b"PK\x03\x04 not a pdf"), ("木马.exe", b"MZ"), ("没有扩展名", PDF), ("空.pdf", b""), ("坏.docx", b"PK\x03\x04 broken"),
        ("页面.html", b"<script>alert(1)</script>"), ("图.svg", b"<svg onload='alert(1)'/>"), ("附件.pdf.exe", PDF), (".pdf.", PDF),
    ],
)
def test_what_is_not_what_it_says_is_refused_by_name(app, desk, ticket, upload):
    before = stored(app)
    page = attach(desk, ticket, file(*upload), progress="已联系企业")
    assert page.status == 409
    assert "“" in page.said
    assert page.value("progress") == "已联系企业"
    assert (stored(app), ticket.attachments, ticket.progress) == (before, [], None)


def test_one_bad_file_keeps_none_of_the_others(app, desk, ticket):
    before = stored(app)
    assert attach(desk, ticket, file("好.pdf"), file("坏.pdf", b"x")).status == 409
    assert stored(app) == before
    assert ticket.attachments == []


def test_a_file_over_the_limit_is_refused(app, desk, ticket, monkeypatch):
    monkeypatch.setattr("views.files.LIMIT", 1000)
    before = stored(app)
    page = attach(desk, ticket, file("大.pdf", PDF + b" " * 1000))
    assert page.status == 409
    assert "20 MB" in page.said
    assert stored(app) == before


def test_a_refused_verb_leaves_no_file_behind(app, desk, ticket):
    before = stored(app)
    for answers in ({"version": "999"}, {"progress": ""}):
        page = desk("jia_clerk").press(ticket, "report_progress", **{"progress": "x", "progress_files": [file("附件.pdf")]} | answers)
        assert page.status in (409, 422)
    page = desk("intake").post("/ticket/register/", {"title": "", "files": [file("附件.pdf")]})
    assert page.status == 422
    assert desk("yi_clerk").post(f"/ticket/step/report_progress/?id={ticket.id}", {"progress": "x", "progress_files": [file("附件.pdf")]}).status == 404
    assert stored(app) == before
    assert db.session.scalars(db.select(Attachment)).all() == []


def test_strange_names_are_kept_readable_and_never_leave_the_folder(app, desk, ticket):
    names = ["../../etc/附件.pdf", "附件.pdf", "附件.pdf", "名字㟙.pdf", "a\tb.pdf", "很" * 300 + ".pdf", "分;号 x=1.pdf", "CON.pdf"]
    before = len(stored(app))
    page = attach(desk, ticket, *(file(name) for name in names))
    assert page.status == 302, page.said
    kept = ticket.attachments
    assert len(kept) == len({row.stored for row in kept}) == len(names)
    assert [row.original_name for row in kept][:5] == ["附件.pdf"] * 3 + ["名字㟙.pdf", "a_b.pdf"]
    root = Path(app.config["UPLOAD_DIR"]).resolve()
    for row in kept:
        assert row.original_name.endswith(".pdf")
        assert not set('/\\\t"') & set(row.original_name)
        answer = desk("jia_clerk").raw(f"/file/{row.id}")
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(stored(app)) == before + len(names)
    assert all(root in path.resolve().parents for path in stored(app))


def test_whoever_sees_a_file_stands_in_the_trail(desk, ticket):
    attach(desk, ticket, file("照片.png", PNG))
    (picture,) = ticket.attachments
    for path in ("", "/preview"):
        desk("jia_clerk").raw(f"/file/{picture.id}{path}")
    with scope.everything():
        seen = db.session.execute(db.select(AuditEntry.action, AuditEntry.row_id).where(AuditEntry.action.in_(("下载", "预览"))).order_by(AuditEntry.id)).all()
    assert seen == [("下载", str(picture.id)), ("预览", str(picture.id))]


def test_previews_are_sandboxed_and_only_for_pictures_and_pdf(desk, ticket):
    attach(desk, ticket, file("照片.png", PNG), file("说明.txt", "文字".encode()))
    picture, text = ticket.attachments
    answer = desk("jia_clerk").raw(f"/file/{picture.id}/preview")
    assert answer.data == PNG
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert desk("jia_clerk").raw(f"/file/{text.id}/preview").status_code == 404
    assert desk("jia_clerk").raw(f"/file/{text.id}").headers["Content-Disposition"].startswith("attachment")


def test_a_void_or_lost_file_is_not_found(app, desk, ticket):
    attach(desk, ticket, file("一.pdf"), file("二.pdf"))
    void, lost = ticket.attachments
    void.is_void = True
    for path in stored(app):
        if path.name == lost.stored:
            path.unlink()
    for row in (void, lost):
        assert desk("jia_clerk").raw(f"/file/{row.id}").status_code == 404
