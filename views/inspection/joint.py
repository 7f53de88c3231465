"""Joint visits: proposals to arrange, units to confirm, the letter, the visit, the re-check (I2)."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Query, joinedload

from models import Enterprise, InspectionTarget, JointInspection, Unit, scope
from models.inspection.joint import OPEN
from models.inspection.quiet import protection
from models.inspection.states import JOINT_VISITS, JointState
from models.notice import NoticeState
from views.cells import clause_words, short_time, shown
from views.filters import Where, between, by_row, contains, one_of
from views.matter import MatterPanel, Tab
from views.matter.record import parts_rows
from views.personal import cell

S = JointState


def _state(*states: S) -> sa.ColumnElement[bool]:
    return JointInspection.state.in_([state.value for state in states])


class JointPanel(MatterPanel):
    resource = "joint"
    columns = ["number", "enterprise", "planned_on", "unit", "co_units", "state", "due_at", "visited_on", "opened_at"]
    classes = {"number": "code", "enterprise": "col-title cut", "unit": "col-unit", "co_units": "cut-s", "state": "col-state",
               "due_at": "col-clock", "visited_on": "muted", "opened_at": "opt muted"}
    labels = {"unit": "牵头单位", "co_units": "协同单位", "due_at": "时限"}
    tabs = [
        Tab("open", "在办", lambda _u: _state(*OPEN, S.DONE), counted=True),
        Tab("proposed", "待统筹", lambda _u: _state(S.PROPOSED), counted=True),
        Tab("confirm", "待确认", lambda _u: _state(S.ARRANGED), counted=True),
        Tab("coming", "待实施", lambda _u: _state(S.AGREED, S.NOTIFIED), counted=True),
        Tab("visits", "已实施", lambda _u: _state(*JOINT_VISITS)),
        Tab("declined", "不合并", lambda _u: _state(S.DECLINED)),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号", JointInspection.number),
        Where("firm", "企业", lambda v: JointInspection.enterprise.has(Enterprise.name.contains(v.strip(), autoescape=True))),
        by_row("unit", "牵头单位", JointInspection.unit_id, Unit), one_of("state", "状态", JointInspection.state, JointState),
        between("planned", "检查日期", JointInspection.planned_on, moments=False),
    ]
    bulk = {"confirm": "", "decline": ""}
    more_filters = [between("visited", "实施日期", JointInspection.visited_on, moments=False)]
    column_sortable_list = ["number", "planned_on", "visited_on", "opened_at"]

    def get_query(self) -> Query:
        """With the enterprise."""
        return super().get_query().options(joinedload(JointInspection.enterprise))

    def line(self, row: JointInspection) -> str:
        """演示…有限公司 · 2024-08-20"""
        return f"{row.enterprise} · {row.planned_on:%Y-%m-%d}"

    def initial(self, row: JointInspection, step: str) -> dict[str, Any]:
        """The proposal's lead and date."""
        if step == "arrange":
            return {"lead": row.unit, "planned_on": row.planned_on, "place": row.place, "plan_note": row.plan_note}
        return {"visited_on": row.planned_on} if step == "carry_out" else {}

    def beside(self, row: JointInspection, step: str) -> dict[str, Any]:
        """What is to be joined, or looked at again."""
        with scope.everything():
            if step == "recheck":
                rows = [(f"{h.id}号", f"{h.inspection.unit}：{h.description}（{h.recheck_on:%m-%d}复查）") for h in row.open_hazards()]
                return {"after": rows, "after_title": "待复查的隐患"}
            if step in ("arrange", "decline", "object", "confirm"):
                return {"after": [_member(target) for target in row.targets], "after_title": "合并的检查计划"}
        return {}

    def facts(self, row: JointInspection) -> list[dict[str, Any]]:
        """The visit and the plans joined in it; a member unit sees what the others come for."""
        with scope.everything():
            members = [[_member(target)] for target in row.targets]
            own = [target.id for target in row.targets]
            protected = protection(row.enterprise, row.planned_on, own=own) if row.state in OPEN else None
            visit_letter = _letter(row)
            hazards = [[(f"{h.id}号", f"{h.inspection.unit}：{h.description}（{h.recheck_on:%Y-%m-%d}复查）")] for h in row.open_hazards()]
        visit = [
            [("企业", Markup("<b>{}</b>").format(row.enterprise)), ("检查日期", shown(row.planned_on))],
            [("集合时间地点", row.place or None), ("告知联系人", cell(self, row, "contact") or None)], [("方式和流程", row.plan_note or None)],
            [("告知书", visit_letter)],
        ]
        visit += [[("受保护", clause_words(protected))]] if protected else []
        visit += [[("不合并理由", row.decline_reason)]] if row.decline_reason else []
        made = [{"title": "联合检查", "rows": visit + parts_rows(row)}, {"title": "合并的检查计划", "rows": members}]
        if row.visited_on:
            made.append({"title": "实施情况", "rows": [
                [("实施日期", shown(row.visited_on)), ("检查人员", row.inspectors)], [("检查情况", row.result)], [("总结", row.summary or None)],
            ]})
        return made + ([{"title": "待复查隐患", "rows": hazards}] if hazards else [])

    def tools(self, row: JointInspection) -> list[tuple[str, str, str]]:
        """Printing the record; the letter stands under the timeline of those who may see it."""
        return [("打印本页", "#print", "printer")]


def _letter(row: JointInspection) -> str | None:
    """How far the letter to the enterprise is, also for those who do not see the letter itself."""
    letters = [notice for notice in row.notices if notice.state != NoticeState.VOID]
    if not letters:
        return None
    if row.letter is None:
        return "已拟好，待督导员签发；签发后方可实施"
    when = "、".join(filter(None, (f"{short_time(row.letter.issued_at)}签发", row.letter.state.label if row.letter.state != NoticeState.ISSUED else "")))
    return f"{row.letter.number}（{when}）"


def _member(target: InspectionTarget) -> tuple[str, Any]:
    inspection = target.inspection
    words = f"{inspection.unit}：{inspection.title}；{inspection.field}；{inspection.items}"
    link = Markup('{}　<a href="{}">{}</a>').format(words, url_for("inspection.details_view", id=inspection.id), inspection.number)
    lead = target.joint.unit_id == inspection.unit_id if target.joint else False
    return ("牵头单位" if lead else "协同单位"), link
