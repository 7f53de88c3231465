"""The stored colours: one row per unit, indicator and month; without indicator the unit as a whole (A4, A7)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.indicator import Colour, Indicator
from models.owned import owned_by_unit
from models.unit import Unit


@owned_by_unit("rating")
class UnitRating(db.Model):
    """A snapshot: computed again every sweep until the month's circular is out, then it never moves (users.md 18)."""

    __tablename__ = "unit_rating"

    id: Mapped[int] = c.key()
    period: Mapped[str] = c.text("月份", 7, required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True)
    indicator_id: Mapped[int | None] = c.ref("indicator.id", "指标", help="不填为单位总评")
    score: Mapped[float | None] = c.amount("得分", help="没有可测数据的为空，不作100分")
    colour: Mapped[Colour | None] = c.choice("评价", Colour, required=False)
    place: Mapped[int | None] = c.whole("名次", help="总评在全区单位中的名次")
    exempt_part: Mapped[int] = c.whole("核减件", default=0)
    exempt_whole: Mapped[int] = c.whole("终结件", default=0)
    parts: Mapped[dict] = c.data("构成", help="每项测度的分子、分母和权重")
    computed_at: Mapped[datetime] = c.stamp("计算时间")
    frozen_at: Mapped[datetime | None] = c.when("锁定时间", help="通报印发后不再变动")

    unit: Mapped[Unit] = relationship()
    indicator: Mapped[Indicator | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("period", "unit_id", "indicator_id"),
        sa.Index(
            "uq_unit_rating_total", "period", "unit_id", unique=True,
            sqlite_where=sa.text("indicator_id IS NULL"), postgresql_where=sa.text("indicator_id IS NULL"),
        ),
        sa.CheckConstraint("period LIKE '____-__'", name="period_is_a_month"),
        sa.CheckConstraint("(score IS NULL) = (colour IS NULL)", name="score_has_colour"),
    )

    def __str__(self) -> str:
        return f"{self.period} {self.unit} {self.indicator or '总评'}"
