"""The working-day table over the published holidays, and the clock built from it (users.md idea 5)."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models import columns as c
from models.base import db
from models.clock import DayRule, WorkCalendar
from models.remembered import remembered
from models.setting import setting


class CalendarDay(db.Model):
    """A dated exception: overrides the published calendar for one day."""

    __tablename__ = "calendar_day"

    id: Mapped[int] = c.key()
    day: Mapped[date] = c.day("日期", required=True, unique=True)
    is_workday: Mapped[bool] = c.flag("上班")
    label: Mapped[str] = c.text("名称", 40, required=True, help="如 国庆节、调休上班、台风停工")
    source: Mapped[str | None] = c.text("依据", 120, help="如 国办发明电〔…〕…号")
    confirmed: Mapped[bool] = c.flag("已确认", default=True)
    created_at: Mapped[datetime] = c.stamp("登记时间")

    def __str__(self) -> str:
        return f"{self.day}（{'班' if self.is_workday else '休'}）{self.label}"


_CACHE = "work_calendar"


def work_calendar() -> WorkCalendar:
    """The district's calendar, read once per session and kept until the table or setting changes."""
    kept = db.session.info.get(_CACHE)
    if kept is None:
        kept = db.session.info[_CACHE] = remembered("calendar", _read)
    return kept


def _read() -> WorkCalendar:
    rows = db.session.scalars(sa.select(CalendarDay)).all()
    exceptions = {
        row.day: DayRule(is_workday=row.is_workday, label=row.label, source=row.source or "", confirmed=row.confirmed)
        for row in rows
    }
    return WorkCalendar(exceptions, office_close=time.fromisoformat(setting("office_close")))


def forget_calendar() -> None:
    """Drop the kept calendar (after an exception was entered)."""
    db.session.info.pop(_CACHE, None)


@sa.event.listens_for(CalendarDay, "after_insert")
@sa.event.listens_for(CalendarDay, "after_update")
@sa.event.listens_for(CalendarDay, "after_delete")
def _changed(_mapper: object, _connection: object, _row: CalendarDay) -> None:
    forget_calendar()
