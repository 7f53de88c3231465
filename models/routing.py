"""Which transaction a statement belongs to: reading or writing, and on which of two databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask_sqlalchemy.session import Session
from sqlalchemy.sql.dml import UpdateBase

# A request that only reads takes a snapshot; everything else takes SQLite's write lock at once,
# because a transaction that reads first and writes later can fail with "database is locked".
reading: ContextVar[bool] = ContextVar("reading", default=False)
# A page that may be a moment old reads the replica, where there is one (models/replica.py).
on_replica: ContextVar[bool] = ContextVar("on_replica", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Statements that write in the middle of a request that otherwise only reads. What it holds is let go first: end the transaction before and after."""
    token = reading.set(False)
    try:
        yield
    finally:
        reading.reset(token)


class RoutedSession(Session):
    """Reads of a page that chose the replica go there; whatever is written, and whatever stands beside a write, goes to the primary."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **about: Any) -> Any:
        """As stock, but for the replica."""
        if bind is None and on_replica.get() and reading.get() and not self._flushing and not isinstance(clause, UpdateBase):
            return self._db.engines["replica"]
        return super().get_bind(mapper=mapper, clause=clause, bind=bind, **about)
