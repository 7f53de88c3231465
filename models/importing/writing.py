"""Entering the good rows of a confirmed upload, chunk by chunk: few in one transaction, many in one each, so that others can write in between."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from models import audit, scope
from models.base import db
from models.errors import Refused
from models.importing.judging import Verdict
from models.importing.plan import frozen, thaw
from models.importing.run import ImportRow, ImportRun, RunState
from models.now import now
from models.sentences import sentence_for

_rows = ImportRow.__table__
CHUNK = 500  # rows of one transaction, which others wait for: half a second of them, then worker.PAUSE for the others
WRONG = (IntegrityError, DataError, Refused, ValueError)  # what a row itself is to blame for


def write(run: ImportRun) -> None:
    """Enter every good row in the caller's transaction."""
    while write_chunk(run):
        pass


def write_chunk(run: ImportRun) -> bool:
    """Enter the next rows in the caller's transaction; True while there is more.

    `run.done` counts what has been entered, in the order of the file, so that another process can go on where one broke off.
    A row the database refuses sends an upload of which nothing is entered yet back to its preview, marked; later on it is
    marked and left out.
    """
    chunk = _next(run)
    if not chunk:
        finish(run)
        return False
    outer = db.session.begin_nested()
    try:
        _enter(run, chunk, run.plan.begin(run))
        outer.commit()
    except WRONG as error:
        outer.rollback()
        if not run.done:
            _blame(run, chunk, error)
            return False
        _leave_out(run, chunk)
        return True
    run.done += len(chunk)
    return True


def finish(run: ImportRun) -> None:
    """All that could be entered is."""
    run.state, run.confirmed_at, run.beat_at, run.done = RunState.DONE, now(), None, run.total
    db.session.flush()


def give_up(run: ImportRun) -> None:
    """What has not been entered yet is marked as wrong, to be downloaded and sent again; what has been stays."""
    rest = list(db.session.execute(_good(run).offset(run.done)))
    for line in rest:
        _mark(run, line, "写入中断，没有导入")
    run.message = f"后面的{len(rest):,}行写入中断，已标为错误，请下载错误行重新上传"
    finish(run)


def _good(run: ImportRun) -> sa.Select:
    """Rows to enter, in the order of the file."""
    return sa.select(_rows).where(_rows.c.run_id == run.id, _rows.c.verdict.in_([Verdict.NEW, Verdict.UPDATE])).order_by(_rows.c.line)


def _next(run: ImportRun) -> list[Any]:
    return list(db.session.execute(_good(run).offset(run.done).limit(CHUNK)))


def _enter(run: ImportRun, chunk: list[Any], began: Any) -> None:
    """Enter one chunk; the register may have changed since the preview, so keys are looked up again."""
    plan = run.plan
    keep = set(db.session)
    by_attr = {field.attr: field for field in plan.fields}
    fixed = {field.attr for field in plan.key_fields}
    keys = {line.id: tuple(line.data.get(field.attr) for field in plan.key_fields) for line in chunk}
    found = plan.find(set(keys.values()))
    targets: list[tuple[Any, Any, dict[str, Any]]] = []
    with scope.everything() if plan.by_verb else scope.acting(run.settled_by):
        for line in chunk:
            values = {attr: thaw(by_attr[attr], value) for attr, value in line.data.items()}
            row = found.get(keys[line.id])
            if row is None:
                targets.append((line, plan.enter(values, run, began), {}))
            else:
                before = {attr: frozen(getattr(row, attr)) for attr in values if hasattr(row, attr)}
                plan.change(row, values, run, began)
                targets.append((line, row, before))
        db.session.flush()
    db.session.execute(
        sa.update(_rows).where(_rows.c.id == sa.bindparam("key")),
        [{"key": line.id, "target_id": row.id, "verdict": Verdict.UPDATE if before else Verdict.NEW,
          "before": {attr: old for attr, old in before.items() if old != line.data[attr] and attr not in fixed}} for line, row, before in targets],
    )
    audit.pack()
    for row in set(db.session) - keep:
        db.session.expunge(row)


def _blame(run: ImportRun, chunk: list[Any], error: Exception) -> None:
    """Find out which rows of the chunk cannot be entered, mark them, and let the person look again."""
    db.session.refresh(run)
    wrong: dict[int, str] = {}
    for line in chunk:
        trial = db.session.begin_nested()
        try:
            _enter(run, [line], run.plan.begin(run))
        except WRONG as why:
            wrong[line.id] = _sentence(why)
        trial.rollback()
    for line in chunk:
        if line.id in wrong:
            _mark(run, line, wrong[line.id])
    run.state, run.beat_at = RunState.PREVIEW, None
    run.message = f"没有导入：{len(wrong)}行写不进去，已标为错误，请核对后再确认" if wrong else f"没有导入：{_sentence(error)}"[:300]
    db.session.flush()


def _leave_out(run: ImportRun, chunk: list[Any]) -> None:
    """Row by row: what can be entered is, the others are marked."""
    wrong = 0
    for line in chunk:
        trial = db.session.begin_nested()
        try:
            _enter(run, [line], run.plan.begin(run))
            trial.commit()
            run.done += 1
        except WRONG as why:
            trial.rollback()
            _mark(run, line, _sentence(why))
            wrong += 1
    run.message = f"有{run.about.get('left_out', 0) + wrong:,}行写不进去，已标为错误，其余已导入；请下载错误行改正后再上传"
    run.about = run.about | {"left_out": run.about.get("left_out", 0) + wrong}
    db.session.flush()


def _mark(run: ImportRun, line: Any, why: str) -> None:
    """This row cannot be entered."""
    db.session.execute(sa.update(_rows).where(_rows.c.id == line.id).values(verdict=Verdict.BAD, reasons=why))
    name = "added" if line.verdict == Verdict.NEW else "changed"
    setattr(run, name, getattr(run, name) - 1)
    run.bad += 1


def _sentence(error: Exception) -> str:
    return sentence_for(error) if isinstance(error, IntegrityError | DataError) else str(error)
