"""Taking a batch back: what it made is erased, what it changed gets its old values – while nothing depends on it."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from models import audit
from models.base import db
from models.importing.judging import Verdict
from models.importing.plan import PAGE_NAMES, Import, frozen, thaw
from models.importing.run import COUNTS, ImportRow, ImportRun, RunState
from models.now import now

_rows = ImportRow.__table__
SOME = 200  # rows at once: as many as the trail keeps of one statement
NAMED = 3  # rows named in a refusal


def _done(run: ImportRun) -> Iterator[list[Any]]:
    """What the batch has entered, chunk by chunk, the last first."""
    line = 2**31 - 1
    while True:
        query = (
            sa.select(_rows.c.line, _rows.c.verdict, _rows.c.target_id, _rows.c.data, _rows.c.before)
            .where(_rows.c.run_id == run.id, _rows.c.verdict.in_([Verdict.NEW, Verdict.UPDATE]), _rows.c.line < line)
            .order_by(_rows.c.line.desc()).limit(SOME)
        )
        chunk = list(db.session.execute(query))
        if not chunk:
            return
        line = chunk[-1].line
        yield chunk


def obstacles(run: ImportRun) -> list[str]:
    """What depends on the batch, in Chinese; empty when it can be undone."""
    return _counted(run, _done(run))


def _counted(run: ImportRun, chunks: Iterable[list[Any]]) -> list[str]:
    counts: dict[str, int] = {}
    for chunk in chunks:
        made = [row.target_id for row in chunk if row.verdict == Verdict.NEW]
        everything = [row.target_id for row in chunk]
        for name, count in (*_references(run.plan, made), *run.plan.touched(everything, run).items(), *_edited(run, chunk)):
            counts[name] = counts.get(name, 0) + count
    return [f"{name}{count}条" for name, count in counts.items()]


def _references(plan: Import, made: list[int]) -> Iterator[tuple[str, int]]:
    """Rows of other tables that refer to rows the batch has made."""
    tables = sa.inspect(plan.model).tables
    for table in db.metadata.tables.values():
        if table in tables or table.name in plan.own or table.name.startswith("import_") or not made:
            continue
        for key in table.foreign_keys:
            if key.column.table in tables and (count := db.session.scalar(sa.select(sa.func.count()).select_from(table).where(key.parent.in_(made)))):
                yield f"已有{PAGE_NAMES.get(table.name, '其他记录')}（{key.parent.info.get('label', '引用')}）", count


def _edited(run: ImportRun, chunk: list[Any]) -> Iterator[tuple[str, int]]:
    """Rows somebody has changed since, so that the values now are not those of the file."""
    now_there = _rows_by_id(run.plan, [row.target_id for row in chunk])
    edited = [row.line for row in chunk if (there := now_there.get(row.target_id)) is not None
              and any(frozen(getattr(there, attr)) != row.data.get(attr) for attr in _compared(run.plan, row))]
    if edited:
        yield f"导入后又改动过的（第{'、'.join(map(str, sorted(edited)[:NAMED]))}行{'等' if len(edited) > NAMED else ''}）", len(edited)


def _compared(plan: Import, row: Any) -> list[str]:
    """For a changed row what the batch changed, for a new one all it said."""
    mapped = sa.inspect(plan.model).column_attrs
    return [attr for attr in (row.before if row.verdict == Verdict.UPDATE else row.data) if attr in mapped and attr in row.data]


def _rows_by_id(plan: Import, ids: list[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.scalars(sa.select(plan.model).where(plan.model.id.in_(ids)))}


def undo(run: ImportRun) -> None:
    """Erase and restore the whole batch in the caller's transaction."""
    while undo_chunk(run):
        pass


def undo_chunk(run: ImportRun) -> bool:
    """Take back the last rows that still stand, in the caller's transaction; True while there is more.

    Their lines go with them, so that another process can go on where one broke off. What has come to depend on a row since the
    undoing began ends it there: the lines left are the batch from then on.
    """
    chunk = next(_done(run), None)
    if chunk is None:
        run.plan.ended(run)
        run.state, run.undone_at, run.beat_at = RunState.UNDONE, now(), None
        run.forget()
        return False
    if found := _counted(run, [chunk]):
        halt(run, f"没有全部撤销：{'；'.join(found)}" if run.done else f"没有撤销：{'；'.join(found)}")
        return False
    _take_back(run, chunk)
    db.session.execute(sa.delete(_rows).where(_rows.c.run_id == run.id, _rows.c.line.in_([row.line for row in chunk])))
    run.done += len(chunk)
    return True


def halt(run: ImportRun, why: str) -> None:
    """What is taken back stays so; the lines left are the batch."""
    counts = dict(db.session.execute(sa.select(_rows.c.verdict, sa.func.count()).where(_rows.c.run_id == run.id).group_by(_rows.c.verdict)).all())
    for name, verdict in COUNTS.items():
        setattr(run, name, counts.get(verdict, 0))
    run.total = sum(counts.values())
    told = f"{why}。已撤销的{run.done:,}行不再恢复" if run.done else why
    run.state, run.message, run.beat_at, run.done = RunState.DONE, told[:300], None, run.total
    db.session.flush()


def _take_back(run: ImportRun, chunk: list[Any]) -> None:
    """Old values where the batch has changed something, nothing where it has made something."""
    fields, keep = {field.attr: field for field in run.plan.fields}, set(db.session)
    changed = [row for row in chunk if row.verdict == Verdict.UPDATE]
    there = _rows_by_id(run.plan, [row.target_id for row in changed])
    for row in changed:
        for attr, old in row.before.items():
            if attr in fields and row.target_id in there:
                setattr(there[row.target_id], attr, thaw(fields[attr], old))
    db.session.flush()
    if made := [row.target_id for row in chunk if row.verdict == Verdict.NEW]:
        run.plan.remove(made, run)
        db.session.flush()
    audit.pack()
    for row in set(db.session) - keep:
        db.session.expunge(row)
