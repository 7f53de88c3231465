"""Service standards (时限标准): how long each stage of each kind of matter may take (T4, T13)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.category import Category
from models.clock import Limit, LimitUnit
from models.document import SourceDocument


class Stage(Labelled):
    HANDLE = "HANDLE", "办理"
    SIGN = "SIGN", "签收"
    RETURN = "RETURN", "退回"
    EXTENSION = "EXTENSION", "延期上限"
    REWORK = "REWORK", "重办"
    CALLBACK = "CALLBACK", "回访"
    CONTACT = "CONTACT", "联系"
    REPORT = "REPORT", "报告"
    PLAN = "PLAN", "提前报备"
    PUBLISH = "PUBLISH", "发布"


class SpanUnit(Labelled):
    WORKDAY = "WORKDAY", "个工作日"
    DAY = "DAY", "个自然日"
    HOUR = "HOUR", "小时"


class ServiceStandard(db.Model):
    """Amount and unit of a limit, the clause it comes from, and when the light turns yellow."""

    __tablename__ = "service_standard"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 40, required=True, unique=True)
    label: Mapped[str] = c.text("名称", 60, required=True)
    matter_kind: Mapped[str] = c.text("事项种类", 20, required=True)
    stage: Mapped[Stage] = c.choice("环节", Stage, default=Stage.HANDLE)
    category_id: Mapped[int | None] = c.ref("category.id", "类别")
    channel: Mapped[str | None] = c.text("来源渠道", 32, help="只对某一来源适用时填写")
    amount: Mapped[int] = c.whole("时限", required=True)
    unit: Mapped[SpanUnit] = c.choice("计时单位", SpanUnit, default=SpanUnit.WORKDAY)
    warn_amount: Mapped[int] = c.whole("预警提前", default=2, help="剩余多少时转黄")
    warn_unit: Mapped[SpanUnit] = c.choice("预警单位", SpanUnit, default=SpanUnit.WORKDAY)
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    note: Mapped[str | None] = c.text("说明", 200)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    category: Mapped[Category | None] = relationship()
    document: Mapped[SourceDocument | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("amount > 0 AND amount <= 1000", name="amount_sane"),
        sa.CheckConstraint("warn_amount >= 0", name="warning_not_negative"),
    )

    @property
    def limit(self) -> Limit:
        """The limit as the clock engine takes it."""
        return Limit(self.amount, LimitUnit[self.unit])

    @property
    def warning(self) -> Limit:
        """How long before the deadline the light turns yellow."""
        return Limit(self.warn_amount, LimitUnit[self.warn_unit])

    def __str__(self) -> str:
        return f"{self.label}（{self.amount}{self.unit.label}）"


def find_standard(
    kind: str, stage: Stage, category_id: int | None = None, channel: str | None = None
) -> ServiceStandard | None:
    """The most particular active standard: category and channel, channel, category, then general."""
    rows = db.session.scalars(
        sa.select(ServiceStandard)
        .where(ServiceStandard.matter_kind == kind, ServiceStandard.stage == stage, ServiceStandard.is_active)
        .where(sa.or_(ServiceStandard.category_id.is_(None), ServiceStandard.category_id == category_id))
        .where(sa.or_(ServiceStandard.channel.is_(None), ServiceStandard.channel == channel))
        .order_by(ServiceStandard.id)
    ).all()
    return max(rows, key=lambda s: (s.channel is not None, s.category_id is not None), default=None)
