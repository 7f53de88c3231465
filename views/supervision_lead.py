"""Leads, read by few; public-resource transactions, whose irregular ones become leads (S4, S11)."""

from typing import Any

import sqlalchemy as sa
from flask import flash, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload
from wtforms import MultipleFileField, SelectField, StringField, TextAreaField

from models import Campaign, Check, Lead, LeadReader, Trade, Unit, db
from models.remembered import remembered
from models.supervision.lead import OPEN_LEADS, lead_of
from models.supervision.states import LeadSource, LeadState, Supervised, TradeKind
from models.user import Level, User
from views.cells import short_time, shown
from views.filters import between, by_row, contains, one_of
from views.matter import MatterPanel, Tab
from views.panel import Panel
from views.personal import cell
from views.supervision_pages import MOMENTS, choice, form_page, link, options, picked, reader_of
from views.units import UnitChoice

S = LeadState
RECENT = 60


class ReceiveForm(FlaskForm):
    """What somebody hands in."""

    source = SelectField("线索来源", choices=LeadSource.choices())
    title = StringField("标题", description="不写被反映人姓名")
    reported_unit = UnitChoice("被反映单位")
    reported_person = StringField("被反映人")
    content = TextAreaField("线索内容", render_kw={"rows": 6}, description="写清时间、地点、经过；涉密内容不得录入")
    informant = StringField("反映人", description="匿名反映的不填")
    informant_phone = StringField("反映人电话")
    check = choice("来源检查")
    files = MultipleFileField("线索材料", description="PDF、图片、Office，单个20 MB以内；涉密材料不得上传")


def insider(row: Lead) -> bool:
    """Whether the reader may see what was made of the lead; who handed it in sees their own words and the answer."""
    user = current_user
    return user.level("lead:view") == Level.ALL or any(reader.user_id == user.id for reader in row.readers)


class LeadPanel(MatterPanel):
    resource = "lead"
    columns = ["number", "title", "source", "state", "due_at", "opened_at", "closed_at"]
    classes = {"number": "code", "title": "col-title cut", "state": "col-state", "due_at": "col-clock", "opened_at": "muted", "closed_at": "opt muted"}
    labels = {"title": "线索", "due_at": "时限"}
    tabs = [
        Tab("open", "在办", lambda _u: Lead.state.in_(OPEN_LEADS), counted=True),
        Tab("assess", "待研判", lambda _u: Lead.state == S.RECEIVED, counted=True),
        Tab("transfer", "待移送", lambda _u: Lead.state == S.ASSESSED, counted=True),
        Tab("wait", "待反馈", lambda _u: Lead.state == S.TRANSFERRED),
        Tab("closed", "办结", lambda _u: Lead.closed_at.is_not(None)),
        Tab("mine", "我提交的", lambda user: Lead.created_by_id == user.id),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号/标题", Lead.number, Lead.title), one_of("source", "来源", Lead.source, LeadSource),
        one_of("state", "状态", Lead.state, LeadState), by_row("campaign", "专项监督", Lead.campaign_id, Campaign),
        between("opened", "收到", Lead.opened_at),
    ]
    column_formatters = MOMENTS
    column_sortable_list = ["number", "opened_at", "due_at", "closed_at"]

    def get_query(self) -> Query:
        """With what the list shows."""
        return super().get_query().options(joinedload(Lead.reported_unit))

    def is_accessible(self) -> bool:
        """Also for a named reader, whose role may not hold the permission."""
        return super().is_accessible() or bool(current_user.is_authenticated and _named(reader_of(current_user)))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Handing in is the primary action of those who may."""
        action = ("提交线索", url_for(".receive", url=request.full_path), "plus-lg") if self._may("create") else None
        return super().list_context(context) | {"primary_action": action}

    def may_reveal(self, row: Lead) -> bool:
        """Whoever handles it or is a named reader."""
        return insider(row)

    def line(self, row: Lead) -> str:
        """How narrow the circle is."""
        return f"{row.source.label} · 限知悉范围"

    def facts(self, row: Lead) -> list[dict[str, Any]]:
        """The submission for its author; the handling for insiders."""
        inside = insider(row)
        told = [
            [("线索内容", row.content)],
            [("被反映单位", str(row.reported_unit or "未指明")), ("被反映人", row.reported_person or "未指明")],
            [("反映人", cell(self, row, "informant", "informant_phone") or "匿名"), ("收到时间", shown(row.opened_at))],
            [("提交人", str(row.created_by or "系统")), ("来源", self._origin(row))],
        ]
        sections = [{"title": "线索", "aside": "仅知悉人员可见", "icon": "lock", "rows": told}]
        if inside:
            sections.append({"title": "研判和移送", "rows": self._handling(row)})
        return [*sections, {"title": "答复", "rows": [[("回复反映人", row.answer or ("尚未回复" if row.is_open else "无"))]]}]

    def _handling(self, row: Lead) -> list[list[tuple[str, Any]]]:
        readers = "、".join(f"{reader.user.name}（{reader.user.username}，{short_time(reader.named_at)}）" for reader in row.readers)
        return [
            [("研判结论", row.assessment.label if row.assessment else None), ("移送机关", row.organ.label if row.organ else None)],
            [("研判意见", row.opinion)], [("已办经过", row.handled)], [("移送建议", row.request)],
            [("处理结果", row.outcome.label if row.outcome else None), ("反馈时间", short_time(row.answered_at) if row.outcome else None)],
            [("结果说明", row.result)], [("指定知悉人", readers or "无，仅纪检人员可见")],
        ]

    def _origin(self, row: Lead) -> Any:
        if row.check and current_user.may("check:view"):
            return link("check", row.check)
        return link("trade", row.trade) if row.trade and current_user.may("trade:view") else row.source.label

    @expose("/receive/", methods=("GET", "POST"))
    def receive(self) -> Any:
        """Hand a lead in: special supervisors, supervisors, discipline."""
        if not self._may("create"):
            return self.inaccessible_callback("receive")
        form = ReceiveForm()
        seen = current_user.may("check:view")
        options(form, "check", list(db.session.scalars(sa.select(Check).order_by(Check.held_on.desc()).limit(RECENT))) if seen else [])
        if request.method == "GET":
            form.source.data = (LeadSource.SPECIAL if not seen else LeadSource.CHECK if request.args.get("check") else LeadSource.REPORT).value
            form.check.data = request.args.get("check", "")
        return form_page(
            self, form, "提交线索", "提交", "提交后只有纪检人员和指定的知悉人可以看到内容；您可以查看自己提交的线索和答复。",
            ("source", "title", "content"), lambda: self._enter(form), files="线索材料",
        )

    def _enter(self, form: ReceiveForm) -> Lead:
        check = picked(form, "check", Check)
        texts = {name: (form[name].data or "").strip() or None for name in ("reported_person", "informant", "informant_phone")}
        return Lead.receive(
            by=reader_of(current_user), title=form.title.data or "", content=form.content.data or "", source=LeadSource[form.source.data],
            reported_unit=form.reported_unit.data, check=check, campaign=check.campaign if check else None, **texts,
        )


def _named(user: User) -> bool:
    """Whether anything at all is open to this user as a named reader."""
    table = LeadReader.__table__
    query = sa.select(table.c.id).where(table.c.user_id == user.id).limit(1)
    return remembered(("named", user.id), lambda: db.session.scalar(query) is not None)


class TradePanel(Panel):
    """Transactions; marking one irregular makes it a lead, once."""

    resource = "trade"
    columns = ["code", "title", "kind", "owner", "held_on", "amount", "supervised", "agency"]
    fields = ["code", "title", "kind", "owner", "agency", "held_on", "amount", "supervised", "irregularity"]
    classes = {"code": "code", "title": "col-title cut", "owner": "col-unit", "amount": "num", "agency": "opt cut-s"}
    filters = [
        contains("q", "编号/项目", Trade.code, Trade.title), one_of("kind", "类别", Trade.kind, TradeKind),
        one_of("supervised", "电子监察", Trade.supervised, Supervised), by_row("owner", "招标单位", Trade.owner_id, Unit),
        between("held", "交易", Trade.held_on, moments=False),
    ]
    order = ("held_on", True)
    column_sortable_list = ["held_on", "amount"]

    def after_model_change(self, form: Any, model: Trade, is_created: bool) -> None:
        """E 四(三)3: an irregular transaction is pursued."""
        if model.supervised != Supervised.IRREGULAR or not current_user.may("lead:create"):
            return
        if lead_of(model, reader_of(current_user)):
            db.session.commit()
            flash("异常交易已生成问题线索，由纪检人员研判", "success")
