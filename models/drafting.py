"""Drafting letters: a Notice made from a template (A2). The facts a wording may use are in models/notice/facts.py."""

from collections.abc import Mapping
from typing import Any

from models import scope
from models.accountability import AccountabilityAction
from models.base import db
from models.errors import NotPermitted, Refused
from models.matter import Matter
from models.notice import Notice, NoticeState, find_template, template_label
from models.notice.facts import (
    action_facts,
    agency_facts,
    letter_context,
    matter_facts,
    reword,
    timeline_facts,
)
from models.now import now
from models.setting import setting
from models.unit import Unit, find_unit
from models.user import User

__all__ = [
    "action_facts", "agency_facts", "draft", "find_template", "letter_context", "matter_facts", "reword",
    "template_label", "timeline_facts",
]


def draft(
    kind: str, *, by: User | None, unit: Unit | None, matter: Matter | None = None,
    action: AccountabilityAction | None = None, details: Mapping[str, Any] | None = None,
) -> Notice:
    """A new draft letter, worded from its template. Raises NotPermitted, Refused, WordingError; then nothing is left."""
    if by is not None and not by.may("notice:draft"):
        raise NotPermitted("您的角色不能起草文书")
    if action is not None and (action.is_over or action.notice):
        raise Refused("措施已销号或不予采纳" if action.is_over else "这项措施已有文书，作废后方可另行起草")
    template = find_template(kind)
    # A letter about a unit may go to somebody else: 问责建议书 names its own addressee, the discipline commission.
    receiver = find_unit(template.addressee) if "{" not in template.addressee and template.addressee else unit
    with scope.everything(), db.session.begin_nested(), db.session.no_autoflush:
        notice = Notice(
            kind=kind, state=NoticeState.DRAFT, form=template.form, word=template.series or None, matter=matter, action=action, addressee_unit=receiver,
            addressee=receiver.name if receiver else "", title=template.label, body="", agency=setting("agency"), drafted_by=by,
            details=dict(details or {}), drafted_at=now(),
        )
        db.session.add(notice)
        reword(notice, template)
        if matter:
            matter.log("notice_draft", "起草文书", by=by, note=f"《{template.label}》，主送{notice.addressee}")
        db.session.flush()
    return notice
