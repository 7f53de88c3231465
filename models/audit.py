"""Every change of every table, old → new, in a hash chain, in the same transaction (users.md idea 23).

Diffs are collected before each flush; the chained rows are written just before the commit, so the
chain's head is locked only briefly. If auditing fails, the transaction fails.
"""

import hashlib
import json
import re
from contextlib import ExitStack, closing
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from models import confidential, imprint, stand_in
from models.base import db
from models.chain import GENESIS, AuditEntry, AuditHead, actor, append, digest, told, verify
from models.routing import reading
from models.vault import Sealed

__all__ = ["GENESIS", "AuditEntry", "AuditHead", "actor", "append", "digest", "note", "record", "verify"]

_PENDING = "audit_pending"
_MARKS = "audit_marks"
_MOST = 200  # rows of one bulk statement whose old and new values are kept
_SECRET = {"password_hash", "pdf", "totp_step"}
_RAW = re.compile(r"\s*(insert|update|delete|truncate|alter|drop)\b", re.IGNORECASE)


def note(action: str, resource: str, row_id: object = None, **changes: Any) -> None:
    """Audit something that is not a change of a row: a log-in, an export, a print."""
    if lender := stand_in.lender.get():
        changes |= {"代": str(lender)}
    _pending(db.session()).append((action, resource, row_id, changes))


def record(action: str, resource: str, row_id: object = None, **changes: Any) -> None:
    """Audit a reading (export, print, download) in a transaction of its own.

    A request that only reads holds a snapshot, which SQLite does not let grow into a writing transaction.
    """
    db.session.rollback()
    token = reading.set(False)
    try:
        note(action, resource, row_id, **changes)
        db.session.commit()
    finally:
        reading.reset(token)


def _pending(session: Session) -> list[tuple[str, str, Any, dict[str, Any]]]:
    return session.info.setdefault(_PENDING, [])


def pack() -> None:
    """Keep what a long transaction has changed so far as text: tens of thousands of changes fit into little memory."""
    entries = _pending(db.session())
    entries[:] = [(action, resource, row_id, told(changes)) for action, resource, row_id, changes in entries]


def take_stock(before: str, after: str, among: set[str] | None = None) -> int:
    """After an upgrade of the database: rows of the tables `among` (None: of all) that do not fit their newest imprint, or have none, get
    one; how many. Says so in the trail."""
    session, count = db.session(), 0
    present = set(sa.inspect(session.connection()).get_table_names())  # a model may be ahead of its migration
    with closing(imprint.Album(present if among is None else present & among)) as album:
        for link in session.connection().execute(_links_about(None if among is None else album.tables)).mappings():
            album.keep(link)
        for fault in album.faults():
            imprint.touch(session, fault.table, fault.row_id)
            count += 1
    if count:
        note("数据建档", "", None, before=before, after=after, rows=count)
    db.session.commit()
    return count


def _links_about(tables: list[sa.Table] | None) -> sa.Select[Any]:
    """The links with imprints of rows of these tables (None: all links), in their order."""
    kept = AuditEntry.__table__.c["id", "imprints"]
    links = sa.select(*kept).order_by(kept.id)
    return links if tables is None else links.where(sa.or_(sa.false(), *(kept.imprints.contains(f'"{t.name}": {{', autoescape=True) for t in tables)))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes {hashlib.sha256(value).hexdigest()}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return value if isinstance(value, int | float | bool | type(None)) else str(value)


def _told(column: sa.Column, value: Any) -> Any:
    """A value as the trail keeps it: secrets not at all, personal data masked."""
    if value is None:
        return None
    if column.key in _SECRET or column.info.get("secret"):
        return "***"
    return column.type.in_trail(value) if isinstance(column.type, Sealed) else _plain(value)


def _diff(row: Any, action: str) -> dict[str, Any]:
    """Column → [old, new] of what this flush has written."""
    state, found, sealed = inspect(row), {}, confidential.is_sealed(row)
    for attr in state.mapper.column_attrs:
        history = state.attrs[attr.key].history
        if action == "删除":
            old, new = row.__dict__.get(attr.key), None
        elif action == "新增":  # defaults included, which have no history
            old, new = None, row.__dict__.get(attr.key)
        elif history.added and history.deleted:
            old, new = history.deleted[0], history.added[0]
        else:
            continue  # nothing new; a value only flagged as modified has no old one
        if old != new:
            column, hidden = attr.columns[0], _conceals(row, attr.key) or (sealed and confidential.hides(row, attr.key))
            found[attr.key] = ["***", "***"] if hidden else [_told(column, old), _told(column, new)]
    return found | _links(state)


def _conceals(row: Any, column: str) -> bool:
    """Whether the row itself keeps this value secret."""
    return hasattr(row, "conceals") and row.conceals(column)


def _links(state: Any) -> dict[str, Any]:
    """Many-to-many links given and taken away (the roles of a user): they have no row of their own."""
    found = {}
    for relation in state.mapper.relationships:
        if relation.secondary is not None and not relation.viewonly:
            history = state.attrs[relation.key].history
            if history.added or history.deleted:
                found[relation.key] = [[str(row) for row in history.deleted], [str(row) for row in history.added]]
    return found


@event.listens_for(Session, "before_flush")
def _read_doomed(session: Session, *_: Any) -> None:
    """A row about to be deleted is read first, so that the trail says what it held."""
    for row in session.deleted:
        for attr in inspect(row).mapper.column_attrs:
            getattr(row, attr.key)


@event.listens_for(Session, "do_orm_execute")
def _bulk(state: ORMExecuteState) -> Any:
    """Statements that change many rows at once, ORM or Core, leave one link: which table, how, how many, old → new."""
    if _RAW.match(str(state.statement)) if isinstance(state.statement, sa.TextClause) else False:
        _pending(state.session).append(("批量语句", "", None, {"statement": str(state.statement)}))
        return None
    if not (state.is_insert or state.is_update or state.is_delete):
        return None
    table = state.bind_mapper.local_table if state.bind_mapper else state.statement.table
    if table.name in imprint.SILENT:
        return None
    before = {} if state.is_insert else _rows(state, table, state.statement.whereclause)
    result = _run(state, table)
    action = "批量新增" if state.is_insert else "批量修改" if state.is_update else "批量删除"
    found = _about(state, result)
    if before:
        after = _rows(state, table, table.c.id.in_(before)) if state.is_update else {}
        found["before_after"] = {str(key): _compare(table, old, after.get(key)) for key, old in before.items()}
    _pending(state.session).append((action, table.name, None, found))
    return result


def _run(state: ORMExecuteState, table: sa.Table) -> Any:
    """The statement itself; the rows it adds, changes or deletes get new imprints."""
    if not state.is_insert:
        imprint.touch_where(state.session, table, state.statement.whereclause, state.parameters)
        return state.invoke_statement()
    with ExitStack() as grown:
        for one in state.bind_mapper.tables if state.bind_mapper else [table]:
            grown.enter_context(imprint.growing(state.session, one))
        return state.invoke_statement()


def _rows(state: ORMExecuteState, table: sa.Table, where: Any) -> dict[Any, Any]:
    """The rows a statement touches, by id; none when they are too many to keep."""
    if "id" not in table.c:
        return {}
    query = sa.select(table).limit(_MOST + 1)
    rows = state.session.connection().execute(query if where is None else query.where(where)).mappings().all()
    return {} if len(rows) > _MOST else {row["id"]: row for row in rows}


def _compare(table: sa.Table, old: Any, new: Any) -> dict[str, list[Any]]:
    """Column → [old, new] of one row; `new` None for a deleted one."""
    pairs = ((column, old[column.key], new[column.key] if new else None) for column in table.c)
    return {column.key: [_told(column, one), _told(column, two)] for column, one, two in pairs if one != two}


def _about(state: ORMExecuteState, result: Any) -> dict[str, Any]:
    """The statement, its values and how many rows; of new rows only how many."""
    if state.is_insert:
        given = state.parameters
        return {"rows": len(given) if isinstance(given, list) else 1}
    compiled = state.statement.compile(dialect=state.session.get_bind().dialect)
    values = {}
    for name, value in compiled.params.items():
        kind = compiled.binds[name].type
        values[name] = "***" if name in _SECRET else kind.in_trail(value) if isinstance(kind, Sealed) else _plain(value)
    return {"statement": str(compiled), "values": values, "rows": result.rowcount}


@event.listens_for(Session, "after_flush")
def _collect(session: Session, *_: Any) -> None:
    # Not before_flush: only now are foreign keys set through relationships, and new rows have ids.
    for action, rows in (("新增", session.new), ("修改", session.dirty), ("删除", session.deleted)):
        for row in rows:
            if row.__tablename__ in imprint.SILENT:
                continue
            changes = _diff(row, action)
            _touch(session, row, action)
            if changes or action != "修改":
                if lender := stand_in.lender.get():
                    changes |= {"代": str(lender)}
                _pending(session).append((action, row.__tablename__, row.id, changes))


def _touch(session: Session, row: Any, action: str) -> None:
    """The row in each of its tables, and its many-to-many links."""
    state = inspect(row)
    for table in state.mapper.tables:
        imprint.touch(session, table.name, row.id)
    for relation in state.mapper.relationships:
        if relation.secondary is not None and not relation.viewonly and (action != "修改" or state.attrs[relation.key].history.has_changes()):
            imprint.touch(session, relation.secondary.name, row.id)


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint: the chain is written once, at the end
        return
    session.flush()
    entries = session.info.pop(_PENDING, [])
    if entries:
        append(session, entries)
    else:
        imprint.forget(session)


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, WeakKeyDictionary())[transaction] = len(_pending(session))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    """What was rolled back did not happen: all of it, or what came after the savepoint."""
    if previous.parent is None:
        session.info.pop(_PENDING, None)
        imprint.forget(session)
    elif previous.nested:
        del _pending(session)[session.info.get(_MARKS, {}).pop(previous, 0):]
