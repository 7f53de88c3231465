"""Files without a row go after a day, rows without a file are named; on both engines, and in a store as in a folder."""

import io
import os
import re
import shutil
import time
from pathlib import Path

import pytest

from commands.serve import TASKS
from models import Attachment, db, scope
from models.leftover import DAY, MOST, clear_leftover
from models.now import now
from models.store import file_store
from views.checkup import examine_all

CLAIMED, OLD, YOUNG = "ab" * 16, "cd" * 16, "ef" * 16
PAPER = b"%PDF-1.7 a file given with a demand"


def put(name, *, days=0):
    """A file of that age in the folder."""
    file_store().put(name, io.BytesIO(PAPER))
    written = time.time() - days * DAY - 60
    os.utime(file_store().path(name), (written, written))


def names():
    return sorted(name for name, _written in file_store().names())


def told():
    """What doctor says of files and rows."""
    with scope.everything():
        db.session.commit()
    return [f"{finding.level} {finding.note}" for finding in examine_all() if finding.subject == "附件文件"]


@pytest.fixture
def claimed(app, cast):
    """An empty folder but for one file with its row."""
    app.extensions.pop("leftover_cleared", None)
    shutil.rmtree(app.config["UPLOAD_DIR"], ignore_errors=True)
    put(CLAIMED, days=9)
    row = Attachment(original_name="合同.pdf", stored=CLAIMED, size=len(PAPER), sha256="0" * 64, mime="application/pdf", uploaded_at=now())
    cast.dispatched().attachments.append(row)
    db.session.commit()
    return row


def test_what_no_row_names_goes_after_a_day_and_nothing_else_does(app, claimed):
    put(OLD, days=1)
    put(YOUNG)
    strange = Path(app.config["UPLOAD_DIR"]) / "说明.txt"
    strange.write_text("不是本系统写的")
    assert told() == ["WARN 1 个文件没有登记（上传中断留下的），定时任务每天清理"]
    db.session.remove()
    TASKS["附件清理"](app)
    assert (names(), strange.is_file()) == ([CLAIMED, YOUNG], True)
    assert told() == ["OK 1 个，都在"]
    put(OLD, days=1)
    TASKS["附件清理"](app)  # the same day's second turn
    assert OLD in names()


def test_a_void_attachment_keeps_its_file(claimed):
    claimed.is_void = True
    db.session.commit()
    assert clear_leftover() == []
    assert names() == [CLAIMED]


def test_a_row_whose_file_is_gone_is_named(claimed):
    file_store().delete(CLAIMED)
    (line,) = told()
    assert re.fullmatch(rf"MISSING 1 个附件的文件不在（附件序号 {claimed.id}）；请从备份中找回", line)


def test_files_of_another_database_are_not_touched(claimed):
    for number in range(MOST + 1):
        put(f"{number:032x}", days=2)
    assert clear_leftover() == []
    assert len(names()) == MOST + 2
    (line,) = told()
    assert line.startswith(f"WARN {MOST + 1} 个文件没有登记，附件存储与数据库不像是一套，没有自动清理")


def test_where_no_row_finds_its_file_nothing_is_cleared(claimed):
    file_store().delete(CLAIMED)
    put(OLD, days=2)
    assert clear_leftover() == []
    assert names() == [OLD]


def test_a_store_is_looked_through_in_the_same_way(cast, shelf, monkeypatch):
    for name in (CLAIMED, OLD):
        shelf.put(name, PAPER)
    file_store().check(writing=True)
    cast.dispatched().attachments.append(
        Attachment(original_name="合同.pdf", stored=CLAIMED, size=len(PAPER), sha256="0" * 64, mime="application/pdf", uploaded_at=now()))
    db.session.commit()
    assert told() == ["OK 1 个，都在"]
    monkeypatch.setattr("models.leftover.DAY", -60)  # the store itself says when a file came
    assert clear_leftover() == [OLD]
    assert shelf.names == [CLAIMED]
    shelf.vanish()
    (line,) = told()
    assert line.startswith("MISSING 没有核对：附件存储")
