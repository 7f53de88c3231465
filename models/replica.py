"""A second database that is only read: boards, reports and exports may be answered by a replica (READ_DATABASE_URL).

The primary answers instead when the replica cannot be reached, is another database, lags more than READ_DATABASE_LAG seconds, or when
who asks has written something within that time and wants to see it. Who may see what is always asked of the primary.
"""

import time
from contextvars import Token
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, has_app_context

from models.base import db
from models.chain import AuditEntry, AuditHead
from models.now import now
from models.routing import on_replica, reading

BIND = "replica"
REST = 30  # seconds a replica that failed is left alone
PATIENCE = 3  # seconds to wait for a connection to it


class Astray(Exception):
    """The replica cannot be used; the sentence says why."""


@dataclass
class State:
    """What this process knows. `lag`: seconds it may be behind."""

    lag: int
    resting_until: float = 0.0
    why: str = ""


def settings(url: str) -> dict[str, Any]:
    """The engine of the replica: never writes, does not make people wait."""
    given: dict[str, Any] = {"url": url, "hide_parameters": True, "pool_pre_ping": True}
    if url.startswith("postgresql"):
        given["connect_args"] = {"connect_timeout": PATIENCE, "options": "-c default_transaction_read_only=on"}
    return given


def init_app(app: Flask) -> None:
    """Know the replica, when one is set."""
    if app.config["READ_DATABASE_URL"]:
        with app.app_context():
            if (engine := db.engines[BIND]).dialect.name == "sqlite":
                sa.event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA query_only=ON"))
        app.extensions[BIND] = State(int(app.config["READ_DATABASE_LAG"]))


def state() -> State | None:
    """What is known of the replica; None when there is none."""
    return current_app.extensions.get(BIND) if has_app_context() else None


def behind() -> float:
    """Seconds since the oldest change the replica lacks, 0 when it lacks none. Astray when it is unreachable or another database.

    Each change adds a link to the trail, so the trails are compared; that needs no rights on the server and holds for an idle desk, too.
    """
    head, link = AuditHead.__table__, AuditEntry.__table__
    newest, token = sa.select(head.c.count, head.c.hash), reading.set(True)
    try:
        with db.engines[BIND].connect() as there:
            count, known = there.execute(newest).one()
        with db.engine.connect() as here:
            if tuple(here.execute(newest).one()) == (count, known):
                return 0.0
            if count and here.scalar(sa.select(link.c.hash).where(link.c.id == count)) != known:
                raise Astray("只读副本不是本系统数据库的副本；请检查 READ_DATABASE_URL")
            lacking = here.scalar(sa.select(link.c.at).where(link.c.id > count).order_by(link.c.id).limit(1))
            return max(0.0, (now() - lacking).total_seconds()) if lacking else 0.0
    except (sa.exc.SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise Astray(f"只读副本连不上（{reason[:120]}）；请检查 READ_DATABASE_URL 和副本服务") from error
    finally:
        reading.reset(token)


def enter(wrote_at: float) -> Token[bool] | None:
    """From here on the replica is read, if it may be; give the token to `on_replica.reset`. `wrote_at`: when the reader last wrote (Unix time)."""
    known = state()
    if known is None or now().timestamp() - wrote_at < known.lag or time.monotonic() < known.resting_until:
        return None
    try:
        seconds = behind()
    except Astray as why:
        rest(str(why))
        return None
    if seconds > known.lag:
        rest(f"只读副本落后{seconds:.0f}秒，超过{known.lag}秒")
        return None
    known.why = ""
    return on_replica.set(True)


def rest(why: str) -> None:
    """Leave the replica alone for a while: the primary answers."""
    known = state()
    known.why, known.resting_until = why, time.monotonic() + REST
    current_app.logger.warning("replica: %s", why)


def in_use() -> bool:
    """Whether the running request reads the replica."""
    return on_replica.get()


def told() -> tuple[bool, str]:
    """(whether it may be read now, how it stands), for those who look after the machine."""
    try:
        seconds = behind()
    except Astray as why:
        return False, str(why)
    lag = state().lag
    return seconds <= lag, f"落后{seconds:.0f}秒（超过{lag}秒时由主库回答）"
