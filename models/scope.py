"""Row scope, applied once under the ORM and failing closed (schema.md, last section).

Every ORM statement runs under a scope: everything, nothing, or what one user may see. Outside a
request the scope is explicit (``with everything():``); a statement without any scope is refused.
Core SQL on ``Model.__table__`` is not seen here and states its scope itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.cache_key import NO_CACHE

from models.errors import OutOfScope
from models.remembered import remembered
from models.user import User

Clause = Callable[[User], sa.ColumnElement[bool] | None]


@dataclass
class Scope:
    """What the running code may touch. `user` None with `open` True = everything."""

    open: bool
    user: User | None = None
    options: list[Any] = field(default_factory=list)


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)
_clauses: dict[type, Clause] = {}
_guards: dict[type, Callable[[Any, User], bool]] = {}
_alike: dict[Any, object] = {}  # limits that differ in their parameters only are one thing to the statement cache


def scoped(clause: Clause, guard: Callable[[Any, User], bool]) -> Callable[[type], type]:
    """Class decorator: `clause(user)` limits what is read (None = no limit), `guard(row, user)` what is written."""

    def register(cls: type) -> type:
        _clauses[cls] = clause
        _guards[cls] = guard
        return cls

    return register


def limit_on(cls: type, user: User) -> sa.ColumnElement[bool] | None:
    """What limits this user's reading of a class (None = nothing), for rows that are seen with it."""
    return _clauses[cls](user)


def enter(scope: Scope) -> Token:
    """Set the scope for the running request; give the token back to :func:`leave`."""
    return _current.set(scope)


def leave(token: Token) -> None:
    """Undo :func:`enter`."""
    _current.reset(token)


def of_user(user: User | None) -> Scope:
    """The scope of a logged-in user; nobody sees nothing."""
    if user is None:
        return Scope(open=False)
    with everything():
        return Scope(open=False, user=user, options=remembered(("scope", user.id), lambda: _limits(user)))


def _limits(user: User) -> list[Any]:
    """What limits each class. A clause speaks of ids and of what the user may, never of the hour: it is used again."""
    found = [(cls, clause(user)) for cls, clause in _clauses.items()]
    return [_limit(cls, criterion) for cls, criterion in found if criterion is not None]


class _Limit(LoaderCriteriaOption):
    """`with_loader_criteria` that works its cache key out once.

    Every statement of a request carries the same limits; walking through all of them for each statement took two fifths of
    the time a page needs. The key stays the one SQLAlchemy makes: as long as that, and its parameters, in the same order.
    """

    __slots__ = ("_own_key",)
    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> Any:
        if not hasattr(self, "_own_key"):
            seen, found = type(anon_map)(), []
            key = super()._gen_cache_key(seen, found)
            self._own_key = None if NO_CACHE in seen else (_alike.setdefault(key, object()), found)
        if self._own_key is None:
            return super()._gen_cache_key(anon_map, bindparams)
        token, found = self._own_key
        bindparams.extend(found)
        return (_Limit, token)


def _limit(cls: type, criterion: sa.ColumnElement[bool]) -> Any:
    # Not handed on to lazy loads: each load, lazy or not, asks anew for the scope that is in force then.
    return _Limit(cls, criterion, include_aliases=True, propagate_to_loaders=False)


@contextmanager
def within(scope: Scope | None) -> Iterator[None]:
    """Run a block under a scope."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def everything() -> Any:
    """The system itself: sweep, loader, the body of a verb after its guard."""
    return within(Scope(open=True))


def acting(user: User | None) -> Any:
    """Run a block with one user's eyes."""
    return within(of_user(user))


def current() -> Scope | None:
    """The scope in force."""
    return _current.get()


def allows(row: Any, user: User) -> bool:
    """Whether this user may write the row: its own guard is asked, tables without one have none."""
    guard = next((g for cls, g in _guards.items() if isinstance(row, cls)), None)
    return guard is None or guard(row, user)


@event.listens_for(Session, "do_orm_execute")
def _read_scope(state: ORMExecuteState) -> None:
    scope = _current.get()
    if scope is None:
        raise OutOfScope("未声明数据范围：请在 everything() 或 acting(user) 之内访问数据")
    if scope.open or state.is_column_load:
        return
    if not state.is_select:
        _refuse_bulk(state)
        return
    options = [_limit(cls, sa.false()) for cls in _clauses] if scope.user is None else scope.options
    if options:
        state.statement = state.statement.options(*options)


def _refuse_bulk(state: ORMExecuteState) -> None:
    """UPDATE, DELETE and INSERT statements on guarded tables go round the verbs: only the system itself may."""
    target = state.bind_mapper.class_ if state.is_orm_statement and state.bind_mapper else None
    if target is not None and any(issubclass(target, cls) for cls in _guards):
        raise OutOfScope("无权批量修改数据")


@event.listens_for(Session, "before_flush")
def _write_scope(session: Session, *_: Any) -> None:
    scope = _current.get()
    if scope is None:
        raise OutOfScope("未声明数据范围：请在 everything() 或 acting(user) 之内写入数据")
    if scope.open:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        guard = next((g for cls, g in _guards.items() if isinstance(row, cls)), None)
        if guard is not None and (scope.user is None or not guard(row, scope.user)):
            raise OutOfScope("无权操作其他单位的数据")
