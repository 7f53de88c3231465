"""What people upload is sealed while it waits, and kept no longer than it is needed."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import ImportRow, ImportRun, Setting, db
from models.errors import Refused
from models.importing import RunState, run_waiting
from models.now import now
from models.sweep import sweep
from models.vault import unseal_bytes
from tests.cast import login
from tests.importing.desk import ENTERPRISES, book, entered, firm, upload


def later(days):
    """The sweep of a day to come."""
    db.session.commit()
    moment = now() + timedelta(days=days)
    counts = sweep(moment)
    db.session.expire_all()
    return counts["清理导入明细"]


def lines(run):
    return db.session.scalar(sa.select(sa.func.count(ImportRow.id)).where(ImportRow.run_id == run.id))


def test_a_file_that_waits_cannot_be_read_in_the_database(app, cast, monkeypatch):
    monkeypatch.setattr("models.importing.run.SMALL", 0)
    data = book(ENTERPRISES, firm(1))
    run = upload("enterprise", cast.intake, data)
    db.session.commit()
    stored = bytes(db.session.execute(sa.text("SELECT file FROM import_run WHERE id = :id"), {"id": run.id}).scalar())
    assert not re.search(rb"^PK|xl/workbook|\[Content_Types\]", stored)
    assert unseal_bytes(stored) == data
    assert unseal_bytes(stored[:-1] + bytes([stored[-1] ^ 1])) is None


def test_a_file_whose_key_is_gone_asks_for_another_upload(app, cast, monkeypatch):
    monkeypatch.setattr("models.importing.run.SMALL", 0)
    run = upload("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    db.session.commit()
    db.session.execute(sa.text("UPDATE import_run SET file = :file WHERE id = :id"), {"file": b"k9." + b"\0" * 60, "id": run.id})
    db.session.commit()
    assert run_waiting(app) == 1
    db.session.expire_all()
    run = db.session.get(ImportRun, run.id)
    assert (run.state, run.message) == (RunState.FAILED, "保存的文件无法解读，请重新上传")


def test_keys_rotate_under_a_file_that_waits(app, cast, monkeypatch):
    monkeypatch.setattr("models.importing.run.SMALL", 0)
    run = upload("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    db.session.commit()
    monkeypatch.setitem(app.extensions["vault"].keys, "k2", b"2" * 32)
    done = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert done.exit_code == 0, done.output
    stored = bytes(db.session.execute(sa.text("SELECT file FROM import_run WHERE id = :id"), {"id": run.id}).scalar())
    assert stored.startswith(b"k2.")
    db.session.commit()
    assert run_waiting(app) == 1
    db.session.expire_all()
    assert db.session.get(ImportRun, run.id).state == RunState.PREVIEW


def test_lines_go_after_the_days_of_the_setting_and_the_batch_stays_entered(client, cast):
    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1), firm(2, day="明天")))
    assert later(89) == 0
    assert lines(run) == 2
    assert (later(91), lines(run), run.state, run.added) == (1, 0, RunState.DONE, 1)
    assert later(92) == 0
    with pytest.raises(Refused, match="保留期限"):
        run.undo(by=cast.intake)
    db.session.rollback()
    login(client, "intake")
    page = client.get(f"/import/details/?id={run.id}").text
    assert "撤销这一批" not in page
    assert "已经清除" in page


def test_an_upload_nobody_confirms_is_dropped(cast):
    db.session.scalars(sa.select(Setting).where(Setting.key == "import_days")).one().value = "7"
    run = upload("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    assert later(8) == 1
    assert (run.state, lines(run), run.message) == (RunState.DROPPED, 0, "7天没有确认，已自动放弃")
