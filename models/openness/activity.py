"""Service activities: recruitment fairs, legal check-ups, law lectures, arbitration advice, service days (K10)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.owned import owned_by_unit
from models.unit import Unit


class ActivityKind(Labelled):
    """J 三(七)–(九), W 二(三)"""

    RECRUITMENT = "RECRUITMENT", "招聘会"
    LEGAL_CHECK = "LEGAL_CHECK", "法治体检"
    LAW_LECTURE = "LAW_LECTURE", "送法进企业"
    ARBITRATION = "ARBITRATION", "仲裁咨询"
    SERVICE_DAY = "SERVICE_DAY", "企业服务日"
    PETITION_VISIT = "PETITION_VISIT", "涉企矛盾排查"
    POLICY_TALK = "POLICY_TALK", "政策宣讲"
    OTHER = "OTHER", "其他"


@owned_by_unit("activity")
class ServiceActivity(db.Model):
    """One activity: when, who, how many enterprises it reached."""

    __tablename__ = "service_activity"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "主办单位", required=True)
    kind: Mapped[ActivityKind] = c.choice("类别", ActivityKind)
    title: Mapped[str] = c.text("活动", 120, required=True)
    held_on: Mapped[date] = c.day("日期", required=True, index=True)
    place: Mapped[str | None] = c.text("地点", 80)
    enterprises: Mapped[int] = c.whole("服务企业（家）", default=0)
    people: Mapped[int] = c.whole("参加人数", default=0)
    result: Mapped[str | None] = c.long("成效")

    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.CheckConstraint("enterprises >= 0 AND people >= 0", name="counts_not_negative"),)

    def __str__(self) -> str:
        return self.title
