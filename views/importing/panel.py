"""Uploads: the list of them, the form, the preview with 新增 n / 更新 n / 错误 n, confirming, bad rows back, undoing."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, jsonify, redirect, request, send_file, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload
from wtforms import FileField

from models import ImportRow, ImportRun, audit, db
from models.errors import Invalid, Refused
from models.importing import Import, RunState, Verdict, plans
from models.importing.run import BUSY, COUNTS, STALE
from models.importing.undoing import obstacles
from models.now import now
from models.sentences import sentence_for
from views.attempt import attempt
from views.cells import short_time
from views.exporting import XLSX, send_rows
from views.filters import Where, one_of
from views.panel import Panel
from views.steps import field_for

S = RunState
SHOWN = 50  # rows of a preview
VERBS = {"confirm": "导入", "drop": "放弃", "undo": "撤销"}


def _registers() -> list[tuple[str, str]]:
    return [(name, plan.name) for name, plan in plans.items() if plan.permitted(current_user._get_current_object())]


class ImportPanel(Panel):
    resource = "import_run"
    columns = ["uploaded_at", "register", "file_name", "state", "added", "changed", "same", "bad", "by"]
    classes = {
        "uploaded_at": "nowrap muted col-clock", "register": "col-unit", "file_name": "col-title cut", "state": "col-state",
        "added": "num", "changed": "num", "same": "num opt", "bad": "num",
    }
    filters = [
        Where("register", "导入到", lambda v: ImportRun.register == v, kind="select", choices=_registers),
        one_of("state", "状态", ImportRun.state, RunState),
    ]
    order = ("id", True)
    column_sortable_list = ["uploaded_at"]
    column_formatters = {
        "uploaded_at": lambda _v, _c, row, _n: short_time(row.uploaded_at), "register": lambda _v, _c, row, _n: row.plan.name,
    }

    def get_query(self) -> Query:
        """With who uploaded it."""
        return super().get_query().options(joinedload(ImportRun.by))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Ways to the registers one may import into."""
        links = [(name, url_for(".upload", register=register), "upload") for register, name in _registers()]
        return {"row_verb": lambda row: ("核对" if row.state == S.PREVIEW else "查看", url_for(".details_view", id=row.id)), "row_label": str,
                "primary_action": None, "secondary_actions": links,
                "empty": {"title": "还没有导入过", "advice": "从右上角选一个台账，下载模板填写后上传。"}}

    # -- uploading --------------------------------------------------------------------------

    def _plan(self, register: str) -> Import:
        plan = plans.get(register)
        return plan if plan is not None and plan.permitted(current_user._get_current_object()) else abort(404)

    @expose("/template/<register>/")
    def template(self, register: str) -> Response:
        """The form to fill in."""
        from views.importing.form import blank_form  # openpyxl: 10 MB most processes never need

        plan = self._plan(register)
        return send_file(blank_form(plan), mimetype=XLSX, as_attachment=True, download_name=f"{plan.name}导入模板.xlsx")

    @expose("/upload/<register>/", methods=("GET", "POST"))
    def upload(self, register: str) -> Any:
        """Take a file in and show what would come of it."""
        plan = self._plan(register)
        form = _form_of(plan)
        errors: list[str] = []
        if form.is_submitted() and form.validate() and (run := self._take(plan, form, errors)):
            return redirect(url_for(".details_view", id=run.id))
        return self.render(
            "importing/upload.html", title=f"导入{plan.name}", form=form, general_errors=errors, plan=plan, draft=False,
            back={"url": request.args.get("url") or url_for(f"{register}.index_view"), "label": "返回列表"},
            verb={"label": "上传并预览", "short": "上传", "icon": "upload"}, template_url=url_for(".template", register=register),
            runs_url=url_for(".index_view", flt_register=register), key="、".join(field.label for field in plan.key_fields),
            heads=[(plan.head(field), field.help) for field in plan.fields],
        ), 422 if form.is_submitted() else 200

    def _take(self, plan: Import, form: FlaskForm, errors: list[str]) -> ImportRun | None:
        def upload() -> ImportRun:
            if not (file := form.file.data):
                raise Invalid("file", "请选择要导入的文件")
            answers = {ask.name: request.form.get(ask.name, "") for ask in plan.asks}
            name, by = file.filename or "未命名.xlsx", current_user._get_current_object()
            return ImportRun.upload(plan.register, by=by, file_name=name, data=file.stream.read(), **answers)

        return attempt(form, errors, upload)

    # -- the preview ------------------------------------------------------------------------

    def _run(self) -> ImportRun:
        run = self.get_one(request.args.get("id", ""))
        return run if run is not None and run.plan.permitted(current_user._get_current_object()) else abort(404)

    @expose("/details/")
    def details_view(self) -> str:
        """新增 n / 更新 n / 不变 n / 错误 n, the first rows of each; confirm, drop or undo."""
        run = self._run()
        chosen = request.args.get("verdict", "")
        verdict = Verdict[chosen] if chosen in Verdict.__members__ else None
        query = sa.select(ImportRow).where(ImportRow.run_id == run.id, *([ImportRow.verdict == verdict] if verdict else []))
        rows = db.session.scalars(query.order_by(ImportRow.line).limit(SHOWN)).all() if not run.busy else []
        count = getattr(run, next((name for name, one in COUNTS.items() if one == verdict), "total"))
        tabs = [{"label": "全部", "count": run.total, "url": url_for(".details_view", id=run.id), "active": verdict is None}]
        tabs += [{"label": one.label, "count": getattr(run, name), "active": one == verdict, "url": url_for(".details_view", id=run.id, verdict=one.value)}
                 for name, one in COUNTS.items()]
        return self.render(
            "importing/run.html", title=f"导入{run.plan.name}", run=run, rows=rows, tabs=tabs, shown=len(rows), count=count,
            fields=[(field.key, field.label, field.mask) for field in run.plan.fields], good=run.added + run.changed, more=self._more(run),
            back={"url": url_for(f"{run.register}.index_view"), "label": "返回列表"}, progress=self._progress(run),
        )

    def _more(self, run: ImportRun) -> dict[str, Any]:
        """What can be done now, and why not."""
        kept = run.state in (S.PREVIEW, S.DONE) and run.remembered
        return {
            "open": run.state == S.PREVIEW, "kept": kept, "undo": run.state == S.DONE and kept and bool(run.added + run.changed),
            "obstacles": obstacles(run) if run.state == S.DONE and kept else [], "bad": bool(run.bad) and kept,
        }

    def _progress(self, run: ImportRun) -> dict[str, Any]:
        """What the page asks for every second."""
        waits = run.busy and run.beat_at is None
        whole = run.added + run.changed if run.state in (S.WRITING, S.UNDOING) else 0
        asleep = run.busy and (run.beat_at or run.uploaded_at) < now() - STALE
        words = {
            S.READING: f"正在读取和核对，已处理 {run.done:,} 行" if run.done else "正在读取文件",
            S.WRITING: f"正在写入，已写 {run.done:,} / {whole:,} 行",
            S.UNDOING: f"正在撤销，已撤 {run.done:,} / {whole:,} 行",
        }.get(run.state, run.state.label)
        if asleep:
            words = "后台程序没有响应，文件已经保存，恢复后会继续办理；请告知系统管理员"
        elif waits:
            words = "已排队，马上开始"
        return {"busy": run.state in BUSY, "words": words, "done": run.done, "whole": whole, "state": run.state.value}

    @expose("/progress/")
    def progress(self) -> Response:
        """How far a long one has come."""
        return jsonify(self._progress(self._run()))

    @expose("/settle/", methods=("POST",))
    def settle(self) -> Any:
        """Confirm, drop or undo."""
        run, verb = self._run(), request.form.get("verb", "")
        if verb not in VERBS:
            abort(404)
        number = run.id
        try:
            getattr(run, verb)(by=current_user._get_current_object())
            db.session.commit()
            self._say(run)
        except Refused as why:
            db.session.rollback()
            flash(str(why), "error")
        except (sa.exc.IntegrityError, sa.exc.DataError) as error:
            db.session.rollback()
            flash(sentence_for(error), "error")
        return redirect(url_for(".details_view", id=number))

    def _say(self, run: ImportRun) -> None:
        words = {S.DONE: f"已导入：新增 {run.added} 条，更新 {run.changed} 条", S.UNDONE: "已撤销这一批，恢复到导入以前", S.DROPPED: "已放弃这份文件，没有导入"}
        if run.state in words:
            flash(words[run.state], "success")

    @expose("/bad/")
    def bad(self) -> Response:
        """The rows that cannot be entered, in the same layout, each with its reasons."""
        run = self._run()
        plan, number = run.plan, run.id
        audit.record("导出", self.resource, number, kind="错误行")
        heads = [plan.head(field) for field in plan.fields]
        return send_rows(f"{plan.name}错误行_{now():%Y%m%d%H%M}", plan.name, [*heads, "错误原因"], _bad_lines(plan, number), "xlsx", bare=True)


def _bad_lines(plan: Import, number: int) -> Iterator[list[str]]:
    """As they were read, each with its reasons; asked while the file is sent."""
    query = sa.select(ImportRow).where(ImportRow.run_id == number, ImportRow.verdict == Verdict.BAD).order_by(ImportRow.line)
    for row in db.session.scalars(query.execution_options(yield_per=500)):
        yield [*(row.raw.get(field.key, "") for field in plan.fields), row.reasons]


def _form_of(plan: Import) -> FlaskForm:
    """The file, and what the register asks besides."""
    fields = {"file": FileField("文件", description=f"用模板填写，或其他系统导出的 Excel 工作簿；一次最多 {plan.most:,} 行，20 MB 以内")}
    fields |= {ask.name: field_for(ask) for ask in plan.asks}
    form = type("UploadForm", (FlaskForm,), fields)()
    for name in fields:
        form[name].flags.required = True
    return form
