"""Campaigns, their checklists, checks, suggestions, outcomes (S1, S2, K9, T16)."""

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_login import current_user
from sqlalchemy.orm import Query, joinedload
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from models import Campaign, Check, ChecklistItem, Enterprise, Problem, Suggestion, Unit, db
from models.supervision.campaign import inspection_item
from models.supervision.outcomes import grand_total
from models.supervision.states import Adoption, Method
from models.ticket.records import Outcome
from views.cells import clause_words, short_time, shown
from views.filters import Where, between, by_row, contains, one_of, yes_no
from views.panel import Panel
from views.supervision_pages import RecordPanel, link, matter_rows
from views.units import UnitChoices

MANY = 200  # problems shown beside a campaign


class UnitsField(UnitChoices):
    """The picker of several units inside a register's form."""

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        for name in ("allow_blank", "query_factory", "get_label", "blank_text"):
            kwargs.pop(name, None)
        super().__init__(label, validators, **kwargs)


class CampaignPanel(RecordPanel):
    resource = "campaign"
    columns = ["name", "starts_on", "ends_on", "host", "units", "clause", "is_active"]
    fields = ["code", "name", "starts_on", "ends_on", "host", "units", "focus", "document", "clause", "is_active"]
    numbered = {"code": "ZX"}
    classes = {"name": "col-title cut", "units": "cut-s", "host": "col-unit"}
    labels = {"units": "被监督单位"}
    form_overrides = {"units": UnitsField}
    form_args = {"units": {"label": "被监督单位", "description": "可选多个"}}
    filters = [contains("q", "名称", Campaign.name), yes_no("active", "启用", Campaign.is_active)]
    order = ("starts_on", True)

    def title(self, row: Campaign) -> tuple[str, str, str]:
        """Number, name, whether it runs."""
        return "", row.name, "启用" if row.is_active else "已结束"

    def facts(self, row: Campaign) -> list[dict[str, Any]]:
        """Period, units, checklist."""
        about = [
            [("起止日期", f"{row.starts_on:%Y-%m-%d} 至 {row.ends_on:%Y-%m-%d}"), ("组织单位", str(row.host or "未指定"))],
            [("监督重点", row.focus)], [("被监督单位", "、".join(map(str, row.units)) or "未指定")],
            [("依据", clause_words(row.clause) or (row.document.called if row.document else "无"))],
        ]
        items = [[(f"第{place}项", item.content)] for place, item in enumerate(row.items, 1) if item.is_active]
        return [{"title": "专项监督", "rows": about}, {"title": "监督清单", "rows": items or [[("清单", "尚未列入监督事项")]]}]

    def related(self, row: Campaign) -> list[dict[str, Any]]:
        """Checks and problems of the campaign that the reader may see."""
        found = db.session.scalars(sa.select(Problem).where(Problem.campaign_id == row.id).order_by(Problem.id.desc()).limit(MANY)).all()
        checks = [{"label": str(check), "url": url_for("check.details_view", id=check.id)} for check in row.checks] if current_user.may(
            "check:view") else []
        return [{"title": "监督检查", "rows": checks}, {"title": "发现问题", "rows": matter_rows(list(found))}]

    def starts(self, row: Campaign) -> list[tuple[str, str, str]]:
        """The computed summary."""
        if not (current_user.may("report:view") and current_user.may("check:view")):
            return []
        return [("专项监督总结", url_for("report.index", kind="campaign-summary", period=row.code), "journal-text")]


class ChecklistPanel(Panel):
    resource = "campaign"
    columns = ["content", "campaign", "clause", "sort", "is_active"]
    fields = ["code", "campaign", "content", "document", "clause", "sort", "is_active"]
    numbered = {"code": "QD"}
    classes = {"content": "col-title cut", "campaign": "cut-s"}
    filters = [contains("q", "监督事项", ChecklistItem.content), by_row("campaign", "专项监督", ChecklistItem.campaign_id, Campaign)]
    order = ("sort", False)


class CheckPanel(RecordPanel):
    resource = "check"
    columns = ["held_on", "method", "unit", "campaign", "interviewed", "files_read", "findings", "inspectors"]
    fields = ["held_on", "method", "campaign", "unit", "inspectors", "firms", "interviewed", "files_read", "items", "findings"]
    classes = {"findings": "col-title cut", "unit": "col-unit", "campaign": "cut-s", "interviewed": "num", "files_read": "num", "inspectors": "opt"}
    labels = {"items": "检查事项"}
    form_args = {"items": {"label": "检查清单事项"}}
    form_extra_fields = {"firms": TextAreaField("走访企业", description="企业库中的企业，名称之间用顿号隔开；未入库的只计入家数")}
    filters = [
        between("held", "日期", Check.held_on, moments=False), one_of("method", "方式", Check.method, Method),
        by_row("unit", "被检查单位", Check.unit_id, Unit), by_row("campaign", "专项监督", Check.campaign_id, Campaign),
    ]
    more_filters = [
        Where("item", "清单事项", lambda v: Check.id.in_(
            sa.select(inspection_item.c.check_id).where(inspection_item.c.item_id == int(v))), kind="select",
            choices=lambda: [(str(item.id), str(item)) for item in db.session.scalars(sa.select(ChecklistItem).order_by(ChecklistItem.sort))]),
        contains("q", "检查情况", Check.findings, Check.inspectors),
    ]
    order = ("held_on", True)
    column_sortable_list = ["held_on", "interviewed", "files_read"]

    def get_query(self) -> Query:
        """With the names the list shows."""
        return super().get_query().options(joinedload(Check.unit), joinedload(Check.campaign))

    def on_form_prefill(self, form: Any, id: Any) -> None:
        """The named enterprises as text."""
        row = self.get_one(id)
        form.firms.data = "、".join(firm.name for firm in row.enterprises)

    def on_model_change(self, form: Any, model: Check, is_created: bool) -> None:
        """Names become enterprises; a number smaller than the names is raised to it."""
        names = [name.strip() for name in (form.firms.data or "").replace("\n", "、").split("、") if name.strip()]
        found = {firm.name: firm for firm in db.session.scalars(sa.select(Enterprise).where(Enterprise.name.in_(names)))}
        if missing := [name for name in names if name not in found]:
            raise ValidationError(f"企业库中没有：{'、'.join(missing)}；请核对名称，未入库的只填家数")
        model.interviewed = model.interviewed or 0
        model.enterprises = [found[name] for name in dict.fromkeys(names)]
        if is_created:
            model.created_by_id = current_user.id

    def title(self, row: Check) -> tuple[str, str, str]:
        """Day, unit and method."""
        return f"{row.held_on:%Y-%m-%d}", f"{row.unit}　{row.method.label}", "已登记"

    def facts(self, row: Check) -> list[dict[str, Any]]:
        """The visit as the paper form records it."""
        rows = [
            [("检查日期", shown(row.held_on)), ("检查方式", row.method.label)],
            [("被检查单位", str(row.unit)), ("检查人员", row.inspectors or "未填写")],
            [("专项监督", link("campaign", row.campaign) or "日常监督")],
            [("走访企业", f"{row.interviewed} 家" + (f"：{'、'.join(map(str, row.enterprises))}" if row.enterprises else "")),
             ("查阅案卷", f"{row.files_read} 卷")],
            [("清单事项", "；".join(map(str, row.items)) or "未勾选")], [("检查情况", row.findings)],
        ]
        return [{"title": "检查记录", "rows": rows}]

    def related(self, row: Check) -> list[dict[str, Any]]:
        """Problems and suggestions that came of it."""
        problems = db.session.scalars(sa.select(Problem).where(Problem.check_id == row.id).order_by(Problem.id)).all()
        advice = db.session.scalars(sa.select(Suggestion).where(Suggestion.check_id == row.id).order_by(Suggestion.id)).all()
        rows = [{"label": s.content, "url": url_for("suggestion.details_view", id=s.id), "end": s.adoption.label} for s in advice]
        return [{"title": "发现问题", "rows": matter_rows(list(problems))}, {"title": "工作建议", "rows": rows}]

    def starts(self, row: Check) -> list[tuple[str, str, str]]:
        """What a check leads to."""
        offered = [("problem:create", "登记问题", url_for("problem.register", check=row.id), "flag"),
                   ("suggestion:create", "提出建议", url_for("suggestion.create_view", check=row.id), "pencil-square"),
                   ("lead:create", "提交线索", url_for("lead.receive", check=row.id), "lock")]
        return [(label, url, icon) for permission, label, url, icon in offered if current_user.may(permission)]


class SuggestionPanel(Panel):
    resource = "suggestion"
    columns = ["made_on", "unit", "content", "campaign", "adoption", "answered_on", "answer"]
    fields = ["made_on", "unit", "campaign", "check", "content", "adoption", "answered_on", "answer"]
    classes = {"content": "col-title cut", "unit": "col-unit", "campaign": "cut-s", "answer": "cut-s"}
    filters = [
        between("made", "提出", Suggestion.made_on, moments=False), by_row("unit", "建议对象", Suggestion.unit_id, Unit),
        by_row("campaign", "专项监督", Suggestion.campaign_id, Campaign), one_of("adoption", "采纳", Suggestion.adoption, Adoption),
    ]
    more_filters = [
        Where("taken", "已采纳", lambda v: Suggestion.adoption.in_({"1": ["ADOPTED", "PARTLY"], "0": ["PENDING", "REFUSED"]}[v]),
              kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
    ]
    order = ("made_on", True)

    def create_form(self, obj: Any = None) -> Any:
        """Begun from a check, the unit and the campaign are its."""
        form = super().create_form(obj)
        check = _check_asked()
        if check is not None and request.method == "GET":
            form.check.data, form.unit.data, form.campaign.data = check, check.unit, check.campaign
        return form


def _check_asked() -> Check | None:
    value = request.args.get("check", "")
    return db.session.get(Check, int(value)) if value.isdecimal() and len(value) < 12 else None


class OutcomePanel(Panel):
    """Outcomes of tickets come from their replies; those of campaigns are entered here."""

    resource = "outcome"
    columns = ["at", "kind", "unit", "amount", "campaign", "ticket", "note"]
    fields = ["at", "kind", "unit", "campaign", "amount", "note"]
    classes = {"note": "col-title cut", "unit": "col-unit", "amount": "num", "campaign": "cut-s", "ticket": "code opt", "at": "muted"}
    labels = {"at": "时间"}
    filters = [
        between("at", "时间", Outcome.at), Where("kind", "类别", lambda v: Outcome.kind == v, kind="select", choices=lambda: _kinds()),
        by_row("unit", "单位", Outcome.unit_id, Unit), by_row("campaign", "专项监督", Outcome.campaign_id, Campaign),
    ]
    order = ("at", True)
    column_sortable_list = ["at", "amount"]
    column_formatters = {
        "ticket": lambda _v, _c, row, _n: link("ticket", row.ticket, row.ticket.number) if row.ticket else "",
        "at": lambda _v, _c, row, _n: short_time(row.at),
    }

    def get_query(self) -> Query:
        """With the names the list shows."""
        return super().get_query().options(joinedload(Outcome.unit))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """The sum of the filtered rows, in the place of their number."""
        conditions = [self._filters[i].clause(value) for i, _name, value in context.get("active_filters") or []]
        return {"count_text": f"{shown(grand_total(*conditions))} 万元，{context.get('count') or 0}"}

    def on_model_change(self, form: Any, model: Outcome, is_created: bool) -> None:
        """A ticket's outcome is changed by its reply only."""
        if model.ticket_id is not None:
            raise ValidationError("诉求的成效随办理结果登记，请在诉求中更正")


def _kinds() -> list[tuple[str, str]]:
    return [(kind, kind) for kind in db.session.scalars(sa.select(Outcome.kind).distinct().order_by(Outcome.kind))]
