"""What each group fills in for the monthly documents (users.md 13): one shared duty, many groups, one pack, gaps named.

Which group owes what is read from the duties: those whose deliverable is the document and whose recipient is the
coordinating office. M 二(一)1(5), 二(一)2(4), 二(二)5, 二(三)10 … 二(九)6, 三(四)
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship, validates

from models import columns as c
from models.base import Labelled, db
from models.calendar import work_calendar
from models.group import MemberRole, WorkGroup
from models.now import now
from models.owned import owned_by_unit
from models.recurrence import occurrences
from models.report.period import month_bounds
from models.responsibility import DutyKind, Responsibility
from models.unit import Unit


class SliceKind(Labelled):
    WORK = "WORK", "每月营商环境工作情况通报"
    STALE = "STALE", "营商环境每周例会部署事项久拖未完成情况"
    TASKS = "TASKS", "营商环境任务清单完成情况"
    SURVEY = "SURVEY", "企业满意度调查情况通报"
    BRIGHT = "BRIGHT", "“亮优揭短”有关问题线索"


# How the duties' deliverables are recognised.
PATTERNS = {
    SliceKind.WORK: "%营商环境工作情况通报%", SliceKind.STALE: "%久拖未完成情况%", SliceKind.TASKS: "%任务清单完成情况%",
    SliceKind.SURVEY: "%满意度调查情况通报%", SliceKind.BRIGHT: "%亮优揭短%问题线索%",
}


@owned_by_unit("slice")
class GroupSlice(db.Model):
    """One group's part of one document for one month."""

    __tablename__ = "group_slice"

    id: Mapped[int] = c.key()
    kind: Mapped[SliceKind] = c.choice("材料", SliceKind)
    period: Mapped[str] = c.text("月份", 7, required=True, help="如 2024-08")
    group_id: Mapped[int] = c.ref("work_group.id", "工作组", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "填报单位", required=True)
    due_at: Mapped[datetime] = c.when("报送时限", required=True)
    content: Mapped[str | None] = c.long("填报内容", help="没有有关事项的写“无”")
    filled_at: Mapped[datetime | None] = c.when("填报时间")

    group: Mapped[WorkGroup] = relationship()
    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("kind", "period", "group_id", "unit_id"),
        sa.CheckConstraint("period LIKE '____-__'", name="period_is_a_month"),
        sa.CheckConstraint("content IS NULL OR filled_at IS NOT NULL", name="filled_has_time"),
    )

    @validates("content")
    def _fill(self, _key: str, content: str | None) -> str | None:
        """The first time something is filled in is the time of filling in."""
        content = (content or "").strip() or None
        self.filled_at = (self.filled_at or now()) if content else None
        return content

    @property
    def is_late(self) -> bool:
        """Filled in after its deadline, or not yet though it has passed."""
        return (self.filled_at or now()) > self.due_at

    def __str__(self) -> str:
        return f"{self.group}《{self.kind.label}》{self.period}"


def duties(kind: SliceKind) -> list[Responsibility]:
    """The groups' duties to contribute to a document; the last step (to the discipline commission) is the office's own."""
    query = sa.select(Responsibility).where(
        Responsibility.is_active, Responsibility.kind == DutyKind.RECURRING, Responsibility.deliverable.like(PATTERNS[kind]),
        Responsibility.group_id.is_not(None),
    )
    rows = db.session.scalars(query.order_by(Responsibility.id)).all()
    fed = [row for row in rows if row.recipient is None or "jiwei" not in row.recipient.code]
    return fed if kind != SliceKind.WORK else list(rows)


def open_slices(period: str) -> int:
    """The slices of the five documents for a month, one per duty and lead unit; how many were missing."""
    start, end = month_bounds(period)
    first, last = start.date(), (end - timedelta(days=1)).date()
    there = sa.select(GroupSlice.kind, GroupSlice.group_id, GroupSlice.unit_id).where(GroupSlice.period == period)
    known = {tuple(row) for row in db.session.execute(there)}
    count = 0
    for kind in PATTERNS:
        for duty in duties(kind):
            for unit in duty.group.units(MemberRole.LEAD):
                if (kind, duty.group_id, unit.id) not in known:
                    known.add((kind, duty.group_id, unit.id))
                    db.session.add(GroupSlice(kind=kind, period=period, group=duty.group, unit=unit, due_at=_due(duty, first, last)))
                    count += 1
    db.session.flush()
    return count


def _due(duty: Responsibility, first: date, last: date) -> datetime:
    calendar = work_calendar()
    found = occurrences(duty.rrule, first, last, calendar, duty.shift) if duty.rrule else []
    return found[-1].due_at if found else calendar.close(last)


def slices(kind: SliceKind, period: str) -> list[GroupSlice]:
    """The slices of a document in the groups' order, under the scope in force."""
    query = sa.select(GroupSlice).where(GroupSlice.kind == kind, GroupSlice.period == period)
    return list(db.session.scalars(query.order_by(GroupSlice.group_id, GroupSlice.unit_id)))


def gaps(rows: list[GroupSlice]) -> list[str]:
    """The slices nobody has filled in, named."""
    return [f"{row.group}（{row.unit}）未填报《{row.kind.label}》，应于{row.due_at:%m月%d日}前报送" for row in rows if not row.content]
