"""Enforcement case files and their reviews: daily spot check, monthly review (I10)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Query, joinedload

from models import CaseFile, CaseReview, Unit
from models.inspection.casefile import CaseFault, CaseGrade, CaseKind, ReviewState, Rhythm
from views.cells import shown
from views.filters import Where, between, by_row, contains, one_of
from views.inspection.registers import _Own
from views.matter import MatterPanel, Tab
from views.matter.record import parts_rows

S = ReviewState


class CasePanel(_Own):
    resource = "case"
    columns = ["number", "title", "unit", "kind", "enterprise", "handlers", "closed_on", "reviews"]
    fields = ["number", "unit", "kind", "title", "enterprise", "handlers", "closed_on", "note"]
    classes = {"number": "nowrap", "title": "col-title cut", "unit": "col-unit", "enterprise": "cut-s", "handlers": "opt", "closed_on": "muted",
               "reviews": "nowrap"}
    labels = {"reviews": "评查"}
    filters = [
        contains("q", "案号/案由", CaseFile.number, CaseFile.title), by_row("unit", "办案单位", CaseFile.unit_id, Unit),
        one_of("kind", "类别", CaseFile.kind, CaseKind), between("closed", "结案日期", CaseFile.closed_on, moments=False),
    ]
    column_sortable_list = ["closed_on", "number"]
    column_formatters = {"reviews": lambda _v, _c, row, _n: "、".join(f"{r.rhythm.label}{r.grade.label if r.grade else '待评'}" for r in row.reviews)}


class ReviewPanel(MatterPanel):
    resource = "review"
    columns = ["number", "case", "case.unit", "rhythm", "period", "unit", "state", "due_at", "score", "grade", "fault", "reviewed_on"]
    classes = {"number": "code", "case": "col-title cut", "case.unit": "col-unit", "unit": "col-unit opt", "state": "col-state", "due_at": "col-clock",
               "score": "num", "period": "muted", "fault": "cut-s", "reviewed_on": "opt muted"}
    labels = {"case.unit": "办案单位", "unit": "当前承办", "case": "案卷", "due_at": "时限"}
    tabs = [
        Tab("open", "在办", lambda _u: CaseReview.closed_at.is_(None), counted=True),
        Tab("unread", "待评查", lambda _u: CaseReview.state == S.WAITING.value, counted=True),
        Tab("rectify", "整改中", lambda _u: CaseReview.state == S.RECTIFYING.value, counted=True),
        Tab("check", "待复核", lambda _u: CaseReview.state == S.RECTIFIED.value),
        Tab("closed", "评查结束", lambda _u: CaseReview.closed_at.is_not(None)),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号/案号", CaseReview.number, CaseReview.title),
        Where("owner", "办案单位", lambda v: CaseReview.case_id.in_(sa.select(CaseFile.id).where(CaseFile.unit_id == int(v))), kind="text"),
        one_of("rhythm", "方式", CaseReview.rhythm, Rhythm), one_of("grade", "等次", CaseReview.grade, CaseGrade),
        between("reviewed", "评查日期", CaseReview.reviewed_on, moments=False),
    ]
    bulk = {"accept": "", "send_back": ""}
    more_filters = [
        one_of("fault", "主要问题", CaseReview.fault, CaseFault), one_of("state", "状态", CaseReview.state, ReviewState),
        Where("bad", "有问题", lambda v: (CaseReview.grade != CaseGrade.GOOD) if v == "1" else (CaseReview.grade == CaseGrade.GOOD), kind="select",
              choices=lambda: [("1", "是"), ("0", "否")]),
    ]

    def get_query(self) -> Query:
        """With the file and its unit."""
        return super().get_query().options(joinedload(CaseReview.case).joinedload(CaseFile.unit))

    def line(self, row: CaseReview) -> str:
        """日抽查 · 2024-08-05"""
        return f"{row.rhythm.label} · {row.period}"

    def facts(self, row: CaseReview) -> list[dict[str, Any]]:
        """The file, the verdict, what was put right."""
        case = row.case  # none for who may read reviews, not files
        file = [
            [("案号", case.number), ("案卷类别", case.kind.label)], [("案由", case.title)],
            [("办案单位", str(case.unit)), ("结案日期", shown(case.closed_on))], [("当事企业", str(case.enterprise or "无"))],
        ] if case else [[("案卷", "案卷不在您的查看范围")]]
        verdict = [
            [("得分", row.score), ("等次", row.grade.label if row.grade else None)], [("主要问题", row.fault.label if row.fault else "无")],
            [("评查意见", row.findings)], [("整改情况", row.rectified)],
        ]
        return [{"title": "案卷", "rows": file + parts_rows(row)}, {"title": "评查", "rows": verdict}]
