"""What the supervision panels share: a register's record page with links, and a paper form that makes a matter."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import SelectField

from models import db
from models.errors import Invalid
from models.matter import Matter
from models.user import User
from views.attempt import attempt, name_missing
from views.cells import short_time
from views.files import FileRefused, Uploads
from views.panel import Panel

MOMENTS = {  # when a matter began and ended, as lists show it
    "opened_at": lambda _v, _c, row, _n: short_time(row.opened_at), "closed_at": lambda _v, _c, row, _n: short_time(row.closed_at),
}


def link(endpoint: str, row: Any, text: str = "") -> Markup | str:
    """A link to a row's page, "" for none."""
    if row is None:
        return ""
    return Markup('<a href="{}">{}</a>').format(url_for(f"{endpoint}.details_view", id=row.id), text or str(row))


def matter_rows(matters: list[Any]) -> list[dict[str, str]]:
    """Matters as the lines of a card."""
    return [
        {"label": f"{row.number} {row.title}", "url": url_for(f"{row.kind}.details_view", id=row.id), "end": row.state.label}
        for row in matters
    ]


class RecordPanel(Panel):
    """A register whose rows have a page of their own: facts, what hangs on them, and what can be started from them."""

    details_template = "admin/record.html"

    def facts(self, row: Any) -> list[dict[str, Any]]:
        """Sections of the page."""
        raise NotImplementedError

    def related(self, row: Any) -> list[dict[str, Any]]:
        """Cards beside the facts."""
        return []

    def starts(self, row: Any) -> list[tuple[str, str, str]]:
        """(label, url, icon) of what may be started from here."""
        return []

    def title(self, row: Any) -> tuple[str, str, str]:
        """(number, title, state) of the head."""
        return "", str(row), ""

    @expose("/details/")
    def details_view(self) -> str:
        """One row on one page."""
        row = self.find()
        number, title, state = self.title(row)
        verbs = [{"label": label, "url": url, "icon": icon, "reason": "", "kind": None} for label, url, icon in self.starts(row)]
        tools = [("打印本页", "#print", "printer")]
        if self.can_edit:
            tools.insert(0, ("修改", url_for(".edit_view", id=row.id, url=url_for(".details_view", id=row.id)), "pencil-square"))
        return self.render(
            self.details_template, record={"no": number, "title": title, "line": self.name, "state_label": state, "state_kind": ""},
            back={"url": request.args.get("url") or url_for(".index_view")}, verbs=verbs, tools=tools, sections=self.facts(row),
            events=[], related=[card for card in self.related(row) if card["rows"]], print_head=self.name,
        )


def options(form: FlaskForm, name: str, rows: list[Any], blank: bool = True) -> None:
    """Fill a select with rows; its chosen row is read with :func:`picked`."""
    choices = [(str(row.id), str(row)) for row in rows]
    form[name].choices = [("", "—"), *choices] if blank else choices


def picked(form: FlaskForm, name: str, model: type) -> Any:
    """The chosen row in scope, None for none; Invalid for one that is not offered."""
    value = form[name].data or ""
    if not value:
        return None
    row = db.session.get(model, int(value)) if value.isdecimal() and len(value) < 12 else None
    if row is None:
        raise Invalid(name, f"所选{form[name].label.text}不存在")
    return row


def choice(label: str, **about: Any) -> SelectField:
    """A select whose options are filled per request."""
    return SelectField(label, validate_choice=False, **about)


def make(form: FlaskForm, run: Callable[[], Matter], files: str = "", required: tuple[str, ...] = ()) -> tuple[Matter | None, list[str]]:
    """Run what makes the matter, keep its files, commit; (the matter, errors of the whole form). What is missing is named at once."""
    form.validate()
    name_missing(form, required)
    if any(field.errors for field in form):
        return None, []
    uploads, errors = Uploads(), []

    def made() -> Matter:
        matter = run()
        if files:
            uploads.take(matter, form.files.data or [], files)
        return matter

    matter = attempt(form, errors, made, also=(FileRefused, ValueError))
    if matter is None:
        uploads.discard()
    return matter, errors


def form_page(panel: Panel, form: FlaskForm, title: str, short: str, after: str, required: tuple[str, ...], run: Callable[[], Matter],
              files: str = "") -> Any:
    """The paper form: shown, or run and answered with the new matter's page."""
    for name in required:
        form[name].flags.required = True
    errors: list[str] = []
    if form.is_submitted():
        matter, errors = make(form, run, files, required)
        if matter is not None:
            flash(f"已{short} {matter.number}", "success")
            return redirect(url_for(f"{matter.kind}.details_view", id=matter.id))
    back = request.args.get("url") or url_for(f"{panel.endpoint}.index_view")
    return panel.render(
        "admin/transition.html", title=title, form=form, general_errors=errors, back={"url": back, "label": "返回"},
        verb={"label": title, "short": short, "icon": "plus-lg"}, after_note=after,
    ), 422 if form.is_submitted() else 200


def reader_of(user: Any) -> User:
    """The logged-in user as a row."""
    return user._get_current_object()
