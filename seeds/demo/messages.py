"""What the outbox of the demo district holds: digests that went, and a note that could not be sent."""

from datetime import datetime, timedelta

from models import OutboxMessage, User, db
from models.message import OutboxState, Way


def add_messages(base: datetime, people: dict[str, User]) -> None:
    """Two mails that have gone and one message of the robot that was given up."""
    morning = base.replace(hour=8, minute=30, second=0) - timedelta(days=1)
    for username in ("tongchou", "ducha"):
        user = people[username]
        user.email = f"{username}@example.gov.cn"
        db.session.add(OutboxMessage(
            key=f"demo:{username}", way=Way.MAIL, user=user, subject="督导台每日摘要", body="截至当日，您范围内没有超期事项。",
            state=OutboxState.SENT, made_at=morning, next_at=morning, sent_at=morning + timedelta(minutes=1), tries=1,
        ))
    db.session.add(OutboxMessage(
        key="demo:robot", way=Way.ROBOT, subject="督导台每日摘要", body="全区已超期件数见工作台。", state=OutboxState.GIVEN_UP, made_at=morning,
        next_at=morning, tries=7, error="没有连上：对方20秒内没有应答",
    ))
    db.session.flush()
