"""Policies for enterprises, who may have them, and what was granted (K7). W 三(三), M 二(十一)

The conditions are declared criteria over the enterprise register; a candidate meets every one that is filled in.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.enterprise import CreditClass, Enterprise, EnterpriseKind, EnterpriseScale
from models.now import now
from models.owned import owned_by_unit
from models.unit import Unit


class PolicyCategory(Labelled):
    SUBSIDY = "SUBSIDY", "财政补贴"
    TAX = "TAX", "减税降费"
    HONOUR = "HONOUR", "资质荣誉奖励"
    FINANCE = "FINANCE", "金融支持"
    TALENT = "TALENT", "人才用工"
    INNOVATION = "INNOVATION", "科技创新"
    OTHER = "OTHER", "其他"


class PolicyLevel(Labelled):
    NATION = "NATION", "国家"
    PROVINCE = "PROVINCE", "省"
    CITY = "CITY", "市"
    DISTRICT = "DISTRICT", "区县"


class PolicyForm(Labelled):
    AUTOMATIC = "AUTOMATIC", "免申即享"
    APPLY = "APPLY", "申报"


class Policy(db.Model):
    """One policy with its criteria; a criterion left empty does not limit."""

    __tablename__ = "policy"

    id: Mapped[int] = c.key()
    title: Mapped[str] = c.text("政策名称", 160, required=True, unique=True)
    category: Mapped[PolicyCategory] = c.choice("类别", PolicyCategory)
    level: Mapped[PolicyLevel] = c.choice("层级", PolicyLevel, default=PolicyLevel.DISTRICT)
    form: Mapped[PolicyForm] = c.choice("兑现方式", PolicyForm, default=PolicyForm.APPLY)
    unit_id: Mapped[int] = c.ref("unit.id", "执行单位", required=True)
    number: Mapped[str | None] = c.text("文号", 60)
    published_on: Mapped[date | None] = c.day("发布日期", help="在政策平台公布的日期；未公布不填")
    starts_on: Mapped[date | None] = c.day("起始日期")
    ends_on: Mapped[date | None] = c.day("截止日期")
    summary: Mapped[str | None] = c.long("内容")
    for_kind: Mapped[EnterpriseKind | None] = c.choice("条件：企业类型", EnterpriseKind, required=False)
    for_scale: Mapped[EnterpriseScale | None] = c.choice("条件：企业规模", EnterpriseScale, required=False)
    for_industry: Mapped[str | None] = c.text("条件：行业含", 40)
    for_town_id: Mapped[int | None] = c.ref("unit.id", "条件：镇街园区")
    for_credit: Mapped[CreditClass | None] = c.choice("条件：信用等级不低于", CreditClass, required=False)
    for_years: Mapped[int | None] = c.whole("条件：成立不超过（年）")
    is_active: Mapped[bool] = c.flag("现行有效", default=True)

    unit: Mapped[Unit] = relationship(foreign_keys=unit_id)
    for_town: Mapped[Unit | None] = relationship(foreign_keys=for_town_id)
    grants: Mapped[list["PolicyGrant"]] = relationship(back_populates="policy", order_by="PolicyGrant.id")

    __table_args__ = (
        sa.CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
        sa.CheckConstraint("for_years IS NULL OR for_years > 0", name="years_positive"),
    )

    def criteria(self, today: date | None = None) -> list[tuple[str, sa.ColumnElement[bool]]]:
        """(words, condition) of every criterion that is filled in."""
        today, found = today or now().date(), []
        if self.for_kind:
            found.append((f"类型为{self.for_kind.label}", Enterprise.kind == self.for_kind))
        if self.for_scale:
            found.append((f"规模为{self.for_scale.label}", Enterprise.scale == self.for_scale))
        if self.for_industry:
            found.append((f"行业含“{self.for_industry}”", Enterprise.industry.contains(self.for_industry, autoescape=True)))
        if self.for_town:
            found.append((f"位于{self.for_town}", Enterprise.town_id == self.for_town.id))
        if self.for_credit:
            good = [grade.value for grade in CreditClass if grade <= self.for_credit]
            found.append((f"信用不低于{self.for_credit.label}", Enterprise.credit_class.in_(good)))
        if self.for_years:
            oldest = today.replace(year=today.year - self.for_years, day=min(today.day, 28))
            found.append((f"成立不超过{self.for_years}年", Enterprise.registered_on >= oldest))
        return found

    def candidates(self, today: date | None = None) -> sa.Select[tuple[Enterprise]]:
        """Enterprises in being that meet every criterion and have not been granted it yet."""
        granted = sa.select(PolicyGrant.enterprise_id).where(PolicyGrant.policy_id == self.id)
        conditions = [condition for _, condition in self.criteria(today)]
        return sa.select(Enterprise).where(Enterprise.is_active, Enterprise.id.not_in(granted), *conditions).order_by(Enterprise.id)

    def __str__(self) -> str:
        return self.title


@owned_by_unit("grant_policy")
class PolicyGrant(db.Model):
    """What one enterprise got from one policy, in 万元."""

    __tablename__ = "policy_grant"

    id: Mapped[int] = c.key()
    policy_id: Mapped[int] = c.ref("policy.id", "政策", required=True)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "兑现单位", required=True)
    granted_on: Mapped[date] = c.day("兑现日期", required=True)
    amount: Mapped[float | None] = c.amount("金额（万元）")
    form: Mapped[PolicyForm] = c.choice("兑现方式", PolicyForm, default=PolicyForm.APPLY)
    note: Mapped[str | None] = c.text("说明", 200)

    policy: Mapped[Policy] = relationship(back_populates="grants")
    enterprise: Mapped[Enterprise] = relationship()
    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("policy_id", "enterprise_id", "granted_on"),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
    )

    def __str__(self) -> str:
        return f"{self.policy}·{self.enterprise}"
