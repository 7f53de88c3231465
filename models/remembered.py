"""What many requests read alike and seldom changes – units, roles, settings – kept by a process until one of those tables changes.

Every change of every table is a link of the audit chain (models/audit.py). A link about one of TABLES leaves its digest in the head of the
chain as well, in the same transaction, so that this digest names a state of those tables, for all processes and hosts alike. A request
that only reads learns it together with its session; whoever writes, and whatever runs outside a request, reads the tables themselves.
"""

from collections.abc import Callable, Hashable
from contextvars import ContextVar, Token
from typing import Any, TypeVar

from models.now import now
from models.routing import on_replica

# A change of these makes every process read anew; "" stands for statements nobody has taken apart. What is remembered reads no others.
TABLES = frozenset({
    "", "calendar_day", "category", "delegation", "group_membership", "group_slice", "indicator", "lead_reader", "permission", "role", "saved_filter",
    "setting", "unit", "user_account", "work_group",
})
MOST = 500  # things a process remembers
SECONDS = 300  # and not longer than this: some hold for a day only, and the tables may be changed past the application

T = TypeVar("T")


class Shelf(dict[Hashable, Any]):
    """What is known of one state."""

    def __init__(self, state: tuple[Any, ...]) -> None:
        super().__init__()
        self.state = state


_newest = Shelf(())
_mine: ContextVar[Shelf | None] = ContextVar("shelf", default=None)


def enter(digest: str | None, database: Hashable) -> Token:
    """From here on this request may use what was read in this state within the last minutes; None: nothing is known of the state."""
    global _newest
    if digest is None:
        return _mine.set(None)
    state, shelf = (digest, now().timestamp() // SECONDS, database), _newest
    if shelf.state != state:
        shelf = _newest = Shelf(state)
    return _mine.set(shelf)


def leave(token: Token) -> None:
    """Undo :func:`enter`."""
    _mine.reset(token)


def remembered(what: Hashable, read: Callable[[], T]) -> T:
    """What `read` finds in TABLES, or found for another request. Plain values that nobody changes: no rows of a session."""
    shelf = _mine.get()
    if shelf is None:
        return read()
    if what in shelf:
        return shelf[what]
    found = read()
    if not on_replica.get():  # it may be behind the state
        if len(shelf) >= MOST:
            shelf.clear()
        shelf[what] = found
    return found


def concerned(resources: set[str]) -> bool:
    """Whether links about these tables make others read anew."""
    return not TABLES.isdisjoint(resources)
