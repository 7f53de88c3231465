"""Fixed days: the register and the month on one page (D5)."""

from calendar import monthcalendar
from datetime import date
from typing import Any

from flask import url_for
from flask_admin import expose

from models import FixedDay
from models.calendar import work_calendar
from models.contact.figures import month_of
from models.fixed_day import FixedDayKind, fixed_days
from models.now import now
from views.cells import clause_words
from views.duties.monthly import month_arg, month_links
from views.filters import one_of, yes_no
from views.panel import Panel


class FixedDayPanel(Panel):
    resource = "fixed_day"
    columns = ["name", "kind", "rhythm", "unit", "note", "clause", "is_active"]
    fields = ["code", "name", "kind", "rrule", "shift", "unit", "note", "clause", "is_active"]
    classes = {"name": "col-title cut", "rhythm": "cut-s", "note": "cut-s muted", "unit": "col-unit"}
    column_details_list = ["name", "kind", "rhythm", "unit", "note", "clause", "is_active"]
    labels = {"rhythm": "周期"}
    filters = [one_of("kind", "类型", FixedDay.kind, FixedDayKind), yes_no("active", "启用", FixedDay.is_active)]
    order = ("id", False)
    column_sortable_list = ["name"]

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """The month page stands beside the register."""
        return {"secondary_actions": [("本月日历", url_for(".month"), "calendar-check")]}

    @expose("/month/")
    def month(self) -> str:
        """A calendar page: working days, rest days, fixed days."""
        period = month_arg()
        first, last = month_of(period)
        days, calendar = fixed_days(first, last), work_calendar()

        def cell(day: int) -> dict[str, Any] | None:
            if not day:
                return None
            when = date(first.year, first.month, day)
            info = calendar.day(when)
            return {"day": day, "rest": not info.is_workday, "why": info.reason if not info.is_workday else "", "today": when == now().date(),
                    "names": [row.name for row in days.get(when, [])]}

        weeks = [[cell(day) for day in week] for week in monthcalendar(first.year, first.month)]
        legend = [(row.name, row.rhythm, row.note or "", clause_words(row.clause)) for row in dict.fromkeys(r for rows in days.values() for r in rows)]
        return self.render("duties/month.html", title=f"{first.year}年{first.month}月固定日", weeks=weeks, legend=legend, back=url_for(".index_view"),
                           months=month_links(".month", period))
