"""Approval items, cases with a promise, the random test of online items (S7)."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload
from wtforms import StringField

from models import ApprovalCase, ApprovalItem, Enterprise, MajorProject, OnlineTest, Unit, db
from models.errors import Invalid
from models.now import now
from models.supervision.online import draw
from models.supervision.promises import promised
from models.supervision.states import ApprovalState, DrawResult
from models.user import Level
from views.attempt import attempt
from views.cells import short_time, shown
from views.filters import Where, between, by_row, contains, one_of, unit_options, yes_no
from views.firmname import FirmName
from views.matter import MatterPanel, Tab, light_filter
from views.matter.record import parts_rows
from views.panel import Panel
from views.supervision_pages import MOMENTS, choice, form_page, link, options, picked, reader_of

S = ApprovalState


class ApprovalItemPanel(Panel):
    resource = "approvalitem"
    columns = ["code", "name", "unit", "legal_days", "promised_days", "green_days", "online", "is_active"]
    fields = ["code", "name", "unit", "legal_days", "promised_days", "green_days", "online", "is_active"]
    classes = {"code": "code", "name": "col-title cut", "unit": "col-unit", "legal_days": "num", "promised_days": "num", "green_days": "num"}
    filters = [
        contains("q", "编码/事项", ApprovalItem.code, ApprovalItem.name), by_row("unit", "审批单位", ApprovalItem.unit_id, Unit),
        yes_no("online", "可网办", ApprovalItem.online), yes_no("active", "启用", ApprovalItem.is_active),
    ]
    order = ("code", False)


class AcceptForm(FlaskForm):
    """An application at the window."""

    item = choice("审批事项")
    applicant = FirmName("申请人", description="企业名称或统一社会信用代码，已入库的自动对上；个人写姓名")
    project = choice("重大项目", description="绿色通道项目按绿色通道时限计时")


class ApprovalPanel(MatterPanel):
    resource = "approval"
    columns = ["number", "item", "applicant", "unit", "state", "due_at", "promised_days", "paused_days", "project", "opened_at", "closed_at"]
    classes = {"number": "code", "item": "col-title cut", "applicant": "cut-s", "unit": "col-unit", "state": "col-state", "due_at": "col-clock",
               "promised_days": "num", "paused_days": "opt num", "project": "opt cut-s", "opened_at": "opt muted", "closed_at": "opt muted"}
    labels = {"due_at": "承诺时限"}
    tabs = [
        Tab("open", "审批中", lambda _u: ApprovalCase.closed_at.is_(None), counted=True),
        Tab("soon", "临近承诺", lambda _u: (ApprovalCase.state == S.RUNNING) & (ApprovalCase.warn_at <= now()) & (ApprovalCase.due_at > now()), counted=True),
        Tab("late", "超承诺", lambda _u: (ApprovalCase.state == S.RUNNING) & (ApprovalCase.due_at <= now()), counted=True),
        Tab("paused", "中止办理", lambda _u: ApprovalCase.state == S.PAUSED),
        Tab("closed", "办结", lambda _u: ApprovalCase.closed_at.is_not(None)),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号/申请人", ApprovalCase.number, ApprovalCase.applicant), by_row("unit", "审批单位", ApprovalCase.unit_id, Unit),
        one_of("state", "状态", ApprovalCase.state, ApprovalState), by_row("item", "事项", ApprovalCase.item_id, ApprovalItem),
        light_filter(ApprovalCase),
    ]
    more_filters = [
        between("due", "承诺时限", ApprovalCase.due_at), by_row("project", "重大项目", ApprovalCase.project_id, MajorProject),
        Where("promised", "承诺到期", lambda v: {"1": promised(), "0": ~promised()}[v], kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
    ]
    column_formatters = MOMENTS
    bulk = {"nudge": "请在承诺时限内办结"}

    def get_query(self) -> Query:
        """With the item the list shows."""
        return super().get_query().options(joinedload(ApprovalCase.item), joinedload(ApprovalCase.project))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Accepting an application is the primary action of those who may."""
        action = ("受理登记", url_for(".accept", url=request.full_path), "plus-lg") if self._may("create") else None
        return super().list_context(context) | {"primary_action": action}

    def line(self, row: ApprovalCase) -> str:
        """The promise."""
        return f"承诺 {row.promised_days} 个工作日" + (" · 绿色通道" if row.project and row.project.green_channel else "")

    def facts(self, row: ApprovalCase) -> list[dict[str, Any]]:
        """Application, promise, result."""
        legal = f"{row.item.legal_days} 个工作日" if row.item.legal_days else "未规定"
        asked = [
            [("审批事项", row.item.name), ("事项编码", row.item.code)], [("申请人", row.applicant), ("受理时间", shown(row.opened_at))],
            [("法定时限", legal), ("承诺时限", f"{row.promised_days} 个工作日")],
            [("扣除中止", f"{row.paused_days} 个工作日"), ("中止时间", short_time(row.paused_at) or "未中止")],
            [("重大项目", link("project", row.project) if row.project and current_user.may("project:view") else str(row.project or "无"))],
            *parts_rows(row),
        ]
        ended = [[("审批结果", row.verdict.label if row.verdict else None), ("办结时间", short_time(row.closed_at) or None)], [("结果说明", row.result)]]
        return [{"title": "审批办件", "rows": asked}, {"title": "办结", "rows": ended}]

    @expose("/accept/", methods=("GET", "POST"))
    def accept(self) -> Any:
        """Register an accepted application: the promise runs."""
        if not self._may("create"):
            return self.inaccessible_callback("accept")
        form = AcceptForm()
        items = sa.select(ApprovalItem).where(ApprovalItem.is_active).order_by(ApprovalItem.code)
        if current_user.level("approval:create") == Level.UNIT:
            items = items.where(ApprovalItem.unit_id == current_user.unit_id)
        options(form, "item", list(db.session.scalars(items)))
        options(form, "project", list(db.session.scalars(sa.select(MajorProject).where(MajorProject.is_active).order_by(MajorProject.id))))
        return form_page(
            self, form, "受理登记", "受理", "受理次日起算；到承诺时限前提醒，到期未办结即预警并进入督办。", ("item", "applicant"),
            lambda: self._enter(form, {key for key, _ in form.item.choices}),
        )

    def _enter(self, form: AcceptForm, offered: set[str]) -> ApprovalCase:
        item = picked(form, "item", ApprovalItem) if form.item.data in offered else None
        if item is None:
            raise Invalid("item", "请选择本单位的审批事项")
        text = (form.applicant.data or "").strip()
        return ApprovalCase.accept(
            by=reader_of(current_user), item=item, applicant=text, enterprise=Enterprise.known(text), project=picked(form, "project", MajorProject),
        )


class DrawForm(FlaskForm):
    """How many to draw; the seed is made here unless a draw is repeated."""

    count = StringField("抽取数", render_kw={"inputmode": "numeric"})
    seed = StringField("随机种子", description="不填由系统产生并记录；填写原种子可复核同一批次")


class OnlineTestPanel(Panel):
    resource = "onlinetest"
    columns = ["batch", "item", "result", "tested_on", "tester", "fault", "seed", "drawn_on"]
    fields = ["result", "tested_on", "tester", "fault"]
    classes = {"batch": "code", "item": "col-title cut", "fault": "cut-s", "seed": "code muted", "drawn_on": "muted"}
    filters = [
        contains("q", "批次", OnlineTest.batch), one_of("result", "结果", OnlineTest.result, DrawResult),
        Where("unit", "单位", lambda v: OnlineTest.item_id.in_(sa.select(ApprovalItem.__table__.c.id).where(ApprovalItem.__table__.c.unit_id == int(v))),
              kind="unit", choices=unit_options),
        between("tested", "测试", OnlineTest.tested_on, moments=False),
    ]
    order = ("id", True)

    @property
    def can_create(self) -> bool:
        """Rows come from a draw only."""
        return False

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Drawing is the primary action of those who may."""
        return {"primary_action": ("随机抽取", url_for(".draw"), "arrow-repeat") if self._may("create") else None, "row_label": str}

    @expose("/draw/", methods=("GET", "POST"))
    def draw(self) -> Any:
        """Draw a batch. M 二(三)9②"""
        if not self._may("create"):
            return self.inaccessible_callback("draw")
        form, errors = DrawForm(), []
        form.count.flags.required = True
        if form.is_submitted() and form.validate():
            rows = attempt(form, errors, lambda: draw(
                _whole(form, "count"), by=reader_of(current_user), seed=_whole(form, "seed") if form.seed.data else None))
            if rows:
                flash(f"已抽取 {len(rows)} 项，批次 {rows[0].batch}，种子 {rows[0].seed}", "success")
                return redirect(url_for(".index_view", flt_q=rows[0].batch))
        return self.render(
            "admin/transition.html", title="随机抽取网办事项", form=form, general_errors=errors, back={"url": url_for(".index_view"), "label": "返回列表"},
            verb={"label": "抽取", "short": "抽取", "icon": "arrow-repeat"}, after_note="从启用的可网办事项中随机抽取；同一种子、同一事项目录抽出同一批。",
        ), 422 if form.is_submitted() else 200


def _whole(form: DrawForm, name: str) -> int:
    text = (form[name].data or "").strip()
    if not text.isdecimal() or len(text) > 6:
        raise Invalid(name, f"{form[name].label.text}请填整数")
    return int(text)
