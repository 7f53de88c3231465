"""The working-day calendar: dated exceptions, and the yearly notice pasted as it is published."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField

from models import CalendarDay, db, recalculation, scope
from models.clock import DayRule, parse_notice
from models.now import now
from views.filters import between, yes_no
from views.panel import Panel


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
        """Pasting a notice stands beside entering one day."""
        return {"secondary_actions": [("粘贴放假安排", url_for(".notice"), "calendar-check")]} if self.can_create else {}

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
