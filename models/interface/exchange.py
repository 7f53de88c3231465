"""Demands in and out: in by channel and external number (update, never duplicate), out by a cursor over the timeline."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models import confidential, scope
from models.base import db
from models.category import Category
from models.codes import check_credit_code, check_phone, mask_name, mask_phone
from models.enterprise import Enterprise
from models.errors import Refused
from models.matter import Matter, MatterEvent
from models.now import now
from models.ticket import Channel, Ticket
from models.ticket.states import OPEN_STATES, TRIAGE_STATES
from models.user import User

LENGTHS = {"title": 120, "content": 5000, "enterprise_name": 120, "contact_name": 30, "contact_phone": 30, "credit_code": 18, "category": 40}
REQUIRED = ("title", "content", "enterprise_name")
LABELS = {"title": "标题", "content": "诉求内容", "enterprise_name": "企业名称", "contact_name": "联系人", "contact_phone": "联系电话",
          "credit_code": "统一社会信用代码", "category": "类别代码"}


def faults(given: dict[str, Any]) -> dict[str, str]:
    """Field → what would be right."""
    found = {name: "没有这个字段" for name in given if name not in LENGTHS}
    for name, most in LENGTHS.items():
        if fault := _fault(name, given.get(name), most):
            found[name] = fault
    for name, check in (("contact_phone", check_phone), ("credit_code", check_credit_code)):
        if given.get(name) and name not in found:
            try:
                given[name] = check(given[name])
            except ValueError as error:
                found[name] = str(error)
    if given.get("category") and "category" not in found and _category(given["category"]) is None:
        found["category"] = "没有这个类别代码"
    return found


def _fault(name: str, value: Any, most: int) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        return f"请填写{LABELS[name]}" if name in REQUIRED else ""
    if not isinstance(value, str) or "\0" in value or not _sound(value):
        return f"{LABELS[name]}应为文字"
    return f"{LABELS[name]}请控制在{most}字以内" if len(value) > most else ""


def _sound(text: str) -> bool:
    """Lone surrogates are no characters and no database takes them."""
    return not any("\ud800" <= ch <= "\udfff" for ch in text)


def _category(code: str) -> Category | None:
    return db.session.scalar(sa.select(Category).where(Category.code == code, Category.is_active))


def take_in(by: User, channel: Channel, number: str, given: dict[str, Any]) -> tuple[Ticket, bool]:
    """The demand of that channel and external number, entered or brought up to date; True when it is new.

    The caller has checked `faults()` and that `by` may register. Refused when it has ended, or belongs to somebody else.
    """
    fields = {name: (given.get(name) or "").strip() or None for name in ("title", "content", "enterprise_name", "contact_name", "contact_phone")}
    fields |= {"enterprise": _enterprise(given), "category": _category(given["category"]) if given.get("category") else None}
    if known := _known(channel, number):
        return _update(by, known, fields), False
    try:
        return Ticket.register(by=by, channel=channel, source_number=number, **fields), True
    except IntegrityError:  # another request was quicker
        db.session.rollback()
        return _update(by, _known(channel, number), fields), False


def _known(channel: Channel, number: str) -> Ticket | None:
    with scope.everything():
        return db.session.scalar(sa.select(Ticket).where(Ticket.channel == channel, Ticket.source_number == number))


def _enterprise(given: dict[str, Any]) -> Enterprise | None:
    code = given.get("credit_code")
    with scope.everything():
        return db.session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == code)) if code else None


def _update(by: User, ticket: Ticket, fields: dict[str, Any]) -> Ticket:
    """Before it is given to a unit everything can still change; afterwards a new text goes into the timeline."""
    if db.session.scalar(sa.select(Ticket.id).where(Ticket.id == ticket.id)) is None:
        raise Refused("这个来源编号已由其他单位登记")
    with scope.everything():
        changed = {name: value for name, value in fields.items() if value is not None and getattr(ticket, name) != value}
        if not changed:
            return ticket
        if ticket.state not in OPEN_STATES:
            raise Refused(f"这件诉求已经终结（{ticket.state.label}），不能再更新")
        text = [changed.pop(name) for name in ("title", "content") if name in changed and ticket.state not in TRIAGE_STATES]
        for name, value in changed.items():
            setattr(ticket, name, value)
        labels = "、".join(LABELS.get(name, "诉求企业") for name in changed)
        note = "；".join(filter(None, [f"更新了{labels}" if labels else "", f"来件新内容：{'；'.join(text)}" if text else ""]))
        if text and any(event.action == "source_update" and event.note == note for event in ticket.events):
            return ticket  # the same news once more
        ticket.log("source_update", "来件更新", by=by, note=note)
        db.session.flush()
    return ticket


# -- out ------------------------------------------------------------------------------------


def changed_since(cursor: int, most: int) -> tuple[list[tuple[int, Ticket]], bool]:
    """Demands with something new on their timeline after `cursor`, oldest news first; whether there are more."""
    latest = sa.func.max(MatterEvent.id).label("latest")
    found = db.session.execute(
        sa.select(MatterEvent.matter_id, latest).join(Ticket, Ticket.id == MatterEvent.matter_id).where(MatterEvent.id > cursor)
        .group_by(MatterEvent.matter_id).order_by(latest).limit(most + 1)
    ).all()
    page = found[:most]
    rows = {row.id: row for row in db.session.scalars(sa.select(Ticket).where(Ticket.id.in_([ticket_id for ticket_id, _ in page])))}
    return [(place, rows[ticket_id]) for ticket_id, place in page if ticket_id in rows], len(found) > most


def due_before(moment: Any, most: int, after: int) -> tuple[list[Matter], bool]:
    """Open matters whose time runs out by then, confidential kinds left out, in the order they were entered."""
    rows = db.session.scalars(
        sa.select(Matter).where(
            Matter.closed_at.is_(None), Matter.answered_at.is_(None), Matter.due_at <= moment, Matter.kind.not_in(confidential.KINDS), Matter.id > after
        ).order_by(Matter.id).limit(most + 1)
    ).all()
    return list(rows[:most]), len(rows) > most


def _time(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def ticket_out(row: Ticket) -> dict[str, Any]:
    """A demand as other systems read it: no telephone in full, no internal opinion, the reply only after review."""
    out = row.state.value in ("APPROVED", "CLOSED")
    return {
        "number": row.number, "channel": row.channel.value, "external_number": row.source_number, "title": row.title, "content": row.content,
        "category": row.category.code if row.category else None, "enterprise_name": row.who,
        "credit_code": row.enterprise.credit_code if row.enterprise else None, "contact_name": mask_name(row.contact_name) or None,
        "contact_phone": mask_phone(row.contact_phone) or None, "state": row.state.value, "state_label": row.state.label,
        "unit": str(row.unit) if row.unit else None, "opened_at": _time(row.opened_at), "due_at": _time(row.due_at),
        "answered_at": _time(row.answered_at) if out else None, "closed_at": _time(row.closed_at), "result": row.result if out else None,
        "satisfaction": row.satisfaction.value if row.satisfaction else None, "reworks": row.reworks,
    }


def enterprise_out(row: Enterprise) -> dict[str, Any]:
    """An enterprise of the register, without people."""
    return {
        "id": row.id, "name": row.name, "credit_code": row.credit_code, "kind": row.kind.value, "industry": row.industry,
        "town": str(row.town) if row.town else None, "registered_on": _time(row.registered_on), "is_active": row.is_active,
    }


def matter_out(row: Matter) -> dict[str, Any]:
    """A matter that is due."""
    return {
        "number": row.number, "kind": row.kind, "title": row.title, "unit": str(row.unit) if row.unit else None, "state": row.state.value,
        "state_label": row.state.label, "due_at": _time(row.due_at), "overdue": row.due_at <= now(),
    }
