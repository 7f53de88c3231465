"""What the clocks do for supervision: look-backs falling due, relapses on the ladder, promises passed (S3, S7)."""

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from models.accountability import EscalationRule, Trigger
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, warn_at
from models.matter import Matter, MatterEvent
from models.now import now
from models.supervision.approval import ApprovalCase
from models.supervision.problem import Problem
from models.supervision.states import ApprovalState, LookBackResult, ProblemState
from models.sweep.proposing import propose, rule_for, rules_for
from models.wording import chinese_time


def _said(action: str, since: sa.ColumnElement) -> sa.ColumnElement[bool]:
    """Whether the timeline has said so already since that moment."""
    return sa.exists().where(MatterEvent.matter_id == Matter.id, MatterEvent.action == action, MatterEvent.at >= since)


def remind_look_back() -> int:
    """Once before the look-back is due, on the timeline (the supervisor's clock, not the unit's)."""
    rows = db.session.scalars(
        sa.select(Problem)
        .where(Problem.state == ProblemState.LOOK_BACK, ~_said("look_back_due", Problem.accepted_at)).order_by(Problem.id)
    ).all()
    return sum(_remind(problem) for problem in rows)


def _remind(problem: Problem) -> bool:
    standard = problem.look_back_standard()
    lead = standard.warning if standard else Limit(7, LimitUnit.DAY)
    if now() < warn_at(problem.accepted_at, problem.look_back_due_at, work_calendar(), lead):
        return False
    problem.log("look_back_due", "回头看提醒", by=None, note=f"应于{chinese_time(problem.look_back_due_at)}前回头看")
    return True


def propose_relapses() -> int:
    """A relapse is taken up by the ladder at once: the first rung, or the one after the rung in force."""
    first, later = rules_for(Trigger.OVERDUE), rules_for(Trigger.RUNG_OVERDUE)
    query = sa.select(Problem).where(
        Problem.state.in_([ProblemState.REOPENED, ProblemState.RECTIFYING]), Problem.relapses > 0, Problem.answered_at.is_(None),
        Problem.ladder < 4,
    )
    count = 0
    for problem in db.session.scalars(query.options(selectinload(Problem.actions), selectinload(Problem.look_backs))).all():
        last = problem.look_backs[-1]
        rule = rule_for(later if problem.ladder else first, problem, problem.ladder + 1)
        if rule and last.result == LookBackResult.RELAPSE and not _answered_since(problem, last.at):
            count += _propose(problem, rule)
    return count


def _answered_since(problem: Problem, moment: object) -> bool:
    """A rung has gone out over this relapse already: its own deadline decides from here on."""
    return any(action.in_force and action.rung and action.decided_at >= moment for action in problem.actions)


def _propose(problem: Problem, rule: EscalationRule) -> bool:
    last = problem.look_backs[-1]
    grounds = (
        f"{problem.unit}承担的问题整改{problem.number}验收后，经{chinese_time(last.at)}第{last.round}次回头看发现反弹"
        f"（累计{problem.relapses}次）：{last.note}"
    )
    return propose(problem, rule, f"relapse:{last.round}", grounds, problem.unit, problem.ladder_due_at or problem.due_at)


def warn_promises() -> int:
    """At the promise itself: the case is marked once as beyond it. E 四(三)4"""
    rows = db.session.scalars(
        sa.select(ApprovalCase)
        .where(ApprovalCase.state == ApprovalState.RUNNING, ApprovalCase.due_at <= now(), ~_said("promise_passed", Matter.due_at))
        .order_by(ApprovalCase.id)
    ).all()
    for case in rows:
        case.log("promise_passed", "超承诺预警", by=None, note=f"承诺{case.promised_days}个工作日，已到{chinese_time(case.due_at)}，尚未办结")
    return len(rows)
