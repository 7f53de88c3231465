"""For whom the running act is done: set while a borrowed role is what permits it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.user import User

lender: ContextVar["User | None"] = ContextVar("lender", default=None)


@contextmanager
def standing_in(whom: "User | None") -> Iterator[None]:
    """Run a block for `whom`; timeline and audit say so."""
    token = lender.set(whom)
    try:
        yield
    finally:
        lender.reset(token)
