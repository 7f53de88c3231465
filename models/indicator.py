"""Indicators and their monthly results (O5, K1)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.document import SourceDocument
from models.group import WorkGroup
from models.unit import Unit


class Colour(Labelled):
    BLUE = "BLUE", "蓝"
    YELLOW = "YELLOW", "黄"
    RED = "RED", "红"


class Indicator(db.Model):
    """One assessed indicator with its target ladder 保五 争三 奔第一."""

    __tablename__ = "indicator"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("代码", 40, required=True, unique=True)
    name: Mapped[str] = c.text("指标", 60, required=True, unique=True)
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    group_id: Mapped[int | None] = c.ref("work_group.id", "牵头工作组")
    target_rank: Mapped[int] = c.whole("保位次", default=5)
    stretch_rank: Mapped[int] = c.whole("争位次", default=3)
    best_rank: Mapped[int] = c.whole("奔位次", default=1)
    measure_unit: Mapped[str | None] = c.text("计量单位", 12)
    sort: Mapped[int] = c.whole("排序", default=100)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    document: Mapped[SourceDocument | None] = relationship()
    group: Mapped[WorkGroup | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("best_rank <= stretch_rank AND stretch_rank <= target_rank", name="targets_in_order"),
    )

    def __str__(self) -> str:
        return self.name


class IndicatorResult(db.Model):
    """Value, city rank and colour of an indicator in a month; for the district or for one unit."""

    __tablename__ = "indicator_result"

    id: Mapped[int] = c.key()
    indicator_id: Mapped[int] = c.ref("indicator.id", "指标", required=True, index=False)
    period: Mapped[str] = c.text("月份", 7, required=True, help="如 2024-08")
    unit_id: Mapped[int | None] = c.ref("unit.id", "单位", help="不填为全区")
    value: Mapped[float | None] = c.amount("得分")
    city_rank: Mapped[int | None] = c.whole("全市位次")
    colour: Mapped[Colour | None] = c.choice("评价", Colour, required=False)
    problem: Mapped[str | None] = c.long("存在问题")

    indicator: Mapped[Indicator] = relationship()
    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("indicator_id", "period", "unit_id"),
        sa.Index(
            "uq_indicator_result_district", "indicator_id", "period", unique=True,
            sqlite_where=sa.text("unit_id IS NULL"), postgresql_where=sa.text("unit_id IS NULL"),
        ),
        sa.CheckConstraint("period LIKE '____-__'", name="period_is_a_month"),
        sa.CheckConstraint("city_rank IS NULL OR city_rank > 0", name="rank_positive"),
    )

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"
