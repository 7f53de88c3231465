"""Drafting one measure and its letter from a rule, at most once per occasion."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from models import confidential, drafting
from models.accountability import AccountabilityAction, ActionState, EscalationRule, Measure, ThresholdUnit, Trigger
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.deadline import Cause, MatterDeadline
from models.errors import Refused
from models.matter import Matter
from models.now import now
from models.unit import Unit
from models.wording import WordingError


def rules_for(trigger: Trigger) -> list[EscalationRule]:
    """Active rules of a trigger, those of one kind of matter before the general ones."""
    query = sa.select(EscalationRule).where(EscalationRule.trigger == trigger, EscalationRule.is_active)
    return list(db.session.scalars(query.order_by(EscalationRule.matter_kind.is_(None), EscalationRule.id)))


def rule_for(rules: list[EscalationRule], matter: Matter, rung: int) -> EscalationRule | None:
    """The rule of this kind of matter, else the general one."""
    return next((r for r in rules if r.rung == rung and r.matter_kind in (matter.kind, None)), None)


def passed(rule: EscalationRule, missed: datetime) -> bool:
    """Whether the threshold after a missed deadline has gone by."""
    if rule.threshold == 0 or rule.threshold_unit == ThresholdUnit.COUNT:
        return missed <= now()
    return deadline(missed, Limit(rule.threshold, LimitUnit[rule.threshold_unit]), work_calendar()).due_at <= now()


def waiting(*where: sa.ColumnElement[bool]) -> Iterator[Matter]:
    """Open, unanswered matters with a unit, and what the ladder needs of them. A confidential one climbs no ladder:
    its letters would tell of it."""
    query = (
        sa.select(Matter)
        .where(Matter.closed_at.is_(None), Matter.answered_at.is_(None), Matter.unit_id.is_not(None), *where)
        .where(Matter.kind.not_in(confidential.KINDS))
        .options(selectinload(Matter.actions), selectinload(Matter.deadlines))
        .order_by(Matter.id)
    )
    yield from db.session.scalars(query).all()


def unproposed(missed: Any, rung: Any) -> sa.ColumnElement[bool]:
    """Leaves out, already in SQL, the matters whose missed deadline has had its proposal for this rung; one that lapsed
    by itself, undecided, does not count."""
    action = AccountabilityAction
    lapsed = sa.and_(action.state == ActionState.DECLINED, action.decided_by_id.is_(None))
    return ~sa.exists().where(action.matter_id == Matter.id, action.rung == rung, action.missed_at == missed, ~lapsed)


def of_kinds(rules: list[EscalationRule]) -> sa.ColumnElement[bool]:
    """Matters one of the rules is about."""
    kinds = {rule.matter_kind for rule in rules}
    return sa.true() if None in kinds else Matter.kind.in_(kinds)


def clock_in_force() -> sa.ScalarSelect[int]:
    """`Matter.deadline.id` in SQL: the last clock that is no rung's."""
    row = MatterDeadline
    return sa.select(sa.func.max(row.id)).where(row.matter_id == Matter.id, row.cause != Cause.RUNG).correlate(Matter).scalar_subquery()


def unasked(word: str, number: Any) -> sa.ColumnElement[bool]:
    """Leaves out, already in SQL, the matters whose occasion `word` + `number` has had its proposal."""
    action = AccountabilityAction
    return ~sa.exists().where(action.matter_id == Matter.id, action.occasion == word + sa.cast(number, sa.String))


def propose(
    matter: Matter, rule: EscalationRule, occasion: str, grounds: str, unit: Unit, missed: datetime | None = None
) -> bool:
    """Draft one action and its letter, unless this occasion was proposed before. True when drafted."""
    if any(action.occasion == occasion for action in matter.actions) or _one_waits(matter, rule, unit):
        return False
    if rule.rung:
        _supersede(matter)
    limit = Limit(rule.limit_amount, LimitUnit[rule.limit_unit]) if rule.limit_amount else None
    new_due_at = deadline(now(), limit, work_calendar()).due_at if limit else None
    action = AccountabilityAction(
        matter=matter, unit=unit, measure=rule.measure, rung=rule.rung, rule=rule, occasion=occasion, missed_at=missed,
        grounds=grounds, limit_amount=rule.limit_amount, limit_unit=rule.limit_unit,
        new_due_at=new_due_at, drafted_at=now(),
    )
    db.session.add(action)
    matter.log("action_propose", f"拟{rule.measure.label}", by=None, note=f"按规则“{rule.label}”提出，待审定")
    db.session.flush()
    if rule.template_kind:
        _draft_letter(matter, rule, unit, action)
    return True


STERNER = (Measure.REMIND, Measure.DISPATCH_TALK, Measure.CIRCULAR)


def _one_waits(matter: Matter, rule: EscalationRule, unit: Unit) -> bool:
    """At most one proposal of a rung waits against a unit over a matter; a sterner soft measure takes a milder one's place."""
    for action in matter.actions:
        if action.state != ActionState.DRAFT or action.rule is None or (action.rung, action.unit_id) != (rule.rung, unit.id):
            continue
        if rule.rung or STERNER.index(rule.measure) <= STERNER.index(action.measure):
            return True
        action.strike_off(f"已提出{rule.measure.label}")
        db.session.flush()
    return False


def _supersede(matter: Matter) -> None:
    """A reminder nobody sent is pointless once a rung is proposed: it would only pile up on the supervisor's desk."""
    for action in matter.actions:
        if action.state == ActionState.DRAFT and action.rung == 0:
            action.strike_off("已提出督办")


def _draft_letter(matter: Matter, rule: EscalationRule, unit: Unit, action: AccountabilityAction) -> None:
    """A wording spoilt in the panel must not stop the sweep: the measure waits without its letter, and says so."""
    try:
        drafting.draft(rule.template_kind, by=None, unit=unit, matter=matter, action=action)
    except (Refused, WordingError) as error:
        matter.log("letter_failed", "文书未能生成", by=None, note=str(error))
        db.session.flush()
