"""The facts a wording may use, and wording a draft anew from them (A2)."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from models.accountability import AccountabilityAction, ActionState
from models.accountability.grounds import demand
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.codes import mask_mobiles
from models.event import INTERNAL
from models.matter import Matter
from models.notice.states import OUT, UNISSUED
from models.notice.template import LetterTemplate, find_template, template_label
from models.now import TZ, local, now
from models.setting import setting
from models.shortening import once
from models.wording import chinese_time, render_wording

if TYPE_CHECKING:
    from models.notice.letter import Notice

STANDING_DEMAND = "查明原因，明确责任科室和责任人，限期整改，并书面说明情况。"  # of a letter without a matter
_TOLD = frozenset({"summary", "result", "grounds", "requirements"})  # words of other people
STANDING_LIMIT = Limit(3, LimitUnit.WORKDAY)  # to answer a letter for which neither measure nor template sets a limit


def agency_facts() -> dict[str, str]:
    """The issuing office."""
    return {"name": setting("agency"), "short": setting("agency_short"), "contact": setting("contact")}


def matter_facts(matter: Matter) -> dict[str, Any]:
    """What a letter may say about a matter."""
    due = matter.due_at
    late = work_calendar().working_days_between(due, matter.answered_at or now()) if due else 0
    return {
        "number": matter.number, "title": matter.title, "kind_label": matter.KIND_LABEL,
        "enterprise": getattr(matter, "who", ""), "opened": matter.opened_at,
        "dispatched": getattr(matter, "dispatched_at", None) or matter.opened_at, "due": due or matter.opened_at,
        "overdue_days": max(0, late), "summary": getattr(matter, "content", None) or matter.title,
        "result": getattr(matter, "result", None) or "尚未办结", "resolution": _words(matter, "resolution", "尚未办结"),
        "satisfaction": getattr(matter, "satisfaction_words", "未评价"), "requirements": demand(matter), "lead": matter.unit.name if matter.unit else "",
        "co_units": [unit.name for unit in matter.co_units],
    }


def _words(matter: Matter, name: str, blank: str) -> str:
    """The label of a choice the matter may not have (yet)."""
    choice = getattr(matter, name, None)
    return choice.label if choice else blank


def action_facts(
    action: AccountabilityAction | None, matter: Matter | None, due: datetime | None = None
) -> dict[str, Any]:
    """The measure behind a letter, the letter before it, and `due`: by when the unit is to answer."""
    due = due or deadline(now(), STANDING_LIMIT, work_calendar()).due_at
    facts = {
        "rung_label": action.measure.label if action else "", "grounds": action.grounds_now if action else "",
        "requirements": demand(matter, action) if matter else (action and action.requirements) or STANDING_DEMAND, "new_due": due,
        "person": (action and action.person) or "有关责任人员",
    }
    return facts | {"previous": _previous(matter, action)}


def _previous(matter: Matter | None, action: AccountabilityAction | None) -> dict[str, Any] | None:
    """The latest letter of the ladder issued on the same matter."""
    sent = [n for n in (matter.notices if matter else []) if n.state in OUT and n.action and n.action is not action]
    if not sent:
        return None
    last = max(sent, key=lambda n: n.issued_at)
    return {"number": last.number or "", "date": last.dated, "kind": template_label(last.kind)}


def timeline_facts(matter: Matter) -> list[dict[str, Any]]:
    """The whole timeline, oldest first (T11), without what only the supervisors' office reads; what the sheet's list says in full stands there."""
    said = {"诉求内容": getattr(matter, "content", None) or "", "办理结果": getattr(matter, "result", None) or ""}
    return [
        {"at": event.at, "unit": event.unit.name if event.unit else "系统", "person": event.who, "step": event.label,
         "note": once(event.note, said)}
        for event in reversed(matter.events)
        if event.action not in INTERNAL
    ]


def meeting_facts(arranged: dict[str, Any]) -> dict[str, Any]:
    """The talk a letter summons to; a draft shows what is usual until somebody has arranged it."""
    if arranged:
        return arranged | {"time": local(datetime.fromisoformat(arranged["time"]))}
    short = setting("agency_short")
    return {
        "time": datetime.combine(work_calendar().add(now().date(), 3), time(9), TZ), "place": f"{short}会议室", "host": short,
        "participants": ["区政府督查室", "区纪委监委"], "materials": ["事项办理情况说明", "相关证明材料"],
    }


def reply_due(notice: "Notice", template: LetterTemplate | None = None) -> datetime:
    """By when this letter is to be answered: the measure's new deadline, else the template's days.

    Until a measure goes out its deadline is counted from today, unless a hand-edited text already states it.
    """
    action = notice.action
    if action and action.limit:
        settled = notice.edited or action.state != ActionState.DRAFT
        return action.new_due_at if settled and action.new_due_at else deadline(now(), action.limit, work_calendar()).due_at
    template = template or find_template(notice.kind)
    limit = Limit(template.reply_days, LimitUnit.WORKDAY) if template.reply_days else STANDING_LIMIT
    return deadline(now(), limit, work_calendar()).due_at


def letter_context(notice: "Notice", template: LetterTemplate | None = None) -> dict[str, Any]:
    """Everything the wording of this letter may use."""
    matter = notice.matter
    context = {
        "agency": agency_facts(),
        "unit": {"name": _concerned(notice)},
        "matter": matter_facts(matter) if matter else {},
        "action": action_facts(notice.action, matter, notice.reply_due_at or reply_due(notice, template)),
        "meeting": meeting_facts(notice.details.get("meeting", {})),
        "inspection": notice.details.get("inspection", {}),
        "timeline": timeline_facts(matter) if matter else [],
        "letter": _of_letter(notice),
        "today": notice.dated or now().date(),
    }
    for part, facts in (matter.letter_facts() if matter else {}).items():
        context[part] |= facts
    for part in ("matter", "action"):  # what people told the desk in confidence is no business of a letter
        context[part] = {key: mask_mobiles(fact) if isinstance(fact, str) and key in _TOLD else fact for key, fact in context[part].items()}
    return context


def _of_letter(notice: "Notice") -> dict[str, Any]:
    """The letter itself, for the sheets printed with it; a meeting nobody has arranged is left for the pen."""
    meeting, matter = notice.details.get("meeting", {}), notice.matter
    return {
        "title": notice.title, "number": notice.number or "", "date": notice.dated or now().date(), "addressee": notice.addressee,
        "due": notice.reply_due_at or now(), "matter": f"{matter.title}（{matter.number}）" if matter else notice.title,
        "feedback": notice.feedback or "",
        "meeting_time": chinese_time(local(datetime.fromisoformat(meeting["time"]))) if meeting else "",
        "meeting_place": meeting.get("place", ""), "meeting_host": meeting.get("host", ""),
        "meeting_participants": "、".join(meeting.get("participants", ())),
    }


def _concerned(notice: "Notice") -> str:
    """The unit a letter speaks of: the one the measure is against, else its addressee."""
    if notice.action:
        return notice.action.unit.name
    return notice.addressee_unit.name if notice.addressee_unit else notice.addressee


def reword(notice: "Notice", template: LetterTemplate | None = None) -> None:
    """Word an unedited draft anew from today's facts; edited and issued letters are left alone."""
    if notice.edited or notice.state not in UNISSUED:
        return
    template = template or find_template(notice.kind)
    context = letter_context(notice, template)
    notice.title = render_wording(template.title, context)[:120]
    notice.addressee = render_wording(template.addressee, context)[:200] or notice.addressee
    notice.body = render_wording(template.wording, context)
    notice.cc = template.cc
    notice.contact = render_wording(template.contact or "", context)[:80] or None
