"""Rating rules: which measured rate counts for which indicator, how much, and where blue and yellow begin (A4)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.document import SourceDocument
from models.indicator import Colour, Indicator


class Rated(Labelled):
    """What can be measured per unit and month."""

    ON_TIME = "ON_TIME", "诉求按期答复率"
    ONCE = "ONCE", "诉求一次办好率"
    SATISFACTION = "SATISFACTION", "诉求满意率"
    TASK_ON_TIME = "TASK_ON_TIME", "任务按期报送率"
    PUBLICITY = "PUBLICITY", "宣传定额完成率"
    CATALOGUE = "CATALOGUE", "数据目录达标率"
    MEDIA = "MEDIA", "政务新媒体达标率"
    DISCLOSURE = "DISCLOSURE", "政策解读和议题达标率"
    SERVICE = "SERVICE", "好差评满意率"
    ENTERED = "ENTERED", "牵头组评分"
    CITY_RANK = "CITY_RANK", "全市位次"


class RatingRule(db.Model):
    """One measure of one indicator (or of every indicator that has no rule of its own).

    `blue_from` and `yellow_from` are percentages; for the city rank they are ranks, and less is better.
    """

    __tablename__ = "rating_rule"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 40, required=True, unique=True)
    indicator_id: Mapped[int | None] = c.ref("indicator.id", "指标", help="不填适用于没有专门规则的指标")
    measure: Mapped[Rated] = c.choice("测度", Rated)
    weight: Mapped[int] = c.whole("权重", default=1)
    blue_from: Mapped[float] = c.amount("蓝：不低于", required=True, help="百分数；“全市位次”填位次，不大于为蓝")
    yellow_from: Mapped[float] = c.amount("黄：不低于", required=True, help="低于此为红；“全市位次”大于此为红")
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    indicator: Mapped[Indicator | None] = relationship()
    document: Mapped[SourceDocument | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name="weight_sane"),
        sa.CheckConstraint(
            "(measure = 'CITY_RANK' AND blue_from <= yellow_from) OR (measure <> 'CITY_RANK' AND yellow_from <= blue_from)",
            name="thresholds_in_order",
        ),
    )

    def __str__(self) -> str:
        return f"{self.indicator or '全部指标'}·{self.measure.label}"


def colour_of(score: float, blue_from: float, yellow_from: float) -> Colour:
    """The colour of a percentage."""
    if score >= blue_from:
        return Colour.BLUE
    return Colour.YELLOW if score >= yellow_from else Colour.RED


def rank_colour(rank: int, rules: list[RatingRule]) -> Colour | None:
    """The colour of a city rank by the rule for ranks; None when there is no such rule."""
    rule = next((rule for rule in rules if rule.measure == Rated.CITY_RANK), None)
    if rule is None:
        return None
    if rank <= rule.blue_from:
        return Colour.BLUE
    return Colour.YELLOW if rank <= rule.yellow_from else Colour.RED
