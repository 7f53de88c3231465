"""Long uploads wait for the background process; whatever breaks in the middle is gone on with."""

import io
from datetime import timedelta

import pytest

from models import Enterprise, ImportRun, db
from models.errors import Refused
from models.importing import RunState, plans, run_waiting, writing
from tests.cast import login
from tests.importing.desk import ENTERPRISES, TICKETS, book, code, firm, number, reasons, upload


@pytest.fixture
def long(monkeypatch):
    """Everything is long, chunks are short, and nobody is waited for."""
    monkeypatch.setattr("models.importing.run.SMALL", 0)
    monkeypatch.setattr("models.importing.run.AT_ONCE", 0)
    monkeypatch.setattr("models.importing.run.CHUNK", 3)
    monkeypatch.setattr("models.importing.writing.CHUNK", 3)
    monkeypatch.setattr("models.importing.worker.STALE", timedelta(seconds=-60))


def count():
    return db.session.scalar(db.select(db.func.count(Enterprise.id)).where(Enterprise.name.startswith("演示第")))


def background(app):
    """The process that takes what waits."""
    db.session.commit()
    assert run_waiting(app) == 1
    db.session.expire_all()


def test_a_long_one_is_read_entered_and_undone_in_the_background(app, cast, long):
    run = upload("enterprise", cast.intake, book(ENTERPRISES, *(firm(i) for i in range(1, 9))))
    assert run.state == RunState.READING
    background(app)
    run = db.session.get(ImportRun, run.id)
    assert (run.state, run.added, run.file) == (RunState.PREVIEW, 8, None)
    run.confirm(by=cast.intake)
    assert (run.state, count()) == (RunState.WRITING, 0)
    background(app)
    assert (run.state, count()) == (RunState.DONE, 8)
    run.undo(by=cast.intake)
    background(app)
    assert (run.state, count()) == (RunState.UNDONE, 0)


def test_a_long_one_that_is_no_list_says_so_when_it_is_read(app, cast, long):
    run = upload("enterprise", cast.intake, book(ENTERPRISES, *([""] * 6 for _ in range(3))))
    background(app)
    run = db.session.get(ImportRun, run.id)
    assert (run.state, run.message) == (RunState.FAILED, "表头下面没有数据行，请填写后再上传")


def waiting_to_be_written(app, cast, *rows):
    """A confirmed upload, read in the background."""
    run = upload("enterprise", cast.intake, book(ENTERPRISES, *rows)).id
    background(app)
    db.session.get(ImportRun, run).confirm(by=cast.intake)
    db.session.commit()
    return run


def test_what_breaks_in_the_middle_is_gone_on_with_by_the_next_turn(app, cast, long, monkeypatch):
    number = waiting_to_be_written(app, cast, *(firm(i) for i in range(1, 9)))
    whole, chunks = writing._enter, []

    def broken(*given):
        chunks.append(whole(*given))
        if len(chunks) == 2:
            raise MemoryError

    monkeypatch.setattr("models.importing.writing._enter", broken)
    assert run_waiting(app) == 0
    assert (db.session.get(ImportRun, number).state, count()) == (RunState.WRITING, 3)
    monkeypatch.setattr("models.importing.writing._enter", whole)
    background(app)
    assert (db.session.get(ImportRun, number).state, count()) == (RunState.DONE, 8)


def test_between_two_chunks_others_write_and_a_row_that_is_refused_later_on_is_left_out(app, cast, long, monkeypatch):
    number = waiting_to_be_written(app, cast, *(firm(i) for i in range(1, 9)))
    seen, enter = [], plans["enterprise"].enter

    def meanwhile():
        seen.append((db.session.get(ImportRun, number).done, count()))
        db.session.add(Enterprise(name=f"演示旁人录入{len(seen)}公司"))
        db.session.commit()

    def refusing(values, run, began):
        if values["name"] == "演示第5制造有限公司":
            raise Refused("登记机关正在核对")
        return enter(values, run, began)

    monkeypatch.setattr("models.importing.worker._others_turn", meanwhile)
    monkeypatch.setattr(plans["enterprise"], "enter", refusing)
    background(app)
    run = db.session.get(ImportRun, number)
    assert (run.state, run.added, run.bad, count()) == (RunState.DONE, 7, 1, 7)
    assert seen == [(3, 3), (5, 5), (7, 7)]
    assert "1行写不进去，已标为错误，其余已导入" in run.message
    assert "登记机关正在核对" in reasons(run)
    run.undo(by=cast.intake)
    background(app)
    assert (run.state, count()) == (RunState.UNDONE, 0)


def test_what_comes_to_depend_on_a_row_while_it_is_undone_ends_the_undoing_there(app, cast, long, monkeypatch):
    number = waiting_to_be_written(app, cast, *(firm(i) for i in range(1, 9)))
    background(app)
    monkeypatch.setattr("models.importing.undoing.SOME", 3)
    db.session.get(ImportRun, number).undo(by=cast.intake)

    def meanwhile():
        first = db.session.scalars(db.select(Enterprise).where(Enterprise.credit_code == code(1))).one()
        first.contact_phone = "13900000001"
        db.session.commit()

    monkeypatch.setattr("models.importing.worker._others_turn", meanwhile)
    background(app)
    run = db.session.get(ImportRun, number)
    assert (run.state, run.added, run.total) == (RunState.DONE, count(), count())
    assert "已撤销的" in run.message


def test_the_page_of_a_long_one_says_how_far_it_is(client, cast, long):
    login(client, "intake")
    file = io.BytesIO(book(TICKETS, ["GD1", "演示公司", "", "停水。", ""]))
    answer = client.post("/import/upload/ticket/", data={"channel": "HOTLINE", "file": (file, "导出.xlsx")}, content_type="multipart/form-data")
    run = number(answer)
    assert 'data-progress="' in client.get(answer.location).text
    said = client.get(f"/import/progress/?id={run}").get_json()
    assert (said["busy"], said["words"]) == (True, "已排队，马上开始")
    assert client.get(f"/import/progress/?id={run + 1}").status_code == 404


def test_nobody_else_sees_an_upload(client, cast):
    run = upload("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    login(client, "sysadmin")  # may import units, not enterprises
    for page in ("details", "progress", "bad"):
        assert client.get(f"/import/{page}/?id={run.id}").status_code == 404
    assert client.post(f"/import/settle/?id={run.id}", data={"verb": "confirm"}).status_code == 404
    assert code(1) not in client.get("/import/").text


def test_of_thousands_of_rows_each_arrives_once_and_none_is_held_in_memory(app, cast):
    rows = 3000  # 50,000 by command: docs/imports.md
    run = upload("enterprise", cast.intake, book(ENTERPRISES, *(firm(i) for i in range(1, rows + 1))))
    if run.state == RunState.READING:
        background(app)
    run = db.session.get(ImportRun, run.id)
    assert (run.state, run.total, run.added, run.bad) == (RunState.PREVIEW, rows, rows, 0)
    run.confirm(by=cast.intake)
    background(app)
    assert (run.state, count()) == (RunState.DONE, rows)
    assert len(db.session.identity_map) < 100
    names = db.session.scalars(db.select(Enterprise.name).where(Enterprise.name.startswith("演示第"))).all()
    assert sorted(names) == sorted(f"演示第{i}制造有限公司" for i in range(1, rows + 1))
