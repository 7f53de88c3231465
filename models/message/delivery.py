"""Taking messages from the outbox one by one: claimed, handed over outside any transaction, written down."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from models import scope
from models.base import db
from models.message.posting import NotSent, Posting, post
from models.message.records import OutboxMessage, OutboxState, Way
from models.now import now
from models.setting import switched_on

# Minutes until the next try; after the last one the message is given up and shown to the system administrator.
WAITS = (1, 5, 15, 60, 240, 720)
STALE = timedelta(days=2)  # yesterday's digest is of no use the day after tomorrow
LEASE = timedelta(minutes=10)  # who has claimed a message and died gives it back after this


def deliver(most: int = 500) -> dict[str, int]:
    """Send what is due; returns label → how many. Safe to run in several processes at once."""
    done = {"已发送": 0, "稍后再试": 0, "未能发出": 0}
    with scope.everything():
        ways = [way for way, key in ((Way.MAIL, "mail_on"), (Way.ROBOT, "robot_on")) if switched_on(key)]
        due = sa.select(OutboxMessage.id).where(
            OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_at <= now(), OutboxMessage.way.in_(ways)
        )
        ids = list(db.session.scalars(due.order_by(OutboxMessage.id).limit(most)))
        db.session.rollback()
        for message_id in ids:
            if posting := _claim(message_id):
                done[_hand_over(message_id, posting)] += 1
    return done


def _claim(message_id: int) -> Posting | None:
    """The message, taken so that no other process takes it; None when one has."""
    row = db.session.scalar(
        sa.select(OutboxMessage).where(OutboxMessage.id == message_id, OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_at <= now())
        .with_for_update(skip_locked=True)
    )
    posting = None
    if row is not None:
        row.next_at, row.tries = now() + LEASE, row.tries + 1
        posting = Posting(row)
    db.session.commit()
    return posting


def _hand_over(message_id: int, posting: Posting) -> str:
    error = None
    try:
        if now() - posting.made_at > STALE:
            raise NotSent("已过时，不再发送")
        post(posting)
    except NotSent as why:
        error = str(why)
    row = db.session.get(OutboxMessage, message_id)
    row.error = error and error[:200]
    if error is None:
        row.state, row.sent_at = OutboxState.SENT, now()
    elif row.tries > len(WAITS) or now() - row.made_at > STALE:
        row.state = OutboxState.GIVEN_UP
    else:
        row.next_at = now() + timedelta(minutes=WAITS[row.tries - 1])
    outcome = {OutboxState.SENT: "已发送", OutboxState.WAITING: "稍后再试", OutboxState.GIVEN_UP: "未能发出"}[row.state]
    db.session.commit()
    return outcome


def try_again(row: OutboxMessage) -> None:
    """Back to the start, at the administrator's word; a stale one is only sent when made anew."""
    row.state, row.tries, row.next_at, row.made_at, row.error = OutboxState.WAITING, 0, now(), now(), None


def deliver_scheduled(app: Flask) -> dict[str, int]:
    """The scheduler's entry."""
    with app.app_context():
        return deliver()
