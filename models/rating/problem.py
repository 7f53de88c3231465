"""Problems of each indicator in writing by the 20th (M 三(二))."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.calendar import work_calendar
from models.clock import Shift
from models.indicator import Indicator
from models.owned import owned_by_unit
from models.report.period import Span, first_day
from models.unit import Unit

HANDED_IN_BY = 20


@owned_by_unit("problem_paper")
class IndicatorProblem(db.Model):
    """What the lead unit found wrong with its indicator and what it does about it."""

    __tablename__ = "indicator_problem"

    id: Mapped[int] = c.key()
    indicator_id: Mapped[int] = c.ref("indicator.id", "指标", required=True, index=False)
    period: Mapped[str] = c.text("月份", 7, required=True, help="如 2024-08")
    unit_id: Mapped[int] = c.ref("unit.id", "牵头单位", required=True)
    problem: Mapped[str] = c.long("存在问题", required=True)
    measures: Mapped[str | None] = c.long("整改措施")
    handed_in_at: Mapped[datetime] = c.stamp("报送时间")

    indicator: Mapped[Indicator] = relationship()
    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("indicator_id", "period", "unit_id"), sa.CheckConstraint("period LIKE '____-__'", name="period_is_a_month"),
    )

    @property
    def on_time(self) -> bool:
        """Handed in by the 20th, or the working day before."""
        return self.handed_in_at <= problem_due(self.period)

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"


def problem_due(period: str) -> datetime:
    """Office close of the 20th, or of the working day before when that is a day of rest."""
    calendar = work_calendar()
    return calendar.close(calendar.roll(first_day(Span.MONTH, period).replace(day=HANDED_IN_BY), Shift.BEFORE))
