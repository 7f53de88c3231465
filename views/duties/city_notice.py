"""Notices from the city, and the tasks each set off (D1, M 三(四))."""

from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import DateField, StringField, TextAreaField

from models import CityNotice
from models.asks import Ask
from models.city_notice import waiting_duties
from models.now import now
from views.cells import clause_words, light_words, short_time, shown
from views.duties.page import form_page
from views.filters import between, contains
from views.panel import Panel


class EnterForm(FlaskForm):
    """The head of the notice."""

    title = StringField("通报名称")
    issuer = StringField("发文机关")
    number = StringField("文号")
    period = StringField("通报月份", description="所通报的考核月份，如 2024-07")
    issued_on = DateField("下发日期", description="各单位的2日自此起算", format=["%Y-%m-%d", "%Y%m%d"])
    received_at = StringField("收到时间", description="收到时2日已届满的，自收到之日起算", render_kw={"placeholder": "如 2024-08-05 09:30"})
    note = TextAreaField("主要内容", render_kw={"rows": 4})


class CityNoticePanel(Panel):
    resource = "city_notice"
    columns = ["period", "title", "number", "issuer", "issued_on", "received_at", "tasks"]
    classes = {"title": "col-title cut", "issuer": "cut-s", "received_at": "muted", "tasks": "num"}
    labels = {"tasks": "任务/未报"}
    filters = [contains("q", "名称/文号", CityNotice.title, CityNotice.number), between("issued", "下发", CityNotice.issued_on, moments=False)]
    order = ("id", True)
    column_sortable_list = ["period", "issued_on"]
    column_formatters = {
        "tasks": lambda _v, _c, row, _n: f"{len(row.tasks)}/{sum(1 for task in row.tasks if task.answered_at is None and task.is_open)}",
        "received_at": lambda _v, _c, row, _n: short_time(row.received_at),
    }

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Entering is the primary action of those who may."""
        return {"primary_action": ("录入通报", url_for(".enter"), "plus-lg") if self._may("create") else None}

    @expose("/enter/", methods=("GET", "POST"))
    def enter(self) -> Any:
        """Enter a notice; its tasks are given at once."""
        if not self._may("create"):
            return self.inaccessible_callback("enter")
        form = EnterForm()
        if not form.is_submitted():
            form.received_at.data, form.issued_on.data = f"{now():%Y-%m-%d %H:%M}", now().date()
        sets_off = [(clause_words(duty.clause), f"{duty.title}：{'、'.join(map(str, duty.owners()))}") for duty in waiting_duties()]
        return form_page(
            self, form, title="录入上级通报", verb="录入", icon="pencil-square", required=("title", "issuer", "period", "issued_on", "received_at"),
            back=url_for(".index_view"), act=lambda: self._enter(form), done=lambda row: f"已录入，下达任务 {len(row.tasks)} 件",
            then=lambda row: url_for(".details_view", id=row.id), after_title="录入后下达",
            after=sets_off or [("职责", "没有启用的触发职责，只登记通报")],
        )

    def _enter(self, form: EnterForm) -> CityNotice:
        return CityNotice.enter(
            by=current_user._get_current_object(), title=form.title.data, issuer=form.issuer.data, period=form.period.data.strip(),
            issued_on=form.issued_on.data, received_at=Ask("收到时间", name="received_at", kind=datetime).clean(form.received_at.data),
            number=form.number.data or "", note=form.note.data or "",
        )

    @expose("/details/")
    def details_view(self) -> str:
        """The notice and how its tasks stand."""
        row = self.find()
        facts = [[("通报", row.title)], [("文号", row.number or "无"), ("发文机关", row.issuer)],
            [("下发日期", shown(row.issued_on)), ("收到时间", shown(row.received_at))],
                 [("通报月份", row.period), ("录入人", str(row.entered_by or ""))], [("主要内容", row.note)]]
        tasks = [
            [(str(task.unit),
                Markup('<a href="{}">{}</a>　{}　{}').format(url_for("task.details_view", id=task.id), task.number, task.state.label, light_words(task)[1]))]
            for task in row.tasks
        ]
        return self.render(
            "admin/record.html",
            record={"no": row.period, "title": row.title, "line": row.issuer, "state_label": f"任务 {len(row.tasks)} 件", "state_kind": ""},
            back={"url": request.args.get("url") or url_for(".index_view")}, verbs=[], tools=[("打印本页", "#print", "printer")],
            sections=[{"title": "上级通报", "rows": facts}, {"title": "触发任务", "rows": tasks}], events=[],
        )
