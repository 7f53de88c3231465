"""The little form behind each verb, derived from its declaration, and running the verb.

One page serves every flow: GET shows the form, POST runs the verb. A refusal changes nothing,
keeps what was typed and says why.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, request
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from models import StockPhrase, Unit, User, db
from models.asks import Ask
from models.errors import Invalid, Refused, Stale
from models.flow import Flow, Transition
from models.sentences import sentence_for
from views.files import FileRefused, Uploads
from views.people import PersonChoice
from views.units import UnitChoice, UnitChoices

SEGMENTS = 5  # up to so many choices lie side by side


def key(name: str) -> str:
    """The form's attribute for a question: a form has a `process`, a `data` and more of its own."""
    return f"ask_{name}"


def field_for(ask: Ask) -> Field:
    """The control that asks this question."""
    about = {"label": ask.label, "description": ask.help, "name": ask.name}
    required = {"required": False, "data-required": "1"} if ask.required else {}
    if ask.model is Unit:
        return UnitChoices(**about) if ask.many else UnitChoice(**about)
    if ask.model is User:
        return PersonChoice(**about)
    if ask.choices is not None:
        first = ask.default or ask.start or ""
        settled = ask.required or bool(first)  # some answer is always chosen, so a blank one is not offered
        choices = [*ask.choices] if settled or ask.many or ask.kind is bool else [("", "—"), *ask.choices]
        if ask.many:
            return SelectMultipleField(choices=choices, validate_choice=False, **about)
        aside = len(choices) <= SEGMENTS and (settled or ask.kind is bool)
        return (RadioField if aside else SelectField)(choices=choices, validate_choice=False, default=first, **about)
    if ask.kind is bool:
        return BooleanField(**about)
    if ask.kind is date:
        blank = [] if ask.required else [Optional()]  # a blank box is no date, and no mistake
        return DateField(validators=blank, format=["%Y-%m-%d", "%Y%m%d"], render_kw=required, **about)
    if ask.kind is datetime:
        return StringField(render_kw=required | {"placeholder": "如 2024-05-20 09:30"}, **about)
    if ask.kind in (int, Decimal):
        return StringField(render_kw=required | {"inputmode": "decimal"}, **about)
    return TextAreaField(render_kw=required, **about) if ask.long else StringField(render_kw=required, **about)


def form_for(step: Transition) -> type[FlaskForm]:
    """A form class with one field per question, a field per kind of file, and the row's version."""
    fields: dict[str, Any] = {"version": HiddenField()}
    for ask in step.asks:
        fields[key(ask.name)] = field_for(ask)
        if ask.files:
            fields[f"{ask.name}_files"] = MultipleFileField(ask.files, description="PDF、图片、Office，单个20 MB以内；涉密材料不得上传")
    return type(f"{step.name.title()}Form", (FlaskForm,), fields)


def phrases_for(step: Transition) -> dict[str, list[str]]:
    """Stock phrases beside the opinion boxes."""
    if not any(ask.phrases for ask in step.asks):
        return {}
    words = db.session.scalars(
        sa.select(StockPhrase.text).where(StockPhrase.verb.in_([step.name, "*"])).order_by(StockPhrase.sort, StockPhrase.id)
    ).all()
    return {ask.name: list(words[:6]) for ask in step.asks if ask.phrases and words}


class StepRun:
    """One verb on one row, asked for by a browser."""

    def __init__(self, row: Flow, name: str, initial: dict[str, Any] | None = None, **extra: Any) -> None:
        """`initial` fills the empty form; `extra` goes to the verb as it is (the renderer of a letter)."""
        self.row, self.step, self.extra = row, row.transitions().get(name), extra
        user = current_user._get_current_object()
        # A verb the role does not hold does not exist; one that is impossible now says why.
        if self.step is None or not row.permits(user, self.step.permission_for(row), self.step.party):
            abort(404)
        self.form = form_for(self.step)(data={key(name): value for name, value in (initial or {}).items()})
        for ask in self.step.asks:
            self.form[key(ask.name)].flags.required = ask.required or ask.start is not None
        self.general: list[str] = []
        if request.method == "GET":
            self.form.version.data = str(row.version)
            if why := self.step.refusal(row, user):
                self.general.append(why)

    def submitted(self) -> bool:
        """Run the verb if the form was posted; True when it is done and committed."""
        if request.method != "POST":
            return False
        values = self._values()
        for wrong in self.step.check(self.row, values) if self.step.check else ():
            if not self.form[key(wrong.field)].errors:
                self.form[key(wrong.field)].errors = [str(wrong)]
        if any(field.errors for field in self.form) or not self.form.validate():
            db.session.rollback()
            return False
        return self._run(values)

    def _values(self) -> dict[str, Any]:
        values = {}
        for ask in self.step.asks:
            field = self.form[key(ask.name)]
            given = field.data if ask.model or ask.many or (ask.kind is bool and not ask.choices) else request.form.get(ask.name, "")
            try:
                values[ask.name] = ask.clean(given)
            except Invalid as wrong:
                field.process_errors = [str(wrong)]
                field.errors = [str(wrong)]
        return values

    def _run(self, values: dict[str, Any]) -> bool:
        version = self.form.version.data or ""
        uploads = Uploads()
        try:
            for ask in self.step.asks:
                if ask.files:
                    uploads.take(self.row, request.files.getlist(f"{ask.name}_files"), ask.files)
            self.row.do(
                self.step.name, by=current_user._get_current_object(), version=int(version) if version.isdecimal() else -1,
                **values, **self.extra,
            )
            db.session.commit()
        except Exception as error:
            db.session.rollback()
            uploads.discard()
            self._explain(error)
            return False
        flash(f"{self.row} {self.step.past}", "success")
        return True

    def _explain(self, error: Exception) -> None:
        if isinstance(error, Invalid) and key(error.field) in self.form:
            self.form[key(error.field)].errors = [str(error)]
        elif isinstance(error, StaleDataError):
            self.general.append("刚刚有人办理过这件事。您填写的内容还在，请核对后再提交")
        elif isinstance(error, IntegrityError | DataError):
            self.general.append(sentence_for(error))
        elif isinstance(error, Refused | FileRefused | ValueError):
            self.general.append(str(error))
        else:
            raise error
        if isinstance(error, Stale | StaleDataError):
            # Reading it again lets the person submit knowingly.
            self.form.version.data = str(self.row.version)

    @property
    def status(self) -> int:
        """200 for a fresh form, 409 when the verb is refused, 422 when fields are wrong."""
        if request.method == "GET":
            return 200
        return 409 if self.general else 422

    def context(self) -> dict[str, Any]:
        """What transition.html needs of the verb and its form."""
        return {
            "title": self.step.label, "form": self.form, "general_errors": self.general, "phrases": phrases_for(self.step),
            "verb": {"label": f"确认{self.step.label}", "short": self.step.label,
                     "kind": "accountable" if self.step.mark == "act" else "primary"},
            "after_note": self.step.outcome,
        }
