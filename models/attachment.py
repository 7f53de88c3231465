"""Attachments of a matter, a meeting or a visit: the file outside the web root, its hash and name in the row (T5, D2, N4)."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.matter import Matter
from models.user import User

if TYPE_CHECKING:
    from models.meeting import Meeting
    from models.visit import Visit


class Attachment(db.Model):
    """One file given with a step; never overwritten, voided instead of deleted."""

    __tablename__ = "attachment"

    id: Mapped[int] = c.key()
    matter_id: Mapped[int | None] = c.ref("matter.id", "事项")
    meeting_id: Mapped[int | None] = c.ref("meeting.id", "会议")
    visit_id: Mapped[int | None] = c.ref("visit.id", "走访")
    label: Mapped[str] = c.text("材料类别", 20, required=True, default="登记材料")
    original_name: Mapped[str] = c.text("文件名", 200, required=True)
    stored: Mapped[str] = c.text("存储名", 40, required=True, unique=True)
    size: Mapped[int] = c.whole("大小（字节）", required=True)
    sha256: Mapped[str] = c.text("摘要", 64, required=True)
    mime: Mapped[str] = c.text("文件类型", 80, required=True)
    uploaded_at: Mapped[datetime] = c.stamp("上传时间")
    uploaded_by_id: Mapped[int | None] = c.ref("user_account.id", "上传人")
    is_void: Mapped[bool] = c.flag("已作废")

    matter: Mapped[Matter | None] = relationship(back_populates="attachments")
    meeting: Mapped["Meeting | None"] = relationship(back_populates="attachments")
    visit: Mapped["Visit | None"] = relationship(back_populates="attachments")
    uploaded_by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "(matter_id IS NOT NULL AND meeting_id IS NULL AND visit_id IS NULL) OR (matter_id IS NULL AND meeting_id IS NOT NULL"
            " AND visit_id IS NULL) OR (matter_id IS NULL AND meeting_id IS NULL AND visit_id IS NOT NULL)", name="one_holder",
        ),
        sa.CheckConstraint("size > 0", name="size_positive"),
        sa.CheckConstraint("length(sha256) = 64", name="hash_length"),
    )

    def __str__(self) -> str:
        return self.original_name

