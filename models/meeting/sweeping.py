"""The sweep's part of meetings: decisions carry over even when nobody has recorded the meeting (users.md idea 14)."""

import sqlalchemy as sa

from models.base import db
from models.meeting.carry import carry_over
from models.meeting.meeting import Meeting
from models.meeting.words import MeetingState
from models.now import now


def carry_decisions() -> int:
    """For every meeting whose time has come, held or not: what its group decided before and has not done."""
    query = (
        sa.select(Meeting)
        .where(Meeting.starts_at <= now(), Meeting.carried_at.is_(None), Meeting.state != MeetingState.CANCELLED)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return sum(carry_over(meeting) for meeting in db.session.scalars(query).all())
