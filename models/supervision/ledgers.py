"""Plain ledgers: approval reform (S9), public-resource transactions (S11), suggestions (K9)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.supervision.campaign import Campaign, Check, link
from models.supervision.states import Adoption, ReformKind, Supervised, TradeKind
from models.unit import Unit

parallel_unit = link("parallel_approval_unit", ("parallel_id", "parallel_approval"), ("unit_id", "unit"))


class ReformItem(db.Model):
    """A line of the power list or the negative list, or an item cancelled or adjusted from above. E 三(一)"""

    __tablename__ = "reform_item"

    id: Mapped[int] = c.key()
    kind: Mapped[ReformKind] = c.choice("清单", ReformKind, default=ReformKind.POWER)
    title: Mapped[str] = c.text("事项", 120, required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "责任单位", required=True)
    basis: Mapped[str | None] = c.text("依据", 160)
    due_on: Mapped[date | None] = c.day("落实期限")
    done_on: Mapped[date | None] = c.day("落实日期")
    published: Mapped[bool] = c.flag("已向社会公布")
    note: Mapped[str | None] = c.text("落实情况", 200)

    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("kind", "unit_id", "title"),
        sa.CheckConstraint("NOT published OR done_on IS NOT NULL", name="published_after_done"),
    )

    def __str__(self) -> str:
        return self.title


class Concentration(db.Model):
    """两集中、两到位 of one department: section set up, stationed, items in the hall, authority given. E 三(一)"""

    __tablename__ = "concentration"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "部门", required=True, index=False)
    batch: Mapped[str] = c.text("批次", 20, required=True, default="首批")
    section_on: Mapped[date | None] = c.day("审批服务科设立")
    stationed_on: Mapped[date | None] = c.day("整建制进驻大厅")
    items_on: Mapped[date | None] = c.day("事项进驻到位")
    authorised_on: Mapped[date | None] = c.day("审批授权到位")
    items_total: Mapped[int] = c.whole("应进事项", default=0)
    items_in: Mapped[int] = c.whole("已进事项", default=0)
    note: Mapped[str | None] = c.text("说明", 200)

    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("unit_id"),
        sa.CheckConstraint("items_in >= 0 AND items_in <= items_total", name="items_add_up"),
    )

    @property
    def missing(self) -> list[str]:
        """Which of the four steps are still to do."""
        steps = (("设科", self.section_on), ("进驻", self.stationed_on), ("事项到位", self.items_on), ("授权到位", self.authorised_on))
        return [name for name, on in steps if on is None]

    @property
    def is_done(self) -> bool:
        """All four steps, all items in the hall."""
        return not self.missing and self.items_in == self.items_total

    def __str__(self) -> str:
        return f"{self.unit}两集中两到位"


class ParallelApproval(db.Model):
    """Approvals of several departments run at once under a lead unit (并联审批). E 三(一)"""

    __tablename__ = "parallel_approval"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("并联审批事项", 120, required=True, unique=True)
    lead_id: Mapped[int] = c.ref("unit.id", "牵头单位", required=True)
    days_before: Mapped[int | None] = c.whole("改革前（工作日）")
    days_after: Mapped[int | None] = c.whole("并联后（工作日）")
    plan_on: Mapped[date | None] = c.day("实施方案出台")
    running_on: Mapped[date | None] = c.day("开始实施")
    note: Mapped[str | None] = c.text("说明", 200)

    lead: Mapped[Unit] = relationship(foreign_keys=lead_id)
    units: Mapped[list[Unit]] = relationship(secondary=parallel_unit, order_by=Unit.sort)

    __table_args__ = (
        sa.CheckConstraint("days_before IS NULL OR days_before > 0", name="before_positive"),
        sa.CheckConstraint("days_after IS NULL OR days_after > 0", name="after_positive"),
    )

    def __str__(self) -> str:
        return self.name


class Trade(db.Model):
    """A public-resource transaction with its electronic-supervision state; an irregular one becomes a lead. E 四(三)3"""

    __tablename__ = "public_trade"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("交易编号", 40, required=True, unique=True)
    title: Mapped[str] = c.text("交易项目", 120, required=True)
    kind: Mapped[TradeKind] = c.choice("类别", TradeKind, default=TradeKind.WORKS)
    owner_id: Mapped[int | None] = c.ref("unit.id", "招标（采购）单位")
    agency: Mapped[str | None] = c.text("代理机构", 80)
    held_on: Mapped[date | None] = c.day("交易日期")
    amount: Mapped[float | None] = c.amount("成交金额（万元）")
    supervised: Mapped[Supervised] = c.choice("电子监察", Supervised, default=Supervised.INSIDE)
    irregularity: Mapped[str | None] = c.long("异常情况", help="监察发现异常的必填；保存后自动生成问题线索")

    owner: Mapped[Unit | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("supervised <> 'IRREGULAR' OR irregularity IS NOT NULL", name="irregular_says_how"),
    )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Suggestion(db.Model):
    """A suggestion made to a unit, and what became of it (工作建议). W 二(一)"""

    __tablename__ = "suggestion"

    id: Mapped[int] = c.key()
    made_on: Mapped[date] = c.day("提出日期", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "建议对象", required=True)
    campaign_id: Mapped[int | None] = c.ref("campaign.id", "专项监督")
    check_id: Mapped[int | None] = c.ref("supervision_check.id", "来源检查")
    content: Mapped[str] = c.long("工作建议", required=True)
    adoption: Mapped[Adoption] = c.choice("采纳情况", Adoption, default=Adoption.PENDING)
    answered_on: Mapped[date | None] = c.day("答复日期")
    answer: Mapped[str | None] = c.long("落实情况")

    unit: Mapped[Unit] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    check: Mapped[Check | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(adoption = 'PENDING') = (answered_on IS NULL)", name="answer_has_day"),
        sa.CheckConstraint("answered_on IS NULL OR answered_on >= made_on", name="answer_after_suggestion"),
    )

    def __str__(self) -> str:
        return f"{self.made_on:%Y-%m-%d} {self.unit}"
