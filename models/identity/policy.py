"""The limits of logging in, as data the security administrator may move within bounds (standards.md §3, 身份鉴别 a, b, d)."""

from dataclasses import dataclass

from models.base import Labelled
from models.setting import setting


class Factor(Labelled):
    """Who has to bring a second factor."""

    NONE = "NONE", "都不要求"
    ADMIN = "ADMIN", "管理员"
    ALL = "ALL", "全部账号"


@dataclass(frozen=True)
class Bound:
    """How far a limit may be moved."""

    least: int
    most: int


# The assessors' usual practice lies inside every bound: 8 characters, 90 days, 5 tries, 10 to 30 minutes.
BOUNDS = {
    "login_tries": Bound(3, 10),
    "login_lock_minutes": Bound(10, 1440),
    "login_address_tries": Bound(10, 1000),
    "password_length": Bound(8, 32),
    "password_days": Bound(1, 180),
    "password_history": Bound(1, 24),
    "idle_minutes": Bound(5, 60),
    "idle_minutes_admin": Bound(5, 30),
    "session_hours": Bound(1, 24),
    "dormant_days": Bound(30, 365),
    "delegation_days": Bound(1, 180),
}
KEYS = (*BOUNDS, "totp_for")


def limit(key: str) -> int:
    """The limit in force: minutes, days, hours or a number, as its name says."""
    return int(setting(key))


def fault(key: str, value: str) -> str:
    """What is wrong with a value somebody wants to set; "" when it may be set."""
    if key == "totp_for":
        return "" if value in Factor.__members__ else "请从“都不要求、管理员、全部账号”中选择"
    bound = BOUNDS[key]
    if not value.isdecimal() or not bound.least <= int(value) <= bound.most:
        return f"请填{bound.least}到{bound.most}之间的整数"
    return ""
