"""Unfinished decisions carry over to the group's next meeting; N carries make 久拖未完成 (users.md idea 14)."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.meeting.decision import Decision, carries_allowed
from models.now import now

if TYPE_CHECKING:
    from models.meeting.meeting import Meeting


class DecisionCarry(db.Model):
    """One decision stood unfinished before one later meeting; append-only."""

    __tablename__ = "decision_carry"

    id: Mapped[int] = c.key()
    decision_id: Mapped[int] = c.ref("decision.id", "议定事项", required=True, index=False)
    meeting_id: Mapped[int] = c.ref("meeting.id", "结转到", required=True)
    at: Mapped[datetime] = c.stamp("结转时间")

    decision: Mapped[Decision] = relationship(back_populates="carried")
    meeting: Mapped["Meeting"] = relationship(back_populates="carried")

    __table_args__ = (sa.UniqueConstraint("decision_id", "meeting_id"),)


def carry_over(meeting: "Meeting") -> int:
    """The unfinished decisions of earlier meetings of the same group and kind, once per meeting."""
    if meeting.carried_at is not None:
        return 0
    meeting.carried_at = now()
    cls = type(meeting)
    query = (
        sa.select(Decision).join(cls, cls.id == Decision.meeting_id)
        .where(
            cls.group_id.is_not_distinct_from(meeting.group_id), cls.kind == meeting.kind, cls.starts_at < meeting.starts_at,
            Decision.is_open,
        )
        .order_by(Decision.id)
    )
    rows = db.session.scalars(query).all()
    for decision in rows:
        _carry(decision, meeting)
    db.session.flush()
    return len(rows)


def _carry(decision: Decision, meeting: "Meeting") -> None:
    meeting.carried.append(DecisionCarry(decision=decision, at=now()))
    decision.carries += 1
    decision.order().log("carried", "结转下次会议", by=None, note=f"{meeting}仍未完成，第{decision.carries}次结转")
    if decision.stalled_at is None and decision.carries >= carries_allowed():
        decision.stalled_at = now()
        decision.order().log("stalled", "久拖未完成", by=None, note=f"已结转{decision.carries}次，列入久拖未完成情况", mark="act")
