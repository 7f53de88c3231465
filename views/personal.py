"""Phones and contact persons on pages: masked for everybody, shown by one click that is logged (个人信息保护法 51; roles.md)."""

import re
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from wtforms.validators import Length

from models import audit, scope
from models.flow import Flow
from models.now import now
from models.vault import Sealed, sealed_columns

bp = Blueprint("personal", __name__)
ACTION = "查看个人信息"
# A mobile number in running words; a landline is an office's, and numbers of matters and credit codes are longer.
_TYPED = re.compile(r"(?<![\dA-Za-z*])(1[3-9]\d)([ -]?)\d{4}([ -]?\d{4})(?![\dA-Za-z])")
_SHOWN = "numbers_shown"  # the record page whose numbers the reader has asked for
_PLACE = "<!--numbers-->"  # where a record page says that numbers are masked
# What a form sends back, and where links lead, stays as it is.
_KEPT = re.compile(r"""(<(textarea|script)\b.*?</\2>|\b(?:value|href|action)=(?:"[^"]*"|'[^']*'))""", re.DOTALL | re.IGNORECASE)


def init_app(app: Flask) -> None:
    """Pages come without the phones that somebody typed into running words; record pages give them to who may see them, on a logged click."""
    app.after_request(_veil)
    app.jinja_env.globals["numbers_here"] = lambda: Markup(_PLACE) if (request.endpoint or "").endswith(".details_view") else ""


def veils() -> bool:
    """Whether what the reader prints or takes away has the mobile numbers in running words masked: without 查看个人信息 for demands."""
    asked_for = g.get("personal") or request.endpoint == "personal.reveal"  # logged, and permitted for these very rows
    return bool(not asked_for and current_user and current_user.is_authenticated and not current_user.may("ticket:reveal"))


def veiled(words: str) -> str:
    """Running words with the mobile numbers in them masked: 138****5678."""
    return _TYPED.sub(r"\1****\3", words)


def veiled_facts(value: Any) -> Any:
    """Facts for a print with every mobile number in their words masked."""
    if isinstance(value, dict):
        return {key: veiled_facts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(veiled_facts, value))
    return veiled(value) if isinstance(value, str) else value


def reader_words() -> str:
    """区人社局 某某　2024-08-05 10:00: who prints, and when."""
    unit = current_user.unit.name if current_user.unit else ""
    return f"{unit} {current_user.name}　{now():%Y-%m-%d %H:%M}".strip()


def _veil(answer: Response) -> Response:
    if answer.mimetype not in ("text/html", "application/json") or answer.is_streamed or answer.direct_passthrough:
        return answer
    page, shown = answer.get_data(as_text=True), answer.mimetype == "text/html"
    with scope.everything():  # strangers' pages have no scope
        masked_page = page
        if _TYPED.search(page) and current_user and current_user.is_authenticated and request.endpoint != "personal.reveal" and (shown or veils()):
            parts = [(part, place % 3) for place, part in enumerate(_KEPT.split(page)) if place % 3 != 2]
            masked_page = "".join(part if kept else veiled(part) for part, kept in parts)
        if masked_page != page and shown and _asked_for():
            masked_page, note = page, _line("文字里的手机号本次显示，已记入操作留痕")
        else:
            note = _note() if masked_page != page else ""
    if masked_page != page or (shown and _PLACE in page):
        answer.set_data(masked_page.replace(_PLACE, note, 1))
    return answer


def _asked_for() -> bool:
    """Whether this record page was asked for by 查看; once."""
    return session.pop(_SHOWN, None) == [(request.endpoint or "").rpartition(".")[0], request.args.get("id")]


def _note() -> str:
    """Above a record page with masked numbers: that they are, and 查看 for who may see them."""
    if not (request.endpoint or "").endswith(".details_view"):
        return ""
    of, row_id = request.endpoint.rpartition(".")[0], request.args.get("id", "")
    panel = _panel(of)
    row = panel.get_one(row_id) if panel is not None else None
    address = url_for("personal.reveal", of=of, row_id=row.id, only="words", url=request.args.get("url")) if row and panel.may_reveal(row) else None
    button = _button(address) if address else ""
    return _line("文字里的手机号已打码", Markup("，查看即留痕") + button if button else "")


def _line(words: str, more: str = "") -> Markup:
    return Markup('<div class="numbers muted no-print">{}{}</div>').format(words, more)


def _panel(endpoint: str) -> Any:
    """The panel with persons in its rows at this endpoint, if any."""
    views = current_app.extensions["admin"][0]._views
    return next((view for view in views if view.endpoint == endpoint and hasattr(view, "may_reveal")), None)


def _button(address: str, script: str = "") -> Markup:
    return Markup(
        '　<form class="reveal no-print" method="post" action="{}" {}><input type="hidden" name="csrf_token" value="{}">'
        '<button class="as-link" type="submit">查看</button></form>'
    ).format(address, script, generate_csrf())


def masked(row: Any, key: str) -> str:
    """One sealed column of a row as everybody may see it."""
    return sealed_columns(type(row))[key].mask(getattr(row, key))


def may_reveal(row: Any, resource: str) -> bool:
    """Whether the reader holds `<resource>:reveal` for this row, as far as it reaches; or has a call to make about it."""
    permission = f"{resource}:reveal"
    if isinstance(row, Flow):
        by = current_user._get_current_object()
        return row.permits(by, permission) or row.needs_persons(by)
    return bool(current_user.is_authenticated and current_user.may(permission))


def cell(panel: Any, row: Any, *keys: str) -> Markup | str:
    """The masked values side by side, with the button that shows them to those who may; "" when there are none."""
    holder = panel.person_of(row)
    given = [(key, masked(holder, key)) for key in keys if getattr(holder, key)]
    if not given:
        return ""
    spans = Markup("　").join(Markup('<span data-personal="{}">{}</span>').format(key, words) for key, words in given)
    if not panel.may_reveal(row):
        return spans
    return spans + _button(url_for("personal.reveal", of=panel.endpoint, row_id=row.id, only=",".join(keys)), "data-reveal")


@bp.post("/personal/<of>/<int:row_id>")
def reveal(of: str, row_id: int) -> Any:
    """The full values, once they are in the trail: who looked at whose, when, from where. 404 for whoever may not."""
    panel = _panel(of)
    row = panel.get_one(str(row_id)) if panel is not None and panel.is_accessible() else None
    if row is None or not panel.may_reveal(row):
        abort(404)
    if request.args.get("only") == "words":
        audit.record(ACTION, panel.resource, row_id, fields=["文字里的手机号"])
        session[_SHOWN] = [of, str(row_id)]
        return redirect(url_for(f"{of}.details_view", id=row_id, url=request.args.get("url")))
    title, (found, labels) = str(row), _persons(panel.person_of(row), request.args.get("only", "").split(","))
    audit.record(ACTION, panel.resource, row_id, fields=list(labels.values()))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(found)
    return render_template("admin/personal.html", pairs=[(labels[key], value, False) for key, value in found.items()], title=title,
                           back=url_for(f"{of}.details_view", id=row_id))


def _persons(holder: Any, asked: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Values and labels of the sealed columns asked for."""
    columns = type(holder).__table__.c
    kinds = [key for key in sealed_columns(type(holder)) if not columns[key].info.get("secret")]  # sealed as well, but nobody's to read
    found = {key: getattr(holder, key) for key in kinds if key in asked and getattr(holder, key)}
    return found, {key: columns[key].info["label"] for key in found}


class Personal:
    """What a panel knows of the persons in its rows."""

    resource = ""

    def person_of(self, row: Any) -> Any:
        """The row that holds the sealed columns."""
        return row

    def may_reveal(self, row: Any) -> bool:
        """Whether the reader may see them in full."""
        return may_reveal(row, self.resource)

    @property
    def personal_export(self) -> bool:
        """Whether the list may be taken away with phones and names in full."""
        return bool(set(sealed_columns(self.model)) & set(self.columns)) and self._may("reveal")

    @property
    def sensitive(self) -> bool:
        """Whether its pages carry the reader's name as a watermark."""
        return self.resource in ("lead", "audit", "user") or bool(sealed_columns(self.model))


def masked_cell(_view: Any, _context: Any, row: Any, key: str) -> str:
    """In lists."""
    return masked(row, key)


def personal_cell(view: Any, _context: Any, row: Any, key: str) -> Any:
    """On record pages."""
    return cell(view, row, key)


def sealed_length(kind: Sealed) -> Length:
    """The database cannot count the characters of what it cannot read."""
    return Length(max=kind.longest, message=f"请控制在{kind.longest}字以内")
