"""Softer measures for what is not lateness: unsigned, returned, done again, dissatisfied (A3, Y 三(一)4)."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from models.accountability import AccountabilityAction, EscalationRule, Trigger, grounds
from models.base import db
from models.matter import Matter
from models.matter_unit import MatterUnit, PartState
from models.sweep.proposing import of_kinds, passed, propose, rule_for, rules_for, unasked
from models.ticket import Callback, Ticket
from models.ticket.states import GOOD, UNIT_STATES
from models.unit import Unit
from models.wording import chinese_time


def propose_unsigned() -> int:
    """A reminder to the unit whose part had to be deemed signed."""
    rules, count = rules_for(Trigger.SIGN_OVERDUE), 0
    if not rules:
        return 0
    query = (
        sa.select(MatterUnit).join(Matter, Matter.id == MatterUnit.matter_id)
        .where(MatterUnit.deemed, MatterUnit.active, Matter.closed_at.is_(None), Matter.answered_at.is_(None), of_kinds(rules))
        .options(selectinload(MatterUnit.matter).selectinload(Matter.actions)).order_by(MatterUnit.id)
    )
    known = set(db.session.scalars(sa.select(AccountabilityAction.occasion).where(AccountabilityAction.occasion.startswith("sign:"))))
    unsigned = [row.id for row in db.session.execute(_ids(query)) if _sign_occasion(row) not in known]
    for part in db.session.scalars(query.where(MatterUnit.id.in_(unsigned))).all() if unsigned else ():
        rule = rule_for(rules, part.matter, 0)
        if rule and passed(rule, part.sign_due_at):
            facts = f"{part.unit}应于{chinese_time(part.sign_due_at)}前签收{part.matter.number}，逾期未签收，已视同签收。"
            occasion = _sign_occasion(part)
            count += propose(part.matter, rule, occasion, facts, part.unit, part.sign_due_at)
    return count


def _ids(query: sa.Select) -> sa.Select:
    """Only what names the occasion."""
    return query.with_only_columns(MatterUnit.id, MatterUnit.sign_due_at).options()


def _sign_occasion(part: Any) -> str:
    return f"sign:{part.id}:{part.sign_due_at:%Y%m%d%H%M}"


def propose_quality() -> int:
    """Repeated rework, repeated returns, dissatisfied enterprises."""
    reworks = _counted(Trigger.REWORKS, Ticket.reworks, grounds.reworks)
    return reworks + _counted(Trigger.RETURNS, Ticket.returns, grounds.returns) + _dissatisfied()


def _counted(trigger: Trigger, column: Any, words: Callable[[Ticket], str]) -> int:
    """Each further time is one occasion, answered by the sternest rule it has reached."""
    rules, count = rules_for(trigger), 0
    if not rules:
        return 0
    least = max(1, min(rule.threshold for rule in rules))
    word = trigger.value.lower()
    query = sa.select(Ticket).where(Ticket.closed_at.is_(None), column >= least, unasked(f"{word}:", column))
    for ticket in db.session.scalars(query.options(selectinload(Ticket.actions)).order_by(Ticket.id)).all():
        times = getattr(ticket, column.key)
        rule, unit = _sternest(rules, times), ticket.unit if trigger == Trigger.REWORKS else _returner(ticket)
        if rule and unit:
            count += propose(ticket, rule, f"{word}:{times}", words(ticket), unit)
    return count


def _sternest(rules: list[EscalationRule], times: int) -> EscalationRule | None:
    reached = [r for r in rules if r.matter_kind in (Ticket.__mapper__.polymorphic_identity, None) and r.threshold <= times]
    return max(reached, key=lambda rule: rule.threshold, default=None)


def _returner(ticket: Ticket) -> Unit | None:
    """The unit that returned it last; it, not the one that has it now, is reminded."""
    returned = [part for part in ticket.parts if part.state == PartState.RETURNED]
    return max(returned, key=lambda part: part.assigned_at).unit if returned else ticket.unit


def _dissatisfied() -> int:
    rules, count = rules_for(Trigger.DISSATISFIED), 0
    if not rules:
        return 0
    query = (
        sa.select(Callback).join(Ticket, Ticket.id == Callback.ticket_id)
        .where(Callback.reached, Callback.satisfaction.not_in([s.value for s in GOOD]), Ticket.state.in_(UNIT_STATES))
        .where(unasked("dissatisfied:", Callback.id)).order_by(Callback.id)
    )
    for call in db.session.scalars(query).all():
        rule = rule_for(rules, call.ticket, 0)
        if rule and call.ticket.unit:
            facts = f"{call.ticket.number}第{call.round}轮回访，企业评价“{call.satisfaction.label}”。{call.comment or ''}"
            count += propose(call.ticket, rule, f"dissatisfied:{call.id}", facts, call.ticket.unit)
    return count
