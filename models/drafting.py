"""Drafting letters: the facts a wording may use, and a Notice made from a template (A2)."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from models.accountability import AccountabilityAction
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.errors import Invalid, NotPermitted
from models.matter import Matter
from models.notice import OUT, UNISSUED, LetterTemplate, Notice
from models.now import now
from models.setting import setting
from models.unit import Unit
from models.user import User
from models.wording import render_wording

DEFAULT_REQUIREMENTS = "查明未按期办结的原因，明确责任科室和责任人，采取有效措施限期办结，并当面或书面答复企业。"
STANDING_LIMIT = Limit(3, LimitUnit.WORKDAY)  # to answer a letter that carries no limit of its own


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
        "requirements": DEFAULT_REQUIREMENTS, "lead": matter.unit.name if matter.unit else "",
        "co_units": [unit.name for unit in matter.co_units],
    }


def action_facts(action: AccountabilityAction | None, matter: Matter | None) -> dict[str, Any]:
    """The measure behind a letter and the letter before it."""
    if action is None:
        due = deadline(now(), STANDING_LIMIT, work_calendar()).due_at
        facts = {"rung_label": "", "grounds": "", "requirements": DEFAULT_REQUIREMENTS, "new_due": due, "person": ""}
    else:
        due = deadline(now(), action.limit or STANDING_LIMIT, work_calendar()).due_at
        facts = {
            "rung_label": action.measure.label, "grounds": action.grounds, "person": action.person or "",
            "requirements": action.requirements or DEFAULT_REQUIREMENTS, "new_due": action.new_due_at or due,
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
    """The whole timeline, oldest first (T11)."""
    return [
        {"at": event.at, "unit": event.unit.name if event.unit else "系统", "person": event.by_name, "step": event.label,
         "note": event.note}
        for event in reversed(matter.events)
    ]


def letter_context(notice: Notice) -> dict[str, Any]:
    """Everything the wording of this letter may use."""
    matter = notice.matter
    blank = dict.fromkeys(("time", "place", "host"), "") | {"participants": [], "materials": []}
    return {
        "agency": agency_facts(),
        "unit": {"name": notice.addressee_unit.name if notice.addressee_unit else notice.addressee},
        "matter": matter_facts(matter) if matter else {},
        "action": action_facts(notice.action, matter),
        "meeting": blank | notice.details.get("meeting", {}),
        "inspection": notice.details.get("inspection", {}),
        "timeline": timeline_facts(matter) if matter else [],
        "today": now().date(),
    }


def find_template(kind: str) -> LetterTemplate:
    """The active template of a kind, or Invalid in Chinese."""
    template = db.session.scalar(sa.select(LetterTemplate).where(LetterTemplate.kind == kind, LetterTemplate.is_active))
    if template is None:
        raise Invalid("kind", f"没有启用的文书模板：{kind}")
    return template


def template_label(kind: str) -> str:
    """The Chinese name of a kind of letter."""
    return db.session.scalar(sa.select(LetterTemplate.label).where(LetterTemplate.kind == kind)) or kind


def draft(
    kind: str, *, by: User | None, unit: Unit | None, matter: Matter | None = None,
    action: AccountabilityAction | None = None, details: Mapping[str, Any] | None = None,
) -> Notice:
    """A new draft letter, worded from its template. Raises NotPermitted, Invalid, WordingError."""
    if by is not None and not by.may("notice:draft"):
        raise NotPermitted("您的角色不能起草文书")
    template = find_template(kind)
    notice = Notice(
        kind=kind, form=template.form, word=template.series or None, matter=matter, action=action, addressee_unit=unit,
        addressee=unit.name if unit else "", title=template.label, body="", agency=setting("agency"), drafted_by=by,
        details=dict(details or {}), drafted_at=now(),
    )
    db.session.add(notice)
    reword(notice, template)
    if matter:
        matter.log("notice_draft", "起草文书", by=by, note=f"《{template.label}》，主送{notice.addressee}")
    return notice


def reword(notice: Notice, template: LetterTemplate | None = None) -> None:
    """Word an unedited draft anew from today's facts; edited and issued letters are left alone."""
    if notice.edited or notice.state not in UNISSUED:
        return
    template = template or find_template(notice.kind)
    context = letter_context(notice)
    notice.title = render_wording(template.title, context)[:120]
    notice.addressee = render_wording(template.addressee, context)[:200] or notice.addressee
    notice.body = render_wording(template.wording, context)
    notice.cc = template.cc
    notice.contact = render_wording(template.contact or "", context)[:80] or None
