"""Rehearsing a rule: which matters of the last three months it would have hit, before and after a change (A1, A4, T4).

Nothing is written. Each matter is judged once, by the clock in force now; what the reader may not see is not counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models import confidential
from models.accountability import AccountabilityAction, ActionState, EscalationRule, ThresholdUnit, Trigger
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.deadline import Cause, MatterDeadline
from models.indicator import Colour, Indicator
from models.matter import Matter
from models.matter_unit import MatterUnit
from models.now import now
from models.rating.compute import _indicator_cells, rules_of
from models.rating.measures import Month
from models.rating.rule import RatingRule
from models.report.period import Span, recent
from models.standard import ServiceStandard
from models.ticket.records import Callback
from models.ticket.states import GOOD
from models.unit import Unit

DAYS, MONTHS = 92, 3
OUT = (ActionState.ISSUED, ActionState.ANSWERED, ActionState.CLOSED)


@dataclass(frozen=True)
class Rehearsal:
    """Ids of the matters hit as the rule is, and as it would be."""

    before: frozenset[int]
    after: frozenset[int]

    @property
    def more(self) -> frozenset[int]:
        """Hit only after the change."""
        return self.after - self.before

    @property
    def fewer(self) -> frozenset[int]:
        """Hit only before it."""
        return self.before - self.after


def since() -> datetime:
    """Where the three months begin."""
    return now() - timedelta(days=DAYS)


def rehearse_rule(rule: EscalationRule, threshold: int, unit: ThresholdUnit, active: bool = True) -> Rehearsal:
    """The rule's own threshold against another one."""
    occasions = _occasions(rule)
    before = _hit(rule, occasions, rule.threshold, rule.threshold_unit) if rule.is_active else frozenset()
    return Rehearsal(before, _hit(rule, occasions, threshold, unit) if active else frozenset())


# One occasion: (matter, the moment counted from or the number counted, when it was put right or None).
Occasions = list[tuple[int, Any, datetime | None]]


def _occasions(rule: EscalationRule) -> Occasions:
    kinds = [Matter.kind == rule.matter_kind] if rule.matter_kind else [Matter.kind.not_in(confidential.KINDS | _particular(rule))]
    start = since()
    action, part, called = AccountabilityAction, MatterUnit, Callback
    done = sa.func.coalesce(Matter.answered_at, Matter.closed_at)
    match rule.trigger:
        case Trigger.OVERDUE | Trigger.DUE_SOON:
            query = sa.select(Matter.id, Matter.due_at, done).where(Matter.due_at >= start, Matter.opened_at < Matter.due_at, *kinds)
        case Trigger.RUNG_OVERDUE:
            query = sa.select(Matter.id, action.new_due_at, done).join(action, action.matter_id == Matter.id).where(
                action.rung == rule.rung - 1, action.state.in_(OUT), action.new_due_at >= start, *kinds)
        case Trigger.SIGN_OVERDUE:
            query = sa.select(Matter.id, part.sign_due_at, part.signed_at).join(part, part.matter_id == Matter.id).where(
                part.sign_due_at >= start, *kinds)
        case Trigger.DISSATISFIED:
            query = sa.select(Matter.id, called.at, sa.null()).join(called, called.ticket_id == Matter.id).where(
                called.at >= start, called.satisfaction.not_in([level.value for level in GOOD]), *kinds)
        case _:
            counted = Matter.reworks if rule.trigger == Trigger.REWORKS else Matter.returns
            query = sa.select(Matter.id, counted, sa.null()).where(Matter.opened_at >= start, counted > 0, *kinds)
    return [tuple(row) for row in db.session.execute(query)]


def _particular(rule: EscalationRule) -> set[str]:
    """Kinds that have a rule of their own for the same thing: the general one is not asked about them."""
    other = EscalationRule
    own = sa.select(other.matter_kind).where(other.trigger == rule.trigger, other.rung == rule.rung, other.matter_kind.is_not(None), other.is_active)
    return set(db.session.scalars(own))


def _hit(rule: EscalationRule, occasions: Occasions, threshold: int, unit: ThresholdUnit) -> frozenset[int]:
    if rule.trigger in (Trigger.REWORKS, Trigger.RETURNS):
        return frozenset(matter for matter, times, _done in occasions if times >= max(threshold, 1))
    if rule.trigger == Trigger.DISSATISFIED:
        return frozenset(matter for matter, _at, _done in occasions)
    if rule.trigger == Trigger.DUE_SOON:
        return frozenset(matter for matter, due, done in occasions if _undone(_before(due, threshold, unit), done))
    return frozenset(matter for matter, due, done in occasions if _undone(_after(due, threshold, unit), done))


def _undone(moment: datetime, done: datetime | None) -> bool:
    return moment <= now() and (done is None or done > moment)


def _after(due: datetime, threshold: int, unit: ThresholdUnit) -> datetime:
    if threshold == 0 or unit == ThresholdUnit.COUNT:
        return due
    return deadline(due, Limit(threshold, LimitUnit[unit]), work_calendar()).due_at


def _before(due: datetime, threshold: int, unit: ThresholdUnit) -> datetime:
    """The first moment at which the deadline is as near as the threshold says."""
    if unit == ThresholdUnit.HOUR:
        return due - timedelta(hours=threshold)
    calendar, moment = work_calendar(), due
    while calendar.working_days_between(moment, due) < threshold + 1:
        moment -= timedelta(days=1)
    return moment + timedelta(days=1)


def rehearse_standard(standard: ServiceStandard, amount: int, unit: LimitUnit) -> Rehearsal:
    """Matters late by this standard, and by one of another length; extended and promised ones keep their own dates."""
    latest = sa.select(sa.func.max(MatterDeadline.id)).where(MatterDeadline.cause != Cause.RUNG).group_by(MatterDeadline.matter_id)
    query = (
        sa.select(Matter.id, MatterDeadline.starts_at, MatterDeadline.due_at, sa.func.coalesce(Matter.answered_at, Matter.closed_at))
        .join(MatterDeadline, MatterDeadline.matter_id == Matter.id)
        .where(MatterDeadline.standard_id == standard.id, MatterDeadline.id.in_(latest), MatterDeadline.starts_at >= since())
    )
    before, after, calendar, limit = set(), set(), work_calendar(), Limit(amount, unit)
    for matter, starts, due, done in db.session.execute(query):
        if _undone(due, done):
            before.add(matter)
        if _undone(deadline(starts, limit, calendar).due_at, done):
            after.add(matter)
    return Rehearsal(frozenset(before), frozenset(after))


@dataclass(frozen=True)
class Change:
    """One unit's colour of one indicator in one month, as it is and as it would be."""

    period: str
    unit: Unit
    indicator: Indicator
    before: Colour | None
    after: Colour | None


def rehearse_rating(rule: RatingRule, weight: int, blue_from: float, yellow_from: float) -> list[Change]:
    """Every colour of the last three months the changed thresholds would change."""
    rules = list(db.session.scalars(sa.select(RatingRule).where(RatingRule.is_active).order_by(RatingRule.id)))
    units = {unit.id: unit for unit in db.session.scalars(sa.select(Unit))}
    trial = _Trial(rule.id, rule.indicator_id, rule.measure, weight, blue_from, yellow_from)
    changed = [trial if row.id == rule.id else row for row in rules]
    found = []
    for period, _words in recent(Span.MONTH)[:MONTHS]:
        month = Month(period)
        for indicator in db.session.scalars(sa.select(Indicator).where(Indicator.is_active).order_by(Indicator.sort, Indicator.id)):
            own = rules_of(indicator, rules)
            if not any(row.id == rule.id for row in own):
                continue
            cells = [_indicator_cells(month, indicator, rules_of(indicator, some)) for some in (rules, changed)]
            found += [
                Change(period, units[unit], indicator, cell["colour"], cells[1][unit]["colour"])
                for unit, cell in cells[0].items() if cell["colour"] != cells[1][unit]["colour"]
            ]
    return found


@dataclass(frozen=True)
class _Trial:
    """A rating rule with other figures; never near the session."""

    id: int
    indicator_id: int | None
    measure: Any
    weight: int
    blue_from: float
    yellow_from: float


def matters(ids: Iterable[int]) -> list[Matter]:
    """The matters in the reader's scope, the newest first."""
    query = sa.select(Matter).where(Matter.id.in_(list(ids))).order_by(Matter.id.desc())
    return list(db.session.scalars(query))
