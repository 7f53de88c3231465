"""Inspection (检查): one unit's plan or urgent visit; the columns, the verbs are in the files beside (I1–I4)."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.calendar import work_calendar
from models.errors import Invalid
from models.inspection.field import InspectionField
from models.inspection.leave import needing_leave
from models.inspection.planning import Planning
from models.inspection.states import InspectionState, UrgentGround
from models.inspection.target import Hazard, InspectionTarget, Penalty
from models.inspection.visiting import Visiting
from models.matter import Matter, check_states
from models.now import TZ, now
from models.user import User

if TYPE_CHECKING:
    from models.inspection.draw import RandomDraw
    from models.inspection.joint import JointInspection


class Inspection(Planning, Visiting, Matter):
    """Planned, approved, filed, merged, carried out, concluded, reported, closed; or straight to the enterprise."""

    __tablename__ = "inspection"
    __mapper_args__ = {"polymorphic_identity": "inspection"}

    PREFIX = "JC"
    KIND_LABEL = "涉企检查"
    ANSWER = "报送"
    STATES = InspectionState
    OCCASIONS: ClassVar[dict[str, Any]] = {"permit": lambda _user: needing_leave()}

    id: Mapped[int] = c.child_key("matter.id")
    field_id: Mapped[int] = c.ref("inspection_field.id", "监管领域", required=True)
    items: Mapped[str] = c.long("检查事项", required=True)
    basis: Mapped[str] = c.long("检查依据", required=True)
    urgent: Mapped[bool] = c.flag("径直检查")
    ground: Mapped[UrgentGround | None] = c.choice("径直情形", UrgentGround, required=False)
    ground_note: Mapped[str | None] = c.long("情形说明")
    draw_id: Mapped[int | None] = c.ref("random_draw.id", "双随机抽取")
    approved_at: Mapped[datetime | None] = c.when("批准时间")
    approved_by_id: Mapped[int | None] = c.ref("user_account.id", "批准人")
    filed_at: Mapped[datetime | None] = c.when("报备时间")
    concluded_at: Mapped[datetime | None] = c.when("程序闭环")
    reported_at: Mapped[datetime | None] = c.when("报送时间")
    summary: Mapped[str | None] = c.long("报送内容")

    field: Mapped[InspectionField] = relationship()
    draw: Mapped["RandomDraw | None"] = relationship(back_populates="inspections")
    approved_by: Mapped[User | None] = relationship(foreign_keys=approved_by_id)
    targets: Mapped[list[InspectionTarget]] = relationship(back_populates="inspection", order_by=InspectionTarget.id)
    hazards: Mapped[list[Hazard]] = relationship(back_populates="inspection", order_by=Hazard.id)
    penalties: Mapped[list[Penalty]] = relationship(back_populates="inspection", order_by=Penalty.id)

    __table_args__ = (
        sa.CheckConstraint("urgent = (ground IS NOT NULL)", name="urgent_has_ground"),
        sa.CheckConstraint("ground IS NULL OR ground_note IS NOT NULL", name="ground_is_explained"),
        sa.CheckConstraint("approved_at IS NULL OR approved_by_id IS NOT NULL", name="approved_by_somebody"),
        sa.CheckConstraint("filed_at IS NULL OR approved_at IS NOT NULL", name="filed_after_approval"),
    )

    @property
    def who(self) -> str:
        """The enterprises, as many as fit a line."""
        names = [target.enterprise.name for target in self.targets]
        return "、".join(names[:2]) + (f"等{len(names)}家" if len(names) > 2 else "")

    @property
    def content(self) -> str:
        """What letters say about it."""
        return self.items

    def open_targets(self) -> list[InspectionTarget]:
        """Enterprises still to be visited."""
        return [target for target in self.targets if not target.is_done]

    def open_hazards(self) -> list[Hazard]:
        """Hidden dangers not yet struck off."""
        return [hazard for hazard in self.hazards if hazard.is_open]

    def joint_of(self, hazard: Hazard) -> "JointInspection | None":
        """The joint visit in which a hidden danger was found."""
        target = next(t for t in self.targets if t.enterprise_id == hazard.enterprise_id or t.enterprise is hazard.enterprise)
        return target.joint if target.joint and target.joint.is_live else None

    def target_named(self, name: str, *, visited: bool = False) -> InspectionTarget:
        """The target of that name; without a name the only one there is. Invalid otherwise."""
        rows = [t for t in self.targets if t.visited_on] if visited else self.open_targets()
        found = [t for t in rows if name in (t.enterprise.name, t.enterprise.credit_code)] if name else rows
        if len(found) != 1:
            names = "、".join(target.enterprise.name for target in rows) or "无"
            raise Invalid("enterprise", f"请写明是哪家企业：{names}")
        return found[0]

    @staticmethod
    def moment_of(day: date) -> datetime:
        """A day on which something ended, as a moment not later than now."""
        return min(now(), max(work_calendar().close(day), datetime.combine(day, time(0), TZ)))


check_states(Inspection, InspectionState)
