"""The list of new registrations: imported, pushed (N1, M 二(七)1(1))."""

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload, selectinload

from models import Enterprise, FirmBatch, NewFirm, Unit, db
from models.contact.figures import was_precise, was_pushed
from models.contact.importing import FIRMS
from views.cells import short_time
from views.duties.page import form_page
from views.filters import Where, between, by_row
from views.panel import Panel
from views.units import UnitChoice
from views.wordsearch import like

TABS = {"waiting": "待推送", "pushed": "已推送", "all": "全部"}


class PushForm(FlaskForm):
    """To whom."""

    unit = UnitChoice("牵头服务部门")


def _yes(clause: Any) -> Any:
    return lambda value: clause() if {"1": True, "0": False}[value] else ~clause()


class NewFirmPanel(Panel):
    resource = "firm"
    imports = FIRMS
    columns = ["enterprise", "credit_code", "kind", "registered_on", "lead", "pushed", "entered_at"]
    classes = {"enterprise": "col-title cut", "credit_code": "code", "lead": "col-unit", "entered_at": "muted"}
    labels = {"pushed": "推送", "credit_code": "统一社会信用代码", "kind": "类型"}
    filters = [
        Where("q", "企业", lambda v: NewFirm.enterprise_id.in_(sa.select(Enterprise.__table__.c.id).where(
            Enterprise.__table__.c.name.ilike(like(v), escape="\\")))),
        by_row("lead", "牵头服务部门", NewFirm.lead_id, Unit), between("entered", "录入", NewFirm.entered_at),
    ]
    more_filters = [
        Where("pushed", "已推送", _yes(was_pushed), kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
        Where("precise", "推送精准", _yes(was_precise), kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
    ]
    order = ("id", True)
    column_sortable_list = ["registered_on", "entered_at"]
    can_view_details = False
    column_formatters = {
        "credit_code": lambda _v, _c, row, _n: row.enterprise.credit_code, "kind": lambda _v, _c, row, _n: row.enterprise.kind.label,
        "entered_at": lambda _v, _c, row, _n: short_time(row.entered_at),
        "pushed": lambda _v, _c, row, _n: f"{row.contact.number} {row.contact.state.label}" if row.contact else "未推送",
    }

    def get_query(self) -> Query:
        """Rows of the tab."""
        query = super().get_query().options(joinedload(NewFirm.enterprise), selectinload(NewFirm.contact), joinedload(NewFirm.lead))
        tab = self.asked.get("tab", "waiting" if self._may("push") else "all")
        if tab == "waiting":
            return query.filter(~was_pushed())
        return query.filter(was_pushed()) if tab == "pushed" else query

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tabs, the way to a new list, the verb of each row."""
        current = request.args.get("tab", "waiting" if self._may("push") else "all")
        tabs = [{"label": label, "url": url_for(".index_view", tab=key), "active": key == current} for key, label in TABS.items()]
        more = [("录入批次", url_for(".batches"), "clock-history"), ("月度统计", url_for("contact.rates"), "bar-chart-line")]
        return {"tabs": tabs, "primary_action": None, "secondary_actions": more, "row_verb": self._verb, "row_label": str}

    def _verb(self, row: NewFirm) -> tuple[str, str]:
        if row.contact is not None:
            return "查看", url_for("contact.details_view", id=row.contact.id, url=request.full_path)
        if self._may("push"):
            return "推送", url_for(".push", id=row.id, url=request.full_path)
        return "查看", url_for("enterprise.details_view", id=row.enterprise_id)

    @expose("/push/", methods=("GET", "POST"))
    def push(self) -> Any:
        """Send one firm to its lead service unit."""
        row = self.find()
        if not self._may("push"):
            return self.inaccessible_callback("push")
        form = PushForm(data={"unit": row.lead})
        return form_page(
            self, form, title=f"推送 {row.enterprise}", verb="推送", icon="send", required=("unit",), back=url_for(".index_view"),
            act=lambda: row.push(by=current_user._get_current_object(), unit=form.unit.data), done=lambda made: f"{made.number} 已推送{made.unit}",
            then=lambda _made: request.args.get("url") or url_for(".index_view"), note="推送即起算72小时；当日15时、18时和次日8时查看是否已联系。",
        )

    @expose("/batches/")
    def batches(self) -> str:
        """Lists entered so far, with how much of each got in."""
        may = self._may("import")
        rows = db.session.scalars(sa.select(FirmBatch).order_by(FirmBatch.id.desc()).limit(100)).all()
        table = [
            [(str(batch), url_for("import.details_view", id=batch.run_id) if may and batch.run_id else None), (batch.announced, None),
             (len(batch.firms), url_for(".index_view", tab="all", flt_entered=f"{batch.confirmed_at:%Y-%m-%d}")),
             (short_time(batch.confirmed_at), None), ("是" if batch.in_window else "否", None)]
            for batch in rows
        ]
        head = ["批次", "应录入", "已录入", "录入时间", "周一、周三10—11时"]
        return self.render("duties/figures.html", title="录入批次", back=url_for(".index_view"), tables=[{"title": "名单", "head": head, "rows": table}],
                           page_links=[("导入", self.import_url(), "upload")] if may else [])
