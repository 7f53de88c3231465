"""The list of new registrations: template, upload, preview, confirm, push (N1, M 二(七)1(1))."""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload
from wtforms import FileField, IntegerField, StringField

from models import Enterprise, FirmBatch, NewFirm, Unit, db
from models.contact.batch import BatchState
from models.contact.figures import was_precise, was_pushed
from models.contact.reading import HEADS, rows_of
from models.errors import Invalid, Refused
from views.cells import short_time
from views.duties.page import form_page
from views.duties.workbook import bad_rows, blank_form, read_table
from views.filters import Where, between, by_row, like
from views.panel import Panel
from views.units import UnitChoice

TABS = {"waiting": "待推送", "pushed": "已推送", "all": "全部"}


class UploadForm(FlaskForm):
    """The file, and how many firms the registrar has counted."""

    file = FileField("名单文件", description="用模板填写的 Excel 文件；一次最多500户")
    announced = IntegerField("应录入户数", description="登记机关本期新设立的有限公司、股份有限公司、有限合伙企业户数，用来算录入率")


class UndoForm(FlaskForm):
    """Why a list is taken back."""

    reason = StringField("撤销理由", description="如：名单有误，重新录入")


class PushForm(FlaskForm):
    """To whom."""

    unit = UnitChoice("牵头服务部门")


def _why(batch: FirmBatch) -> str:
    return f"{batch.content['undone_at']} {batch.content['undone_by']}：{batch.content['reason']}" if batch.state == BatchState.UNDONE else ""


def _yes(clause: Any) -> Any:
    return lambda value: clause() if {"1": True, "0": False}[value] else ~clause()


class NewFirmPanel(Panel):
    resource = "firm"
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
        query = super().get_query().options(joinedload(NewFirm.enterprise), joinedload(NewFirm.contact), joinedload(NewFirm.lead))
        tab = request.args.get("tab", "waiting" if self._may("push") else "all")
        if tab == "waiting":
            return query.filter(~was_pushed())
        return query.filter(was_pushed()) if tab == "pushed" else query

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tabs, the way to a new list, the verb of each row."""
        current = request.args.get("tab", "waiting" if self._may("push") else "all")
        tabs = [{"label": label, "url": url_for(".index_view", tab=key), "active": key == current} for key, label in TABS.items()]
        action = ("录入名单", url_for(".upload"), "plus-lg") if self._may("import") else None
        more = [("录入批次", url_for(".batches"), "clock-history"), ("月度统计", url_for("contact.rates"), "bar-chart-line")]
        return {"tabs": tabs, "primary_action": action, "secondary_actions": more, "row_verb": self._verb, "row_label": str}

    def _verb(self, row: NewFirm) -> tuple[str, str]:
        if row.contact is not None:
            return "查看", url_for("contact.details_view", id=row.contact.id, url=request.full_path)
        if self._may("push"):
            return "推送", url_for(".push", id=row.id, url=request.full_path)
        return "查看", url_for("enterprise.details_view", id=row.enterprise_id)

    @expose("/push/", methods=("GET", "POST"))
    def push(self) -> Any:
        """Send one firm to its lead service unit."""
        row = self.get_one(request.args.get("id", "")) or abort(404)
        if not self._may("push"):
            return self.inaccessible_callback("push")
        form = PushForm(data={"unit": row.lead})
        return form_page(
            self, form, title=f"推送 {row.enterprise}", verb="推送", icon="send", required=("unit",), back=url_for(".index_view"),
            act=lambda: row.push(by=current_user._get_current_object(), unit=form.unit.data), done=lambda made: f"{made.number} 已推送{made.unit}",
            then=lambda _made: request.args.get("url") or url_for(".index_view"), note="推送即起算72小时；当日15时、18时和次日8时查看是否已联系。",
        )

    # -- the list ---------------------------------------------------------------------------

    @expose("/template/")
    def template(self) -> Response:
        """The form to fill in: headings, drop-downs, a sample row, notes."""
        if not self._may("import"):
            return self.inaccessible_callback("template")
        return blank_form()

    @expose("/upload/", methods=("GET", "POST"))
    def upload(self) -> Any:
        """Read a list and show what would be entered."""
        if not self._may("import"):
            return self.inaccessible_callback("upload")
        form = UploadForm()
        return form_page(
            self, form, title="录入新注册企业名单", verb="上传并预览", icon="file-earmark-text", required=("file", "announced"), back=url_for(".index_view"),
            act=lambda: self._upload(form), done=lambda batch: f"已读取 {len(batch.content['rows'])} 行，请核对后确认录入",
            then=lambda batch: url_for(".preview", id=batch.id), draft=False,
            after=[("模板", "“新注册企业”页右上角“下载模板”"), ("范围", "有限公司、股份有限公司、有限合伙企业"), ("时间", "每周一、周三10时至11时"),
                   ("确认后", "入企业库并推送牵头服务部门，没有写部门的列入待推送")],
        )

    def _upload(self, form: UploadForm) -> FirmBatch:
        file = form.file.data
        try:
            rows = rows_of(read_table(file.stream))
        except ValueError as error:
            raise Invalid("file", str(error)) from error
        return FirmBatch.upload(by=current_user._get_current_object(), file_name=file.filename or "名单.xlsx", announced=form.announced.data, rows=rows)

    def _batch(self) -> FirmBatch:
        wanted = request.args.get("id", "")
        row = db.session.get(FirmBatch, int(wanted)) if wanted.isdecimal() and len(wanted) < 12 else None
        return row if row is not None and self._may("import") else abort(404)

    @expose("/preview/", methods=("GET", "POST"))
    def preview(self) -> Any:
        """新增 n / 更新 n / 错误 n, every row with its reason; confirm or drop."""
        batch = self._batch()
        if request.method == "POST":
            return self._settle(batch)
        verdicts = batch.verdicts() if batch.state == BatchState.PREVIEW else []
        counts = {label: sum(1 for v in verdicts if v.label == label) for label in ("新增", "更新", "错误")}
        heads = [heading for heading, _others in HEADS.values()]
        return self.render("duties/preview.html", title="核对名单", batch=batch, verdicts=verdicts, counts=counts, heads=heads, keys=list(HEADS),
                           open=batch.state == BatchState.PREVIEW, back=url_for(".index_view"))

    def _settle(self, batch: FirmBatch) -> Any:
        user = current_user._get_current_object()
        try:
            if request.form.get("verb") == "drop":
                batch.drop(by=user)
                flash("已放弃这份名单，没有录入任何企业", "success")
            else:
                flash(f"已录入 {batch.confirm(by=user)} 户", "success")
            db.session.commit()
        except Refused as why:
            db.session.rollback()
            flash(str(why), "error")
            return redirect(url_for(".preview", id=batch.id))
        return redirect(url_for(".index_view"))

    @expose("/undo/", methods=("GET", "POST"))
    def undo(self) -> Any:
        """Take a whole list back, as long as no unit has worked on any of it."""
        batch = self._batch()
        form = UndoForm()
        return form_page(
            self, form, title=f"撤销 {batch}", verb="撤销整批", icon="arrow-return-left", required=("reason",), back=url_for(".batches"),
            act=lambda: batch.undo(by=current_user._get_current_object(), reason=form.reason.data or ""),
            done=lambda count: f"已撤销 {count} 户，可以重新录入", then=lambda _count: url_for(".batches"),
            note="已推送未办理的联系任务一并撤销；被更新的企业恢复原来的登记；名单新增的企业停用。有单位已经办理的，整批不能撤销。",
        )

    @expose("/bad/")
    def bad(self) -> Response:
        """The rows that cannot be entered, in the same layout, each with its reasons."""
        batch = self._batch()
        return bad_rows(batch.verdicts())

    @expose("/batches/")
    def batches(self) -> str:
        """Lists entered so far, with how much of each got in."""
        rows = db.session.scalars(sa.select(FirmBatch).order_by(FirmBatch.id.desc()).limit(100)).all()
        table = [
            [(str(batch), url_for(".preview", id=batch.id) if batch.state == BatchState.PREVIEW else None), (batch.state.label, None), (batch.announced, None),
             (len(batch.firms), url_for(".index_view", tab="all", flt_entered=f"{batch.confirmed_at:%Y-%m-%d}") if batch.confirmed_at else None),
             (short_time(batch.confirmed_at), None), ("是" if batch.in_window else "否" if batch.confirmed_at else "", None),
             ("撤销", url_for(".undo", id=batch.id)) if batch.state == BatchState.CONFIRMED and self._may("import") else (_why(batch), None)]
            for batch in rows
        ]
        head = ["批次", "状态", "应录入", "已录入", "录入时间", "周一、周三10—11时", "撤销"]
        return self.render("duties/figures.html", title="录入批次", back=url_for(".index_view"), tables=[{"title": "名单", "head": head, "rows": table}],
                           page_links=[("下载模板", url_for(".template"), "download")] if self._may("import") else [])
