"""The panel of inspections: plans, urgent visits, what was found (I1–I4, I6)."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Query, joinedload, selectinload

from models import Inspection, InspectionField, InspectionTarget, Unit
from models.inspection.quiet import refusal_for, without_leave
from models.inspection.states import COMING_STATES, END_STATES, PLAN_STATES, VISITED_STATES, InspectionState
from views.cells import clause_words, short_time, shown
from views.filters import Where, between, by_row, contains, one_of, yes_no
from views.inspection.plan import PlanPage
from views.matter import MatterPanel, Tab, light_filter

S = InspectionState


def _state(*states: S) -> sa.ColumnElement[bool]:
    return Inspection.state.in_([state.value for state in states])


def _firm(value: str) -> sa.ColumnElement[bool]:
    found = sa.select(InspectionTarget.inspection_id).where(InspectionTarget.enterprise.has(name=value.strip()))
    return Inspection.id.in_(found)


class InspectionPanel(MatterPanel):
    resource = "inspection"
    columns = ["number", "title", "unit", "who", "field", "state", "due_at", "urgent", "filed_at", "opened_at", "closed_at"]
    classes = {"number": "code", "title": "col-title cut", "unit": "col-unit", "who": "cut-s", "field": "cut-s", "state": "col-state",
               "due_at": "col-clock", "urgent": "opt", "filed_at": "opt muted", "opened_at": "opt muted", "closed_at": "opt muted"}
    labels = {"title": "检查名称", "unit": "检查单位", "who": "企业", "due_at": "时限"}
    tabs = [
        Tab("open", "在办", lambda _u: _state(*(set(S) - END_STATES)), counted=True),
        Tab("approve", "待审批", lambda _u: _state(*PLAN_STATES), counted=True),
        Tab("coming", "待实施", lambda _u: _state(*COMING_STATES), counted=True),
        Tab("after", "复查和报送", lambda _u: _state(*VISITED_STATES - {S.REPORTED}), counted=True),
        Tab("reported", "待核收", lambda _u: _state(S.REPORTED), counted=True),
        Tab("urgent", "径直检查", lambda _u: Inspection.urgent.is_(True)),
        Tab("closed", "办结", lambda _u: _state(*END_STATES)),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号/名称", Inspection.number, Inspection.title), by_row("unit", "检查单位", Inspection.unit_id, Unit),
        by_row("field", "监管领域", Inspection.field_id, InspectionField), one_of("state", "状态", Inspection.state, InspectionState),
        light_filter(Inspection),
    ]
    bulk = {"approve": "", "send_back": "", "file": "", "close": ""}
    more_filters = [
        Where("firm", "企业名称", _firm, placeholder="全称"), yes_no("urgent", "径直检查", Inspection.urgent),
        between("opened", "登记", Inspection.opened_at), between("filed", "报备", Inspection.filed_at),
    ]
    column_formatters = {"filed_at": lambda _v, _c, row, _n: short_time(row.filed_at)}

    def get_query(self) -> Query:
        """With what the list shows."""
        return super().get_query().options(
            joinedload(Inspection.field), selectinload(Inspection.targets).joinedload(InspectionTarget.enterprise)
        )

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Planning is the primary action; going straight stands beside it."""
        action = ("编制检查计划", url_for(".plan", url=request.full_path), "plus-lg") if self._may("plan") else None
        second = [("径直检查登记", url_for(".direct", url=request.full_path), "exclamation-triangle-fill")] if self._may("direct") else []
        if self.can_export:
            second.append(("导出", url_for(".export", export_type="xlsx", **self.list_args()), "download"))
        return super().list_context(context) | {"primary_action": action, "secondary_actions": second}

    @expose("/plan/", methods=("GET", "POST"))
    def plan(self) -> Any:
        """检查计划报备表."""
        return self._form("plan", "编制检查计划", "送负责人审批", "负责人批准后，由编制人报备；园区统筹，重合的并为联合检查。", urgent=False)

    @expose("/direct/", methods=("GET", "POST"))
    def direct(self) -> Any:
        """径直检查登记表."""
        return self._form("direct", "径直检查登记", "登记", "检查完成后3个工作日内报送区工业园管委会，从检查次日起算。", urgent=True)

    def _form(self, action: str, title: str, label: str, after: str, *, urgent: bool) -> Any:
        if not self._may(action):
            return self.inaccessible_callback(action)
        page, status = PlanPage(urgent), 200
        if page.form.is_submitted():
            if row := page.save():
                flash(f"已登记 {row.number}", "success")
                return redirect(url_for(".details_view", id=row.id))
            status = 422
        return self.render(
            "admin/transition.html", title=title, form=page.form, general_errors=page.errors, notices=page.notices(),
            back={"url": self.back(), "label": "返回列表"}, verb={"label": label, "short": label, "icon": "send"}, after_note=after,
        ), status

    # -- the record -------------------------------------------------------------------------

    def line(self, row: Inspection) -> str:
        """危险化学品 · 径直检查"""
        return " · ".join(filter(None, [str(row.unit), str(row.field), "径直检查" if row.urgent else "", "双随机" if row.draw_id else ""]))

    def initial(self, row: Inspection, step: str) -> dict[str, Any]:
        """Revising starts from what is there."""
        return {"items": row.items, "basis": row.basis} if step == "revise" else {}

    def beside(self, row: Inspection, step: str) -> dict[str, Any]:
        """What leave is asked for, the hidden dangers a re-check is about."""
        if step in ("permit", "refuse_leave"):
            planned = {target.enterprise_id: f"{target.planned_on:%Y-%m-%d}" for target in row.targets}
            against = [(str(firm), f"计划 {planned[firm.id]}；{clause_words(why)}") for firm, why in without_leave(row.open_targets())]
            return {"after": against, "after_title": f"须准予例外的企业（{row.unit}）"}
        if step != "recheck":
            return {}
        rows = [(f"{hazard.id}号", f"{hazard.enterprise}：{hazard.description}（{hazard.recheck_on:%m-%d}复查）") for hazard in row.open_hazards()]
        return {"after": rows, "after_title": "待复查的隐患"}

    def facts(self, row: Inspection) -> list[dict[str, Any]]:
        """Plan, enterprises, findings, report."""
        made = [_plan(row), {"title": "企业", "aside": f"{len(row.targets)} 家", "rows": [[_target(t)] for t in row.targets]}]
        if row.hazards:
            made.append({"title": "隐患", "aside": f"未销号 {len(row.open_hazards())} 项", "rows": [[_hazard(h)] for h in row.hazards]})
        if row.penalties:
            made.append({"title": "处理决定", "rows": [[_penalty(p)] for p in row.penalties]})
        if row.concluded_at or row.reported_at:
            made.append({"title": "报送", "rows": [
                [("程序闭环", shown(row.concluded_at) or "尚未闭环"), ("报送时间", shown(row.reported_at) or None)], [("报送内容", row.summary)],
            ]})
        return made


def _plan(row: Inspection) -> dict[str, Any]:
    rows: list[Any] = [
        [("检查单位", str(row.unit)), ("监管领域", str(row.field))], [("检查事项", row.items)], [("检查依据", row.basis)],
    ]
    if row.urgent:
        rows.append([("法定情形", row.ground.label), ("情形说明", row.ground_note)])
    else:
        approved = f"{row.approved_by or ''} {short_time(row.approved_at)}".strip()
        rows.append([("负责人批准", approved or None), ("报备时间", shown(row.filed_at) or None)])
        if why := refusal_for(row.open_targets()) if row.state not in END_STATES else None:
            rows.append([("受保护", clause_words(why))])
    if row.draw and current_user.may("draw:view"):
        rows.append([("双随机抽取", Markup('<a href="{}">{}</a>').format(url_for("draw.details_view", id=row.draw_id), row.draw))])
    return {"title": "检查计划", "aside": f"{row.created_by or '系统'} 编制", "rows": rows}


def _target(target: InspectionTarget) -> tuple[str, Any]:
    words = [f"计划 {target.planned_on:%Y-%m-%d}"]
    if target.passing:
        words.append(f"例外：{target.passing.label}（{target.passing_note}）")
    if target.finding:
        seen = f"{target.visited_on:%Y-%m-%d} " if target.visited_on else ""
        words += [f"{seen}{target.finding.label}", target.inspectors or "", target.note or ""]
    text = Markup("<b>{}</b>　{}").format(target.enterprise, "；".join(filter(None, words)))
    if target.joint:
        text += Markup('　<a href="{}">{}</a>').format(url_for("joint.details_view", id=target.joint_id), target.joint.number)
    return "企业", text


def _hazard(hazard: Any) -> tuple[str, str]:
    end = f"已销号（{'联合' if hazard.is_joint else ''}复查 {short_time(hazard.rechecked_at)}）" if not hazard.is_open else f"{hazard.recheck_on:%Y-%m-%d} 复查"
    more = f"；{hazard.result}" if hazard.result else ""
    return f"{hazard.id}号", f"{hazard.enterprise}：{hazard.description}（{hazard.level.label}）；{end}{more}"


def _penalty(penalty: Any) -> tuple[str, str]:
    money = f"，{shown(penalty.amount)} 万元" if penalty.amount else ""
    item = f"，适用清单 {penalty.leniency_item}" if penalty.leniency_item else ""
    return penalty.document_no, f"{penalty.enterprise}：{penalty.violation}；{penalty.kind.label}{money}（{penalty.decided_on:%Y-%m-%d}）{item}"
