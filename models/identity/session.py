"""Log-ins as rows: what a browser holds is a random token, everything else about a log-in is here.

So several processes share them, and ending one ends it at once. Rows are written with Core statements:
the trail has "登录" and "退出", it does not want a line a minute.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.chain import AuditHead
from models.identity.policy import limit
from models.now import now
from models.routing import writing
from models.user import User

TOUCH = timedelta(seconds=60)  # being seen is written down at most this often
# The first that fits; browsers name their ancestors as well.
SYSTEMS = (("Android", "安卓手机"), ("iPhone", "苹果手机"), ("iPad", "苹果平板"), ("Windows", "微软系统电脑"), ("Mac OS", "苹果电脑"),
           ("UOS", "统信系统电脑"), ("Kylin", "麒麟系统电脑"), ("Linux", "开源系统电脑"))
BROWSERS = (("MicroMessenger", "微信"), ("Edg", "微软浏览器"), ("Firefox", "火狐浏览器"), ("Chrome", "谷歌内核浏览器"), ("Safari", "苹果浏览器"))


class End(Labelled):
    LOGOUT = "LOGOUT", "退出"
    PASSWORD = "PASSWORD", "口令变更"
    DISABLED = "DISABLED", "账号停用"
    OWNER = "OWNER", "本人结束"
    ADMIN = "ADMIN", "管理员结束"
    IDLE = "IDLE", "久未操作"


class UserSession(db.Model):
    """One log-in of one person on one device."""

    __tablename__ = "user_session"

    id: Mapped[int] = c.key()
    user_id: Mapped[int] = c.ref("user_account.id", "用户", required=True)
    token_hash: Mapped[str] = c.text("凭据摘要", 64, required=True, unique=True, info={"secret": True})
    started_at: Mapped[datetime] = c.stamp("登录时间")
    seen_at: Mapped[datetime] = c.stamp("最近操作")
    address: Mapped[str] = c.text("来源地址", 60, required=True, default="")
    agent: Mapped[str] = c.text("设备", 160, required=True, default="")
    confirmed: Mapped[bool] = c.flag("已过第二因素")
    ended_at: Mapped[datetime | None] = c.when("结束时间")
    ended_why: Mapped[End | None] = c.choice("结束原因", End, required=False)

    user: Mapped[User] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="end_has_reason"),
    )

    @property
    def device(self) -> str:
        """安卓手机 谷歌浏览器, as far as the browser says."""
        words = [next((name for mark, name in marks if mark in self.agent), "") for marks in (SYSTEMS, BROWSERS)]
        return " ".join(filter(None, words)) or "未知设备"

    def __str__(self) -> str:
        return f"{self.address} {self.started_at:%Y-%m-%d %H:%M}"


_table = UserSession.__table__


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start(user: User, address: str, agent: str, *, confirmed: bool) -> str:
    """Open a session in the caller's transaction; the token for the browser, which nobody can compute back from the row."""
    token = secrets.token_urlsafe(32)
    db.session.execute(sa.insert(_table).values(
        user_id=user.id, token_hash=_digest(token), started_at=now(), seen_at=now(), address=address[:60], agent=agent[:160], confirmed=confirmed,
    ))
    return token


def find(token: str | None) -> sa.RowMapping | None:
    """The open session of this token, however long it has been quiet, and the state of the tables that are remembered (`reference`);
    None when it is unknown or ended."""
    if not token:
        return None
    known = sa.select(AuditHead.__table__.c.reference).scalar_subquery().label("reference")
    return db.session.execute(sa.select(_table, known).where(_table.c.token_hash == _digest(token), _table.c.ended_at.is_(None))).mappings().first()


def is_asleep(row: sa.RowMapping, user: User) -> bool:
    """Whether the password is asked again: nobody has touched the keyboard for too long, or the working day is over."""
    return now() - row["seen_at"] > timedelta(minutes=idle_minutes(user)) or now() - row["started_at"] > timedelta(hours=limit("session_hours"))


def idle_minutes(user: User) -> int:
    """How long a keyboard may lie untouched; administrators have less time."""
    return limit("idle_minutes_admin" if user.admin_kind else "idle_minutes")


def touch(row: sa.RowMapping) -> None:
    """Somebody is there. In a transaction of its own, before the request's begins: a request that only reads holds a snapshot."""
    if now() - row["seen_at"] < TOUCH:
        return
    db.session.rollback()
    with writing(), db.engine.begin() as connection:
        connection.execute(sa.update(_table).where(_table.c.id == row["id"]).values(seen_at=now()))


def confirm(session_id: int) -> None:
    """The second factor was right."""
    db.session.execute(sa.update(_table).where(_table.c.id == session_id).values(confirmed=True, seen_at=now()))


def end(session_id: int, why: End) -> None:
    """One log-in is over."""
    _end(_table.c.id == session_id, why)


def end_all(user_id: int, why: End, but: int | None = None, connection: sa.Connection | None = None) -> None:
    """All log-ins of a person are over, except `but`."""
    clause = _table.c.user_id == user_id
    _end(clause if but is None else sa.and_(clause, _table.c.id != but), why, connection)


def _end(clause: sa.ColumnElement[bool], why: End, connection: sa.Connection | None = None) -> None:
    statement = sa.update(_table).where(clause, _table.c.ended_at.is_(None)).values(ended_at=now(), ended_why=why)
    (connection or db.session).execute(statement)


def open_of(user: User) -> list[UserSession]:
    """A person's open log-ins, newest first."""
    oldest = now() - timedelta(hours=limit("session_hours"))
    return list(db.session.scalars(
        sa.select(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None), UserSession.started_at >= oldest)
        .order_by(UserSession.id.desc())
    ))


@sa.event.listens_for(User, "after_update")
def _end_with_the_account(_mapper: object, connection: sa.Connection, user: User) -> None:
    """A new password, or an account that is switched off, ends every log-in, however it came about."""
    state = sa.inspect(user).attrs
    if not user.is_active and state.is_active.history.has_changes():
        end_all(user.id, End.DISABLED, connection=connection)
    elif state.password_hash.history.has_changes():
        end_all(user.id, End.PASSWORD, connection=connection)
