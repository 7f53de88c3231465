"""Fixed days of the district: service day, meet-enterprise day, quiet days (D5; W 二(三), E 三(三))."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship, validates

from models import columns as c
from models.base import Labelled, db
from models.calendar import work_calendar
from models.clock import Shift
from models.document import SourceDocument
from models.recurrence import describe, occurrences, validate_rrule
from models.unit import Unit


class FixedDayKind(Labelled):
    SERVICE = "SERVICE", "企业服务日"
    MEET = "MEET", "企业见面日"
    QUIET = "QUIET", "静工日"
    OTHER = "OTHER", "其他"


class FixedDay(db.Model):
    """One kind of day that comes round by a rule."""

    __tablename__ = "fixed_day"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 40, required=True, unique=True)
    name: Mapped[str] = c.text("名称", 40, required=True)
    kind: Mapped[FixedDayKind] = c.choice("类型", FixedDayKind)
    rrule: Mapped[str] = c.text("周期规则", 120, required=True, help="RFC 5545，如 FREQ=MONTHLY;BYMONTHDAY=8 每月8日")
    shift: Mapped[Shift] = c.choice("遇休息日", Shift, default=Shift.NONE)
    unit_id: Mapped[int | None] = c.ref("unit.id", "牵头单位")
    note: Mapped[str | None] = c.text("安排", 200)
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    unit: Mapped[Unit | None] = relationship()
    document: Mapped[SourceDocument | None] = relationship()

    @validates("rrule")
    def _sound_rule(self, _key: str, rule: str) -> str:
        return validate_rrule(rule)

    @property
    def rhythm(self) -> str:
        """每月8日."""
        return describe(self.rrule, self.shift)

    def days(self, first: date, last: date) -> list[date]:
        """The days of this kind between two days, both included, after moving those that fall on rest days."""
        reach = timedelta(days=20)  # no run of rest days is longer
        found = occurrences(self.rrule, first - reach, last + reach, work_calendar(), self.shift)
        return [moved for row in found if first <= (moved := row.due_at.date()) <= last]

    def __str__(self) -> str:
        return self.name


def fixed_days(first: date, last: date) -> dict[date, list[FixedDay]]:
    """Day → what it is, for a span of days."""
    found: dict[date, list[FixedDay]] = {}
    for row in db.session.scalars(sa.select(FixedDay).where(FixedDay.is_active).order_by(FixedDay.id)):
        for day in row.days(first, last):
            found.setdefault(day, []).append(row)
    return dict(sorted(found.items()))
