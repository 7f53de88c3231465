"""The units in a matter, each with its own sub-status and times (T3, T4)."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.now import now
from models.unit import Unit
from models.user import User

if TYPE_CHECKING:
    from models.matter import Matter


class Part(Labelled):
    LEAD = "LEAD", "主办"
    CO = "CO", "协办"
    CONSULT = "CONSULT", "会商"


BESIDE = (Part.CO, Part.CONSULT)  # who has the lead is the matter's own unit (Matter.assign) and needs no looking up of parts


class PartState(Labelled):
    PENDING = "PENDING", "待签收"
    SIGNED = "SIGNED", "办理中"
    REPLIED = "REPLIED", "已反馈"
    RETURNED = "RETURNED", "已退回"
    RELEASED = "RELEASED", "已改派"


class MatterUnit(db.Model):
    """One unit's part. `active` rows decide what a unit sees: one indexed look-up."""

    __tablename__ = "matter_unit"

    id: Mapped[int] = c.key()
    matter_id: Mapped[int] = c.ref("matter.id", "事项", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True, index=False)
    role: Mapped[Part] = c.choice("身份", Part, default=Part.LEAD)
    state: Mapped[PartState] = c.choice("办理状态", PartState, default=PartState.PENDING)
    active: Mapped[bool] = c.flag("在办", default=True)
    forced: Mapped[bool] = c.flag("指定承办", help="统筹单位指定，不得再退回")
    assigned_at: Mapped[datetime] = c.stamp("派发时间")
    sign_due_at: Mapped[datetime | None] = c.when("签收时限")
    signed_at: Mapped[datetime | None] = c.when("签收时间")
    signed_by_id: Mapped[int | None] = c.ref("user_account.id", "签收人")
    deemed: Mapped[bool] = c.flag("视同签收", help="超过签收时限未签收")
    replied_at: Mapped[datetime | None] = c.when("反馈时间")
    reply: Mapped[str | None] = c.long("反馈意见")

    matter: Mapped["Matter"] = relationship(back_populates="parts")
    unit: Mapped[Unit] = relationship()
    signed_by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("matter_id", "unit_id"),
        sa.Index("ix_matter_unit_turn", "unit_id", "active", "role", "state", "matter_id"),
        sa.Index("ix_matter_unit_unsigned", "state", "sign_due_at"),
        sa.Index(
            "uq_matter_unit_one_lead", "matter_id", unique=True,
            sqlite_where=sa.text("active AND role = 'LEAD'"), postgresql_where=sa.text("active AND role = 'LEAD'"),
        ),
        sa.CheckConstraint("signed_at IS NULL OR signed_at >= assigned_at", name="signed_after_assigned"),
        sa.CheckConstraint("state <> 'SIGNED' OR signed_at IS NOT NULL", name="signed_has_time"),
    )

    def begin(self, role: Part, *, forced: bool = False) -> None:
        """Start (again) as `role`, waiting to be signed for."""
        self.role, self.state, self.active, self.forced = role, PartState.PENDING, True, forced
        self.assigned_at, self.sign_due_at = now(), None
        self.signed_at = self.signed_by = self.replied_at = None
        self.deemed = False

    def sign(self, by: User | None) -> None:
        """Signed for by a person, or deemed signed by the clock (`by` None)."""
        self.state, self.signed_at, self.signed_by, self.deemed = PartState.SIGNED, now(), by, by is None

    def resume(self) -> None:
        """In hand (again) without signing: a rework, a task, an answer sent back."""
        self.state, self.replied_at, self.signed_at = PartState.SIGNED, None, self.signed_at or now()

    def leave(self, state: PartState) -> None:
        """No longer responsible: returned or reassigned."""
        self.state, self.active = state, False
