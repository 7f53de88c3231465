"""How often somebody may knock, counted in the database so that all processes count together."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

import sqlalchemy as sa

from models.base import db
from models.errors import Refused
from models.now import TZ, now
from models.numbering import bump
from models.public.records import Throttle

KEEP = timedelta(days=2)  # the longest stretch is a day


class TooOften(Refused):
    """The limit is reached; `seconds` until the next try counts."""

    def __init__(self, seconds: int, why: str = "操作太频繁") -> None:
        super().__init__(f"{why}，请{_wait(seconds)}后再试")
        self.seconds = seconds


def _wait(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"{-(-minutes // 60)}小时" if minutes > 90 else f"{minutes}分钟"


def origin(address: str) -> str:
    """Whom an address stands for: of IPv6 the /64 a household or an office is given, as it changes the rest at will."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def bucket(key: str, kind: str, subject: str) -> str:
    """The keyed hash under which a subject is counted; no address and no telephone number is kept."""
    return hmac.new(key.encode(), f"{kind}\n{subject}".encode(), hashlib.sha256).hexdigest()


def _stretch(period: timedelta) -> datetime:
    seconds = int(period.total_seconds())
    # +8 hours, so that a stretch of a day is a day of Shanghai.
    stamp = int(now().timestamp()) + 8 * 3600
    return datetime.fromtimestamp(stamp - stamp % seconds - 8 * 3600, TZ)


def count(name: str, period: timedelta) -> int:
    """One more use of `name` in the running stretch; the number so far. In the caller's transaction."""
    return bump(Throttle, bucket=name, starts_at=_stretch(period))


def allow(name: str, most: int, period: timedelta) -> None:
    """Count one use and keep it whatever becomes of the request; TooOften beyond `most`.

    To be called before anything else is written: it commits.
    """
    used = count(name, period)
    db.session.commit()
    if used > most:
        left = _stretch(period) + period - now()
        raise TooOften(max(1, int(left.total_seconds())))


def refuse_beyond(name: str, most: int, period: timedelta, why: str) -> None:
    """TooOften, with `why`, once `most` uses are counted in the running stretch; counts nothing itself."""
    table, start = Throttle.__table__, _stretch(period)
    used = db.session.scalar(sa.select(table.c.last).where(table.c.bucket == name, table.c.starts_at == start)) or 0
    if used >= most:
        raise TooOften(max(1, int((start + period - now()).total_seconds())), why)


def forget_old() -> int:
    """The sweep's part: counters whose stretch is long over. Returns 0, as nothing anybody sees has changed."""
    table = Throttle.__table__
    db.session.execute(sa.delete(table).where(table.c.starts_at < now() - KEEP))
    return 0
