"""Phones and contact persons on pages: masked for everybody, shown by one click that is logged (个人信息保护法 51; roles.md)."""

import re
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, render_template, request, url_for
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
# What a form sends back, and where links lead, stays as it is.
_KEPT = re.compile(r"""(<(textarea|script)\b.*?</\2>|\b(?:value|href|action)=(?:"[^"]*"|'[^']*'))""", re.DOTALL | re.IGNORECASE)


def init_app(app: Flask) -> None:
    """Pages of readers who may not see phones come without those that somebody typed into running words."""
    app.after_request(_veil)


def veils() -> bool:
    """Whether mobile numbers in running words are masked for the reader: colleagues without 查看个人信息 for demands."""
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
    words = answer.get_data(as_text=True)
    with scope.everything():  # strangers' pages have no scope
        if _TYPED.search(words) and veils():
            parts = _KEPT.split(words)
            answer.set_data("".join(part if place % 3 else veiled(part) for place, part in enumerate(parts) if place % 3 != 2))
    return answer


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
    return spans + Markup(
        '　<form class="reveal no-print" method="post" action="{}" data-reveal><input type="hidden" name="csrf_token" value="{}">'
        '<button class="as-link" type="submit">查看</button></form>'
    ).format(url_for("personal.reveal", of=panel.endpoint, row_id=row.id, only=",".join(keys)), generate_csrf())


@bp.post("/personal/<of>/<int:row_id>")
def reveal(of: str, row_id: int) -> Any:
    """The full values, once they are in the trail: who looked at whose, when, from where. 404 for whoever may not."""
    panel = next((view for view in current_app.extensions["admin"][0]._views if view.endpoint == of and hasattr(view, "may_reveal")), None)
    row = panel.get_one(str(row_id)) if panel is not None and panel.is_accessible() else None
    if row is None or not panel.may_reveal(row):
        abort(404)
    holder = panel.person_of(row)
    columns, asked = type(holder).__table__.c, request.args.get("only", "").split(",")
    kinds = [key for key in sealed_columns(type(holder)) if not columns[key].info.get("secret")]  # sealed as well, but nobody's to read
    found = {key: getattr(holder, key) for key in kinds if key in asked and getattr(holder, key)}
    labels = {key: columns[key].info["label"] for key in found}
    title = str(row)
    audit.record(ACTION, panel.resource, row_id, fields=list(labels.values()))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(found)
    return render_template("admin/personal.html", pairs=[(labels[key], value, False) for key, value in found.items()], title=title,
                           back=url_for(f"{of}.details_view", id=row_id))


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
