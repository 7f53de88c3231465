"""The timeline of a matter: one row per step, append-only."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.unit import Unit
from models.user import User

if TYPE_CHECKING:
    from models.matter import Matter


# Steps inside the supervisors' office: nobody outside it reads of a measure or a letter before it is out.
INTERNAL = frozenset({
    "action_propose", "action_amend", "action_decline", "letter_failed", "notice_draft", "notice_edit", "notice_arrange",
    "notice_regenerate", "notice_renew", "notice_submit", "notice_hand_back",
})


class MatterEvent(db.Model):
    """One step of the timeline; append-only."""

    __tablename__ = "matter_event"

    id: Mapped[int] = c.key()
    matter_id: Mapped[int] = c.ref("matter.id", "事项", required=True)
    at: Mapped[datetime] = c.stamp("时间")
    by_id: Mapped[int | None] = c.ref("user_account.id", "办理人")
    by_name: Mapped[str] = c.text("姓名", 30, required=True)
    for_name: Mapped[str | None] = c.text("代谁办理", 30)
    unit_id: Mapped[int | None] = c.ref("unit.id", "单位")
    action: Mapped[str] = c.text("动作", 40, required=True)
    label: Mapped[str] = c.text("环节", 40, required=True)
    from_state: Mapped[str] = c.text("原状态", 24, required=True)
    to_state: Mapped[str] = c.text("新状态", 24, required=True)
    note: Mapped[str] = c.record("意见", default="")
    mark: Mapped[str] = c.text("标记", 12, required=True, default="")

    matter: Mapped["Matter"] = relationship(back_populates="events")
    by: Mapped[User | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

    @property
    def who(self) -> str:
        """张三, or 张三 代 李四 when it was done with a borrowed role."""
        return f"{self.by_name} 代 {self.for_name}" if self.for_name else self.by_name
