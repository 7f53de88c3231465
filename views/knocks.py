"""Wrong passwords counted by where they come from, whatever account they are for (GB/T 22239 8.1.4.1 b)."""

from datetime import timedelta

from flask import current_app, request

from models import audit
from models.identity.policy import limit
from models.public import limits


def key(kind: str, subject: str) -> str:
    """Under which a subject is counted; see :func:`models.public.limits.bucket`."""
    return limits.bucket(current_app.config["SECRET_KEY"], kind, subject)


def visitor(kind: str) -> str:
    """Under which the visitor's address is counted. Behind proxies it is the visitor's only where PROXIES says how many stand in front (app.py)."""
    return key(kind, limits.origin(request.remote_addr or ""))


def refuse_address() -> None:
    """TooOften while too many wrong passwords have come from this address; to be asked before a password is looked at."""
    limits.refuse_beyond(_address(), limit("login_address_tries"), _stretch(), "这个地址输错的次数太多")


def count_wrong() -> None:
    """One more wrong password from this address, in the caller's transaction; reaching the limit is audited once."""
    if limits.count(_address(), _stretch()) == limit("login_address_tries"):
        audit.note("来源地址暂停登录", "user_account", None, reason=f"{limit('login_lock_minutes')}分钟内输错{limit('login_address_tries')}次")


def _address() -> str:
    return visitor("login-failed")


def _stretch() -> timedelta:
    return timedelta(minutes=limit("login_lock_minutes"))
