"""Campaigns (专项监督) with their checklist, and the checks made in them (S1, S2)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship, validates

from models import columns as c
from models.base import BigId, db
from models.document import SourceDocument
from models.enterprise import Enterprise
from models.supervision.states import Method
from models.unit import Unit
from models.user import User


def link(name: str, left: tuple[str, str], right: tuple[str, str]) -> sa.Table:
    """A many-to-many table of (column, table) pairs."""
    return sa.Table(
        name, db.metadata,
        sa.Column(left[0], BigId, sa.ForeignKey(f"{left[1]}.id", ondelete="RESTRICT"), primary_key=True, info={"label": "记录"}),
        sa.Column(
            right[0], BigId, sa.ForeignKey(f"{right[1]}.id", ondelete="RESTRICT"), primary_key=True, index=True,
            info={"label": "关联"},
        ),
    )


campaign_unit = link("campaign_unit", ("campaign_id", "campaign"), ("unit_id", "unit"))
inspection_item = link("supervision_check_item", ("check_id", "supervision_check"), ("item_id", "checklist_item"))
inspection_firm = link("supervision_check_enterprise", ("check_id", "supervision_check"), ("enterprise_id", "enterprise"))


class Campaign(db.Model):
    """One special supervision: period, supervised units, checklist. W 二(一)(二)"""

    __tablename__ = "campaign"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 40, required=True, unique=True)
    name: Mapped[str] = c.text("专项名称", 80, required=True, unique=True)
    starts_on: Mapped[date] = c.day("开始日期", required=True)
    ends_on: Mapped[date] = c.day("结束日期", required=True)
    host_id: Mapped[int | None] = c.ref("unit.id", "组织单位")
    focus: Mapped[str | None] = c.long("监督重点")
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    host: Mapped[Unit | None] = relationship(foreign_keys=host_id)
    document: Mapped[SourceDocument | None] = relationship()
    units: Mapped[list[Unit]] = relationship(secondary=campaign_unit, order_by=Unit.sort)
    items: Mapped[list["ChecklistItem"]] = relationship(back_populates="campaign", order_by="ChecklistItem.sort")
    checks: Mapped[list["Check"]] = relationship(back_populates="campaign", order_by="Check.held_on")

    __table_args__ = (sa.CheckConstraint("starts_on <= ends_on", name="days_in_order"),)

    def __str__(self) -> str:
        return self.name


class ChecklistItem(db.Model):
    """One thing to look at (监督清单). Without a campaign it holds for every check."""

    __tablename__ = "checklist_item"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 40, required=True, unique=True)
    campaign_id: Mapped[int | None] = c.ref("campaign.id", "专项监督", help="不填为日常监督清单，各次检查通用")
    content: Mapped[str] = c.text("监督事项", 120, required=True)
    clause: Mapped[str | None] = c.text("条款", 60)
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    sort: Mapped[int] = c.whole("排序", default=100)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    campaign: Mapped[Campaign | None] = relationship(back_populates="items")
    document: Mapped[SourceDocument | None] = relationship()

    def __str__(self) -> str:
        return self.content


class Check(db.Model):
    """One visit: when, how, whom, what was read and what was found. W 二；M 二(十)2、3"""

    __tablename__ = "supervision_check"

    id: Mapped[int] = c.key()
    held_on: Mapped[date] = c.day("检查日期", required=True)
    method: Mapped[Method] = c.choice("检查方式", Method, default=Method.ROUTINE)
    campaign_id: Mapped[int | None] = c.ref("campaign.id", "专项监督", help="日常监督不填")
    unit_id: Mapped[int] = c.ref("unit.id", "被检查单位", required=True)
    inspectors: Mapped[str | None] = c.text("检查人员", 120)
    interviewed: Mapped[int] = c.whole("走访企业数", default=0, help="未入库的企业也计入")
    files_read: Mapped[int] = c.whole("查阅案卷数", default=0, help="涉企案件卷宗")
    findings: Mapped[str | None] = c.long("检查情况")
    created_by_id: Mapped[int | None] = c.ref("user_account.id", "登记人")

    campaign: Mapped[Campaign | None] = relationship(back_populates="checks")
    unit: Mapped[Unit] = relationship()
    created_by: Mapped[User | None] = relationship()
    items: Mapped[list[ChecklistItem]] = relationship(secondary=inspection_item, order_by=ChecklistItem.sort)
    enterprises: Mapped[list[Enterprise]] = relationship(secondary=inspection_firm, order_by=Enterprise.id)

    __table_args__ = (
        sa.CheckConstraint("interviewed >= 0", name="interviewed_not_negative"),
        sa.CheckConstraint("files_read >= 0", name="files_not_negative"),
        sa.Index("ix_supervision_check_day", "held_on"),
    )

    @validates("enterprises")
    def _counted(self, _key: str, enterprise: Enterprise) -> Enterprise:
        """Named enterprises are counted even when nobody corrects the number."""
        self.interviewed = max(self.interviewed or 0, len(self.enterprises) + (enterprise not in self.enterprises))
        return enterprise

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d} {self.unit}（{self.method.label}）"
