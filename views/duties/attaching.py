"""Files of a record that is no matter: a meeting's sign-in sheet, a visit's photographs (D2, N4)."""

from typing import Any

from flask import flash, redirect, url_for
from flask_admin import expose
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, StringField

from models import audit, db
from views.files import FileRefused, Uploads

LABEL = 20  # code points


class FilesForm(FlaskForm):
    """What, and the files."""

    label = StringField("材料类别", description="如：签到表、会议材料、走访照片", render_kw={"maxlength": LABEL})
    files = MultipleFileField("文件", description="PDF、图片、Office，单个20 MB以内；涉密材料不得上传")


class Attaching:
    """Mixin of a panel with `find()`; `may_attach(row)` says who may add files."""

    files_label = "材料"

    def may_attach(self, row: Any) -> bool:
        """Whether the reader may add files to this row."""
        raise NotImplementedError

    def attach_url(self, row: Any) -> str | None:
        """Where 上传 leads, or None."""
        return url_for(".attach", id=row.id) if self.may_attach(row) else None

    @expose("/attach/", methods=("GET", "POST"))
    def attach(self) -> Any:
        """Add files to the record."""
        row = self.find()
        if not self.may_attach(row):
            return self.inaccessible_callback("attach")
        form, target, wrong = FilesForm(), url_for(".details_view", id=row.id), []
        form.files.flags.required = True
        if form.is_submitted() and form.validate():
            given = [file for file in form.files.data or [] if file and file.filename]
            wrong = self._keep(row, given, form.label.data or "") if given else ["请选择文件"]
            if not wrong:
                flash(f"已上传 {len(given)} 个文件", "success")
                return redirect(target)
            form.files.errors = wrong
        return self.render(
            "admin/transition.html", title="上传附件", form=form, general_errors=[], back={"url": target, "label": "返回"},
            verb={"label": "上传", "short": "上传", "icon": "upload"}, after_note="上传后看得到这条记录的人可以下载；文件不能覆盖。",
            matter={"no": "", "title": str(row), "url": target},
        ), 422 if wrong else 200

    def _keep(self, row: Any, given: list[Any], label: str) -> list[str]:
        uploads = Uploads()
        try:
            uploads.take(row, given, label.strip()[:LABEL] or self.files_label)
            audit.note("上传附件", self.resource, row.id, files="、".join(file.filename for file in given)[:200])
            db.session.commit()
        except FileRefused as why:
            db.session.rollback()
            uploads.discard()
            return [str(why)]
        except Exception:
            db.session.rollback()
            uploads.discard()
            raise
        return []
