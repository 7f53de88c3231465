"""Quiet days and what else protects an enterprise from ordinary inspections (I6).

W 二(三): nobody inspects without leave of the district; E 三(三): quiet days (静工日). 国办发〔2024〕54号: a
yearly cap on visits.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.enterprise import Enterprise
from models.fixed_day import FixedDay, FixedDayKind
from models.now import now
from models.setting import setting
from models.standard import Stage, find_standard
from models.unit import Unit, UnitKind

if TYPE_CHECKING:
    from models.inspection.target import InspectionTarget

WHO_MAY = "一般检查须经区委区政府批准，由区领导办理“准予例外”；有法定紧急情形的走径直检查"


class QuietDay(db.Model):
    """Days on which enterprises are left in peace: a range of dates, or days of every month."""

    __tablename__ = "quiet_day"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("名称", 40, required=True, help="如 每月静工日、高考期间")
    starts_on: Mapped[date | None] = c.day("起始日期", help="不填即长期")
    ends_on: Mapped[date | None] = c.day("截止日期")
    day_from: Mapped[int | None] = c.whole("每月几日起", help="按月设定时填写，如 1")
    day_to: Mapped[int | None] = c.whole("每月几日止", help="如 20；31即月末")
    town_id: Mapped[int | None] = c.ref("unit.id", "适用镇街园区", help="不填适用全区")
    basis: Mapped[str | None] = c.text("依据", 120)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    town: Mapped[Unit | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
        sa.CheckConstraint("(day_from IS NULL) = (day_to IS NULL)", name="days_whole"),
        sa.CheckConstraint("day_from IS NULL OR (day_from BETWEEN 1 AND 31 AND day_to BETWEEN day_from AND 31)", name="days_in_order"),
        sa.CheckConstraint("day_from IS NOT NULL OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)", name="says_when"),
    )

    def covers(self, day: date) -> bool:
        """Whether `day` is one of them."""
        if (self.starts_on and day < self.starts_on) or (self.ends_on and day > self.ends_on):
            return False
        return self.day_from is None or self.day_from <= day.day <= self.day_to

    def __str__(self) -> str:
        return self.name


def may_inspect(unit: Unit) -> str | None:
    """Why a unit may not inspect enterprises, or None. Coordinating bodies supervise only (国办发〔2024〕54号)."""
    if not unit.is_active:
        return f"{unit}已停用"
    if unit.kind == UnitKind.TASKFORCE:
        return f"{unit}是议事协调机构，只能统筹督导，不得实施入企检查，应由有执法权的部门实施（国办发〔2024〕54号）"
    return None


def quiet_day(enterprise: Enterprise, day: date) -> tuple[str, str] | None:
    """Name and basis of the quiet day that holds for this enterprise on `day`: a dated one, or one that comes round."""
    query = sa.select(QuietDay).where(
        QuietDay.is_active, sa.or_(QuietDay.town_id.is_(None), QuietDay.town_id == enterprise.town_id)
    )
    for row in db.session.scalars(query.order_by(QuietDay.id)):
        if row.covers(day):
            return row.name, row.basis or "E 三(三)"
    rounds = sa.select(FixedDay).where(FixedDay.is_active, FixedDay.kind == FixedDayKind.QUIET).order_by(FixedDay.id)
    return next(((row.name, row.clause or "E 三(三)") for row in db.session.scalars(rounds) if row.days(day, day)), None)


def protection(enterprise: Enterprise, day: date, *, own: Iterable[int] = ()) -> str | None:
    """Why an ordinary inspection of the enterprise on `day` is refused, or None.

    `own`: ids of targets that are not counted against the yearly cap (the ones being asked about).
    """
    from models.inspection.target import visits_of

    if enterprise.is_whitelisted:
        return "企业在“白名单”内（W 二(三)）"
    if found := quiet_day(enterprise, day):
        return f"{day.month}月{day.day}日是“{found[0]}”（{found[1]}），最早可改在{_next_open_day(enterprise, day):%Y-%m-%d}"
    cap = int(setting("inspection_yearly_cap"))
    count = visits_of(enterprise.id, day.year, besides=frozenset(own)) if cap else 0
    if cap and count >= cap:
        return f"{day.year}年已安排或实施检查{count}次，达到年度频次上限{cap}次（国办发〔2024〕54号）"
    return None


def _next_open_day(enterprise: Enterprise, day: date) -> date:
    """The first working day after `day` that is not quiet; a year on, `day` plus a year."""
    calendar, later = work_calendar(), day
    for _ in range(366):
        later = calendar.add(later, 1)
        if quiet_day(enterprise, later) is None:
            return later
    return day + timedelta(days=366)


def without_leave(targets: Iterable["InspectionTarget"]) -> list[tuple[Enterprise, str]]:
    """The protected enterprises nobody has given leave for, each with what speaks against visiting it."""
    targets = list(targets)
    own = [target.id for target in targets if target.id]
    asked = ((target.enterprise, protection(target.enterprise, target.planned_on, own=own)) for target in targets if target.passing is None)
    return [(enterprise, why) for enterprise, why in asked if why]


def refusal_for(targets: Iterable["InspectionTarget"]) -> str | None:
    """The sentence that refuses an ordinary inspection of protected targets without leave."""
    return next((f"{enterprise}：{why}。{WHO_MAY}" for enterprise, why in without_leave(targets)), None)


def earliest_visit(today: date | None = None) -> date:
    """The first day an ordinary plan filed `today` may name. Y 三(三)1: a week ahead."""
    today = today or now().date()
    standard = find_standard("inspection", Stage.PLAN)
    limit = standard.limit if standard else Limit(7, LimitUnit.DAY)
    if limit.unit == LimitUnit.DAY:  # a day of rest does not move a notice period
        return today + timedelta(days=limit.amount)
    start = now().replace(year=today.year, month=today.month, day=today.day)
    return deadline(start, limit, work_calendar()).due_at.date()
