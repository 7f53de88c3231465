"""The facts a rule goes by, worded from the figures of the moment (A1, A3).

A proposal may wait for days. What it said is kept; what the letter says is worded again on the day it goes out.
"""

from typing import TYPE_CHECKING

from models.accountability.rule import Trigger
from models.calendar import work_calendar
from models.deadline import Cause
from models.matter import Matter
from models.now import now
from models.wording import chinese_time

if TYPE_CHECKING:
    from models.accountability.action import AccountabilityAction


def _subject(matter: Matter) -> str:
    return f"{matter.unit}主办的{matter.KIND_LABEL}{matter.number}应于{chinese_time(matter.due_at)}前{matter.ANSWER}，"


def overdue(matter: Matter) -> str:
    """The matter's own clock has run out."""
    late = work_calendar().working_days_between(matter.due_at, now())
    return (
        f"{_subject(matter)}截至{chinese_time(now())}未{matter.ANSWER}，已超{late}个工作日，其间催办{matter.reminders}次、"
        f"退回{matter.returns}次、重办{matter.reworks}次。{matter.wanting}"
    )


def rung(matter: Matter) -> str:
    """The deadline of the rung in force has run out as well."""
    last = next(a for a in reversed(matter.actions) if a.rung == matter.ladder and a.unit_id == matter.unit_id and a.in_force)
    cause = matter.ladder_deadline.cause
    since = "" if cause == Cause.RUNG else f"{cause.label}后"
    said = "有反馈但未办结" if last.feedback else "无反馈"
    return (
        f"{last.measure.label}已于{chinese_time(last.decided_at)}发出，{since}限{chinese_time(matter.ladder_due_at)}前办结，"
        f"{matter.unit}逾期仍未{matter.ANSWER}（{said}）。{matter.wanting}"
    )


def due_soon(matter: Matter) -> str:
    """The deadline is near; once it has passed, that is what the reminder says."""
    return f"{_subject(matter)}时限临近。{matter.wanting}" if matter.due_at > now() else overdue(matter)


def reworks(matter: Matter) -> str:
    """Done again and again."""
    return f"{matter.number}已重办{matter.reworks}次，仍未办结。"


def returns(matter: Matter) -> str:
    """Sent back again and again."""
    return f"{matter.number}已退回{matter.returns}次，仍未办结。"


# What a measure demands when it was not a missed deadline that set it off.
_DEMANDS = {
    Trigger.DUE_SOON: "抓紧办理，确保按期{answer}；确有困难的，及时说明原因和下一步措施。",
    Trigger.SIGN_OVERDUE: "立即签收，明确责任科室和责任人，按期{answer}，并说明未按时签收的原因。",
    Trigger.DISSATISFIED: "核实企业不满意的原因，针对企业意见重新办理，并当面或书面答复企业。",
    Trigger.REWORKS: "查明反复重办的原因，明确责任科室和责任人，一次办好，并书面说明情况。",
    Trigger.RETURNS: "查明反复退回的原因，明确责任科室和责任人，按期{answer}，并书面说明情况。",
}
_PLAIN_DEMAND = "核实情况，明确责任科室和责任人，认真整改，并书面说明情况。"  # of what a person proposes about a matter that is not late


def demand(matter: Matter, action: "AccountabilityAction | None" = None) -> str:
    """What a letter demands: as somebody wrote it, else what a missed deadline calls for, else what set the measure off calls for."""
    if action and action.requirements:
        return action.requirements
    if matter.due_at and matter.due_at < (matter.answered_at or now()):
        return matter.usual_demand
    trigger = action.rule.trigger if action and action.rule else None
    if trigger in (Trigger.OVERDUE, Trigger.RUNG_OVERDUE):
        return matter.usual_demand
    return _DEMANDS.get(trigger, _PLAIN_DEMAND).format(answer=matter.ANSWER)


# By the word an occasion begins with; other occasions state facts that do not change.
MOVING = {"overdue": overdue, "rung": rung, "due_soon": due_soon, "reworks": reworks, "returns": returns}


def todays(action: "AccountabilityAction") -> str:
    """The facts as they stand now for a proposal nobody has reworded or sent; else the facts on record."""
    word = action.occasion.partition(":")[0].rstrip("0123456789")
    if action.amended or action.decided_at or word not in MOVING or _why_not(action, word):
        return action.grounds
    return MOVING[word](action.matter)


def _why_not(action: "AccountabilityAction", word: str) -> bool:
    """Whether the matter has moved on so far that there is nothing to word anew."""
    matter = action.matter
    if word == "rung":
        return matter.ladder != action.rung - 1 or not matter.ladder_due_at or matter.ladder_deadline is None or not matter.ladder
    return matter.due_at is None or matter.unit is None
