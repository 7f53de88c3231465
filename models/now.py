"""The one clock of the house. A sweep, a test or the demo may run "as of" another moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Shanghai")
_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def local(moment: datetime) -> datetime:
    """The same moment in Asia/Shanghai; naive input already is local time."""
    return moment.replace(tzinfo=TZ) if moment.tzinfo is None else moment.astimezone(TZ)


def now() -> datetime:
    """The moment the system believes it is, Asia/Shanghai, whole seconds."""
    return _moment.get() or datetime.now(TZ).replace(microsecond=0)


@contextmanager
def as_of(moment: datetime) -> Iterator[datetime]:
    """Run a block as if it were `moment` (naive = local)."""
    token = _moment.set(local(moment))
    try:
        yield _moment.get()
    finally:
        _moment.reset(token)
