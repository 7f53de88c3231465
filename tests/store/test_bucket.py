"""Attachments in an S3-compatible store: the same desk, and plain words when the store is not there."""

import io

import pytest

from models import Attachment, db
from models.store import Folder, StoreDown, file_store
from tests.panel.browse import ON_SQLITE, PDF, PNG, file

pytestmark = ON_SQLITE
NAME, LARGE = "ab" * 16, PDF + b"x" * 2_000_000


@pytest.fixture
def ticket(cast):
    return cast.accepted()


def attach(desk, ticket, *files, progress="已联系企业"):
    return desk("jia_clerk").press(ticket, "report_progress", progress=progress, progress_files=list(files))


def test_a_file_goes_to_the_store_and_comes_back_as_it_was(desk, ticket, shelf, folder):
    before = folder()
    large = b"\x89PNG\r\n\x1a\n" + b"x" * 300_000
    assert attach(desk, ticket, file("合同.pdf"), file("照片.png", large)).status == 302
    assert (len(shelf.names), folder()) == (2, before)
    paper, picture = ticket.attachments
    answer = desk("jia_clerk").raw(f"/file/{paper.id}")
    assert answer.data == shelf.read(paper.stored) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    shown = desk("jia_clerk").raw(f"/file/{picture.id}/preview")
    assert shown.data == large
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert desk("yi_clerk").raw(f"/file/{paper.id}").status_code == 404


def test_a_refused_verb_leaves_nothing_in_the_store(desk, ticket, shelf):
    for answers in ({"version": "999"}, {"progress": ""}, {"progress_files": [file("好.pdf"), file("坏.pdf", b"x")]}):
        page = desk("jia_clerk").press(ticket, "report_progress", **{"progress": "x", "progress_files": [file("附件.pdf")]} | answers)
        assert page.status in (409, 422)
    assert shelf.names == []
    assert db.session.scalars(db.select(Attachment)).all() == []


def test_a_void_or_lost_file_is_not_found(desk, ticket, shelf):
    attach(desk, ticket, file("一.pdf"), file("二.pdf"))
    void, lost = ticket.attachments
    void.is_void = True
    file_store().delete(lost.stored)
    for row in (void, lost):
        assert desk("jia_clerk").raw(f"/file/{row.id}").status_code == 404


def test_when_the_store_does_not_answer_nothing_is_half_done_and_it_is_said(desk, ticket, shelf):
    attach(desk, ticket, file("合同.pdf"), progress="先前的进展")
    shelf.vanish()
    page = attach(desk, ticket, file("照片.png", PNG), progress="已现场查看")
    assert page.status == 409
    assert "“照片.png”没有存上" in page.said
    assert page.value("progress") == "已现场查看"
    assert ([row.original_name for row in ticket.attachments], ticket.progress) == (["合同.pdf"], "先前的进展")
    answer = desk("jia_clerk").raw(f"/file/{ticket.attachments[0].id}")
    assert answer.status_code == 503
    assert "附件存储现在用不了" in answer.text
    assert desk("jia_clerk").raw(f"/ticket/details/?id={ticket.id}").status_code == 200
    assert attach(desk, ticket, progress="不带附件照样能办").status == 302


def test_those_who_watch_are_told(app, client, cast, shelf):
    assert client.get("/readyz").json["files"] == "OK"
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert f"[正常] 附件存储：{file_store()} 可读写" in said
    shelf.vanish()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["files"]) == (200, "MISSING")  # matters without files can be handled
    said = app.test_cli_runner().invoke(args=["doctor"])
    assert "连不上" in said.output
    assert said.exit_code == 1


@pytest.mark.parametrize(
    ("store", "environment", "words"),
    [
        ("s3://", {}, "应写成 s3://桶名/前缀"),
        ("http://127.0.0.1/bucket", {}, "应写成 s3://桶名/前缀"),
        ("s3://dudao-files/a", {"AWS_SECRET_ACCESS_KEY": ""}, "还缺环境变量 AWS_SECRET_ACCESS_KEY"),
        ("s3://dudao-files/a", {"AWS_ENDPOINT_URL_S3": "nonsense"}, "不是一个地址"),
        ("s3://no-such-bucket/a", {}, "没有这个桶"),
    ],
)
def test_a_wrong_setting_is_named(app, keys, monkeypatch, store, environment, words):
    monkeypatch.setitem(app.config, "FILE_STORE", store)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreDown, match=words):
        file_store().check(writing=True)


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_folder_and_bucket_have_the_same_verbs(app, shelf, tmp_path, kind):
    store = Folder(tmp_path) if kind == "folder" else shelf.store
    with pytest.raises(FileNotFoundError):
        store.open(NAME)
    with pytest.raises(FileNotFoundError):
        store.content(NAME)
    store.delete(NAME)
    store.put(NAME, io.BytesIO(LARGE))
    with store.open(NAME) as stream:
        assert (stream.read(4), stream.seek(0), stream.read()) == (b"%PDF", 0, LARGE)
    store.check(writing=True)
    store.check()
    store.delete(NAME)
    with pytest.raises(FileNotFoundError):
        store.open(NAME)
