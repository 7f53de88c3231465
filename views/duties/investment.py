"""Investment projects and their service records (N7, M 二(六))."""

from typing import Any

from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload, selectinload
from wtforms import DateField, StringField, TextAreaField

from models import Investment, Unit
from models.investment import InvestmentStage
from models.now import now
from views.cells import shown
from views.duties.page import form_page
from views.duties.visit import ticket_words
from views.filters import Where, between, by_row, contains, one_of
from views.panel import Panel


class ServeForm(FlaskForm):
    """One service record."""

    served_on = DateField("服务日期", format=["%Y-%m-%d", "%Y%m%d"])
    person = StringField("服务人")
    content = TextAreaField("服务内容", render_kw={"rows": 4})
    need_title = StringField("项目困难", description="有困难的一句话写清，保存后即转为诉求")
    need = TextAreaField("困难内容", render_kw={"rows": 3})


class InvestmentPanel(Panel):
    resource = "investment"
    columns = ["name", "investor", "stage", "amount", "unit", "officer", "signed_on", "services", "difficulties"]
    fields = ["name", "investor", "enterprise", "stage", "amount", "unit", "town", "officer", "signed_on", "note"]
    classes = {"name": "col-title cut", "investor": "cut-s", "amount": "num", "unit": "col-unit", "services": "num", "difficulties": "num"}
    labels = {"services": "服务次数", "difficulties": "困难"}
    filters = [
        contains("q", "项目/企业", Investment.name, Investment.investor), one_of("stage", "阶段", Investment.stage, InvestmentStage),
        by_row("unit", "服务单位", Investment.unit_id, Unit), between("signed", "签约", Investment.signed_on, moments=False),
        Where("served", "服务过", lambda v: Investment.services.any() if {"1": True, "0": False}[v] else ~Investment.services.any(),
              kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
    ]
    order = ("id", True)
    column_sortable_list = ["name", "amount", "signed_on"]
    form_ajax_refs = {"enterprise": {"fields": ("name", "credit_code"), "page_size": 10}}
    column_formatters = {
        "services": lambda _v, _c, row, _n: len(row.services), "difficulties": lambda _v, _c, row, _n: sum(len(s.difficulties) for s in row.services) or "",
    }

    def get_query(self) -> Query:
        """With the services."""
        return super().get_query().options(joinedload(Investment.unit), selectinload(Investment.services))

    @expose("/details/")
    def details_view(self) -> str:
        """The project and every service it got."""
        row = self.find()
        about = [
            [("项目名称", row.name)], [("投资企业", row.investor), ("落地企业", str(row.enterprise or "未登记"))],
            [("阶段", row.stage.label), ("投资额（万元）", shown(row.amount) or None)], [("服务单位", str(row.unit)), ("服务专员", row.officer)],
            [("签约日期", shown(row.signed_on) or None), ("拟落地镇街园区", str(row.town or "未定"))], [("进展", row.note)],
        ]
        served = [[(shown(one.served_on), f"{one.person}：{one.content}")] for one in row.services]
        needs = [[(need.title, ticket_words(need))] for one in row.services for need in one.difficulties]
        verbs = []
        if self._may("edit"):
            verbs = [{"label": "登记服务", "url": url_for(".serve", id=row.id), "icon": "pencil-square", "reason": "", "kind": None},
                     {"label": "更新项目", "url": url_for(".edit_view", id=row.id), "icon": "list", "reason": "", "kind": None}]
        sections = [{"title": "招商项目", "rows": about}, {"title": "服务记录", "aside": f"{len(served)} 次", "rows": served}]
        return self.render(
            "admin/record.html", record={"no": row.stage.label, "title": row.name, "line": row.investor, "state_label": row.stage.label, "state_kind": ""},
            back={"url": request.args.get("url") or url_for(".index_view")}, verbs=verbs, tools=[("打印本页", "#print", "printer")], events=[],
            sections=sections + ([{"title": "困难转诉求", "rows": needs}] if needs else []),
        )

    @expose("/serve/", methods=("GET", "POST"))
    def serve(self) -> Any:
        """A service record; a difficulty becomes a ticket."""
        row = self.find()
        if not self._may("edit"):
            return self.inaccessible_callback("serve")
        form, here, user = ServeForm(), url_for(".details_view", id=row.id), current_user._get_current_object()
        if not form.is_submitted():
            form.served_on.data, form.person.data = now().date(), user.name
        return form_page(
            self, form, title="登记项目服务", verb="登记", icon="pencil-square", required=("served_on", "person", "content"), back=here, then=lambda _row: here,
            act=lambda: row.serve(by=user, served_on=form.served_on.data, person=form.person.data.strip(), content=form.content.data.strip(),
                                  need_title=(form.need_title.data or "").strip(), need=(form.need.data or "").strip()),
            done=lambda _row: "已登记服务", note="项目困难同时列入难点痛点问题台账并转为诉求。",
        )
