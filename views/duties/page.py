"""A page with one hand-made form: shown, checked, done in one transaction, every refusal beside its field."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from flask_wtf import FlaskForm

from models import Enterprise
from models.errors import Invalid
from views.attempt import attempt


def run_form(form: FlaskForm, act: Callable[[], Any]) -> tuple[Any, list[str]]:
    """What `act` returns, committed; or None with the errors of the whole form, nothing changed."""
    if not form.validate():
        return None, []
    errors: list[str] = []
    return attempt(form, errors, act, also=(ValueError,)), errors


def form_page(
    view: Any, form: FlaskForm, *, title: str, verb: str, act: Callable[[], Any], then: Callable[[Any], str], back: str,
    done: Callable[[Any], str], note: str = "", required: tuple[str, ...] = (), icon: str = "check-lg",
    back_label: str = "返回列表", **more: Any,
) -> Any:
    """GET shows the form; POST runs `act`, flashes `done(row)` and goes to `then(row)`."""
    for name in required:
        form[name].flags.required = True
    errors, status = [], 200
    if form.is_submitted():
        missing = [name for name in required if form[name].data in (None, "", [])]
        row, errors = (None, []) if missing else run_form(form, act)
        for name in missing:
            form.validate()
            form[name].errors = [f"请填写{form[name].label.text}"]
        if row is not None:
            flash(done(row), "success")
            return redirect(then(row))
        status = 422
    return view.render(
        "admin/transition.html", title=title, form=form, general_errors=errors, back={"url": back, "label": back_label},
        verb={"label": verb, "short": verb, "icon": icon}, after_note=note, **more,
    ), status


def find_enterprise(text: str, field: str = "enterprise") -> Enterprise:
    """The registered enterprise of that exact name or credit code, or Invalid."""
    found = Enterprise.known(text)
    if found is None:
        raise Invalid(field, "企业库中没有这家企业，请写全称或统一社会信用代码")
    return found
