"""Tasks given to units (D1)."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField

from models import Responsibility, Unit, db
from models.calendar import work_calendar
from models.task import OPEN_TASKS, Task, TaskState
from models.user import User
from views.attempt import attempt
from views.cells import light_words, short_time, shown
from views.filters import Where, between, by_row, contains, one_of, row_id
from views.matter import MatterPanel, Tab, light_filter
from views.report.rows import TaskFilter
from views.units import UnitChoices

S = TaskState


def _owed(_user: User) -> sa.ColumnElement[bool]:
    return Task.state.in_([S.OPEN, S.SENT_BACK])


class GiveForm(FlaskForm):
    """The paper slip of a task."""

    title = StringField("任务名称")
    units = UnitChoices("责任单位", description="可选多个，每个单位一件")
    due = DateField("完成时限", format=["%Y-%m-%d", "%Y%m%d"], description="当日下班前")
    content = TextAreaField("任务要求", render_kw={"rows": 5})
    deliverable = StringField("成果形式", description="如 报告、名单、整改材料")
    quota = StringField("定额", description="有数量要求时填写")


class TaskPanel(MatterPanel):
    resource = "task"
    columns = ["number", "title", "unit", "period", "state", "due_at", "quota", "done", "shortfall", "recipient", "opened_at", "closed_at"]
    classes = {"number": "code", "title": "col-title cut", "unit": "col-unit", "state": "col-state", "due_at": "col-clock",
               "period": "muted", "quota": "num", "done": "num", "shortfall": "num", "recipient": "opt", "opened_at": "opt muted", "closed_at": "opt muted"}
    labels = {"title": "任务", "unit": "责任单位", "due_at": "完成时限", "shortfall": "尚缺"}
    column_formatters = {"shortfall": lambda _v, _c, row, _n: (row.shortfall or "已满") if row.quota else ""}
    tabs = [
        Tab("open", "在办", lambda _u: Task.state.in_(OPEN_TASKS), counted=True),
        Tab("owed", "待报送", _owed, counted=True),
        Tab("check", "待验收", lambda _u: Task.state == S.SUBMITTED),
        Tab("closed", "办结", lambda _u: Task.closed_at.is_not(None)),
        Tab("short", "定额未完成", lambda _u: (Task.quota.is_not(None)) & (Task.done < Task.quota)),
        Tab("mine", "我下达的", lambda user: Task.created_by_id == user.id),
    ]
    filters = [
        contains("q", "编号/任务", Task.number, Task.title), by_row("unit", "责任单位", Task.unit_id, Unit),
        one_of("state", "状态", Task.state, TaskState),
        light_filter(Task),
        between("due", "时限", Task.due_at),
    ]
    more_filters = [
        contains("period", "期次", Task.period, placeholder="如 2024-08"),
        Where("duty", "来源职责", lambda v: Task.responsibility_id == row_id(v), kind="select", choices=lambda: _duties()),
        between("opened", "下达", Task.opened_at), TaskFilter(),
    ]
    bulk = {"nudge": "请按时报送", "accept": "", "send_back": "", "waive": ""}

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Giving a task is the primary action of those who may."""
        action = ("下达任务", url_for(".give", url=request.full_path), "plus-lg") if self._may("create") else None
        return super().list_context(context) | {"primary_action": action}

    def line(self, row: Task) -> str:
        """Where the task comes from."""
        return f"{row.responsibility.basis} · {row.period}" if row.responsibility else f"{row.created_by or '系统'} 下达"

    def facts(self, row: Task) -> list[dict[str, Any]]:
        """Order and result."""
        quota = f"{row.quota}，已完成 {row.done}，尚缺 {row.shortfall}，{light_words(row)[1]}" if row.quota else "无"
        order = [
            [("任务要求", row.content or "见标题")],
            [("责任单位", str(row.unit)), ("报送单位", str(row.recipient or "下达单位"))],
            [("成果形式", row.deliverable or "不限"), ("定额", quota)],
            [("来源职责", str(row.responsibility) if row.responsibility else "临时下达"), ("期次", row.period or "无")],
            [("下达时间", shown(row.opened_at)), ("下达人", str(row.created_by or "系统"))],
        ]
        done = [
            [("完成情况", row.result)],
            [("报送时间", short_time(row.answered_at) or None), ("办结时间", short_time(row.closed_at) or None)],
        ]
        return [{"title": "任务", "rows": order}, {"title": "完成情况", "rows": done}]

    @expose("/give/", methods=("GET", "POST"))
    def give(self) -> Any:
        """One task per chosen unit."""
        if not self._may("create"):
            return self.inaccessible_callback("give")
        form, errors = GiveForm(), []
        for name in ("title", "units", "due"):
            form[name].flags.required = True
        if form.is_submitted() and form.validate():
            errors = self._give(form)
            if not errors and not any(field.errors for field in form):
                return redirect(url_for(".index_view", tab="mine"))
        return self.render(
            "admin/transition.html", title="下达任务", form=form, general_errors=errors, back={"url": self.back(), "label": "返回列表"},
            verb={"label": "下达任务", "short": "下达", "icon": "send"}, after_note="下达后责任单位在“待报送”看到，到期前提醒，超期进入督办。",
        ), 422 if form.is_submitted() else 200

    def _give(self, form: GiveForm) -> list[str]:
        if not form.units.data:
            form.units.errors = ["请选择责任单位"]
        if form.due.data is None:
            form.due.errors = ["请填写完成时限，如 20240520"]
        quota = (form.quota.data or "").strip()
        if quota and not (quota.isdecimal() and 0 < int(quota[:10]) < 2**31 and len(quota) < 10):
            form.quota.errors = ["定额请填正整数"]
        for name, most in (("title", 120), ("deliverable", 80)):
            if len(form[name].data or "") > most:
                form[name].errors = [f"请控制在{most}字以内"]
        if any(field.errors for field in form):
            return []
        errors: list[str] = []
        given = attempt(form, errors, lambda: [
            Task.give(
                by=current_user._get_current_object(), unit=unit, title=form.title.data or "", content=form.content.data or "",
                due_at=work_calendar().close(form.due.data), deliverable=form.deliverable.data or None,
                quota=int(quota) if quota else None,
            )
            for unit in form.units.data
        ], names={"due_at": "due"})
        if given:
            flash(f"已下达 {len(given)} 件", "success")
        return errors


def _duties() -> list[tuple[str, str]]:
    rows = db.session.execute(
        sa.select(Responsibility.id, Responsibility.title).where(Responsibility.kind == "RECURRING").order_by(Responsibility.title)
    )
    return [(str(row.id), row.title) for row in rows]
