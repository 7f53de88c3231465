"""Coercive measures with their impact, observation periods, leniency lists (I8)."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.enterprise import Enterprise
from models.owned import owned_by_unit
from models.unit import Unit


class CoercionKind(Labelled):
    SEAL = "SEAL", "查封"
    SEIZE = "SEIZE", "扣押"
    FREEZE = "FREEZE", "冻结"
    STOP = "STOP", "责令停产停业"
    SHUT = "SHUT", "责令关闭"


class Impact(Labelled):
    NONE = "NONE", "基本不影响经营"
    PART = "PART", "部分影响经营"
    HEAVY = "HEAVY", "严重影响经营"


class LeniencyList(Labelled):
    """The four lists of W 二(一)."""

    EXEMPT = "EXEMPT", "轻微违法行为免予处罚事项清单"
    REDUCED = "REDUCED", "减轻处罚事项清单"
    LIGHTER = "LIGHTER", "从轻处罚事项清单"
    NO_COERCION = "NO_COERCION", "轻微违法行为免予行政强制清单"


@owned_by_unit("coercion")
class CoerciveMeasure(db.Model):
    """A seal, seizure or freeze, and what it leaves the enterprise to work with. Y 三(二)3"""

    __tablename__ = "coercive_measure"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "实施单位", required=True)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    kind: Mapped[CoercionKind] = c.choice("措施", CoercionKind)
    document_no: Mapped[str] = c.text("决定书文号", 60, required=True, unique=True)
    basis: Mapped[str] = c.text("法律依据", 200, required=True)
    property: Mapped[str] = c.text("涉及财物", 200, required=True)
    amount: Mapped[Decimal | None] = c.amount("涉及金额（万元）")
    starts_on: Mapped[date] = c.day("起始日期", required=True)
    ends_on: Mapped[date] = c.day("届满日期", required=True, help="一般不超过30日，延长须另行决定")
    lifted_on: Mapped[date | None] = c.day("解除日期")
    impact: Mapped[Impact] = c.choice("对经营的影响", Impact)
    capital_left: Mapped[bool] = c.flag("预留流动资金", help="除责令关闭外，条件允许的应预留必要的流动资金")
    accounts_left: Mapped[bool] = c.flag("保留往来账户")
    reason: Mapped[str | None] = c.text("未预留的理由", 200)
    relief: Mapped[str | None] = c.long("减少影响的做法")

    unit: Mapped[Unit] = relationship()
    enterprise: Mapped[Enterprise] = relationship()

    __table_args__ = (
        sa.CheckConstraint("starts_on <= ends_on AND (lifted_on IS NULL OR lifted_on >= starts_on)", name="dates_in_order"),
        sa.CheckConstraint("(capital_left AND accounts_left) OR kind = 'SHUT' OR reason IS NOT NULL", name="nothing_left_has_reason"),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
    )

    def __str__(self) -> str:
        return f"{self.kind.label} {self.document_no}"


@owned_by_unit("coercion")
class ObservationPeriod(db.Model):
    """A reasonable time in which a new form of business is guided rather than punished. Y 三(二)3"""

    __tablename__ = "observation_period"

    id: Mapped[int] = c.key()
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "执法单位", required=True)
    business: Mapped[str] = c.text("新业态新模式", 80, required=True)
    starts_on: Mapped[date] = c.day("起始日期", required=True)
    ends_on: Mapped[date] = c.day("截止日期", required=True)
    basis: Mapped[str] = c.text("政策导向依据", 200, required=True)
    is_lawful: Mapped[bool] = c.flag("不属禁止情形", help="经核，法律法规未明确禁止，不危害公共安全和群众生命健康")
    guidance: Mapped[str | None] = c.long("指导情况")
    outcome: Mapped[str | None] = c.text("期满处理", 200)

    enterprise: Mapped[Enterprise] = relationship()
    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "unit_id", "starts_on"),
        sa.CheckConstraint("starts_on < ends_on", name="dates_in_order"),
        sa.CheckConstraint("is_lawful", name="only_lawful_business"),
    )

    def __str__(self) -> str:
        return f"{self.enterprise} {self.starts_on:%Y-%m-%d}至{self.ends_on:%Y-%m-%d}"


class LeniencyItem(db.Model):
    """One behaviour on one of the four leniency lists. W 二(一)"""

    __tablename__ = "leniency_item"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 20, required=True, unique=True, help="登记处罚时填写此编号")
    kind: Mapped[LeniencyList] = c.choice("清单", LeniencyList)
    title: Mapped[str] = c.text("违法行为", 120, required=True)
    conditions: Mapped[str] = c.text("适用条件", 200, required=True)
    basis: Mapped[str] = c.text("法律依据", 200, required=True)
    unit_id: Mapped[int | None] = c.ref("unit.id", "执法单位")
    issued_on: Mapped[date | None] = c.day("公布日期")
    is_active: Mapped[bool] = c.flag("有效", default=True)

    unit: Mapped[Unit | None] = relationship()

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
