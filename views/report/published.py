"""Publishing a report and correcting a published one (users.md 18)."""

import re
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from models import ReportSnapshot, db
from models.errors import Invalid, Refused
from models.report import Kind, Report
from models.report.snapshot import publish
from views.report.book import report_xlsx
from views.report.paper import report_pdf


class PublishForm(FlaskForm):
    """Nothing to fill in: pressing is the decision."""


class ErratumForm(FlaskForm):
    """One correction."""

    place = StringField("更正位置", description="如 表一第3行按期答复率")
    wrong = StringField("原为")
    right = StringField("应为")
    reason = TextAreaField("更正理由")


def snapshot_pdf(row: ReportSnapshot, report: Report) -> bytes:
    """The numbered PDF that is frozen."""
    return report_pdf(report, number=row.number, issued=row.dated)


def snapshot_xlsx(_row: ReportSnapshot, report: Report) -> bytes:
    """The workbook that is frozen."""
    return report_xlsx(report)


def publish_page(view: Any, kind: Kind, period: str) -> Any:
    """Confirm, number, freeze."""
    back = url_for(".index", kind=kind.code, period=period)
    if not current_user.may("report:publish"):
        abort(404)
    form, errors = PublishForm(), []
    if form.validate_on_submit():
        try:
            row = publish(kind, period, by=current_user._get_current_object(), pdf=snapshot_pdf, xlsx=snapshot_xlsx)
            db.session.commit()
            flash(f"{row.title} 已印发，文号 {row.number}", "success")
            return redirect(back)
        except Refused as wrong:
            db.session.rollback()
            errors = [str(wrong)]
    return view.render(
        "admin/transition.html", title=f"印发{kind.label}", form=form, back={"url": back, "label": "返回报表"}, draft=False,
        verb={"label": "确认印发", "short": "印发", "icon": "send"}, general_errors=errors,
        matter={"no": period, "title": kind.label},
        after_note="印发即编号，数据、PDF和Excel一并锁定，之后只能作更正说明；月度通报印发后，当月三色评价同时锁定。",
    ), 409 if errors else 200


def correct_page(view: Any) -> Any:
    """A signed erratum under the frozen figures."""
    row = db.session.get(ReportSnapshot, int(request.args["id"])) if re.fullmatch(r"[0-9]{1,11}", request.args.get("id", "")) else None
    if row is None or not current_user.may("report:publish"):
        abort(404)
    back, form, errors = url_for(".index", kind=row.kind, period=row.period), ErratumForm(), []
    for name in ("place", "right", "reason"):
        form[name].flags.required = True
    if form.validate_on_submit():
        try:
            row.correct(by=current_user._get_current_object(), **{name: form[name].data or "" for name in ("place", "wrong", "right", "reason")})
            db.session.commit()
            flash("更正说明已登记，印发的数据不变", "success")
            return redirect(back)
        except Invalid as wrong:
            db.session.rollback()
            form[wrong.field].errors = [str(wrong)]
    return view.render(
        "admin/transition.html", title="更正说明", form=form, back={"url": back, "label": "返回报表"}, draft=False, general_errors=errors,
        verb={"label": "登记更正", "short": "更正", "icon": "pencil-square"}, matter={"no": row.number, "title": row.title},
        after_note="更正说明署您的姓名和时间，列在印发数据之下；印发的数据和文件不改动。",
    ), 422 if request.method == "POST" else 200
