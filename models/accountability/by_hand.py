"""Softer measures proposed by a person: reminder, dispatch talk, public notice. Y 三(一)4"""

from models import confidential, drafting, scope
from models.accountability.action import AccountabilityAction
from models.accountability.rule import Measure
from models.base import db
from models.calendar import work_calendar
from models.clock import deadline
from models.errors import Invalid, NotPermitted, Refused
from models.matter import Matter
from models.now import now
from models.standard import SpanUnit
from models.unit import Unit
from models.user import User

SOFT = (Measure.REMIND, Measure.DISPATCH_TALK, Measure.CIRCULAR)
LETTERS = {Measure.REMIND: "KEY_REMINDER", Measure.DISPATCH_TALK: "DISPATCH_NOTICE", Measure.CIRCULAR: "CIRCULAR_NOTICE"}


def propose(
    matter: Matter, *, by: User, unit: Unit, measure: Measure, grounds: str, requirements: str = "", days: int | None = None
) -> AccountabilityAction:
    """A draft measure against a unit of the matter for false, poor or unsatisfying handling; rungs stay the rules' business.

    `days` working days run from issue. Raises NotPermitted, Invalid, Refused.
    """
    if not by.may("accountability:draft"):
        raise NotPermitted("您的角色不能拟办督办措施")
    if measure not in SOFT:
        raise Invalid("measure", "督办、挂牌、约谈、问责由到期规则逐级提出，这里只能拟提示、调度、通报")
    if not grounds.strip():
        raise Invalid("grounds", "请写明事实依据")
    if days is not None and not 1 <= days <= 250:
        raise Invalid("days", "时限请填1至250个工作日")
    if matter.kind in confidential.KINDS:
        raise Refused("线索不在文书里提起，请按线索办理环节处置")
    if not matter.is_open:
        raise Refused("事项已办结，不再拟办措施")
    if not matter.part_of(unit.id):
        raise Invalid("unit", f"{unit}不是本事项的主办或协办单位")
    with scope.everything():
        action = AccountabilityAction(
            matter=matter, unit=unit, measure=measure, rung=0, occasion=f"hand:{by.id}:{now():%Y%m%d%H%M%S}", grounds=grounds.strip(),
            requirements=requirements.strip() or None, limit_amount=days, limit_unit=SpanUnit.WORKDAY if days else None,
            drafted_by=by, drafted_at=now(),
        )
        if action.limit:
            action.new_due_at = deadline(now(), action.limit, work_calendar()).due_at
        db.session.add(action)
        matter.log("action_propose", f"拟{measure.label}", by=by, note=grounds.strip())
        db.session.flush()
        drafting.draft(LETTERS[measure], by=None, unit=unit, matter=matter, action=action)
    return action
