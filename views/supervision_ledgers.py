"""Ledgers of the approval reform; questioning and evaluation sessions (S9, S10)."""

from typing import Any

from flask import url_for
from flask_login import current_user
from sqlalchemy.orm import Query, joinedload

from models import Concentration, InquirySession, ParallelApproval, ReformItem, Unit
from models.supervision.states import ReformKind, SessionKind
from views.cells import shown
from views.filters import Where, between, by_row, contains, one_of, yes_no
from views.panel import Panel
from views.supervision import UnitsField
from views.supervision_pages import RecordPanel, matter_rows


class ReformPanel(Panel):
    resource = "reform"
    columns = ["kind", "title", "unit", "basis", "due_on", "done_on", "published", "note"]
    fields = ["kind", "title", "unit", "basis", "due_on", "done_on", "published", "note"]
    classes = {"title": "col-title cut", "unit": "col-unit", "basis": "cut-s", "note": "cut-s opt"}
    filters = [
        one_of("kind", "清单", ReformItem.kind, ReformKind), contains("q", "事项/依据", ReformItem.title, ReformItem.basis),
        by_row("unit", "责任单位", ReformItem.unit_id, Unit),
        Where("done", "已落实", lambda v: {"1": ReformItem.done_on.is_not(None), "0": ReformItem.done_on.is_(None)}[v], kind="select",
              choices=lambda: [("1", "是"), ("0", "否")]),
        yes_no("published", "已公布", ReformItem.published),
    ]
    order = ("id", False)
    column_sortable_list = ["due_on", "done_on"]


class ConcentrationPanel(Panel):
    resource = "reform"
    columns = ["unit", "batch", "section_on", "stationed_on", "items_on", "authorised_on", "items_in", "items_total", "missing"]
    fields = ["unit", "batch", "section_on", "stationed_on", "items_on", "authorised_on", "items_total", "items_in", "note"]
    classes = {"unit": "col-title", "items_in": "num", "items_total": "num", "missing": "cut-s"}
    labels = {"missing": "尚缺"}
    filters = [contains("batch", "批次", Concentration.batch), by_row("unit", "部门", Concentration.unit_id, Unit)]
    order = ("id", False)
    column_formatters = {"missing": lambda _v, _c, row, _n: "已到位" if row.is_done else "、".join(row.missing) or "事项未进齐"}

    def get_query(self) -> Query:
        """With the department's name."""
        return super().get_query().options(joinedload(Concentration.unit))


class ParallelPanel(Panel):
    resource = "reform"
    columns = ["name", "lead", "units", "days_before", "days_after", "plan_on", "running_on"]
    fields = ["name", "lead", "units", "days_before", "days_after", "plan_on", "running_on", "note"]
    classes = {"name": "col-title cut", "lead": "col-unit", "units": "cut-s", "days_before": "num", "days_after": "num"}
    labels = {"units": "参与单位"}
    form_overrides = {"units": UnitsField}
    form_args = {"units": {"label": "参与单位", "description": "可选多个"}}
    filters = [contains("q", "事项", ParallelApproval.name), by_row("lead", "牵头单位", ParallelApproval.lead_id, Unit)]
    order = ("id", False)


class SessionPanel(RecordPanel):
    resource = "session"
    columns = ["held_on", "kind", "name", "units", "host", "attendees", "voted", "approved"]
    fields = ["kind", "name", "held_on", "place", "host", "units", "attendees", "voted", "approved", "minutes"]
    classes = {"name": "col-title cut", "units": "cut-s", "host": "col-unit", "attendees": "num", "voted": "num", "approved": "num"}
    labels = {"units": "被质询评议单位"}
    form_overrides = {"units": UnitsField}
    form_args = {"units": {"label": "被质询评议单位", "description": "可选多个"}}
    filters = [
        one_of("kind", "形式", InquirySession.kind, SessionKind), contains("q", "场次", InquirySession.name),
        between("held", "日期", InquirySession.held_on, moments=False),
    ]
    order = ("held_on", True)

    def title(self, row: InquirySession) -> tuple[str, str, str]:
        """Day, name, form."""
        return f"{row.held_on:%Y-%m-%d}", row.name, row.kind.label

    def facts(self, row: InquirySession) -> list[dict[str, Any]]:
        """Who was there, how they voted."""
        votes = f"{row.approved} / {row.voted} 票满意（{100 * row.approved / row.voted:.1f}%）" if row.voted else "—"
        return [{"title": "场次", "rows": [
            [("日期", shown(row.held_on)), ("地点", row.place or "未填写")], [("组织单位", str(row.host or "未指定")), ("参加人数", str(row.attendees))],
            [("被质询评议单位", "、".join(map(str, row.units)) or "未指定")], [("评议结果", votes)], [("记录摘要", row.minutes)],
        ]}]

    def related(self, row: InquirySession) -> list[dict[str, Any]]:
        """What was raised and became a problem."""
        return [{"title": "交办问题", "rows": matter_rows(row.problems)}]

    def starts(self, row: InquirySession) -> list[tuple[str, str, str]]:
        """A point raised becomes a problem with unit and deadline. E 四(三)1"""
        return [("交办问题", url_for("problem.register", session=row.id), "flag")] if current_user.may("problem:create") else []
