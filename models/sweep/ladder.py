"""Proposals from the rules: one rung at a time, at most once per occasion (A1, A3)."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from models import drafting
from models.accountability import AccountabilityAction, ActionState, EscalationRule, ThresholdUnit, Trigger
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.deadline import Cause
from models.matter import Matter
from models.matter_unit import MatterUnit
from models.now import now
from models.ticket import Callback, Ticket
from models.ticket.states import GOOD, UNIT_STATES
from models.unit import Unit
from models.wording import chinese_time


def _rules(trigger: Trigger) -> list[EscalationRule]:
    query = sa.select(EscalationRule).where(EscalationRule.trigger == trigger, EscalationRule.is_active)
    return list(db.session.scalars(query.order_by(EscalationRule.matter_kind.is_(None), EscalationRule.id)))


def _rule_for(rules: list[EscalationRule], matter: Matter, rung: int) -> EscalationRule | None:
    """The rule of this kind of matter, else the general one."""
    return next((r for r in rules if r.rung == rung and r.matter_kind in (matter.kind, None)), None)


def _passed(rule: EscalationRule, missed: datetime) -> bool:
    """Whether the threshold after a missed deadline has gone by."""
    if rule.threshold == 0 or rule.threshold_unit == ThresholdUnit.COUNT:
        return missed <= now()
    return deadline(missed, Limit(rule.threshold, LimitUnit[rule.threshold_unit]), work_calendar()).due_at <= now()


def propose(
    matter: Matter, rule: EscalationRule, occasion: str, grounds: str, unit: Unit, missed: datetime | None = None
) -> bool:
    """Draft one action and its letter, unless this occasion was proposed before. True when drafted."""
    if any(action.occasion == occasion for action in matter.actions):
        return False
    action = AccountabilityAction(
        matter=matter, unit=unit, measure=rule.measure, rung=rule.rung, rule=rule, occasion=occasion, missed_at=missed,
        grounds=grounds, limit_amount=rule.limit_amount, limit_unit=rule.limit_unit, drafted_at=now(),
    )
    if action.limit:
        action.new_due_at = deadline(now(), action.limit, work_calendar()).due_at
    db.session.add(action)
    matter.log("action_propose", f"拟{rule.measure.label}", by=None, note=f"按规则“{rule.label}”提出，待审定")
    if rule.template_kind:
        drafting.draft(rule.template_kind, by=None, unit=unit, matter=matter, action=action)
    db.session.flush()
    return True


def _late(*where: sa.ColumnElement[bool]) -> Iterator[Matter]:
    """Open, unanswered matters with a unit, and what the ladder needs of them."""
    query = (
        sa.select(Matter)
        .where(Matter.closed_at.is_(None), Matter.answered_at.is_(None), Matter.unit_id.is_not(None), *where)
        .options(selectinload(Matter.actions), selectinload(Matter.deadlines))
        .order_by(Matter.id)
    )
    yield from db.session.scalars(query).all()


def propose_overdue() -> int:
    """The first rung, when the matter's own clock has run out."""
    rules, count = _rules(Trigger.OVERDUE), 0
    for matter in _late(Matter.ladder == 0, Matter.due_at <= now()):
        rule = _rule_for(rules, matter, 1)
        if rule and _passed(rule, matter.due_at):
            late = work_calendar().working_days_between(matter.due_at, now())
            grounds = (
                f"{matter.unit}主办的{matter.KIND_LABEL}{matter.number}应于{chinese_time(matter.due_at)}前答复，"
                f"截至{chinese_time(now())}未答复，已超{late}个工作日，其间催办{matter.reminders}次、退回{matter.returns}次、"
                f"重办{matter.reworks}次。"
            )
            count += propose(matter, rule, f"overdue:{matter.deadline.id}", grounds, matter.unit, matter.due_at)
    return count


def propose_rungs() -> int:
    """The next rung, when the deadline of the rung in force has run out as well."""
    rules, count = _rules(Trigger.RUNG_OVERDUE), 0
    for matter in _late(Matter.ladder.between(1, 3), Matter.ladder_due_at <= now()):
        rule = _rule_for(rules, matter, matter.ladder + 1)
        if rule and _passed(rule, matter.ladder_due_at):
            rung = next(d for d in reversed(matter.deadlines) if d.cause == Cause.RUNG)
            last = next(a for a in reversed(matter.actions) if a.rung == matter.ladder and a.state in _IN_FORCE)
            said = "有反馈但未办结" if last.feedback else "无反馈"
            grounds = (
                f"{last.measure.label}已于{chinese_time(last.decided_at)}发出，限{chinese_time(matter.ladder_due_at)}前办结，"
                f"{matter.unit}逾期仍未答复（{said}）。"
            )
            count += propose(matter, rule, f"rung{matter.ladder}:{rung.id}", grounds, matter.unit, matter.ladder_due_at)
    return count


def propose_due_soon() -> int:
    """A reminder letter (重要工作提示单) shortly before the deadline, where a rule asks for one. M 三(二)"""
    rules, count = _rules(Trigger.DUE_SOON), 0
    if not rules:
        return 0
    for matter in _late(Matter.ladder == 0, Matter.warn_at <= now(), Matter.due_at > now()):
        rule = _rule_for(rules, matter, 0)
        if rule and work_calendar().working_days_between(now(), matter.due_at) <= rule.threshold:
            grounds = f"{matter.unit}主办的{matter.KIND_LABEL}{matter.number}应于{chinese_time(matter.due_at)}前答复，时限临近。"
            count += propose(matter, rule, f"due_soon:{matter.deadline.id}", grounds, matter.unit)
    return count


_IN_FORCE = frozenset({ActionState.ISSUED, ActionState.ANSWERED, ActionState.CLOSED})


def propose_unsigned() -> int:
    """A reminder to the unit whose part had to be deemed signed."""
    rules, count = _rules(Trigger.SIGN_OVERDUE), 0
    if not rules:
        return 0
    query = (
        sa.select(MatterUnit).join(Matter, Matter.id == MatterUnit.matter_id)
        .where(MatterUnit.deemed, MatterUnit.active, Matter.closed_at.is_(None), Matter.answered_at.is_(None))
        .options(selectinload(MatterUnit.matter).selectinload(Matter.actions)).order_by(MatterUnit.id)
    )
    for part in db.session.scalars(query).all():
        rule = _rule_for(rules, part.matter, 0)
        if rule and _passed(rule, part.sign_due_at):
            grounds = f"{part.unit}应于{chinese_time(part.sign_due_at)}前签收{part.matter.number}，逾期未签收，已视同签收。"
            count += propose(
                part.matter, rule, f"sign:{part.id}:{part.sign_due_at:%Y%m%d%H%M}", grounds, part.unit, part.sign_due_at
            )
    return count


def propose_quality() -> int:
    """Softer measures for repeated rework, repeated returns and dissatisfied enterprises. Y 三(一)4"""
    count = 0
    for trigger, column, words in ((Trigger.REWORKS, Ticket.reworks, "重办"), (Trigger.RETURNS, Ticket.returns, "退回")):
        for rule in _rules(trigger):
            query = sa.select(Ticket).where(
                Ticket.closed_at.is_(None), Ticket.unit_id.is_not(None), column >= max(1, rule.threshold)
            )
            for ticket in db.session.scalars(query.options(selectinload(Ticket.actions)).order_by(Ticket.id)).all():
                times = getattr(ticket, column.key)
                grounds = f"{ticket.number}已{words}{times}次，仍未办结。"
                count += propose(ticket, rule, f"{rule.code}:{times}"[:60], grounds, ticket.unit)
    return count + _dissatisfied()


def _dissatisfied() -> int:
    rules, count = _rules(Trigger.DISSATISFIED), 0
    if not rules:
        return 0
    query = (
        sa.select(Callback).join(Ticket, Ticket.id == Callback.ticket_id)
        .where(Callback.reached, Callback.satisfaction.not_in([s.value for s in GOOD]), Ticket.state.in_(UNIT_STATES))
        .order_by(Callback.id)
    )
    for call in db.session.scalars(query).all():
        rule = _rule_for(rules, call.ticket, 0)
        if rule and call.ticket.unit:
            grounds = f"{call.ticket.number}第{call.round}轮回访，企业评价“{call.satisfaction.label}”。{call.comment or ''}"
            count += propose(call.ticket, rule, f"dissatisfied:{call.id}", grounds, call.ticket.unit)
    return count
