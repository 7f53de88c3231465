"""Deadlines of a matter, append-only: each clock that was set, from what, why and by whom.

The row keeps what is needed to explain the date and to recompute it when the calendar changes.
"""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.clock import Limit, LimitUnit, WorkCalendar, deadline, warn_at
from models.now import now
from models.standard import ServiceStandard, SpanUnit
from models.user import User

if TYPE_CHECKING:
    from models.matter import Matter


class Cause(Labelled):
    DISPATCH = "DISPATCH", "派发"
    REWORK = "REWORK", "重办"
    EXTENSION = "EXTENSION", "延期"
    COMMITMENT = "COMMITMENT", "承诺"
    GIVEN = "GIVEN", "指定期限"
    RECURRING = "RECURRING", "定期职责"
    RUNG = "RUNG", "督办"


RESTARTING = frozenset({Cause.DISPATCH, Cause.REWORK, Cause.GIVEN, Cause.RECURRING})


class MatterDeadline(db.Model):
    """One clock: limit from a start, or a fixed moment (amount NULL)."""

    __tablename__ = "matter_deadline"

    id: Mapped[int] = c.key()
    matter_id: Mapped[int] = c.ref("matter.id", "事项", required=True)
    cause: Mapped[Cause] = c.choice("缘由", Cause)
    starts_at: Mapped[datetime] = c.when("起算", required=True)
    amount: Mapped[int | None] = c.whole("时限")
    unit: Mapped[SpanUnit | None] = c.choice("计时单位", SpanUnit, required=False)
    due_at: Mapped[datetime] = c.when("截止", required=True)
    warn_at: Mapped[datetime] = c.when("转黄", required=True)
    provisional: Mapped[bool] = c.flag("暂定")
    standard_id: Mapped[int | None] = c.ref("service_standard.id", "时限标准")
    note: Mapped[str | None] = c.text("说明", 200)
    set_at: Mapped[datetime] = c.stamp("设定时间")
    set_by_id: Mapped[int | None] = c.ref("user_account.id", "设定人")

    matter: Mapped["Matter"] = relationship(back_populates="deadlines")
    standard: Mapped[ServiceStandard | None] = relationship()
    set_by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(amount IS NULL) = (unit IS NULL)", name="limit_whole"),
        sa.CheckConstraint("warn_at <= due_at", name="warning_before_due"),
    )

    @property
    def restarts(self) -> bool:
        """Whether the matter's clock starts anew with this row (an extension only moves its end)."""
        return self.cause in RESTARTING

    @property
    def limit(self) -> Limit | None:
        """The limit as the clock engine takes it; None for a fixed date."""
        return Limit(self.amount, LimitUnit[self.unit]) if self.amount is not None else None

    @classmethod
    def reckon(
        cls, calendar: WorkCalendar, limit: Limit, cause: Cause, *, start: datetime | None = None,
        standard: ServiceStandard | None = None, by: User | None = None, note: str | None = None,
    ) -> "MatterDeadline":
        """`limit` counted from `start` (default: now) on the district's calendar."""
        found = deadline(start or now(), limit, calendar)
        row = cls(
            cause=cause, starts_at=start or now(), amount=limit.amount, unit=SpanUnit[limit.unit], due_at=found.due_at,
            provisional=found.provisional, standard=standard, set_by=by, note=note,
        )
        return row._warned(calendar, standard)

    @classmethod
    def fixed(
        cls, calendar: WorkCalendar, due: datetime, cause: Cause, *, start: datetime | None = None,
        by: User | None = None, note: str | None = None, standard: ServiceStandard | None = None,
    ) -> "MatterDeadline":
        """A given moment."""
        row = cls(
            cause=cause, starts_at=start or now(), due_at=due, set_by=by, note=note, standard=standard,
            provisional=not calendar.day(due.date()).confirmed,
        )
        return row._warned(calendar, standard)

    def _warned(self, calendar: WorkCalendar, standard: ServiceStandard | None) -> "MatterDeadline":
        lead = standard.warning if standard else _default_warning(self.unit, self.amount)
        self.warn_at = warn_at(min(self.starts_at, self.due_at), self.due_at, calendar, lead)
        return self


def _default_warning(unit: SpanUnit | None, amount: int | None) -> Limit:
    """Two working days before; for hour limits the last quarter."""
    if unit == SpanUnit.HOUR:
        return Limit(max(1, (amount or 4) // 4), LimitUnit.HOUR)
    return Limit(2, LimitUnit.WORKDAY)
