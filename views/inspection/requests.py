"""What is asked of enterprises besides inspections: drawn up by the clerk, decided by the head (I9)."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField

from models import EnterpriseRequest, Unit
from models.errors import Invalid, Refused
from models.inspection.request import RequestGround, RequestKind, RequestState
from views.attempt import attempt
from views.cells import short_time, shown
from views.filters import between, by_row, contains, one_of
from views.matter import MatterPanel, Tab

S = RequestState


class RequestForm(FlaskForm):
    """涉企报送、考评、调查事项审批表."""

    title = StringField("名称", description="如 2024年度研发投入统计调查")
    request_kind = SelectField("类别", choices=RequestKind.choices(), validate_choice=False)
    content = TextAreaField("内容", render_kw={"rows": 4}, description="要企业做什么、填什么、报送哪些材料")
    scope_note = StringField("企业范围", description="如 园区规模以上工业企业")
    enterprise_count = StringField("涉及企业数")
    hours = StringField("每家约需（小时）")
    wanted_on = DateField("要求完成", format=["%Y-%m-%d", "%Y%m%d"])
    basis = StringField("法定依据", description="法律法规规章或上级文件条款；没有依据又不属特殊情形的不能批准")
    ground = SelectField("特殊情形", choices=[("", "—"), *RequestGround.choices()], validate_choice=False)
    from_system = BooleanField("已查无共享数据", description="能从部门共享数据取得的，不再要企业报送")


class RequestPanel(MatterPanel):
    resource = "request"
    columns = ["number", "title", "request_kind", "unit", "scope_note", "enterprise_count", "state", "wanted_on", "opened_at"]
    classes = {"number": "code", "title": "col-title cut", "request_kind": "cut-s", "unit": "col-unit", "scope_note": "cut-s opt",
               "enterprise_count": "num", "state": "col-state", "wanted_on": "muted col-clock", "opened_at": "opt muted"}
    labels = {"title": "名称", "unit": "组织单位"}
    tabs = [
        Tab("open", "在办", lambda _u: EnterpriseRequest.closed_at.is_(None), counted=True),
        Tab("decide", "待审批", lambda _u: EnterpriseRequest.state == S.DRAFTED.value, counted=True),
        Tab("approved", "已批准", lambda _u: EnterpriseRequest.state == S.APPROVED.value),
        Tab("refused", "不予批准", lambda _u: EnterpriseRequest.state == S.REFUSED.value),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号/名称", EnterpriseRequest.number, EnterpriseRequest.title), by_row("unit", "组织单位", EnterpriseRequest.unit_id, Unit),
        one_of("kind", "类别", EnterpriseRequest.request_kind, RequestKind), one_of("state", "状态", EnterpriseRequest.state, RequestState),
        between("opened", "提出", EnterpriseRequest.opened_at),
    ]

    bulk = {"approve": "", "refuse": ""}

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Drawing up a request is the primary action of those who may."""
        action = ("提出事项", url_for(".ask", url=request.full_path), "plus-lg") if self._may("ask") else None
        return super().list_context(context) | {"primary_action": action}

    def line(self, row: EnterpriseRequest) -> str:
        """调查问卷 · 园区规上企业（32家）"""
        return f"{row.request_kind.label} · {row.who}"

    def facts(self, row: EnterpriseRequest) -> list[dict[str, Any]]:
        """As on the approval form."""
        rows = [
            [("组织单位", str(row.unit)), ("类别", row.request_kind.label)], [("内容", row.content)],
            [("企业范围", row.scope_note), ("涉及企业数", f"{row.enterprise_count} 家" + (f"，每家约 {row.hours} 小时" if row.hours else ""))],
            [("法定依据", row.basis or "无"), ("特殊情形", row.ground.label if row.ground else "无")],
            [("共享数据", "已查无共享数据" if row.from_system else "未说明"), ("要求完成", shown(row.wanted_on))],
            [("提出", f"{row.created_by or ''} {short_time(row.opened_at)}"), ("审批时间", short_time(row.decided_at) or None)],
        ]
        if row.answered_count is not None:
            rows.append([("实际参与企业", f"{row.answered_count} 家")])
        return [{"title": "涉企报送、考评、调查事项审批表", "rows": rows}]

    @expose("/ask/", methods=("GET", "POST"))
    def ask(self) -> Any:
        """The form of a new request."""
        if not self._may("ask"):
            return self.inaccessible_callback("ask")
        form, errors, status = RequestForm(), [], 200
        for name in ("title", "request_kind", "content", "scope_note", "enterprise_count", "wanted_on"):
            form[name].flags.required = True
        if form.is_submitted():
            form.validate()
            row, errors = self._ask(form)
            if row:
                flash(f"已提出 {row.number}，送负责人审批", "success")
                return redirect(url_for(".details_view", id=row.id))
            status = 422
        return self.render(
            "admin/transition.html", title="提出涉企报送考评事项", form=form, general_errors=errors, back={"url": self.back(), "label": "返回列表"},
            verb={"label": "送负责人审批", "short": "提出", "icon": "send"}, after_note="主要负责人批准后方可向企业发出；没有法定依据的不能批准。",
        ), status

    def _ask(self, form: RequestForm) -> tuple[EnterpriseRequest | None, list[str]]:
        errors: list[str] = []
        return attempt(form, errors, lambda: _asked(form)), errors


def _asked(form: RequestForm) -> EnterpriseRequest:
    if current_user.unit is None:
        raise Refused("您的账号没有所属单位，不能提出涉企事项")
    return EnterpriseRequest.ask(by=current_user._get_current_object(), unit=current_user.unit, title=form.title.data or "", **_values(form))


def _values(form: RequestForm) -> dict[str, Any]:
    if form.request_kind.data not in RequestKind.__members__:
        raise Invalid("request_kind", "请选择类别")
    if not isinstance(form.wanted_on.data, date):
        raise Invalid("wanted_on", "请填写要求完成的日期，如 20240520")
    return {
        "request_kind": RequestKind[form.request_kind.data], "content": form.content.data or "", "scope_note": (form.scope_note.data or "")[:200],
        "enterprise_count": _number(form, "enterprise_count"), "hours": _number(form, "hours"), "wanted_on": form.wanted_on.data,
        "basis": (form.basis.data or "").strip()[:200] or None, "from_system": form.from_system.data,
        "ground": RequestGround[form.ground.data] if form.ground.data in RequestGround.__members__ else None,
    }


def _number(form: RequestForm, name: str) -> int | None:
    text = (form[name].data or "").strip()
    if text and (not text.isdecimal() or len(text) > 6):
        raise Invalid(name, f"{form[name].label.text}请填整数")
    return int(text) if text else None
