"""What the public page keeps: the key to a demand, the enterprise's own rating, and how often somebody has knocked."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.ticket import Satisfaction, Ticket


class Proof(Labelled):
    """How somebody has shown that a demand is theirs; the phone is known to the handling unit as well, the code is not."""

    CODE = "CODE", "查询码"
    PHONE = "PHONE", "手机号"


class PublicDemand(db.Model):
    """A demand that came in through the public page: the hash of its code, and the consent given."""

    __tablename__ = "public_demand"

    id: Mapped[int] = c.key()
    ticket_id: Mapped[int] = c.ref("ticket.id", "诉求", required=True, unique=True, index=False)
    token_hash: Mapped[str] = c.text("查询码摘要", 64, required=True)
    credit_code: Mapped[str | None] = c.text("自报统一社会信用代码", 18)
    consent_at: Mapped[datetime] = c.when("同意个人信息使用", required=True)

    ticket: Mapped[Ticket] = relationship()

    __table_args__ = (sa.CheckConstraint("length(token_hash) = 64", name="hash_length"),)


class EnterpriseRating(db.Model):
    """What the enterprise itself says of the answer, once a round; the independent call-back decides (T8, T15)."""

    __tablename__ = "enterprise_rating"

    id: Mapped[int] = c.key()
    ticket_id: Mapped[int] = c.ref("ticket.id", "诉求", required=True, index=False)
    round: Mapped[int] = c.whole("第几轮", default=1)
    at: Mapped[datetime] = c.stamp("评价时间")
    proof: Mapped[Proof] = c.choice("凭据", Proof)
    solved: Mapped[bool] = c.flag("问题已解决")
    satisfaction: Mapped[Satisfaction] = c.choice("满意度", Satisfaction)
    comment: Mapped[str | None] = c.long("想说的话")

    ticket: Mapped[Ticket] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("ticket_id", "round"),
        sa.CheckConstraint("round > 0", name="round_positive"),
    )


class Throttle(db.Model):
    """How often one address, telephone or number has been used in one stretch of time; only a keyed hash of it is kept."""

    __tablename__ = "throttle"

    id: Mapped[int] = c.key()
    bucket: Mapped[str] = c.text("对象摘要", 64, required=True)
    starts_at: Mapped[datetime] = c.when("时段起", required=True, index=True)
    last: Mapped[int] = c.whole("次数", default=0)

    __table_args__ = (
        sa.UniqueConstraint("bucket", "starts_at"),
        sa.CheckConstraint("last >= 0", name="hits_not_negative"),
    )
