"""What an inspection touches and finds: targets, hidden dangers, penalties (I1, I4)."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.enterprise import Enterprise
from models.inspection.coercion import LeniencyItem
from models.inspection.states import COMING_STATES, Finding, HazardLevel, HazardState, Passing, PenaltyKind
from models.matter import Matter
from models.user import User

if TYPE_CHECKING:
    from models.inspection.inspection import Inspection
    from models.inspection.joint import JointInspection


class InspectionTarget(db.Model):
    """One enterprise in one plan: when it is to be visited, when it was, what was found."""

    __tablename__ = "inspection_target"

    id: Mapped[int] = c.key()
    inspection_id: Mapped[int] = c.ref("inspection.id", "检查", required=True, index=False)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    planned_on: Mapped[date] = c.day("计划日期", required=True)
    joint_id: Mapped[int | None] = c.ref("joint_inspection.id", "联合检查")
    passing: Mapped[Passing | None] = c.choice("例外情形", Passing, required=False, help="白名单、静工日、频次上限之外准予检查的，另行统计")
    passing_note: Mapped[str | None] = c.text("例外理由", 200)
    passed_by_id: Mapped[int | None] = c.ref("user_account.id", "批准人")
    visited_on: Mapped[date | None] = c.day("检查日期", index=True)
    inspectors: Mapped[str | None] = c.text("检查人员", 120)
    finding: Mapped[Finding | None] = c.choice("检查结果", Finding, required=False)
    note: Mapped[str | None] = c.long("检查情况")

    inspection: Mapped["Inspection"] = relationship(back_populates="targets")
    enterprise: Mapped[Enterprise] = relationship()
    joint: Mapped["JointInspection | None"] = relationship(back_populates="targets", foreign_keys=joint_id)
    passed_by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("inspection_id", "enterprise_id"),
        sa.Index("ix_inspection_target_merge", "enterprise_id", "planned_on"),
        sa.CheckConstraint("finding IS NULL OR finding = 'NOT_DONE' OR visited_on IS NOT NULL", name="found_on_a_day"),
        sa.CheckConstraint("passing IS NULL OR passing_note IS NOT NULL", name="passing_has_reason"),
        sa.CheckConstraint("passing IS NULL OR passing <> 'LEADER' OR passed_by_id IS NOT NULL", name="leave_has_leader"),
    )

    @property
    def is_done(self) -> bool:
        """Visited, or settled that it will not be."""
        return self.finding is not None

    def leave_joint(self) -> None:
        """Visited alone, postponed for good or withdrawn: a proposal that is left with one unit lapses."""
        if self.joint and not self.joint.is_over:
            joint, self.joint = self.joint, None
            joint.lapse_if_alone()

    def __str__(self) -> str:
        return f"{self.enterprise}（{self.planned_on:%Y-%m-%d}）"


class Hazard(db.Model):
    """A hidden danger found, with the day it is checked again (复查). Y 三(三)3"""

    __tablename__ = "hazard"

    id: Mapped[int] = c.key()
    inspection_id: Mapped[int] = c.ref("inspection.id", "检查", required=True)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    description: Mapped[str] = c.text("隐患问题", 300, required=True)
    level: Mapped[HazardLevel] = c.choice("等级", HazardLevel, default=HazardLevel.GENERAL)
    found_on: Mapped[date] = c.day("发现日期", required=True)
    recheck_on: Mapped[date] = c.day("复查日期", required=True, index=True)
    state: Mapped[HazardState] = c.choice("状态", HazardState, default=HazardState.OPEN)
    rechecks: Mapped[int] = c.whole("复查次数", default=0)
    rechecked_at: Mapped[datetime | None] = c.when("最近复查")
    rechecked_by_id: Mapped[int | None] = c.ref("user_account.id", "复查人")
    is_joint: Mapped[bool] = c.flag("联合复查")
    result: Mapped[str | None] = c.long("复查情况")

    inspection: Mapped["Inspection"] = relationship(back_populates="hazards")
    enterprise: Mapped[Enterprise] = relationship()
    rechecked_by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("recheck_on >= found_on", name="recheck_after_finding"),
        sa.CheckConstraint("state <> 'CLEARED' OR rechecked_at IS NOT NULL", name="cleared_by_recheck"),
        sa.CheckConstraint("rechecks >= 0", name="rechecks_not_negative"),
    )

    @property
    def is_open(self) -> bool:
        """Not yet struck off."""
        return self.state == HazardState.OPEN

    def recheck(self, by: User, at: datetime, *, cleared: bool, note: str, again: date | None, joint: bool) -> None:
        """One more look: struck off, or another date."""
        self.rechecks += 1
        self.rechecked_at, self.rechecked_by, self.result, self.is_joint = at, by, note, joint
        if cleared:
            self.state = HazardState.CLEARED
        else:
            self.recheck_on = again

    def __str__(self) -> str:
        return f"隐患{self.id}号：{self.description}"


class Penalty(db.Model):
    """A decision on a violation found: what, how much, and the leniency item applied (W 二(一), I4)."""

    __tablename__ = "penalty"

    id: Mapped[int] = c.key()
    inspection_id: Mapped[int] = c.ref("inspection.id", "检查", required=True)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    kind: Mapped[PenaltyKind] = c.choice("处理决定", PenaltyKind)
    document_no: Mapped[str] = c.text("决定书文号", 60, required=True, unique=True)
    amount: Mapped[Decimal | None] = c.amount("罚没金额（万元）")
    decided_on: Mapped[date] = c.day("决定日期", required=True)
    violation: Mapped[str] = c.text("违法事实", 300, required=True)
    leniency_item_id: Mapped[int | None] = c.ref("leniency_item.id", "适用清单事项")

    inspection: Mapped["Inspection"] = relationship(back_populates="penalties")
    enterprise: Mapped[Enterprise] = relationship()
    leniency_item: Mapped[LeniencyItem | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("kind <> 'FINE' OR amount IS NOT NULL", name="fine_has_amount"),
        sa.CheckConstraint("kind <> 'NONE' OR amount IS NULL OR amount = 0", name="exempt_has_no_amount"),
    )

    def __str__(self) -> str:
        return f"{self.document_no}（{self.kind.label}）"


def visits_of(enterprise_id: int, year: int, *, besides: frozenset[int] = frozenset()) -> int:
    """Visits made or filed for an enterprise in a year; a joint visit counts once, lawful urgent ones not at all."""
    from models.inspection.inspection import Inspection

    first, last = date(year, 1, 1), date(year, 12, 31)
    day = sa.func.coalesce(InspectionTarget.visited_on, InspectionTarget.planned_on)
    query = (
        sa.select(InspectionTarget.id, InspectionTarget.joint_id, InspectionTarget.visited_on)
        .join(Inspection, Inspection.id == InspectionTarget.inspection_id)
        .where(InspectionTarget.enterprise_id == enterprise_id, day.between(first, last), Inspection.urgent.is_(False))
        .where(sa.or_(InspectionTarget.visited_on.is_not(None), Matter.state_code.in_([state.value for state in COMING_STATES])))
    )
    rows = [row for row in db.session.execute(query) if row.id not in besides]
    return len({("joint", row.joint_id) if row.joint_id else ("single", row.id) for row in rows})
