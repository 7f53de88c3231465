"""The background process is killed (-9) in the middle of its work: the next one goes on where it broke off, or says what to do."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from models import Enterprise, ImportRow, ImportRun, db
from models.importing import RunState, run_waiting
from models.importing.worker import TRIES
from tests.importing.desk import ENTERPRISES, book, firm, upload

ROWS = 60
# A worker that comes to its third chunk, says so and waits to be killed: two chunks are done.
WORKER = """
import json, sys, time
from app import create_app
from models.importing import judging, run, undoing, worker, writing
place, name = {"READING": (judging.Judge, "chunk"), "WRITING": (writing, "_enter"), "UNDOING": (undoing, "_take_back")}[sys.argv[1]]
whole, turns = getattr(place, name), []
def slow(*args):
    turns.append(1)
    if len(turns) == 3:
        print("in the middle", flush=True)
        time.sleep(600)
    return whole(*args)
setattr(place, name, slow)
run.CHUNK = writing.CHUNK = undoing.SOME = 10
worker.STALE *= 0
worker.run_waiting(create_app(json.loads(sys.argv[2])))
"""


@pytest.fixture
def waiting(app, cast, monkeypatch):
    """The number of an upload that waits to be read; nobody is waited for."""
    monkeypatch.setattr("models.importing.run.SMALL", 0)
    monkeypatch.setattr("models.importing.run.AT_ONCE", 0)
    monkeypatch.setattr("models.importing.worker.STALE", timedelta(seconds=-60))
    number = upload("enterprise", cast.intake, book(ENTERPRISES, *(firm(i) for i in range(1, ROWS + 1)))).id
    db.session.commit()
    return number


@pytest.fixture
def kill(app):
    """`kill(stage)`: a process of its own that is killed in the middle of that stage."""

    def kill(stage):
        db.session.commit()
        config = {"INSTANCE_PATH": app.instance_path} | {name: app.config[name] for name in ("SQLALCHEMY_DATABASE_URI", "DATA_KEYS")}
        line = [sys.executable, "-c", WORKER, stage, json.dumps(config)]
        with subprocess.Popen(line, cwd=Path(__file__).resolve().parents[2], stdout=subprocess.PIPE, text=True) as worker:
            try:
                assert worker.stdout.readline() == "in the middle\n"
            finally:
                worker.kill()
        db.session.expire_all()

    return kill


def there(number):
    """State, enterprises entered, lines kept."""
    firms = db.session.scalar(db.select(db.func.count(Enterprise.id)).where(Enterprise.name.startswith("演示第")))
    lines = db.session.scalar(db.select(db.func.count(ImportRow.id)).where(ImportRow.run_id == number))
    return db.session.get(ImportRun, number).state, firms, lines


def finish(app):
    """A process nobody kills."""
    db.session.commit()
    assert run_waiting(app) == 1
    db.session.expire_all()


def confirm(number, by):
    db.session.get(ImportRun, number).confirm(by=by)
    db.session.commit()


def test_killed_twice_while_reading_the_third_reads_each_line_once(app, waiting, kill):
    for _ in range(2):
        kill("READING")
        assert there(waiting) == (RunState.READING, 0, 20)
    finish(app)
    assert there(waiting) == (RunState.PREVIEW, 0, ROWS)
    assert db.session.get(ImportRun, waiting).added == ROWS


def test_killed_twice_while_writing_each_goes_on_where_the_last_broke_off(app, cast, waiting, kill):
    finish(app)
    confirm(waiting, cast.intake)
    for turn in (1, 2):
        kill("WRITING")
        assert there(waiting) == (RunState.WRITING, 20 * turn, ROWS)
    finish(app)
    assert there(waiting) == (RunState.DONE, ROWS, ROWS)
    assert db.session.get(ImportRun, waiting).added == ROWS


def test_killed_while_undoing_the_rest_is_undone_by_the_next(app, cast, waiting, kill):
    finish(app)
    confirm(waiting, cast.intake)
    finish(app)
    db.session.get(ImportRun, waiting).undo(by=cast.intake)
    kill("UNDOING")
    assert there(waiting) == (RunState.UNDOING, ROWS - 20, ROWS - 20)
    finish(app)
    assert there(waiting) == (RunState.UNDONE, 0, 0)


def killed_often(number):
    """As often as is tried."""
    db.session.execute(db.update(ImportRun.__table__).where(ImportRun.__table__.c.id == number).values(tries=TRIES))
    db.session.commit()


def test_what_kills_every_reader_is_given_up_and_says_what_to_do(app, waiting):
    killed_often(waiting)
    finish(app)
    run = db.session.get(ImportRun, waiting)
    assert there(waiting) == (RunState.FAILED, 0, 0)
    assert run.file is None
    assert "请把文件分成几个小的" in run.message


def test_what_kills_every_writer_goes_back_to_its_preview(app, cast, waiting):
    finish(app)
    confirm(waiting, cast.intake)
    killed_often(waiting)
    finish(app)
    assert there(waiting) == (RunState.PREVIEW, 0, ROWS)
    assert "没有导入任何一行" in db.session.get(ImportRun, waiting).message
    confirm(waiting, cast.intake)
    finish(app)
    assert there(waiting) == (RunState.DONE, ROWS, ROWS)


def test_what_kills_every_writer_half_way_keeps_what_is_in_and_gives_the_rest_back(app, cast, waiting, kill):
    finish(app)
    confirm(waiting, cast.intake)
    kill("WRITING")
    killed_often(waiting)
    finish(app)
    run = db.session.get(ImportRun, waiting)
    assert there(waiting) == (RunState.DONE, 20, ROWS)
    assert (run.added, run.bad) == (20, ROWS - 20)
    assert "下载错误行重新上传" in run.message
    run.undo(by=cast.intake)
    finish(app)
    assert there(waiting) == (RunState.UNDONE, 0, 0)
