"""Liaison officers, visits and their coverage (N4, O7)."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Query, joinedload, selectinload
from wtforms import DateField, SelectField, StringField, TextAreaField

from models import Enterprise, Liaison, Unit, Visit
from models.contact.figures import month_of
from models.now import now
from models.report import rate
from models.user import Level
from models.visit.coverage import coverage, visited
from models.visit.liaison import own_writer
from models.visit.visit import VisitWay
from views.cells import shown
from views.duties.attaching import Attaching
from views.duties.monthly import month_arg, month_links, month_range
from views.duties.page import find_enterprise, form_page
from views.files import file_rows
from views.filters import Where, between, by_row, contains, days_of, one_of, yes_no
from views.firmname import FirmName
from views.panel import Panel
from views.units import UnitChoice
from views.wordsearch import like


def of_enterprise(column: Any) -> Where:
    """The enterprise's name contains the text."""
    table = Enterprise.__table__
    return Where("q", "企业", lambda v: column.in_(sa.select(table.c.id).where(table.c.name.ilike(like(v.strip()), escape="\\"))))


def _seen(value: str, negate: bool) -> sa.ColumnElement[bool]:
    first, last = days_of(value)
    clause = visited(first or date.min, last or date.max)
    return ~clause if negate else clause


class LiaisonPanel(Panel):
    resource = "liaison"
    columns = ["enterprise", "unit", "officer", "post", "phone", "starts_on", "ends_on", "is_active"]
    fields = ["enterprise", "unit", "officer", "post", "phone", "starts_on", "ends_on", "is_active"]
    classes = {"enterprise": "col-title cut", "unit": "col-unit", "phone": "code"}
    filters = [
        of_enterprise(Liaison.enterprise_id), by_row("unit", "包联单位", Liaison.unit_id, Unit), contains("officer", "干部", Liaison.officer),
        yes_no("active", "在任", Liaison.is_active),
    ]
    more_filters = [
        Where("seen", "期间已走访", lambda v: _seen(v, False), kind="range"), Where("unseen", "期间未走访", lambda v: _seen(v, True), kind="range"),
    ]
    order = ("id", True)
    column_sortable_list = ["starts_on"]
    form_ajax_refs = {"enterprise": {"fields": ("name", "credit_code"), "page_size": 10}}

    def get_query(self) -> Query:
        """With the names."""
        return super().get_query().options(joinedload(Liaison.enterprise), joinedload(Liaison.unit))


class VisitForm(FlaskForm):
    """The visit sheet."""

    enterprise = FirmName("走访企业", description="企业全称或统一社会信用代码")
    unit = UnitChoice("走访单位")
    officer = StringField("走访干部")
    visited_on = DateField("走访日期", format=["%Y-%m-%d", "%Y%m%d"])
    way = SelectField("走访方式", choices=VisitWay.choices())
    met = StringField("企业接待人")
    situation = TextAreaField("企业情况", render_kw={"rows": 4}, description="经营状况、发展打算；涉密内容不得录入")
    policies = TextAreaField("宣传政策", render_kw={"rows": 2})
    need_title = StringField("反映问题", description="企业反映问题的，一句话写清，保存后列入难点痛点台账并转为诉求")
    need = TextAreaField("问题内容", render_kw={"rows": 3})


class TellForm(FlaskForm):
    """One more problem told in a visit."""

    need_title = StringField("反映问题")
    need = TextAreaField("问题内容", render_kw={"rows": 4})


class VisitPanel(Attaching, Panel):
    files_label = "走访材料"
    resource = "visit"
    columns = ["visited_on", "enterprise", "unit", "officer", "way", "situation", "difficulties"]
    classes = {"enterprise": "col-title cut", "unit": "col-unit", "situation": "cut-s", "difficulties": "num"}
    labels = {"difficulties": "反映问题"}
    filters = [
        of_enterprise(Visit.enterprise_id), by_row("unit", "走访单位", Visit.unit_id, Unit), between("day", "日期", Visit.visited_on, moments=False),
        one_of("way", "方式", Visit.way, VisitWay),
    ]
    order = ("visited_on", True)
    column_sortable_list = ["visited_on"]
    column_formatters = {"difficulties": lambda _v, _c, row, _n: len(row.difficulties) or ""}

    def get_query(self) -> Query:
        """With the names."""
        return super().get_query().options(joinedload(Visit.enterprise), joinedload(Visit.unit), selectinload(Visit.difficulties))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Entering a visit; coverage beside it."""
        action = ("登记走访", url_for(".enter"), "plus-lg") if self._may("create") else None
        return {"primary_action": action, "secondary_actions": [("走访覆盖", url_for(".coverage"), "bar-chart-line")]}

    @expose("/enter/", methods=("GET", "POST"))
    def enter(self) -> Any:
        """Record a visit; what the enterprise asks for becomes a ticket."""
        if not self._may("create"):
            return self.inaccessible_callback("enter")
        form, user = VisitForm(), current_user._get_current_object()
        if user.level("visit:create") != Level.ALL:
            del form.unit
        elif not form.is_submitted():
            form.unit.data = user.unit
        if not form.is_submitted():
            form.visited_on.data, form.officer.data = now().date(), user.name
        return form_page(
            self, form, title="登记走访", verb="登记", icon="pencil-square", required=("enterprise", "officer", "visited_on", "situation"),
            back=url_for(".index_view"), done=lambda row: f"已登记走访{row.enterprise}", then=lambda row: url_for(".details_view", id=row.id),
            act=lambda: Visit.enter(
                by=user, enterprise=find_enterprise(form.enterprise.data), unit=(form.unit.data if "unit" in form else None) or user.unit,
                officer=form.officer.data.strip(), visited_on=form.visited_on.data, way=VisitWay[form.way.data], met=_text(form.met),
                situation=_text(form.situation), policies=_text(form.policies), need_title=_text(form.need_title) or "",
                need=_text(form.need) or "",
            ),
            note="反映的问题同时列入难点痛点问题台账并转为诉求，由企业服务中心研判派发。",
        )

    @expose("/details/")
    def details_view(self) -> str:
        """The visit sheet and what became of the problems told."""
        row = self.find()
        sheet = [
            [("走访企业", str(row.enterprise))], [("走访单位", str(row.unit)), ("走访干部", row.officer)],
            [("走访日期", shown(row.visited_on)), ("走访方式", row.way.label)], [("企业接待人", row.met), ("录入人", str(row.entered_by or ""))],
            [("企业情况", row.situation)], [("宣传政策", row.policies)],
        ]
        told = [[(need.title, ticket_words(need))] for need in row.difficulties]
        verbs = [{"label": "登记问题", "url": url_for(".tell", id=row.id), "icon": "pencil-square", "reason": "", "kind": None}] if self._may("create") else []
        return self.render(
            "admin/record.html",
            record={"no": shown(row.visited_on), "title": f"走访{row.enterprise}", "line": str(row.unit), "state_label": row.way.label, "state_kind": ""},
            back={"url": request.args.get("url") or url_for(".index_view")}, verbs=verbs, tools=[("打印本页", "#print", "printer")], events=[],
            files=file_rows(row), upload_url=self.attach_url(row),
            sections=[{"title": "走访记录", "rows": sheet}] + ([{"title": "反映问题", "rows": told}] if told else []),
        )

    def may_attach(self, row: Visit) -> bool:
        """The visiting unit and those who keep all visits."""
        return self._may("create") and own_writer("visit")(row, current_user._get_current_object())

    @expose("/tell/", methods=("GET", "POST"))
    def tell(self) -> Any:
        """One more problem told in this visit."""
        row = self.find()
        if not self._may("create"):
            return self.inaccessible_callback("tell")
        form, here = TellForm(), url_for(".details_view", id=row.id)
        return form_page(
            self, form, title="登记反映问题", verb="登记", icon="pencil-square", required=("need_title",), back=here, then=lambda _row: here,
            act=lambda: row.tell(by=current_user._get_current_object(), title=_text(form.need_title) or "", content=_text(form.need) or ""),
            done=lambda made: f"已列入台账并转为诉求{f' {made.ticket.number}' if made.ticket else ''}", note="列入难点痛点问题台账，并转为诉求派发责任单位。",
        )

    @expose("/coverage/")
    def coverage(self) -> str:
        """Per unit: enterprises covered, visited, still to visit; each number opens its rows. M 二(八)2"""
        period = month_arg()
        first, last = month_of(period)
        reach, rows = month_range(first, last), coverage(first, last)

        def link(unit_id: int | None = None, **extra: str) -> str:
            return url_for("liaison.index_view", flt_active="1", **({"flt_unit": unit_id} if unit_id else {}), **extra)

        firms, seen = sum(row.firms for row in rows), sum(row.visited for row in rows)
        top = [("包联企业", firms, link()), ("已走访", seen, link(flt_seen=reach)), ("未走访", firms - seen, link(flt_unseen=reach)),
            ("覆盖率", rate(seen, firms), None)]
        table = [
            [(str(row.unit), None), (row.firms, link(row.unit.id)), (row.visited, link(row.unit.id, flt_seen=reach)),
             (row.missing, link(row.unit.id, flt_unseen=reach)), (rate(row.visited, row.firms), None)]
            for row in rows
        ]
        return self.render(
            "duties/figures.html", title="走访覆盖", back=url_for(".index_view"), months=month_links(".coverage", period),
            tables=[{"title": f"{period} 全区", "cells": top},
                {"title": "按包联单位", "head": ["包联单位", "包联企业", "已走访", "未走访", "覆盖率"], "rows": table}],
            notes=["覆盖率＝本月由包联单位走访过的企业÷在任包联企业；没有包联企业的单位不列。"],
        )


def _text(field: Any) -> str | None:
    return (field.data or "").strip() or None


def ticket_words(need: Any) -> Any:
    """The ticket a problem became, linked for those who may see it."""
    if need.ticket is None:
        return "已转诉求"
    return Markup('<a href="{}">{}</a>　{}').format(url_for("ticket.details_view", id=need.ticket_id), need.ticket.number, need.ticket.state.label)
