"""Every change of every table, old → new, in a hash chain, in the same transaction (users.md idea 23).

Diffs are collected before each flush; the chained rows are written just before the commit, so the
chain's head is locked only briefly. If auditing fails, the transaction fails.
"""

import hashlib
import json
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction

from models import columns as c
from models import confidential
from models.base import db
from models.database import reading
from models.now import now

GENESIS = "0" * 64
SLICE = 1000  # links written by one statement
_PENDING = "audit_pending"
_MARKS = "audit_marks"
_SILENT = {"audit_entry", "heartbeat"}
_SECRET = {"password_hash", "pdf"}

Entry = tuple[str, str, Any, dict[str, Any] | str]  # action, table, row, changes

actor: ContextVar[tuple[int | None, str, str]] = ContextVar("actor", default=(None, "系统", ""))


class AuditEntry(db.Model):
    """One link: who did what to which row, when, from where, and the hash over it and the link before."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = c.key()
    at: Mapped[datetime] = c.when("时间", required=True)
    user_id: Mapped[int | None] = c.whole("用户号")
    user_name: Mapped[str] = c.text("用户", 60, required=True)
    address: Mapped[str] = c.text("来源地址", 60, required=True, default="")
    action: Mapped[str] = c.text("动作", 20, required=True)
    resource: Mapped[str] = c.text("对象", 40, required=True)
    row_id: Mapped[str | None] = c.text("对象号", 40)
    changes: Mapped[str] = c.long("变更", required=True, default="{}")
    previous: Mapped[str] = c.text("前一摘要", 64, required=True)
    hash: Mapped[str] = c.text("摘要", 64, required=True, unique=True)

    __table_args__ = (sa.Index("ix_audit_entry_row", "resource", "row_id"), sa.Index("ix_audit_entry_at", "at"))


class AuditHead(db.Model):
    """The last link; locked while links are added, so that the chain never forks and a cut tail shows."""

    __tablename__ = "audit_head"

    id: Mapped[int] = c.key()
    count: Mapped[int] = c.whole("条数", default=0)
    hash: Mapped[str] = c.text("摘要", 64, required=True)


def note(action: str, resource: str, row_id: object = None, **changes: Any) -> None:
    """Audit something that is not a change of a row: a log-in, an export, a print."""
    _pending(db.session()).append((action, resource, row_id, changes))


def erased(table: sa.Table, row: Any) -> None:
    """Audit a row taken away by a statement: `row` maps its columns to what they held."""
    held = {name: ["***" if name in _SECRET else plain(value), None] for name, value in row.items() if value is not None}
    _pending(db.session()).append(("删除", table.name, row["id"], held))


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


def _pending(session: Session) -> list[Entry]:
    return session.info.setdefault(_PENDING, [])


def pack() -> None:
    """Keep what a long transaction has changed so far as text: tens of thousands of changes fit into little memory."""
    entries = _pending(db.session())
    entries[:] = [(action, resource, row_id, _text(changes)) for action, resource, row_id, changes in entries]


def _text(changes: dict[str, Any] | str) -> str:
    return changes if isinstance(changes, str) else json.dumps(changes, ensure_ascii=False, sort_keys=True)


def plain(value: Any) -> Any:
    """A column's value as the trail keeps it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes {hashlib.sha256(value).hexdigest()}"
    return value if isinstance(value, int | float | bool | type(None)) else str(value)


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
            secret = attr.key in _SECRET or (sealed and confidential.hides(row, attr.key))
            found[attr.key] = ["***", "***"] if secret else [plain(old), plain(new)]
    return found | _links(state)


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
    """Statements that change many rows at once leave one link: which table, how, how many."""
    if not (state.is_orm_statement and (state.is_insert or state.is_update or state.is_delete)):
        return None
    table = state.bind_mapper.local_table.name
    result = state.invoke_statement()
    if table not in _SILENT:
        action = "批量新增" if state.is_insert else "批量修改" if state.is_update else "批量删除"
        _pending(state.session).append((action, table, None, _about(state, result)))
    return result


def _about(state: ORMExecuteState, result: Any) -> dict[str, Any]:
    """The statement, its values and how many rows; of new rows only how many."""
    if state.is_insert:
        given = state.parameters
        return {"rows": len(given) if isinstance(given, list) else 1}
    compiled = state.statement.compile(dialect=state.session.get_bind().dialect)
    values = {name: "***" if name in _SECRET else plain(value) for name, value in compiled.params.items()}
    return {"statement": str(compiled), "values": values, "rows": result.rowcount}


@event.listens_for(Session, "after_flush")
def _collect(session: Session, *_: Any) -> None:
    # Not before_flush: only now are foreign keys set through relationships, and new rows have ids.
    for action, rows in (("新增", session.new), ("修改", session.dirty), ("删除", session.deleted)):
        for row in rows:
            if row.__tablename__ in _SILENT:
                continue
            changes = _diff(row, action)
            if changes or action != "修改":
                _pending(session).append((action, row.__tablename__, row.id, changes))


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint: the chain is written once, at the end
        return
    session.flush()
    entries = session.info.pop(_PENDING, [])
    if entries:
        append(session, entries)


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, WeakKeyDictionary())[transaction] = len(_pending(session))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    """What was rolled back did not happen: all of it, or what came after the savepoint."""
    if previous.parent is None:
        session.info.pop(_PENDING, None)
    elif previous.nested:
        del _pending(session)[session.info.get(_MARKS, {}).pop(previous, 0):]


def append(session: Session, entries: list[Entry]) -> None:
    """Write links to the chain, the head locked until commit."""
    head = AuditHead.__table__
    link, count = _head(session)
    user_id, user_name, address = actor.get()
    for start in range(0, len(entries), SLICE):
        rows = []
        for action, resource, row_id, changes in entries[start : start + SLICE]:
            values = {
                "at": now(), "user_id": user_id, "user_name": user_name, "address": address, "action": action,
                "resource": resource, "row_id": str(row_id or ""), "changes": _text(changes), "previous": link,
            }
            link = values["hash"] = digest(values)
            rows.append(values)
        session.execute(sa.insert(AuditEntry.__table__), rows)
    session.execute(sa.update(head).values(count=count + len(entries), hash=link))


def _head(session: Session) -> tuple[str, int]:
    """(hash, count) of the last link, locked (SQLite's write transaction already is exclusive)."""
    head = AuditHead.__table__
    query = sa.select(head.c.hash, head.c.count).with_for_update()
    row = session.execute(query).first()
    if row is None:  # the very first link; two writers at once agree on one head
        insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[session.get_bind().dialect.name]
        session.execute(insert(head).values(id=1, count=0, hash=GENESIS).on_conflict_do_nothing())
        row = session.execute(query).one()
    return row.hash, row.count


def digest(values: dict[str, Any]) -> str:
    """SHA-256 over every field of a link, the link before included."""
    at = values["at"].astimezone(now().tzinfo).isoformat()
    fields = [values[k] for k in ("user_id", "user_name", "address", "action", "resource", "row_id", "changes", "previous")]
    return hashlib.sha256(json.dumps([at, *fields], ensure_ascii=False).encode()).hexdigest()


def verify() -> list[str]:
    """What is wrong with the chain, in Chinese; empty when it is whole."""
    table, faults, link, count = AuditEntry.__table__, [], GENESIS, 0
    for row in db.session.execute(sa.select(table).order_by(table.c.id).execution_options(yield_per=2000)).mappings():
        count += 1
        if row["previous"] != link:
            faults.append(f"第{row['id']}条与前一条不相接，中间有删除或插入")
        if digest(dict(row)) != row["hash"]:
            faults.append(f"第{row['id']}条内容被改动")
        link = row["hash"]
    head = db.session.execute(sa.select(AuditHead.__table__)).mappings().first()
    kept = (head["count"], head["hash"]) if head else (0, GENESIS)
    if kept != (count, link):
        faults.append(f"链尾不符：应有{kept[0]}条，现有{count}条")
    return faults
