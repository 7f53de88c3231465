"""The outbox: one row per message, kept after it has gone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.user import User


class Way(Labelled):
    MAIL = "MAIL", "邮件"
    ROBOT = "ROBOT", "群机器人"


class OutboxState(Labelled):
    WAITING = "WAITING", "待发送"
    SENT = "SENT", "已发送"
    GIVEN_UP = "GIVEN_UP", "未能发出"


class OutboxMessage(db.Model):
    """One message on its way; `key` says what it is, so that nothing is said twice.

    It holds no address: a mail goes to the one its reader has when it is sent.
    """

    __tablename__ = "outbox_message"

    id: Mapped[int] = c.key()
    key: Mapped[str] = c.text("标识", 80, required=True, unique=True)
    way: Mapped[Way] = c.choice("方式", Way)
    user_id: Mapped[int | None] = c.ref("user_account.id", "收件人")
    subject: Mapped[str] = c.text("主题", 120, required=True)
    body: Mapped[str] = c.long("正文", required=True)
    state: Mapped[OutboxState] = c.choice("发送状态", OutboxState, default=OutboxState.WAITING)
    made_at: Mapped[datetime] = c.stamp("生成时间")
    next_at: Mapped[datetime] = c.when("下次发送", required=True)
    tries: Mapped[int] = c.whole("已试次数", default=0)
    sent_at: Mapped[datetime | None] = c.when("发出时间")
    error: Mapped[str | None] = c.text("最近一次错误", 200)

    user: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("tries >= 0", name="tries_not_negative"),
        sa.CheckConstraint("(state = 'SENT') = (sent_at IS NOT NULL)", name="sent_has_time"),
        sa.CheckConstraint("way <> 'MAIL' OR user_id IS NOT NULL", name="mail_has_reader"),
        sa.Index("ix_outbox_message_waiting", "state", "next_at"),
    )

    def __str__(self) -> str:
        return self.subject
