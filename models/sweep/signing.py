"""Signing that did not happen, and the reminder before a deadline."""

import sqlalchemy as sa

from models.base import db
from models.calendar import work_calendar
from models.clock import remaining
from models.matter import Matter, MatterEvent
from models.matter_unit import MatterUnit, Part, PartState
from models.now import now
from models.ticket import Ticket, TicketState


def deem_signed() -> int:
    """After its limit an unsigned part counts as signed: not signing gains nothing."""
    parts = db.session.scalars(
        sa.select(MatterUnit)
        .join(Matter, Matter.id == MatterUnit.matter_id)
        .where(MatterUnit.state == PartState.PENDING, MatterUnit.active, MatterUnit.sign_due_at <= now())
        .where(Matter.closed_at.is_(None), Matter.answered_at.is_(None))
        .order_by(MatterUnit.id)
    ).all()
    for part in parts:
        part.sign(None)
        ticket, before = part.matter, part.matter.state
        if part.role == Part.LEAD and isinstance(ticket, Ticket) and before == TicketState.DISPATCHED:
            ticket.state = TicketState.ACCEPTED
        ticket.log("deemed_signed", "视同签收", by=None, note=f"{part.unit}超过签收时限未签收，时限照走", before=before)
    return len(parts)


def remind_due_soon() -> int:
    """Once per clock, when the light turns yellow, a reminder on the timeline."""
    reminded = sa.exists().where(
        MatterEvent.matter_id == Matter.id, MatterEvent.action == "due_soon", MatterEvent.at >= Matter.warn_at
    )
    matters = db.session.scalars(
        sa.select(Matter)
        .where(Matter.closed_at.is_(None), Matter.answered_at.is_(None), Matter.warn_at <= now(), Matter.due_at > now())
        .where(~reminded)
        .order_by(Matter.id)
    ).all()
    for matter in matters:
        left = remaining(now(), matter.due_at, work_calendar()).text
        matter.log("due_soon", "到期提醒", by=None, note=f"{left}，请抓紧办理")
    return len(matters)
