"""Satisfaction surveys and their results (N5)."""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, g, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload
from wtforms import BooleanField, FileField

from models import Survey, SurveyAnswer, Unit
from models.errors import Invalid
from models.survey import SurveyWay, Tally, tallies, tally, tally_each
from models.survey_list import HEADS, REQUIRED, enter_list, rows_of
from models.ticket.states import GOOD, Satisfaction
from views.duties.page import form_page
from views.duties.visit import of_enterprise
from views.duties.workbook import answer_form, read_table
from views.filters import Where, by_row, contains, one_of
from views.panel import Panel


class AnswersForm(FlaskForm):
    """The interviewers' list."""

    file = FileField("答卷文件", description="用模板填写的 Excel 文件；一次最多2000份")
    skip_bad = BooleanField("跳过有错的行", description="不勾选时有一行有误就都不录入")


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
        row = self.get_one(request.args.get("id", "")) or abort(404)
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
                        ("导入答卷", url_for(".upload", id=row.id), "file-earmark-excel"),
                        ("下载模板", url_for(".template"), "download")] if self._may("edit") else [],
            tables=[{"title": "全区", "cells": cells}, {"title": "满意度分布", "head": ["等次", "户数"], "rows": levels},
                    {"title": "企业指名评价的单位", "head": ["单位", "答卷", "满意", "满意率", "平均分"], "rows": units}],
            notes=["满意率＝非常满意、满意、基本满意÷有效答卷；平均分按100、80、60、30、0计；联系不上的不算答卷。"],
        )


    @expose("/template/")
    def template(self) -> Response:
        """The list of answers to fill in."""
        if not self._may("edit"):
            return self.inaccessible_callback("template")
        drops = {"满意度": Satisfaction, "调查方式": SurveyWay}
        return answer_form(
            [heading + ("*" if key in REQUIRED else "") for key, (heading, _others) in HEADS.items()],
            {heading: ",".join(member.label for member in enum) for heading, enum in drops.items()},
            ["演示样例科技有限公司", "", "区人社局", "基本满意", "希望加快办理", "电话", "2024-08-20"], "调查答卷模板.xlsx",
        )

    @expose("/upload/", methods=("GET", "POST"))
    def upload(self) -> Any:
        """Enter the interviewers' list; every line that cannot be entered is named with its reason."""
        row = self.get_one(request.args.get("id", "")) or abort(404)
        if not self._may("edit"):
            return self.inaccessible_callback("upload")
        form, target = AnswersForm(), url_for(".result", id=row.id)
        return form_page(
            self, form, title=f"导入答卷：{row.title}", verb="上传并录入", icon="file-earmark-excel", required=("file",), back=target, draft=False,
            act=lambda: (self._enter(row, form),), done=lambda made: f"已录入 {made[0]} 份答卷", then=lambda _made: target,
            note="一家企业在一次调查中只录一份；评价单位可写简称；不满意的须写明意见。",
            after=[("模板", "“调查答卷模板”在满意度调查结果页“下载模板”")],
        )

    def _enter(self, row: Survey, form: AnswersForm) -> int:
        try:
            rows = rows_of(read_table(form.file.data.stream))
        except ValueError as error:
            raise Invalid("file", str(error)) from error
        return enter_list(row, rows, by=current_user._get_current_object(), skip_bad=form.skip_bad.data)


def _good(value: str) -> sa.ColumnElement[bool]:
    clause = SurveyAnswer.satisfaction.in_([level.value for level in GOOD])
    return clause if {"1": True, "0": False}[value] else ~clause


class AnswerPanel(Panel):
    resource = "survey"
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
