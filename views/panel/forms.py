"""Forms of a panel: the declared fields, the version that is edited, failures as Chinese sentences."""

from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, g, request, session
from flask_admin import expose
from flask_admin.babel import gettext
from flask_admin.form import BaseForm
from flask_login import current_user
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectFieldBase
from wtforms.validators import InputRequired, Optional

from models import db
from models.errors import Invalid, Refused
from models.now import now
from models.numbering import next_serial
from models.sentences import field_of, sentence_for
from models.stand_in import standing_in
from models.vault import sealed_columns
from models.wording import WordingError
from views.personal import masked


class NamedForm(BaseForm):
    """A form whose complaints name the field, and that asks the columns' own checks (models/columns.py)."""

    model: type | None = None

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """As stock; what a column would refuse stands at its field."""
        sound = super().validate(*args, **kwargs)
        for name, field in self._fields.items():
            field.errors = [_named(field, str(words)) if isinstance(words, str) else words for words in field.errors]
            if not field.errors and not self._unchanged(name) and (wrong := _refused(self.model, name, field.data)):
                field.errors, sound = [wrong], False
        return sound

    def _unchanged(self, name: str) -> bool:
        """What still reads masked is as it was."""
        sealed = self._obj is not None and self.model and name in sealed_columns(self.model)
        return bool(sealed and self[name].data == masked(self._obj, name))


def _named(field: Field, words: str) -> str:
    """请填写单位名称, not 请填写此项."""
    if words != field.gettext("This field is required."):
        return words
    picked = isinstance(field, SelectFieldBase) or hasattr(field, "loader")
    return f"请{'选择' if picked else '填写'}{field.label.text}"


def _refused(model: type | None, name: str, value: Any) -> str:
    """Why the column of that name would not hold the value, or nothing."""
    column = model and sa.inspect(model).column_attrs.get(name)
    check = column and column.columns[0].info.get("check")
    try:
        return (check and value and check(value)) and ""
    except ValueError as error:
        return str(error)


def _at_its_field(exc: Exception) -> bool:
    """Put the sentence where the person has to change something, if that is one field of the form."""
    about = isinstance(exc, IntegrityError | DataError)
    name = field_of(exc) if about else getattr(exc, "field", "")
    fields = g.get("form") or {}
    name = name if name in fields else name.removesuffix("_id")
    if not name or name not in fields:
        return False
    fields[name].errors = [sentence_for(exc) if about else str(exc)]
    return True


def _told(response: Any) -> Any:
    """Flask-Admin's message that some record was saved, in words that name it."""
    if words := g.pop("done", None):
        stock = {gettext("Record was successfully created."), gettext("Record was successfully saved.")}
        session["_flashes"] = [(kind, words if text in stock else text) for kind, text in session.get("_flashes", [])]
    return response


class Forms:
    """How a panel is written."""

    resource = ""
    fields: list[str] = []
    numbered: dict[str, str] = {}  # columns of numbers the desk gives when they are left empty: the prefix
    form_base_class = NamedForm

    def get_form(self) -> type[BaseForm]:
        """The declared form, with the row's version when the table has one."""
        if not self.fields:
            return type("NoForm", (BaseForm,), {})
        made = super().get_form()
        made.model, made.row_version = self.model, HiddenField()
        for key in self.numbered:
            asked = getattr(made, key).kwargs
            asked["validators"] = [Optional(), *(check for check in asked["validators"] if not isinstance(check, InputRequired))]
            asked["description"] = "不填由系统编号"
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
        g.form = form
        for key, prefix in self.numbered.items():
            form[key].data = form[key].data or self._next(key, prefix)
        with self._for_whom("create"):
            made = super().create_model(form)
        g.done = made and self._done("登记", made)
        return made

    def update_model(self, form: BaseForm, model: Any) -> bool:
        """A stale form is refused; what was typed stays on the page."""
        version = form.row_version.data
        if version and version != str(getattr(model, "version", version)):
            flash("这条记录刚被他人修改。您填写的内容还在，请核对后重新保存", "error")
            return False
        for key in sealed_columns(self.model):  # what still reads masked was not changed
            if key in form and form[key].data == masked(model, key):
                form[key].data = getattr(model, key)
        for key in self.numbered:
            form[key].data = form[key].data or getattr(model, key)
        kept, g.form = form._fields.pop("row_version"), form
        try:
            with self._for_whom("edit"):
                saved = super().update_model(form, model)
            g.done = saved and self._done("保存", model)
            return saved
        finally:
            form._fields["row_version"] = kept

    def _next(self, key: str, prefix: str) -> str:
        """The next number of the month that nobody has typed before."""
        stem, column = f"{prefix}{now():%Y%m}", getattr(self.model, key)
        while True:
            number = f"{stem}-{next_serial(stem):03d}"
            if db.session.scalar(sa.select(sa.func.count()).where(column == number)) == 0:
                return number

    def _for_whom(self, action: str) -> Any:
        """The trail says in whose place, where only a borrowed role permits it."""
        permission = f"{self.resource}:{action}"
        user = current_user._get_current_object()
        return standing_in(None if user.own_level(permission) else user.lender_of(permission))

    def _done(self, verb: str, row: Any) -> str:
        """What has been entered or saved, by its name."""
        named = "" if type(row).__str__ is object.__str__ else f"：{row}"
        return f"已{verb}{self.name}{named}"

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """As stock; the message names what has been entered."""
        return _told(super().create_view())

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """As stock; the message names what has been saved."""
        return _told(super().edit_view())

    def handle_view_exception(self, exc: Exception) -> bool:
        """Every failure is one Chinese sentence; real bugs are raised in tests and logged elsewhere."""
        if _at_its_field(exc):
            return True
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
