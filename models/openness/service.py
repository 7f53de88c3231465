"""Service items by reform, and the public's ratings of administrative services (K8). W 三(二), E 四(三)4"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.owned import owned_by_unit
from models.unit import Unit


class Reform(Labelled):
    ONE_THING = "ONE_THING", "一件事一次办"
    CROSS_PROVINCE = "CROSS_PROVINCE", "跨省通办"
    SELF_SERVICE = "SELF_SERVICE", "自助办理"
    OTHER = "OTHER", "其他"


class Audience(Labelled):
    PERSON = "PERSON", "个人"
    ENTERPRISE = "ENTERPRISE", "企业"
    BOTH = "BOTH", "个人和企业"


class ServiceItem(db.Model):
    """One service item under one reform."""

    __tablename__ = "service_item"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "实施单位", required=True)
    name: Mapped[str] = c.text("事项", 120, required=True)
    reform: Mapped[Reform] = c.choice("改革类别", Reform)
    audience: Mapped[Audience] = c.choice("对象", Audience, default=Audience.ENTERPRISE)
    field: Mapped[str | None] = c.text("业务领域", 40)
    guide: Mapped[bool] = c.flag("办事指南已发布")
    is_active: Mapped[bool] = c.flag("启用", default=True)

    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.UniqueConstraint("reform", "name"),)

    def __str__(self) -> str:
        return self.name


LEVELS = ("very_good", "good", "fair", "poor", "very_poor")


@owned_by_unit("service_rating")
class ServiceRating(db.Model):
    """好差评 of one window in one month: how many of each of the five levels; from 基本满意 up it counts as good."""

    __tablename__ = "service_rating"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True, index=False)
    desk: Mapped[str] = c.text("窗口", 60, required=True)
    period: Mapped[str] = c.text("月份", 7, required=True, help="如 2024-08")
    handled: Mapped[int] = c.whole("办件数", default=0)
    very_good: Mapped[int] = c.whole("非常满意", default=0)
    good: Mapped[int] = c.whole("满意", default=0)
    fair: Mapped[int] = c.whole("基本满意", default=0)
    poor: Mapped[int] = c.whole("不满意", default=0)
    very_poor: Mapped[int] = c.whole("非常不满意", default=0)
    corrected: Mapped[int] = c.whole("差评已整改", default=0)

    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("unit_id", "desk", "period"), sa.CheckConstraint("period LIKE '____-__'", name="period_is_a_month"),
        sa.CheckConstraint("very_good >= 0 AND good >= 0 AND fair >= 0 AND poor >= 0 AND very_poor >= 0", name="levels_not_negative"),
        sa.CheckConstraint("corrected BETWEEN 0 AND poor + very_poor", name="corrected_within_bad"),
    )

    @property
    def rated(self) -> int:
        """All ratings."""
        return sum(getattr(self, level) or 0 for level in LEVELS)

    @property
    def satisfied(self) -> int:
        """基本满意 and above."""
        return sum(getattr(self, level) or 0 for level in LEVELS[:3])

    def __str__(self) -> str:
        return f"{self.desk} {self.period}"
