"""The ladder: reminders before a deadline, the first rung after it, the next after each rung's own (A1)."""

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from models.accountability import AccountabilityAction, ActionState, EscalationRule, ThresholdUnit, Trigger, grounds
from models.accountability.conditions import in_order
from models.base import db
from models.calendar import work_calendar
from models.matter import Matter
from models.now import now
from models.sweep.proposing import clock_in_force, of_kinds, passed, propose, rule_for, rules_for, unproposed, waiting


def withdraw_stale() -> int:
    """Drafts that can no longer go out (answered since, more time given, another unit) are taken back."""
    # A sweep as of an earlier moment has nothing to say about what was drafted since.
    query = (
        sa.select(AccountabilityAction).join(Matter, Matter.id == AccountabilityAction.matter_id)
        .where(AccountabilityAction.state == ActionState.DRAFT, AccountabilityAction.drafted_at <= now(), _suspect())
        .options(selectinload(AccountabilityAction.matter).selectinload(Matter.deadlines)).order_by(AccountabilityAction.id)
    )
    count = 0
    for action in db.session.scalars(query).all():
        if why := in_order(action, None):
            action.strike_off(why.removesuffix("，不再发出"))
            action.matter.log("action_withdraw", f"拟{action.measure.label}撤销", by=None, note=action.decline_reason)
            count += 1
    return count


def _suspect() -> sa.ColumnElement[bool]:
    """Drafts worth a look by `in_order`, found in SQL; it never leaves out one that cannot go out."""
    action = AccountabilityAction
    due = sa.case((Matter.ladder > 0, Matter.ladder_due_at), else_=Matter.due_at)
    rung = sa.and_(action.rung > 0, sa.or_(
        action.rung != Matter.ladder + 1, action.unit_id != Matter.unit_id, Matter.answered_at.is_not(None), due.is_(None), due > now(),
        action.missed_at.is_(None), action.missed_at != due,
    ))
    reminder = sa.and_(action.occasion.startswith("due_soon:"), sa.or_(
        Matter.answered_at.is_not(None), action.occasion != "due_soon:" + sa.cast(clock_in_force(), sa.String),
    ))
    return sa.or_(Matter.closed_at.is_not(None), Matter.unit_id.is_(None), rung, reminder)


def propose_overdue() -> int:
    """The first rung, when the matter's own clock has run out."""
    rules, count = rules_for(Trigger.OVERDUE), 0
    # A task caught up after its deadline (opened late) is no unit's fault: nobody is supervised over it.
    late = waiting(Matter.ladder == 0, Matter.due_at <= now(), Matter.opened_at < Matter.due_at, unproposed(Matter.due_at, 1))
    for matter in late:
        rule = rule_for(rules, matter, 1)
        if rule and passed(rule, matter.due_at):
            count += propose(matter, rule, f"overdue:{matter.deadline.id}", grounds.overdue(matter), matter.unit, matter.due_at)
    return count


def propose_rungs() -> int:
    """The next rung, when the deadline of the rung in force has run out as well."""
    rules, count = rules_for(Trigger.RUNG_OVERDUE), 0
    late = waiting(Matter.ladder.between(1, 3), Matter.ladder_due_at <= now(), unproposed(Matter.ladder_due_at, Matter.ladder + 1))
    for matter in late:
        rule = rule_for(rules, matter, matter.ladder + 1)
        if rule and passed(rule, matter.ladder_due_at):
            occasion = f"rung{matter.ladder}:{matter.ladder_deadline.id}"
            count += propose(matter, rule, occasion, grounds.rung(matter), matter.unit, matter.ladder_due_at)
    return count


def propose_due_soon() -> int:
    """A reminder letter (重要工作提示单) shortly before the deadline, where a rule asks for one. M 三(二)"""
    rules, count = rules_for(Trigger.DUE_SOON), 0
    if not rules:
        return 0
    unasked = ~sa.exists().where(
        AccountabilityAction.matter_id == Matter.id, AccountabilityAction.occasion == "due_soon:" + sa.cast(clock_in_force(), sa.String)
    )
    for matter in waiting(Matter.ladder == 0, Matter.warn_at <= now(), Matter.due_at > now(), of_kinds(rules), unasked):
        rule = rule_for(rules, matter, 0)
        if rule and _near(rule, matter):
            count += propose(matter, rule, f"due_soon:{matter.deadline.id}", grounds.due_soon(matter), matter.unit)
    return count


def _near(rule: EscalationRule, matter: Matter) -> bool:
    if rule.threshold_unit == ThresholdUnit.HOUR:
        return (matter.due_at - now()).total_seconds() <= rule.threshold * 3600
    return work_calendar().working_days_between(now(), matter.due_at) <= rule.threshold

