"""Major projects and their nodes (S6)."""

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload
from wtforms import DateField, SelectField, StringField

from models import ApprovalCase, MajorProject, Milestone, Unit, db
from models.errors import Invalid
from models.now import now
from models.supervision.states import Focus, MilestoneState, ProjectKind, ProjectLevel
from views.cells import short_time, shown
from views.filters import between, by_row, contains, one_of, yes_no
from views.matter import MatterPanel, Tab, light_filter
from views.matter.record import parts_rows
from views.supervision_pages import RecordPanel, choice, form_page, link, matter_rows, options, picked, reader_of
from views.units import UnitChoice

S = MilestoneState


class ProjectPanel(RecordPanel):
    resource = "project"
    columns = ["name", "kind", "level", "lead", "owner", "investment", "green_channel", "starts_on", "ends_on", "is_active"]
    fields = ["name", "kind", "level", "lead", "owner", "place", "investment", "green_channel", "starts_on", "ends_on", "is_active"]
    classes = {"name": "col-title cut", "lead": "col-unit", "owner": "cut-s", "investment": "num", "starts_on": "opt muted", "ends_on": "muted"}
    filters = [
        contains("q", "项目", MajorProject.name, MajorProject.owner), one_of("kind", "类型", MajorProject.kind, ProjectKind),
        one_of("level", "级别", MajorProject.level, ProjectLevel), by_row("lead", "责任单位", MajorProject.lead_id, Unit),
        yes_no("green", "绿色通道", MajorProject.green_channel),
    ]
    order = ("id", True)

    def title(self, row: MajorProject) -> tuple[str, str, str]:
        """Level, name, state."""
        return row.level.label, row.name, "在监督" if row.is_active else "已结束"

    def facts(self, row: MajorProject) -> list[dict[str, Any]]:
        """The project, and its nodes by the four contents."""
        about = [
            [("类型", row.kind.label), ("级别", row.level.label)], [("责任单位", str(row.lead)), ("建设单位", row.owner or "未填写")],
            [("建设地点", row.place or "未填写"), ("总投资（万元）", shown(row.investment) or "未填写")],
            [("开工日期", shown(row.starts_on) or "未填写"), ("计划完工", shown(row.ends_on) or "未填写")],
            [("绿色通道", "是，审批按绿色通道时限计时" if row.green_channel else "否")],
        ]
        sections = [{"title": "项目", "rows": about}]
        for focus in Focus:
            nodes = [[(node.title, Milestoned(node).words)] for node in row.milestones if node.focus == focus]
            sections.append({"title": focus.label, "rows": nodes or [[("节点", "尚未设置")]]})
        return sections

    def related(self, row: MajorProject) -> list[dict[str, Any]]:
        """Nodes, their problems, the approvals of the project."""
        cases = db.session.scalars(sa.select(ApprovalCase).where(ApprovalCase.project_id == row.id).order_by(ApprovalCase.id)).all()
        problems = [problem for node in row.milestones for problem in node.problems]
        return [{"title": "节点", "rows": matter_rows(row.milestones)}, {"title": "突出问题", "rows": matter_rows(problems)},
                {"title": "审批办件", "rows": matter_rows(list(cases))}]

    def starts(self, row: MajorProject) -> list[tuple[str, str, str]]:
        """One more node."""
        may = current_user.may("milestone:create") and row.is_active
        return [("设置节点", url_for("milestone.plan", project=row.id), "plus-lg")] if may else []


class Milestoned:
    """Plan and reality of a node in words."""

    def __init__(self, node: Milestone) -> None:
        self.node = node

    @property
    def words(self) -> str:
        """计划 2024-09-10，实际 2024-09-12（晚2天）"""
        node = self.node
        parts = [f"计划 {node.planned_on:%Y-%m-%d}"]
        if node.extensions and node.is_open:
            parts.append(f"已调整至 {node.due_at:%Y-%m-%d}")
        if node.done_on:
            late = node.slip
            parts.append(f"实际 {node.done_on:%Y-%m-%d}（{f'晚{late}天' if late > 0 else f'早{-late}天' if late < 0 else '如期'}）")
        return "，".join([*parts, node.state.label])


class PlanForm(FlaskForm):
    """One node."""

    project = choice("项目")
    title = StringField("节点", description="如 施工许可核发、征迁完成、主体封顶、资金拨付")
    focus = SelectField("监督内容", choices=Focus.choices())
    planned_on = DateField("计划日期", format=["%Y-%m-%d", "%Y%m%d"])
    unit = UnitChoice("责任单位", description="不填为项目责任单位")


class MilestonePanel(MatterPanel):
    resource = "milestone"
    columns = ["number", "project", "title", "focus", "unit", "state", "due_at", "planned_on", "done_on", "slip"]
    classes = {"number": "code", "project": "cut-s", "title": "col-title cut", "unit": "col-unit", "state": "col-state", "due_at": "col-clock",
               "planned_on": "muted", "done_on": "muted opt", "slip": "num opt"}
    labels = {"title": "节点", "due_at": "时限", "slip": "偏差（天）"}
    tabs = [
        Tab("open", "推进中", lambda _u: Milestone.state == S.PLANNED, counted=True),
        Tab("late", "已超期", lambda _u: Milestone.closed_at.is_(None) & Milestone.answered_at.is_(None) & (Milestone.due_at <= now()), counted=True),
        Tab("check", "待核实", lambda _u: Milestone.state == S.REPORTED, counted=True),
        Tab("done", "已完成", lambda _u: Milestone.state == S.DONE),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号/节点", Milestone.number, Milestone.title), by_row("project", "项目", Milestone.project_id, MajorProject),
        one_of("focus", "监督内容", Milestone.focus, Focus), by_row("unit", "责任单位", Milestone.unit_id, Unit),
        one_of("state", "状态", Milestone.state, MilestoneState),
    ]
    more_filters = [
        light_filter(Milestone),
        between("planned", "计划", Milestone.planned_on, moments=False), between("due", "时限", Milestone.due_at),
    ]
    bulk = {"nudge": "请按计划推进", "verify": "", "send_back": ""}
    column_sortable_list = ["number", "due_at", "planned_on", "done_on"]

    def get_query(self) -> Query:
        """With the project the list shows."""
        return super().get_query().options(joinedload(Milestone.project))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Setting a node is the primary action of those who may."""
        action = ("设置节点", url_for(".plan", url=request.full_path), "plus-lg") if self._may("create") else None
        return super().list_context(context) | {"primary_action": action}

    def line(self, row: Milestone) -> str:
        """Project and content."""
        return f"{row.project} · {row.focus.label}" + (" · 绿色通道" if row.project.green_channel else "")

    def facts(self, row: Milestone) -> list[dict[str, Any]]:
        """Plan and reality."""
        rows = [
            [("项目", link("project", row.project)), ("监督内容", row.focus.label)],
            [("计划日期", shown(row.planned_on)), ("现行时限", shown(row.due_at))],
            [("实际日期", shown(row.done_on) or None), ("进度", Milestoned(row).words)], [("完成情况", row.result)],
            [("报告时间", short_time(row.answered_at) or None), ("核实时间", short_time(row.closed_at) or None)], *parts_rows(row),
        ]
        problems = [[(problem.number, link("problem", problem, f"{problem.title}（{problem.state.label}）"))] for problem in row.problems]
        return [{"title": "节点", "rows": rows}] + ([{"title": "突出问题", "rows": problems}] if problems else [])

    def tools(self, row: Milestone) -> list[tuple[str, str, str]]:
        """Rapid handling of a problem that stands in the way. E 三(二)4"""
        rapid = [("快速处置问题", url_for("problem.register", milestone=row.id), "flag")] if current_user.may("problem:create") and row.is_open else []
        return rapid + super().tools(row)

    @expose("/plan/", methods=("GET", "POST"))
    def plan(self) -> Any:
        """Set a node."""
        if not self._may("create"):
            return self.inaccessible_callback("plan")
        form = PlanForm()
        options(form, "project", list(db.session.scalars(sa.select(MajorProject).where(MajorProject.is_active).order_by(MajorProject.id))))
        if request.method == "GET":
            form.project.data = request.args.get("project", "")
        return form_page(
            self, form, "设置节点", "设置", "到计划日期前提醒，超期进入督办；计划调整后仍按最初计划计算偏差。",
            ("project", "title", "focus", "planned_on"), lambda: self._enter(form),
        )

    def _enter(self, form: PlanForm) -> Milestone:
        project = picked(form, "project", MajorProject)
        if project is None:
            raise Invalid("project", "请选择项目")
        if form.planned_on.data is None:
            raise Invalid("planned_on", "请填写计划日期，如 20240520")
        return Milestone.plan(
            by=reader_of(current_user), project=project, title=form.title.data or "", planned_on=form.planned_on.data,
            focus=Focus[form.focus.data], unit=form.unit.data,
        )
