"""Forms of a panel: the declared fields, the version that is edited, failures as Chinese sentences."""

from typing import Any

from flask import current_app, flash, request
from flask_admin.form import BaseForm
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import HiddenField

from models.errors import Invalid, Refused
from models.sentences import sentence_for
from models.vault import sealed_columns
from models.wording import WordingError
from views.personal import masked


class Forms:
    """How a panel is written."""

    fields: list[str] = []

    def get_form(self) -> type[BaseForm]:
        """The declared form, with the row's version when the table has one."""
        if not self.fields:
            return type("NoForm", (BaseForm,), {})
        made = super().get_form()
        made.row_version = HiddenField()
        return made

    def edit_form(self, obj: Any = None) -> BaseForm:
        """Remember which version is being edited."""
        made = super().edit_form(obj)
        if request.method == "GET":
            made.row_version.data = str(getattr(obj, "version", ""))
            for key in sealed_columns(self.model):
                if key in made:
                    made[key].data = masked(obj, key)
        return made

    def create_model(self, form: BaseForm) -> Any:
        """As stock, without the version field."""
        del form.row_version
        return super().create_model(form)

    def update_model(self, form: BaseForm, model: Any) -> bool:
        """A stale form is refused; what was typed stays on the page."""
        version = form.row_version.data
        if version and version != str(getattr(model, "version", version)):
            flash("这条记录刚被他人修改。您填写的内容还在，请核对后重新保存", "error")
            return False
        for key in sealed_columns(self.model):  # what still reads masked was not changed
            if key in form and form[key].data == masked(model, key):
                form[key].data = getattr(model, key)
        kept = form._fields.pop("row_version")
        try:
            return super().update_model(form, model)
        finally:
            form._fields["row_version"] = kept

    def handle_view_exception(self, exc: Exception) -> bool:
        """Every failure is one Chinese sentence; real bugs are raised in tests and logged elsewhere."""
        if isinstance(exc, IntegrityError | DataError):
            flash(sentence_for(exc), "error")
        elif isinstance(exc, StaleDataError):
            flash("这条记录刚被他人修改，请刷新后再改", "error")
        elif isinstance(exc, Invalid | Refused | WordingError | ValueError):
            flash(str(exc), "error")
        elif current_app.testing:
            raise exc
        else:
            current_app.logger.exception("save failed")
            flash("保存没有成功，什么都没有改动；请稍后再试，仍不行请联系系统管理员", "error")
        return True
