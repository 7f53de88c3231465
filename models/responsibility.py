"""Duties (职责): standing or recurring, each with its clause; recurring ones generate tasks (O4, D1)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship, validates

from models import columns as c
from models.base import Labelled, db
from models.clock import Shift
from models.document import SourceDocument, cited
from models.group import MemberRole, WorkGroup
from models.now import now
from models.recurrence import validate_rrule
from models.unit import Unit


class DutyKind(Labelled):
    STANDING = "STANDING", "经常性"
    RECURRING = "RECURRING", "定期"


class AppliesTo(Labelled):
    LEADS = "LEADS", "牵头单位"
    MEMBERS = "MEMBERS", "责任单位"
    ALL = "ALL", "牵头和责任单位"
    UNIT = "UNIT", "指定单位"


class Responsibility(db.Model):
    """One numbered duty of a group or a unit."""

    __tablename__ = "responsibility"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 40, required=True, unique=True)
    title: Mapped[str] = c.text("职责", 80, required=True)
    detail: Mapped[str | None] = c.long("要点")
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str] = c.text("条款", 60, required=True)
    group_id: Mapped[int | None] = c.ref("work_group.id", "工作组")
    unit_id: Mapped[int | None] = c.ref("unit.id", "责任单位")
    applies_to: Mapped[AppliesTo] = c.choice("落实到", AppliesTo, default=AppliesTo.LEADS)
    kind: Mapped[DutyKind] = c.choice("性质", DutyKind, default=DutyKind.STANDING)
    rrule: Mapped[str | None] = c.text("周期规则", 120, help="RFC 5545，如 FREQ=MONTHLY;BYMONTHDAY=20")
    due_time: Mapped[str | None] = c.text("截止时刻", 5, help="如 11:00；不填按下班时间")
    shift: Mapped[Shift] = c.choice("遇休息日", Shift, default=Shift.AFTER)
    lead_days: Mapped[int] = c.whole("提前生成天数", default=7, help="到期前多少个自然日生成任务")
    quota: Mapped[int | None] = c.whole("定额", help="每期至少多少")
    quota_unit: Mapped[str | None] = c.text("定额单位", 8)
    deliverable: Mapped[str | None] = c.text("成果", 80)
    recipient_id: Mapped[int | None] = c.ref("unit.id", "报送单位")
    is_active: Mapped[bool] = c.flag("启用", default=True)

    document: Mapped[SourceDocument | None] = relationship()
    group: Mapped[WorkGroup | None] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)
    recipient: Mapped[Unit | None] = relationship(foreign_keys=recipient_id)

    __table_args__ = (
        sa.CheckConstraint("group_id IS NOT NULL OR unit_id IS NOT NULL", name="has_owner"),
        sa.CheckConstraint("kind <> 'RECURRING' OR rrule IS NOT NULL", name="recurring_has_rule"),
        sa.CheckConstraint("quota IS NULL OR quota > 0", name="quota_positive"),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 366", name="lead_days_in_a_year"),
    )

    @validates("rrule")
    def _sound_rule(self, _key: str, rule: str | None) -> str | None:
        if rule:
            validate_rrule(rule)
        return rule or None

    @property
    def basis(self) -> str:
        """The clause with the short name of its document."""
        return cited(self.clause, {self.document.key: self.document.called} if self.document else {})

    def owners(self) -> list[Unit]:
        """The units that owe this duty today."""
        if self.applies_to == AppliesTo.UNIT or self.group is None:
            return [self.unit] if self.unit and self.unit.is_active else []
        if not self.group.is_active or (self.group.ends_on and self.group.ends_on < now().date()):
            return []
        roles = {AppliesTo.LEADS: MemberRole.LEAD, AppliesTo.MEMBERS: MemberRole.MEMBER}
        return self.group.units(roles.get(self.applies_to))

    def __str__(self) -> str:
        return self.title
