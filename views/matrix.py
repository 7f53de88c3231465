"""Who may do what, as one table: looked at, changed cell by cell, printed for inspection."""

from typing import Any, ClassVar

import sqlalchemy as sa
from flask import abort, flash, redirect, request, send_file, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from models import Permission, Role, audit, db
from models.errors import Refused
from models.now import now
from models.separation import refusal
from models.user import WIDTH, Level
from views.exporting import XLSX
from views.permits import Resource, catalogue
from views.system import PermissionPanel as GrantRows

NONE = "—"
Grants = dict[tuple[int, str], dict[str, Level]]  # (role, resource) → action → how far


def grants() -> Grants:
    """Everything that is granted."""
    found: Grants = {}
    for row in db.session.scalars(sa.select(Permission)):
        found.setdefault((row.role_id, row.resource), {})[row.action] = row.scope
    return found


def in_words(resource: Resource, given: dict[str, Level]) -> str:
    """全部：查看、导出；本单位：办理 – widest first, actions in the catalogue's order."""
    parts = []
    for level in sorted(Level, key=WIDTH.get, reverse=True):
        names = [label for action, label in resource.actions.items() if given.get(action) == level]
        if names:
            parts.append(f"{level.label}：{'、'.join(names)}")
    return "；".join(parts)


class PermissionPanel(GrantRows):
    """Single grants as rows, and the matrix they make."""

    fields: ClassVar[list[str]] = []

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Grants are changed in the matrix."""
        return {"primary_action": ("权限矩阵", url_for(".matrix"), "lock")}

    @expose("/matrix/")
    def matrix(self) -> str:
        """Resources × roles; each cell opens its form."""
        given, roles = grants(), _roles()
        groups: dict[str, list[Any]] = {}
        for resource in catalogue().values():
            cells = [(role, given.get((role.id, resource.code), {})) for role in roles]
            groups.setdefault(resource.group, []).append((resource, [(role, _short(held), in_words(resource, held)) for role, held in cells]))
        return self.render("account/matrix.html", groups=groups, roles=roles, may_edit=self._may("edit"), may_export=self._may("export"))

    @expose("/matrix/book/")
    def book(self) -> Response:
        """The matrix as a workbook that opens as it prints."""
        if not self._may("export"):
            abort(404)
        from views.matrix_book import write_book  # openpyxl: 10 MB most processes never need

        audit.record("导出", "role", None, kind="权限矩阵")
        file = write_book(catalogue(), _roles(), grants(), in_words)
        return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"权限矩阵_{now():%Y%m%d%H%M}.xlsx")

    @expose("/cell/", methods=("GET", "POST"))
    def cell(self) -> str | Response:
        """What one role may do with one resource, and how far."""
        given, code = request.args.get("id", ""), request.args.get("resource", "ticket")
        role = db.session.get(Role, int(given)) if given.isdecimal() and len(given) < 12 else None
        resource = catalogue().get(code)
        if role is None or resource is None or not self._may("edit"):
            abort(404)
        held = {row.action: row for row in db.session.scalars(sa.select(Permission).where(Permission.role_id == role.id, Permission.resource == code))}
        form, general = _form(resource, held), []
        why_not = refusal(role, code) or (f"您本人担任“{role.name}”，不能改动它的权限" if role in current_user.roles else None)
        if why_not and request.method == "POST":
            general = [why_not]
        elif form.validate_on_submit():
            try:
                count = _put(role, resource, held, form)
                db.session.commit()
                flash(f"“{role.name}”对“{resource.label}”的权限已更新，改动{count}项，立即生效", "success")
                return redirect(url_for(".matrix"))
            except Refused as refused:
                db.session.rollback()
                general = [str(refused)]
        return self.render("account/cell.html", form=form, role=role, resource=resource, why_not=why_not, general=general)


def _roles() -> list[Role]:
    return list(db.session.scalars(sa.select(Role).order_by(Role.id)))


def _short(held: dict[str, Level]) -> str:
    """全部 3: the widest reach and how many actions."""
    return f"{max(held.values(), key=WIDTH.get).label} {len(held)}" if held else NONE


def _form(resource: Resource, held: dict[str, Permission]) -> FlaskForm:
    choices = [("", "不授予"), *Level.choices()]
    fields: dict[str, Any] = {
        f"a_{action}": SelectField(label, choices=choices, default=str(held[action].scope) if action in held else "")
        for action, label in resource.actions.items()
    }
    fields["reason"] = StringField("调整依据", [InputRequired("请填写调整依据"), Length(max=120, message="调整依据请控制在120字以内")],
                                   description="如：人员调岗、某号文件；写入操作留痕")
    return type("CellForm", (FlaskForm,), fields)()


def _put(role: Role, resource: Resource, held: dict[str, Permission], form: FlaskForm) -> int:
    """Write what differs; how many grants that were."""
    changes = []
    for action, label in resource.actions.items():
        wanted, row = form[f"a_{action}"].data, held.get(action)
        old = row.scope if row else None
        if (wanted or None) == old:
            continue
        if row is None:
            db.session.add(Permission(role=role, resource=resource.code, action=action, scope=Level[wanted]))
        elif not wanted:
            db.session.delete(row)
        else:
            row.scope = Level[wanted]
        changes.append(f"{label}：{old.label if old else '不授予'}→{Level[wanted].label if wanted else '不授予'}")
    if not changes:
        raise Refused("没有改动")
    audit.note("调整权限", "role", role.id, who=role.name, what=resource.label, changed="；".join(changes),
               reason=form.reason.data.strip())
    db.session.flush()
    return len(changes)
