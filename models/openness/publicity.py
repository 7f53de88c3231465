"""Articles and news leads against the monthly quota; bright spots and exposed shortcomings (K6). M 二(九)4, M 三(三)"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.owned import owned_by_unit
from models.unit import Unit


class PieceKind(Labelled):
    ARTICLE = "ARTICLE", "新闻稿件"
    LEAD = "LEAD", "新闻线索"


class MediaLevel(Labelled):
    CENTRAL = "CENTRAL", "中央"
    PROVINCE = "PROVINCE", "省级"
    CITY = "CITY", "市级"
    DISTRICT = "DISTRICT", "区级"


@owned_by_unit("publicity")
class Article(db.Model):
    """A piece a unit published in a counted medium, or a news lead it handed in."""

    __tablename__ = "article"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True, index=False)
    kind: Mapped[PieceKind] = c.choice("类别", PieceKind, default=PieceKind.ARTICLE)
    title: Mapped[str] = c.text("标题", 160, required=True)
    day: Mapped[date] = c.day("发稿或报送日期", required=True)
    medium: Mapped[str | None] = c.text("媒体", 60)
    level: Mapped[MediaLevel | None] = c.choice("媒体级别", MediaLevel, required=False)
    counted: Mapped[bool] = c.flag("可计分", default=True, help="可计分媒体刊发的稿件才计入定额")

    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.Index("ix_article_unit_day", "unit_id", "day"),
        sa.CheckConstraint("kind <> 'ARTICLE' OR medium IS NOT NULL", name="article_has_medium"),
    )

    def __str__(self) -> str:
        return self.title


class Side(Labelled):
    BRIGHT = "BRIGHT", "亮优"
    SHORT = "SHORT", "揭短"


@owned_by_unit("publicity")
class Highlight(db.Model):
    """A bright spot worth spreading, or a shortcoming exposed and what became of it."""

    __tablename__ = "highlight"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "涉及单位", required=True)
    side: Mapped[Side] = c.choice("类别", Side)
    title: Mapped[str] = c.text("标题", 160, required=True)
    content: Mapped[str] = c.long("情况", required=True)
    found_on: Mapped[date] = c.day("日期", required=True)
    source: Mapped[str | None] = c.text("来源", 60, help="媒体、走访、特邀监督员等")
    outcome: Mapped[str | None] = c.long("推广或整改情况")
    as_lead: Mapped[bool] = c.flag("作为问题线索报送", help="列入《“亮优揭短”有关问题线索》")

    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.CheckConstraint("side = 'SHORT' OR NOT as_lead", name="lead_is_a_shortcoming"),)

    def __str__(self) -> str:
        return self.title
