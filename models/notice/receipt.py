"""送达回证: to whom a letter was given, how, when, by whom (A2)."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.notice.states import Delivery
from models.unit import Unit
from models.user import User

if TYPE_CHECKING:
    from models.notice.letter import Notice


class Receipt(db.Model):
    """送达回证: to whom, how, when, by whom."""

    __tablename__ = "receipt"

    id: Mapped[int] = c.key()
    notice_id: Mapped[int] = c.ref("notice.id", "文书", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "送达单位", required=True)
    method: Mapped[Delivery] = c.choice("送达方式", Delivery, default=Delivery.DIRECT)
    served_at: Mapped[datetime] = c.when("送达时间", required=True)
    received_by: Mapped[str] = c.text("收件人", 30, required=True)
    place: Mapped[str | None] = c.text("送达地点", 80)
    witness: Mapped[str | None] = c.text("见证人", 30)
    note: Mapped[str | None] = c.text("备注", 200)
    signed_hash: Mapped[str | None] = c.text("签收件摘要", 64)
    served_by_id: Mapped[int | None] = c.ref("user_account.id", "送达人")

    notice: Mapped["Notice"] = relationship(back_populates="receipts")
    unit: Mapped[Unit] = relationship()
    served_by: Mapped[User | None] = relationship()
