"""The hash chain of the audit: its links, its head, the copies of the head outside the database, and checking them all.

The head is locked while links are added, so the chain never forks. After each commit the head is also written to
``instance/audit_heads/<day>``, sealed with a key the database does not hold: who cuts the tail and mends the head in the
database is found by it. GB/T 22239-2019 8.1.4.3 安全审计, 8.1.4.7 数据完整性
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from flask import current_app
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session

from models import columns as c
from models import imprint
from models.base import db
from models.codes import mask_mobiles
from models.now import now
from models.remembered import concerned
from models.setting import DEFAULTS, Setting
from models.vault import ring

GENESIS = "0" * 64
FOLDER = "audit_heads"
_HEAD = "audit_head"

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
    changes: Mapped[str] = c.record("变更", default="{}")
    imprints: Mapped[str] = c.record("数据印记", default="", server_default="")
    algorithm: Mapped[str] = c.text("摘要算法", 8, required=True, default="SHA256", server_default="SHA256")
    previous: Mapped[str] = c.text("前一摘要", 64, required=True)
    hash: Mapped[str] = c.text("摘要", 64, required=True, unique=True)

    __table_args__ = (sa.Index("ix_audit_entry_row", "resource", "row_id"), sa.Index("ix_audit_entry_at", "at"))


class AuditHead(db.Model):
    """The last link; locked while links are added, so that the chain never forks and a cut tail shows."""

    __tablename__ = "audit_head"

    id: Mapped[int] = c.key()
    count: Mapped[int] = c.whole("条数", default=0)
    hash: Mapped[str] = c.text("摘要", 64, required=True)
    reference: Mapped[str | None] = c.text("基础数据状态", 64)


def _sm3(data: bytes) -> str:
    made = hashes.Hash(hashes.SM3())
    made.update(data)
    return made.finalize().hex()


SLICE = 1000  # links written by one statement
ALGORITHMS = {"SHA256": lambda data: hashlib.sha256(data).hexdigest(), "SM3": _sm3}


def told(changes: dict[str, Any] | str) -> str:
    """Changes as a link keeps them: mobile numbers in running words masked."""
    return changes if isinstance(changes, str) else json.dumps(_masked(changes), ensure_ascii=False, sort_keys=True)


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return mask_mobiles(value) if isinstance(value, str) else value


def append(session: Session, entries: list[tuple[str, str, Any, dict[str, Any] | str]]) -> None:
    """Write links to the chain, the head locked until commit."""
    head = AuditHead.__table__
    link, count = _head(session)
    user_id, user_name, address = actor.get()
    algorithm, connection = _algorithm(session), session.connection()
    imprints = imprint.take(session)
    for start in range(0, len(entries), SLICE):
        rows = []
        for place, (action, resource, row_id, changes) in enumerate(entries[start : start + SLICE], start + 1):
            values = {
                "at": now(), "user_id": user_id, "user_name": user_name, "address": address, "action": action,
                "resource": resource, "row_id": str(row_id or ""), "changes": told(changes), "algorithm": algorithm, "previous": link,
                "imprints": imprints if place == len(entries) else "",
            }
            link = values["hash"] = digest(values)
            rows.append(values)
        connection.execute(sa.insert(AuditEntry.__table__), rows)
    known = {"reference": link} if concerned({resource for _action, resource, _row_id, _changes in entries}) else {}
    connection.execute(sa.update(head).values(count=count + len(entries), hash=link, **known))
    session.info[_HEAD] = (count + len(entries), link)


def _algorithm(session: Session) -> str:
    """The digest new links get, as set by the administrator."""
    table = Setting.__table__
    value = session.connection().scalar(sa.select(table.c.value).where(table.c.key == "audit_digest"))
    return value if value in ALGORITHMS else DEFAULTS["audit_digest"]


def _head(session: Session) -> tuple[str, int]:
    """(hash, count) of the last link, locked (SQLite's write transaction already is exclusive)."""
    head, connection = AuditHead.__table__, session.connection()
    query = sa.select(head.c.hash, head.c.count).with_for_update()
    row = connection.execute(query).first()
    if row is None:  # the very first link; two writers at once agree on one head
        insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[session.get_bind().dialect.name]
        connection.execute(insert(head).values(id=1, count=0, hash=GENESIS).on_conflict_do_nothing())
        row = connection.execute(query).one()
    return row.hash, row.count


def digest(values: dict[str, Any]) -> str:
    """The digest over every field of a link, the link before included."""
    at = values["at"].astimezone(now().tzinfo).isoformat()
    fields = [values[k] for k in ("user_id", "user_name", "address", "action", "resource", "row_id", "changes", "previous")]
    fields += [values["imprints"]] if values.get("imprints") else []  # links of earlier versions have none
    made = ALGORITHMS.get(values["algorithm"])
    return made(json.dumps([at, *fields], ensure_ascii=False).encode()) if made else ""


# -- the head outside the database ----------------------------------------------------------


@event.listens_for(Session, "after_commit")
def _keep_head(session: Session) -> None:
    """What is committed is also known outside the database."""
    if kept := session.info.pop(_HEAD, None):
        anchor(*kept)


@event.listens_for(Session, "after_rollback")
def _drop_head(session: Session) -> None:
    session.info.pop(_HEAD, None)


def _mac(day: str, count: int, link: str) -> str:
    return ring().digest("audit head", f"{day} {count} {link}", 43)


def anchor(count: int, link: str) -> None:
    """Write the head into today's file unless a later one already stands there."""
    folder = Path(current_app.instance_path) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    day = f"{now():%Y-%m-%d}"
    with os.fdopen(os.open(folder / day, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = file.read().split()
        if before and before[0].isdecimal() and int(before[0]) > count:
            return
        file.seek(0)
        file.write(f"{count} {link} {_mac(day, count, link)}\n")
        file.truncate()


def anchors() -> Iterator[tuple[str, int, str]]:
    """(day, count, hash) of every kept head; count -1 for one that was changed."""
    folder = Path(current_app.instance_path) / FOLDER
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        parts = file.read_text().split()
        sound = len(parts) == 3 and parts[0].isdecimal() and parts[2] == _mac(file.name, int(parts[0]), parts[1])
        yield (file.name, int(parts[0]), parts[1]) if sound else (file.name, -1, "")


def heads_until(count: int, link: str) -> dict[str, str]:
    """day → text of the kept heads as they were when the trail ended with this link: what a backup takes along."""
    folder = Path(current_app.instance_path) / FOLDER
    found = {day: (folder / day).read_text() for day, place, _ in anchors() if place <= count}
    if count:
        day = f"{now():%Y-%m-%d}"
        found[day] = f"{count} {link} {_mac(day, count, link)}\n"
    return found


def head() -> tuple[int, str]:
    """(count, hash) of the last link, for printing."""
    row = db.session.execute(sa.select(AuditHead.__table__)).mappings().first()
    return (row["count"], row["hash"]) if row else (0, GENESIS)


def told_as_stored(column: sa.Column) -> sa.ColumnElement[Any]:
    """A column as the driver hands it over: what somebody has bent must not stop the check."""
    return sa.type_coerce(column, sa.types.NullType())


def moment_of(value: Any) -> datetime | None:
    """The moment a driver has handed over; None when it is none (SQLite keeps moments as text)."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, AttributeError):
        return None


def verify(printed: dict[int, str] | None = None, each: Callable[[sa.RowMapping], None] = lambda _link: None) -> list[str]:
    """What is wrong with the chain, in Chinese; empty when it is whole. `printed`: heads on paper, count → hash (or its beginning).

    `each` is handed every link in order.
    """
    table, faults, link, count = AuditEntry.__table__, [], GENESIS, 0
    heads = list(anchors())
    wanted: dict[int, list[tuple[str, str]]] = {}
    for day, place, value in heads:
        if place < 0:
            faults.append(f"{day}的链首存根被改动")
        wanted.setdefault(place, []).append((f"{day}的存根", value))
    for place, value in (printed or {}).items():
        wanted.setdefault(place, []).append(("纸面记载", value.lower()))
    columns = [told_as_stored(column).label("at") if column.key == "at" else column for column in table.c]
    for row in db.session.execute(sa.select(*columns).order_by(table.c.id).execution_options(yield_per=2000)).mappings():
        count += 1
        if row["previous"] != link:
            faults.append(f"第{row['id']}条与前一条不相接，中间有删除或插入")
        at = moment_of(row["at"])
        if at is None or digest(dict(row) | {"at": at}) != row["hash"]:
            faults.append(f"第{row['id']}条内容被改动")
        link = row["hash"]
        each(row)
        faults += [f"第{row['id']}条与{source}不符" for source, value in wanted.get(count, []) if not link.startswith(value)]
    if head() != (count, link):
        faults.append(f"链尾不符：应有{head()[0]}条，现有{count}条")
    most, source = max(((place, source) for place, found in wanted.items() for source, _ in found), default=(0, ""))
    if most > count:
        faults.append(f"链尾被截：{source}记有{most}条，现有{count}条")
    return faults
