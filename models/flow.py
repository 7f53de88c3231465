"""Flows as declared verbs.

A step is a method on a model, declared once with everything others need to know about it::

    @transition("签收", source={S.DISPATCHED}, target=S.ACCEPTED, permission="ticket:sign")
    def sign(self, *, by: User) -> None: ...

From the declaration come the button, the little form, the permission check, the timeline row, the
diagram and the property tests. Guard, change and event row share one transaction; nothing is
written when a guard refuses.
"""

import inspect
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Annotated, Any, get_args, get_origin

from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from models import scope
from models.asks import Ask
from models.base import Labelled, db
from models.errors import Invalid, NotPermitted, Refused, Stale
from models.stand_in import standing_in
from models.user import Level, User

Reason = Callable[[Any, User], str | None]
Check = Callable[[Any, dict[str, Any]], Iterator[Invalid]]


@dataclass(frozen=True)
class Transition:
    """One declared verb."""

    name: str
    label: str
    source: frozenset[Labelled]
    target: frozenset[Labelled]  # empty: the state stays
    permission: str | Callable[[Any], str]
    asks: tuple[Ask, ...] = ()
    when: Reason | None = None
    party: str | None = None
    mark: str = ""
    hint: str = ""
    done: str = ""
    order: int = 0
    check: Check | None = None
    run: Callable[..., Any] = field(default=None, repr=False, compare=False)

    @property
    def past(self) -> str:
        """The verb as done: 已派发."""
        return self.done or f"已{self.label}"

    @property
    def outcome(self) -> str:
        """What the form says will follow: the declared hint, or the state the verb leads to."""
        if self.hint or not self.target:
            return self.hint or "状态不变，记入办理过程"
        states = "或".join(f"“{state.label}”" for state in sorted(self.target, key=list(type(next(iter(self.target)))).index))
        return f"办理后转为{states}"

    def permission_for(self, row: Any) -> str:
        """``resource:action`` this verb needs on this row."""
        return self.permission(row) if callable(self.permission) else self.permission

    def refusal(self, row: Any, by: User | None) -> str | None:
        """Why `by` may not do this to `row` now, or None. `by` None is the system itself."""
        if by is not None and not row.permits(by, self.permission_for(row), self.party):
            return f"您的角色不能{self.label}"
        if row.state not in self.source:
            return f"现在是“{row.state.label}”，不能{self.label}"
        return self.when(row, by) if self.when else None


def transition(
    label: str,
    *,
    source: Collection[Labelled],
    target: Labelled | Collection[Labelled] | None = None,
    permission: str | Callable[[Any], str],
    when: Reason | None = None,
    party: str | None = None,
    mark: str = "",
    hint: str = "",
    done: str = "",
    order: int = 100,
    check: Check | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a verb.

    `target` None leaves the state; several targets mean the body returns the one it chose.
    `when(row, by)` returns a Chinese sentence if the verb is not possible now. `party` LEAD or CO
    limits users whose permission reaches only their unit to that part in the matter. `mark` is
    the timeline's colour class, `hint` what the form says will happen, `done` the verb as done where 已 before the
    label would not be said, `order` the button's place. `check(row, answers)` yields everything wrong with the answers
    together, so that a form can say it all at once; answers that are missing or unreadable are left out of the dict.
    """
    targets = frozenset() if target is None else frozenset([target] if isinstance(target, Labelled) else target)

    def declare(body: Callable[..., Any]) -> Callable[..., Any]:
        step = Transition(
            body.__name__, label, frozenset(source), targets, permission, _asks(body), when, party, mark, hint, done, order, check, body
        )

        @wraps(body)
        def run(self: Any, *, by: User | None, version: int | None = None, **given: Any) -> Any:
            return _run(self, step, by, version, given)

        run.transition = step
        return run

    return declare


def _asks(body: Callable[..., Any]) -> tuple[Ask, ...]:
    """The questions a verb asks, from its annotated keyword parameters."""
    asks = []
    for name, parameter in inspect.signature(body).parameters.items():
        if get_origin(parameter.annotation) is Annotated:
            kind, ask = get_args(parameter.annotation)[:2]
            asks.append(ask.bind(name, kind, parameter.default))
    return tuple(asks)


def _run(row: Any, step: Transition, by: User | None, version: int | None, given: dict[str, Any]) -> Any:
    """Guard, change, event: one transaction with the caller's."""
    caller = scope.current()
    whom = row.lender_of(by, step.permission_for(row), step.party) if by else None
    with scope.everything(), standing_in(whom), _all_or_nothing(row):
        if version is not None and version != row.version:
            raise Stale(_STALE.format(row.state.label))
        if why := step.refusal(row, by):
            raise NotPermitted(why) if by and not row.permits(by, step.permission_for(row), step.party) else Refused(why)
        with scope.within(caller):  # rows are picked with the caller's eyes
            values = {ask.name: ask.clean(given.pop(ask.name, None)) for ask in step.asks}
        for wrong in step.check(row, values) if step.check else ():
            raise wrong
        before = row.state
        with db.session.no_autoflush:
            chosen = step.run(row, by=by, **values, **given)
            if step.target:
                row.state = chosen if len(step.target) > 1 else next(iter(step.target))
                if row.state not in step.target:
                    raise ValueError(f"{step.name} chose {row.state}, declared {sorted(step.target)}")
            if row.state == before:  # every verb makes a new version, so that a form opened before it is stale
                flag_modified(row, row.STATE_COLUMN)
            row.note_step(step, by, before, describe(step, values))
            db.session.flush()
    return chosen


_STALE = "刚刚有人办理过这件事，现在是“{}”。您填写的内容还在，请核对后再提交"


@contextmanager
def _all_or_nothing(row: Any) -> Iterator[None]:
    """Hold the rows, read them anew, and leave no trace of a verb that is refused or fails, not even in memory."""
    try:
        with db.session.begin_nested():
            for held in row.held():
                db.session.refresh(held, with_for_update=True)
            yield
    except StaleDataError as error:
        raise Stale(_STALE.format(row.state.label)) from error


def describe(step: Transition, values: dict[str, Any]) -> str:
    """What was answered, as one readable text for the timeline."""
    parts = []
    for ask in step.asks:
        shown = ask.show(values.get(ask.name))
        if shown and not ask.secret:
            parts.append(shown if ask.bare else f"{ask.label}：{shown}")
    return "；".join([*(part.rstrip("。；") for part in parts[:-1]), *parts[-1:]])


@cache
def _declared(cls: type) -> dict[str, Transition]:
    """The verbs of a class, read off once: every page asks for them many times."""
    found = {}
    for klass in reversed(cls.__mro__):
        for name, member in vars(klass).items():
            if step := getattr(member, "transition", None):
                found[name] = step
    return dict(sorted(found.items(), key=lambda item: item[1].order))


class Flow:
    """Mixin for models with a `state`, a `version` and declared verbs."""

    state: Labelled
    version: int
    STATE_COLUMN = "state"

    @classmethod
    def transitions(cls) -> dict[str, Transition]:
        """All verbs of this kind, by name, in button order."""
        return _declared(cls)

    def permits(self, by: User, permission: str, party: str | None = None) -> bool:
        """Whether `by` holds `permission` for this very row."""
        level = by.level(permission)
        return level == Level.ALL or (level is not None and self.reaches(by, level, party))

    def needs_persons(self, by: User) -> bool:
        """Whether a step that is open to `by` now cannot be done without the telephone of whom the row is about."""
        return False

    def lender_of(self, by: User, permission: str, party: str | None = None) -> User | None:
        """Whose borrowed role lets `by` do this to this very row; None when it is within one's own."""
        own = by.own_level(permission)
        if own == Level.ALL or (own is not None and self.reaches(by, own, party)):
            return None
        return by.lender_of(permission)

    def held(self) -> list[Any]:
        """Rows a verb locks while it works; in one order everywhere (matter, measure, letter), so that nobody deadlocks."""
        return [self]

    def reaches(self, by: User, level: Level, party: str | None) -> bool:
        """Whether a narrower level covers this row; each model says how."""
        raise NotImplementedError

    def steps_for(self, by: User) -> list[tuple[Transition, str | None]]:
        """Verbs to show: those the role holds in this state, each with the reason if it is not possible now."""
        shown = []
        for step in self.transitions().values():
            if self.state in step.source and self.permits(by, step.permission_for(self), step.party):
                shown.append((step, step.when(self, by) if step.when else None))
        return shown

    def do(self, name: str, *, by: User | None, **given: Any) -> Any:
        """Run a verb by name; an unknown name is refused."""
        if name not in self.transitions():
            raise Refused("没有这个办理环节")
        return getattr(self, name)(by=by, **given)

    def note_step(self, step: Transition, by: User | None, before: Labelled, note: str) -> None:
        """Write the timeline row; each model says where."""
        raise NotImplementedError
