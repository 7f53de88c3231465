"""What happens to an account: a new password, a one-time password, unlocking, lying idle."""

import secrets as random
from datetime import datetime, timedelta

import sqlalchemy as sa

from models.audit import note
from models.base import db
from models.errors import Invalid, Refused
from models.identity import directory, secrets
from models.identity.policy import limit
from models.identity.secrets import OldPassword
from models.identity.session import UserSession
from models.interface.client import ApiClient
from models.now import now
from models.passwords import weakness
from models.user import AdminKind, User


def change_password(user: User, old: str, new: str) -> None:
    """One's own new password; Invalid names the field that is wrong."""
    if directory.keeps(user):
        raise Refused(directory.KEPT_THERE)
    if not user.check_password(old):
        raise Invalid("old", "原口令不对")
    if fault := weakness(new, user.username, user.name, limit("password_length")):
        raise Invalid("new", fault)
    if user.check_password(new) or any(user.is_hash_of(row.password_hash, new) for row in _earlier(user)):
        raise Invalid("new", f"新口令不能与现在的口令和以前{limit('password_history')}个口令相同")
    _keep(user)
    user.set_password(new)
    user.must_change, user.password_at = False, now()


def _earlier(user: User) -> list[OldPassword]:
    return list(db.session.scalars(
        sa.select(OldPassword).where(OldPassword.user_id == user.id).order_by(OldPassword.id.desc()).limit(limit("password_history"))
    ))


def _keep(user: User) -> None:
    if user.password_hash:
        db.session.add(OldPassword(user_id=user.id, password_hash=user.password_hash, set_at=now()))


def reset_password(user: User) -> str:
    """A one-time password that must be changed at the next log-in; also unlocks, and wakes an account put to sleep."""
    fresh = random.token_urlsafe(9)
    _keep(user)
    user.set_password(fresh)
    user.must_change, user.password_at, user.failed_logins, user.locked_until, user.is_active = True, now(), 0, None, True
    note("重置口令", "user_account", user.id)
    return fresh


def unlock(user: User) -> None:
    """Before the lock runs out by itself."""
    if not user.locked_until or user.locked_until <= now():
        raise Refused(f"{user.name}没有被锁定")
    user.failed_logins, user.locked_until = 0, None
    note("解锁", "user_account", user.id)


def drop_factor(user: User) -> None:
    """The telephone is lost and so are the codes: the person enrols anew at the next log-in."""
    if not user.totp_on:
        raise Refused(f"{user.name}没有启用动态口令")
    secrets.withdraw(user)
    note("停用动态口令", "user_account", user.id)


def last_sign_of_life(user: User) -> datetime:
    """The last log-in; for one who never came, when the account or its password was made."""
    return max(filter(None, (user.last_login_at, user.password_at, user.created_at)))


def dormant(days: int | None = None) -> list[User]:
    """Active accounts nobody has used for so many days (default: the setting); another system uses its account by its token."""
    edge = now() - timedelta(days=days or limit("dormant_days"))
    tokens = sa.select(ApiClient.user_id).where(sa.func.coalesce(ApiClient.last_used_at, ApiClient.issued_at) >= edge)
    rows = db.session.scalars(sa.select(User).where(
        User.is_active, sa.func.coalesce(User.last_login_at, User.created_at) < edge, sa.func.coalesce(User.password_at, User.created_at) < edge,
        User.id.not_in(tokens),
    ).order_by(User.id))
    return list(rows)


def put_to_sleep() -> int:
    """Switch dormant accounts off; of each kind of administrator the last one stays. Returns how many."""
    awake = {kind: [u for u in db.session.scalars(sa.select(User).where(User.is_active)) if u.admin_kind == kind] for kind in AdminKind}
    count = 0
    for user in dormant():
        if user.admin_kind:
            if len(awake[user.admin_kind]) == 1:
                continue
            awake[user.admin_kind].remove(user)
        user.is_active = False
        note("久未登录停用", "user_account", user.id, last=f"{last_sign_of_life(user):%Y-%m-%d}")
        count += 1
    return count


def forget_sessions() -> int:
    """Ended log-ins older than half a year go; the trail keeps what matters. Returns how many."""
    table = UserSession.__table__
    gone = db.session.execute(sa.delete(table).where(table.c.started_at < now() - timedelta(days=183)))
    return gone.rowcount
