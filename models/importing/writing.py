"""Entering the good rows of a confirmed upload: one transaction, chunk by chunk, so that memory stays flat and nothing stays half."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from models import audit, scope
from models.base import db
from models.errors import Refused
from models.importing.judging import Verdict
from models.importing.plan import frozen, thaw
from models.importing.run import CHUNK, ImportRow, ImportRun, RunState
from models.now import now
from models.sentences import sentence_for

_rows = ImportRow.__table__


def write(run: ImportRun) -> None:
    """Enter every good row, or none: a row the database refuses sends the upload back to its preview, marked."""
    chunk: list[Any] = []
    outer = db.session.begin_nested()
    try:
        began = run.plan.begin(run)
        for chunk in _good(run):
            _enter(run, chunk, began)
    except (IntegrityError, DataError, Refused, ValueError) as error:
        outer.rollback()
        _blame(run, chunk, error)
        return
    run.state, run.confirmed_at, run.beat_at = RunState.DONE, now(), None
    db.session.flush()
    outer.commit()


def _good(run: ImportRun) -> Iterator[list[Any]]:
    """Rows to enter, in the order of the file."""
    line = 0
    while True:
        query = (
            sa.select(_rows).where(_rows.c.run_id == run.id, _rows.c.verdict.in_([Verdict.NEW, Verdict.UPDATE]), _rows.c.line > line)
            .order_by(_rows.c.line).limit(CHUNK)
        )
        chunk = list(db.session.execute(query))
        if not chunk:
            return
        line = chunk[-1].line
        yield chunk


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
        except (IntegrityError, DataError, Refused, ValueError) as why:
            wrong[line.id] = _sentence(why)
        trial.rollback()
    for line in chunk:
        if line.id in wrong:
            values = {"verdict": Verdict.BAD, "reasons": wrong[line.id]}
            db.session.execute(sa.update(_rows).where(_rows.c.id == line.id).values(**values))
            name = "added" if line.verdict == Verdict.NEW else "changed"
            setattr(run, name, getattr(run, name) - 1)
            run.bad += 1
    run.state, run.beat_at = RunState.PREVIEW, None
    run.message = f"没有导入：{len(wrong)}行写不进去，已标为错误，请核对后再确认" if wrong else f"没有导入：{_sentence(error)}"[:300]
    db.session.flush()


def _sentence(error: Exception) -> str:
    return sentence_for(error) if isinstance(error, IntegrityError | DataError) else str(error)
