"""The working-day calendar: dated exceptions, and the yearly notice pasted as it is published."""

from calendar import Calendar
from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField

from models import CalendarDay, db, recalculation, scope
from models.calendar import work_calendar
from models.clock import DayInfo, DayRule, WorkCalendar, parse_notice
from models.now import now
from views.filters import between, yes_no
from views.panel import Panel

FIRST_YEAR, LAST_YEAR = 2004, 2099  # the years the published holidays and the solar terms are known for


def _month(calendar: WorkCalendar, year: int, month: int) -> dict[str, Any]:
    """Weeks from Monday to Sunday; days of other months are None."""
    weeks = Calendar().monthdatescalendar(year, month)
    return {"month": month, "weeks": [[calendar.day(day) if day.month == month else None for day in week] for week in weeks]}


def _named(days: list[DayInfo]) -> list[tuple[str, str, str]]:
    """(day, what it is, where that is known from) of every day that differs from an ordinary week, and of those entered by hand."""
    special = [info for info in days if info.label or info.is_workday != (info.day.weekday() < 5)]
    return [(f"{info.day:%m-%d} 周{'一二三四五六日'[info.day.weekday()]}", f"{'上班' if info.is_workday else '休息'}　{info.label}",
             info.source.label if info.confirmed else f"{info.source.label}，待通知确认") for info in special]


class NoticeForm(FlaskForm):
    """The text of the State Council's notice and where it comes from."""

    year = IntegerField("年份")
    source = StringField("文号", description="如 国办发明电〔2026〕…号")
    text = TextAreaField(
        "放假安排原文", render_kw={"rows": 10},
        description="整段粘贴，如 一、元旦：1月1日（周五）至3日（周日）放假，共3天。1月4日（周一）上班。",
    )
    sure = BooleanField("已核对，按此录入并重算时限")


class CalendarPanel(Panel):
    resource = "calendar"
    columns = ["day", "is_workday", "label", "source", "confirmed", "created_at"]
    fields = ["day", "is_workday", "label", "source", "confirmed"]
    classes = {"label": "col-title cut"}
    filters = [between("day", "日期", CalendarDay.day, moments=False), yes_no("work", "上班", CalendarDay.is_workday)]
    order = ("day", True)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """The year at a glance, and pasting a notice beside entering one day."""
        paste = [("粘贴放假安排", url_for(".notice"), "upload")] if self.can_create else []
        take = [("导出", url_for(".export", export_type="xlsx", **self.list_args()), "download")] if self.can_export else []
        return {"secondary_actions": [("年历", url_for(".year"), "calendar-check"), *paste, *take]}

    @expose("/year/")
    def year(self) -> str:
        """Every day of a year: worked or not, and how sure that is (users.md idea 5)."""
        asked = request.args.get("year", "")
        year = int(asked) if asked.isdecimal() and FIRST_YEAR <= int(asked) <= LAST_YEAR else now().year
        calendar = work_calendar()
        months = [_month(calendar, year, month) for month in range(1, 13)]
        days = [info for month in months for week in month["weeks"] for info in week if info]
        return self.render(
            "admin/calendar_year.html", year=year, months=months, worked=sum(info.is_workday for info in days),
            doubtful=sum(not info.confirmed for info in days), named=_named(days),
            previous=year - 1 if year > FIRST_YEAR else None, following=year + 1 if year < LAST_YEAR else None,
        )

    @expose("/notice/", methods=("GET", "POST"))
    def notice(self) -> Any:
        """Paste, look at the days and at the deadlines that move, confirm."""
        if not self._may("create"):
            return self.inaccessible_callback("notice")
        form, notes, after, status = NoticeForm(), [], [], 200
        if request.method == "GET":
            form.year.data = now().year + 1
        else:
            form.validate()
            rules = self._parse(form)
            if rules and form.sure.data:
                return self._enter(rules)
            status = 422 if any(field.errors for field in form) else 200
            notes, after = self._preview(rules) if rules else ([], [])
        return self.render(
            "admin/transition.html", title="粘贴放假安排", form=form, notices=notes, after=after or None, after_title="识别出的日期", draft=False,
            after_note="先点“预览或录入”看识别结果和受影响的时限，核对无误再勾选录入。",
            back={"url": url_for(".index_view"), "label": "返回列表"}, verb={"label": "预览或录入", "short": "录入", "icon": "calendar-check"},
        ), status

    def _parse(self, form: NoticeForm) -> dict[Any, DayRule]:
        try:
            found = parse_notice(form.text.data or "", form.year.data or 0)
        except ValueError as error:
            form.text.errors = [str(error)]
            return {}
        return {day: DayRule(rule.is_workday, rule.label, form.source.data or rule.source, True) for day, rule in found.items()}

    def _preview(self, rules: dict[Any, DayRule]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        with scope.everything():
            moved = recalculation.moves(rules)
        words = f"识别出 {len(rules)} 天；有 {len(moved)} 件在办事项的时限会变动"
        shown = "；".join(f"{m.matter.number} {m.old:%m-%d}→{m.new:%m-%d}" for m in moved[:10])
        days = [(f"{day:%Y-%m-%d}", ("上班" if rule.is_workday else "放假") + f"　{rule.label}") for day, rule in sorted(rules.items())]
        return [("info", words + (f"：{shown}" if shown else ""))], days

    def _enter(self, rules: dict[Any, DayRule]) -> Any:
        with scope.everything():
            count = recalculation.enter(rules, current_user._get_current_object())
            db.session.commit()
        flash(f"已录入 {len(rules)} 天，重算 {count} 件事项的时限", "success")
        return redirect(url_for(".index_view"))
