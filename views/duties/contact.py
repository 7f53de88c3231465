"""First contacts with new enterprises: the list, the record, the month's rates (N1–N3)."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_admin import expose
from sqlalchemy.orm import Query, joinedload

from models import Contact, Unit
from models.contact import ContactState
from models.contact.figures import FIGURES, month_of, month_rates
from models.setting import setting
from models.user import User
from views.cells import clause_words, short_time, shown
from views.duties.monthly import month_arg, month_links, month_range
from views.filters import Where, between, by_row, contains, one_of
from views.matter import MatterPanel, Tab, light_filter
from views.personal import cell, masked

S = ContactState


def _late(_user: User) -> sa.ColumnElement[bool]:
    return FIGURES["late"][1]()


class ContactPanel(MatterPanel):
    resource = "contact"
    columns = ["number", "enterprise", "unit", "state", "due_at", "looks", "opened_at", "contacted_at", "person", "returns"]
    classes = {"number": "code", "enterprise": "col-title cut", "unit": "col-unit", "state": "col-state", "due_at": "col-clock",
               "looks": "num", "opened_at": "muted", "contacted_at": "opt muted", "person": "opt", "returns": "opt num"}
    labels = {"due_at": "72小时时限", "unit": "牵头服务部门", "opened_at": "推送时间", "looks": "查看提醒"}
    tabs = [
        Tab("open", "待联系", lambda _u: Contact.state == S.PUSHED, counted=True),
        Tab("late", "超72小时", _late, counted=True),
        Tab("back", "退回待派", lambda _u: Contact.state == S.RETURNED, counted=True),
        Tab("done", "已联系", lambda _u: Contact.state == S.CONTACTED),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号/企业", Contact.number, Contact.title), by_row("unit", "牵头服务部门", Contact.unit_id, Unit),
        one_of("state", "状态", Contact.state, ContactState),
        light_filter(Contact),
        between("opened", "推送", Contact.opened_at),
    ]
    more_filters = [
        Where("figure", "统计口径", lambda v: FIGURES[v][1](), kind="select", choices=lambda: [(k, v[0]) for k, v in FIGURES.items()]),
        Where("looks", "查看提醒次数不少于", lambda v: Contact.looks >= int(v), kind="select", choices=lambda: [("1", "1"), ("2", "2"), ("3", "3")]),
    ]
    bulk = {"nudge": "请在72小时内与企业建立联系"}
    column_formatters = {
        "opened_at": lambda _v, _c, row, _n: short_time(row.opened_at), "contacted_at": lambda _v, _c, row, _n: short_time(row.contacted_at),
    }

    def person_of(self, row: Contact) -> Any:
        """The enterprise's contact person."""
        return row.enterprise

    def get_query(self) -> Query:
        """With the enterprise."""
        return super().get_query().options(joinedload(Contact.enterprise))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """The month's rates stand beside the list."""
        return super().list_context(context) | {"primary_action": None, "secondary_actions": [("月度统计", url_for(".rates"), "bar-chart-line")]}

    def line(self, row: Contact) -> str:
        """成立日期 and when it was pushed."""
        pushed = f"{short_time(row.opened_at)} 推送"
        return f"{row.firm.registered_on} 成立 · {pushed}" if row.firm else pushed  # the list of new firms has readers of its own

    def facts(self, row: Contact) -> list[dict[str, Any]]:
        """The enterprise, the contact as the platform wants it, the looks."""
        firm = row.enterprise
        who = [
            [("企业", firm.name)], [("信用代码", firm.credit_code), ("类型", firm.kind.label)],
            [("成立日期", shown(row.firm.registered_on if row.firm else None)), ("所属镇街园区", str(firm.town or "未填写"))],
            [("联系人及电话", cell(self, row, "contact_name", "contact_phone"))],
            [("地址", firm.address)],
        ]
        made = [
            [("责任科室", row.section), ("责任人", row.person)], [("联系方式", shown(row.way)), ("联系时间", short_time(row.contacted_at))],
            [("联系记录", row.record)], [("宣传政策", row.policies)], [("抽查", "已抽查，规范" if row.spot_checked else "未抽查"),
             ("责任人电话", masked(row, "phone"))],
        ]
        looks = [[(f"第{check.place}次", f"{short_time(check.planned_at)} 查看，{check.unit}未联系")] for check in row.checks]
        needs = [[("企业需求", f"{need.title}（{need.ticket.number if need.ticket else '已转诉求'}）")] for need in row.difficulties]
        sections = [{"title": "新注册企业", "rows": who}, {"title": "联系情况", "rows": made}]
        sections += [{"title": "定时查看", "rows": looks, "aside": "当日15时、18时和次日8时"}] if looks else []
        return sections + ([{"title": "转为诉求", "rows": needs}] if needs else [])

    @expose("/rates/")
    def rates(self) -> str:
        """Entry, push and contact rates of a month; each number opens its rows (N1–N3)."""
        period = month_arg()
        return self.render("duties/figures.html", title="新企业匹配服务统计", back=url_for(".index_view"), period=period,
                           months=month_links(".rates", period), tables=_tables(period), notes=[clause_words(note) for note in _NOTES])


_NOTES = [
    "录入率＝已录入户数÷应录入户数；推送率＝已推送户数÷已录入户数；精准推送率＝推送后未退回改派户数÷已录入户数（M 二(七)1(1)）。",
    "72小时联系率＝推送起72小时内登记联系的户数÷已登记或已到期的户数；尚在72小时内未联系的不进分母，退回待派时钟停止前已超时的计入，撤销的不计。",
]


def _tables(period: str) -> list[dict[str, Any]]:
    first, last = month_of(period)
    reach = month_range(first, last)
    district, units = month_rates(first, last)
    goal = setting("push_rate_target")

    def firms(**extra: str) -> str:
        return url_for("firm.index_view", tab="all", flt_entered=reach, **extra)

    def contacts(figure: str, unit_id: int | None = None) -> str:
        return url_for("contact.index_view", tab="all", flt_opened=reach, flt_figure=figure, **({"flt_unit": unit_id} if unit_id else {}))

    top = [
        [("应录入", district.announced, url_for("firm.batches")), ("已录入", district.entered, firms()), (f"录入率（目标{goal}%）", district.entry_rate, None)],
        [("已推送", district.firms_pushed, firms(flt_pushed="1")), (f"推送率（目标{goal}%）", district.push_rate, None),
         ("精准推送", district.precise, firms(flt_precise="1")), ("精准推送率", district.precise_rate, None)],
        [("到期或已联系", district.measured, contacts("measured")), ("72小时内联系", district.on_time, contacts("on_time")),
         ("72小时联系率", district.contact_rate, None), ("超时", district.late, contacts("late"))],
    ]
    rows = [
        [(str(unit), None), (row.pushed, contacts("pushed", unit.id)), (row.measured, contacts("measured", unit.id)),
         (row.on_time, contacts("on_time", unit.id)), (row.late, contacts("late", unit.id)), (row.contact_rate, None),
         (row.reminded, contacts("reminded", unit.id))]
        for unit, row in units
    ]
    return [
        {"title": f"{period} 全区", "cells": [cell for line in top for cell in line]},
        {"title": "按牵头服务部门", "head": ["牵头服务部门", "推送", "到期或已联系", "72小时内联系", "超时", "72小时联系率", "被查看提醒"], "rows": rows},
    ]
