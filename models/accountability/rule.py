"""Escalation rules: when the machine proposes what; supervisors edit them (A1)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models import columns as c
from models.base import Labelled, db
from models.standard import SpanUnit


class Measure(Labelled):
    REMIND = "REMIND", "提示"
    SUPERVISE = "SUPERVISE", "督办"
    LIST = "LIST", "挂牌"
    SUMMON = "SUMMON", "约谈"
    ACCOUNT = "ACCOUNT", "问责"
    DISPATCH_TALK = "DISPATCH_TALK", "调度"
    CIRCULAR = "CIRCULAR", "通报"


RUNGS = (Measure.REMIND, Measure.SUPERVISE, Measure.LIST, Measure.SUMMON, Measure.ACCOUNT)

# The four formal measures are the rungs 1 to 4; the softer ones stand beside the ladder.
RUNG_OF_MEASURE = "rung = CASE measure {} ELSE 0 END".format(
    " ".join(f"WHEN '{measure}' THEN {rung}" for rung, measure in enumerate(RUNGS) if rung)
)


class Trigger(Labelled):
    DUE_SOON = "DUE_SOON", "即将到期"
    OVERDUE = "OVERDUE", "超期未办"
    RUNG_OVERDUE = "RUNG_OVERDUE", "督办期限再超"
    SIGN_OVERDUE = "SIGN_OVERDUE", "超期未签收"
    DISSATISFIED = "DISSATISFIED", "回访不满意"
    REWORKS = "REWORKS", "反复重办"
    RETURNS = "RETURNS", "反复退回"


class ThresholdUnit(Labelled):
    WORKDAY = "WORKDAY", "个工作日"
    HOUR = "HOUR", "小时"
    COUNT = "COUNT", "次"


class EscalationRule(db.Model):
    """When the machine proposes what; supervisors edit it. Rules propose, people issue."""

    __tablename__ = "escalation_rule"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 40, required=True, unique=True)
    label: Mapped[str] = c.text("规则", 60, required=True)
    trigger: Mapped[Trigger] = c.choice("触发", Trigger)
    matter_kind: Mapped[str | None] = c.text("事项种类", 20, help="不填适用于全部种类")
    threshold: Mapped[int] = c.whole("阈值", default=0)
    threshold_unit: Mapped[ThresholdUnit] = c.choice("阈值单位", ThresholdUnit, default=ThresholdUnit.WORKDAY)
    measure: Mapped[Measure] = c.choice("措施", Measure)
    rung: Mapped[int] = c.whole("级次", default=0, help="0 提示，1 督办，2 挂牌，3 约谈，4 问责")
    template_kind: Mapped[str | None] = c.text("文书种类", 40)
    limit_amount: Mapped[int | None] = c.whole("新时限")
    limit_unit: Mapped[SpanUnit | None] = c.choice("新时限单位", SpanUnit, required=False)
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    __table_args__ = (
        sa.CheckConstraint(RUNG_OF_MEASURE, name="rung_of_measure"),
        sa.CheckConstraint(
            "rung = 0 OR (template_kind IS NOT NULL AND limit_amount IS NOT NULL)", name="rung_has_letter_and_limit"
        ),
        sa.CheckConstraint("(limit_amount IS NULL) = (limit_unit IS NULL)", name="limit_whole"),
        sa.CheckConstraint("limit_amount IS NULL OR limit_amount BETWEEN 1 AND 400", name="limit_sane"),
        sa.CheckConstraint("threshold >= 0", name="threshold_not_negative"),
    )

    def __str__(self) -> str:
        return self.label
