"""Satisfaction surveys and their results (N5)."""

from typing import Any

import sqlalchemy as sa
from flask import g, url_for
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy.orm import Query, joinedload

from models import Survey, SurveyAnswer, Unit
from models.survey import Tally, tallies, tally, tally_each
from models.survey_import import AnswerImport
from models.ticket.states import GOOD, Satisfaction
from views.duties.visit import of_enterprise
from views.filters import Where, by_row, contains, one_of
from views.panel import Panel


def _tally(row: Survey) -> Tally:
    return (g.get("warm") or tally_each([row]))[row.id]


class SurveyPanel(Panel):
    resource = "survey"
    columns = ["period", "title", "unit", "starts_on", "ends_on", "answers", "rate", "city_rank", "target_rank"]
    fields = ["title", "period", "unit", "starts_on", "ends_on", "city_rank", "target_rank", "note"]
    classes = {"title": "col-title cut", "unit": "col-unit", "answers": "num", "rate": "num", "city_rank": "num", "target_rank": "num opt"}
    labels = {"answers": "有效答卷", "rate": "满意率"}
    filters = [contains("q", "名称", Survey.title), contains("period", "月份", Survey.period, placeholder="如 2024-08")]
    order = ("period", True)
    column_sortable_list = ["period", "city_rank"]
    column_formatters = {
        "answers": lambda _v, _c, row, _n: _tally(row).asked, "rate": lambda _v, _c, row, _n: _tally(row).rate,
    }

    column_formatters_detail = column_formatters | {
        "answers": lambda _v, _c, row, _n: Markup('<a href="{}">{} 份，看调查结果</a>').format(url_for("survey.result", id=row.id), _tally(row).asked),
    }

    def warm(self, rows: list[Survey]) -> dict[int, Tally]:
        """Their answers, counted at once."""
        return tally_each(rows)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Each row opens its results."""
        return {"row_verb": lambda row: ("结果", url_for(".result", id=row.id)), "row_label": str,
                "secondary_actions": [("调查答卷", url_for("survey_answer.index_view"), "list-task")]}

    @expose("/result/")
    def result(self) -> str:
        """District and units; each number opens its answers."""
        row = self.find()
        whole = tally(row)

        def link(**extra: Any) -> str:
            return url_for("survey_answer.index_view", flt_survey=row.id, **extra)

        cells = [("有效答卷", whole.asked, link()), ("满意（含基本满意）", whole.good, link(flt_good="1")), ("满意率", whole.rate, None),
                 ("平均分", whole.score if whole.score is not None else "—", None), ("全市位次", row.city_rank or "未公布", None),
                 ("目标", f"前{row.target_rank}位", None)]
        levels = [[(level.label, None), (count, link(flt_level=level.value))] for level, count in whole.levels.items()]
        units = [
            [(str(unit), None), (one.asked, link(flt_unit=unit.id)), (one.good, link(flt_unit=unit.id, flt_good="1")), (one.rate, None), (one.score, None)]
            for unit, one in tallies(row)
        ]
        return self.render(
            "duties/figures.html", title=f"{row.title}（{row.period}）", back=url_for(".index_view"),
            page_links=[("录入答卷", url_for("survey_answer.create_view"), "pencil-square"),
                        ("导入答卷", url_for("import.upload", register="survey_answer"), "upload")] if self._may("import") else [],
            tables=[{"title": "全区", "cells": cells}, {"title": "满意度分布", "head": ["等次", "户数"], "rows": levels},
                    {"title": "企业指名评价的单位", "head": ["单位", "答卷", "满意", "满意率", "平均分"], "rows": units}],
            notes=["满意率＝非常满意、满意、基本满意÷有效答卷；平均分按100、80、60、30、0计；联系不上的不算答卷。"],
        )


def _good(value: str) -> sa.ColumnElement[bool]:
    clause = SurveyAnswer.satisfaction.in_([level.value for level in GOOD])
    return clause if {"1": True, "0": False}[value] else ~clause


class AnswerPanel(Panel):
    resource = "survey"
    imports = AnswerImport(["survey", "enterprise"], notes=[
        "调查不填的，按上传时所选；写月份（如 2024-08）或调查名称都可以。",
        "企业写全称或统一社会信用代码，须已在企业库；不满意的须写明意见。"])
    columns = ["survey", "enterprise", "unit", "satisfaction", "reason", "way", "answered_on"]
    fields = ["survey", "enterprise", "unit", "satisfaction", "reason", "way", "answered_on"]
    classes = {"enterprise": "col-title cut", "unit": "col-unit", "reason": "cut-s", "survey": "cut-s"}
    filters = [
        of_enterprise(SurveyAnswer.enterprise_id), by_row("survey", "调查", SurveyAnswer.survey_id, Survey),
        by_row("unit", "评价单位", SurveyAnswer.unit_id, Unit),
        one_of("level", "满意度", SurveyAnswer.satisfaction, Satisfaction),
        Where("good", "满意", _good, kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
    ]
    order = ("id", True)
    column_sortable_list = ["answered_on"]
    form_ajax_refs = {"enterprise": {"fields": ("name", "credit_code"), "page_size": 10}}

    def get_query(self) -> Query:
        """With the names."""
        return super().get_query().options(joinedload(SurveyAnswer.enterprise), joinedload(SurveyAnswer.unit), joinedload(SurveyAnswer.survey))

    def is_visible(self) -> bool:
        """Reached from the survey."""
        return False
