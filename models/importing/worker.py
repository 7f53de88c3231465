"""The background process: takes waiting uploads one after another, whichever process has put them there."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from models import audit, scope
from models.base import db
from models.errors import Refused
from models.importing.run import BUSY, STALE, ImportRow, ImportRun, RunState, table_of
from models.importing.undoing import halt, obstacles, undo_chunk
from models.importing.writing import give_up, write_chunk
from models.now import now

_runs = ImportRun.__table__
PAUSE = 0.12  # seconds between two transactions: longer than the longest nap (0.1 s) of a writer that waits for SQLite
TRIES = 3  # times a stage is begun; what breaks off as often is given up


def run_waiting(app: Flask) -> int:
    """Do what waits; returns how many uploads were dealt with. Several processes may call it at once."""
    done = 0
    with app.app_context(), scope.everything():
        while (run_id := _claim()) is not None:
            try:
                _do(run_id)
            except Exception:
                db.session.rollback()
                app.logger.exception("导入批次 %s 没有办成，稍后重试", run_id)
                return done
            finally:
                db.session.remove()
            done += 1
    return done


def _claim() -> int | None:
    """The oldest upload nobody is at, now ours."""
    free = sa.and_(_runs.c.state.in_(BUSY), sa.or_(_runs.c.beat_at.is_(None), _runs.c.beat_at < now() - STALE))
    run_id = db.session.scalar(sa.select(_runs.c.id).where(free).order_by(_runs.c.id).limit(1))
    db.session.rollback()
    if run_id is None:
        return None
    taken = db.session.connection().execute(sa.update(_runs).where(_runs.c.id == run_id, free).values(beat_at=now(), tries=_runs.c.tries + 1)).rowcount
    db.session.commit()
    return run_id if taken else None


def _beat(run_id: int) -> None:
    db.session.connection().execute(sa.update(_runs).where(_runs.c.id == run_id).values(beat_at=now()))  # no news for the trail
    db.session.commit()


@contextmanager
def _as(run: ImportRun) -> Iterator[None]:
    """What is written here was asked for by a person."""
    by = run.settled_by or run.by
    token = audit.actor.set((by.id, by.name, "后台导入"))
    try:
        yield
    finally:
        audit.actor.reset(token)


def _do(run_id: int) -> None:
    run = db.session.get(ImportRun, run_id)
    with _as(run):
        if run.tries > TRIES:
            _give_up(run)
            return
        if run.state == RunState.READING:
            _read(run)
            return
        _by_chunks(run)


def _by_chunks(run: ImportRun) -> None:
    """One transaction each: others can write in between, and who breaks off is continued where the last one ended.

    The upload's row is held meanwhile, so that two processes at the same upload take turns and do no chunk twice.
    """
    stages = {RunState.WRITING: write_chunk, RunState.UNDOING: _undo_chunk}
    going = True
    while going:
        db.session.refresh(run, with_for_update={"of": ImportRun})  # whoever came first may have settled it
        act = stages.get(run.state)
        going = act is not None and act(run)
        if going:
            run.beat_at, run.tries = now(), 1  # a step forward: the tries are counted anew
        db.session.commit()
        if going:
            _others_turn()


def _others_turn() -> None:
    """A writer that waits for SQLite looks again after a nap: it must find the file free."""
    if db.engine.dialect.name == "sqlite":
        time.sleep(PAUSE)


def _undo_chunk(run: ImportRun) -> bool:
    if not run.done and (found := obstacles(run)):  # something came between the asking and the doing
        halt(run, f"没有撤销：{'；'.join(found)}")
        return False
    return undo_chunk(run)


def _give_up(run: ImportRun) -> None:
    """What has broken the process every time is not begun again; nothing of it is entered, and the person is told what to do."""
    db.session.refresh(run, with_for_update={"of": ImportRun})
    if run.state == RunState.READING:
        run.state, run.message = RunState.FAILED, f"读取{TRIES}次都中断了，没有导入。请把文件分成几个小的，或把内容粘贴到模板后再上传；仍然不行请告知系统管理员"
        run.forget()
    elif run.state == RunState.WRITING:
        if run.done:
            give_up(run)
        else:
            run.state, run.message = RunState.PREVIEW, f"写入{TRIES}次都中断了，没有导入任何一行。请稍后再确认一次；仍然不行请告知系统管理员"
    elif run.state == RunState.UNDOING:
        halt(run, f"撤销{TRIES}次都中断了，{'只撤销了一部分' if run.done else '没有撤销任何一行'}。请稍后再试；仍然不行请告知系统管理员")
    run.beat_at = None
    db.session.commit()


def _read(run: ImportRun) -> None:
    """Read and judge from the first line; a predecessor that broke off has left lines that are judged anew."""
    run_id = run.id
    db.session.execute(sa.delete(ImportRow.__table__).where(ImportRow.__table__.c.run_id == run_id))
    run.total = run.done = run.added = run.changed = run.same = run.bad = 0
    db.session.commit()
    try:
        if run.file is None:
            raise Refused("保存的文件无法解读，请重新上传")
        run.keep(table_of(run.plan, run.file).rows(), beat=lambda: _beat(run_id))
    except Refused as why:
        db.session.rollback()
        run.state, run.message, run.beat_at = RunState.FAILED, str(why)[:300], None
        run.forget()
    db.session.commit()

