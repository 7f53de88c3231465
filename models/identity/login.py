"""Getting in: name and password, the lock after wrong tries, what has to be done before anything else."""

from datetime import timedelta

import sqlalchemy as sa

from models import audit
from models.base import db
from models.errors import Refused
from models.identity import directory, secrets
from models.identity.policy import Factor, limit
from models.now import now
from models.setting import setting
from models.user import User

WRONG = "登录名或口令不对，请核对大小写后重试"
WRONG_CODE = "动态口令或恢复码不对，或刚刚用过；请等下一组数字再试"


def check(username: str, password: str) -> tuple[User | None, str]:
    """The person, or None and one sentence. A wrong name and a wrong password read the same and take as long.

    A directory is asked before the row is locked: nobody else waits for its answer. Refused while it does not answer.
    """
    told = _ask_directory(username, password)
    user = db.session.scalar(sa.select(User).where(User.username == username).with_for_update())
    if user is None:
        User.pretend(password)
        audit.note("登录失败", "user_account", None, username=username[:40])
        return None, WRONG
    if locked := _locked(user):
        return None, locked
    if not user.is_active or not (user.check_password(password) if told is None else told):
        return None, fail(user, WRONG)
    return user, ""


def _ask_directory(username: str, password: str) -> bool | None:
    """What the directory says; None for accounts whose password is kept here, and for those that may not log in anyway."""
    user = db.session.scalar(sa.select(User).where(User.username == username))
    if user is None or not directory.keeps(user):
        return None
    name, asked = user.username, user.is_active and not (user.locked_until and user.locked_until > now())
    db.session.rollback()
    return asked and directory.binds(name, password)


def knows(user: User, password: str) -> str:
    """Whether somebody who is logged in knows the password; "" or what is wrong."""
    try:
        return "" if directory.proves(user, password) else "口令不对"
    except Refused as why:
        return str(why)


def confirm(user: User, password: str, code: str) -> str:
    """The same person again after a pause: password and, where it is on, the second factor. "" when right."""
    if locked := _locked(user):
        return locked
    try:
        right = user.is_active and directory.proves(user, password)
    except Refused as why:  # nobody has typed anything wrong
        return str(why)
    if not right:
        return fail(user, "口令不对，请核对大小写后重试")
    if user.totp_on and not secrets.prove(user, code):
        return fail(user, WRONG_CODE)
    user.failed_logins = 0
    audit.note("继续登录", "user_account", user.id)
    return ""


def prove(user: User, code: str) -> str:
    """The second factor at the log-in; "" when right."""
    if locked := _locked(user):
        return locked
    return "" if secrets.prove(user, code) else fail(user, WRONG_CODE)


def succeed(user: User) -> None:
    """Everything that was asked for is proven."""
    user.failed_logins, user.locked_until, user.last_login_at = 0, None, now()
    audit.note("登录", "user_account", user.id)


def fail(user: User, words: str) -> str:
    """Count a wrong try; at the limit the account is locked."""
    audit.note("登录失败", "user_account", user.id, username=user.username)
    user.failed_logins += 1
    if user.failed_logins >= limit("login_tries"):
        user.failed_logins, user.locked_until = 0, now() + timedelta(minutes=limit("login_lock_minutes"))
        audit.note("账号锁定", "user_account", user.id, until=f"{user.locked_until:%Y-%m-%d %H:%M}")
    return words


def _locked(user: User) -> str:
    if not user.locked_until or user.locked_until <= now():
        return ""
    audit.note("登录失败", "user_account", user.id, username=user.username, reason="已锁定")
    return f"连续输错{limit('login_tries')}次，已锁定到{user.locked_until:%H:%M}，到时再试"


def wants_factor(user: User) -> bool:
    """Whether the settings ask this person for a second factor."""
    wanted = setting("totp_for")
    return wanted == Factor.ALL or (wanted == Factor.ADMIN and user.admin_kind is not None)


def password_is_due(user: User) -> bool:
    """First password, one given out by an administrator, or one older than the settings allow."""
    if directory.keeps(user):
        return False
    if user.must_change or user.password_at is None:
        return user.must_change
    return now() - user.password_at > timedelta(days=limit("password_days"))
