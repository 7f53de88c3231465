"""For the three administrators: users, roles and permissions, settings, phrases, the audit trail, the sweep's runs."""

import json
import secrets
from typing import Any

import sqlalchemy as sa
from flask import flash, request
from markupsafe import Markup
from sqlalchemy.orm import Query

from models import Permission, Role, Setting, Unit, User, db
from models.identity import policy
from models.now import now
from models.sweep_log import Heartbeat
from models.user import AdminKind, Level
from views import words
from views.admincards import FAILED, FIRST, LOCKED
from views.cells import clause_words
from views.filters import Where, between, by_row, contains, one_of, yes_no
from views.panel import Panel


class UserPanel(Panel):
    resource = "user"
    columns = ["username", "name", "unit", "roles", "section", "last_login_at", "locked_until", "is_active"]
    fields = ["username", "name", "unit", "section", "phone", "email", "is_active"]
    column_details_list = ["username", "name", "unit", "section", "roles", "phone", "email", "created_at", "last_login_at", "password_at",
                           "locked_until", "is_active"]
    classes = {"name": "col-title cut", "unit": "col-unit", "username": "code", "last_login_at": "muted", "locked_until": "muted"}
    labels = {"roles": "角色"}
    filters = [
        contains("q", "登录名/姓名", User.username, User.name), by_row("unit", "单位", User.unit_id, Unit), yes_no("active", "启用", User.is_active),
    ]
    more_filters = [FIRST, LOCKED]
    order = ("id", False)

    def on_model_change(self, form: Any, model: User, is_created: bool) -> None:
        """A new user gets a one-time password, shown once; roles are the security administrator's."""
        if is_created:
            password = secrets.token_urlsafe(9)
            model.set_password(password)
            model.must_change, model.password_at, model.created_at = True, now(), now()
            flash(f"{model.username} 的一次性口令：{password}（只显示这一次，首次登录须修改）", "success")


class RolePanel(Panel):
    resource = "role"
    columns = ["name", "code", "admin_kind", "note"]
    fields = ["code", "name", "admin_kind", "note"]
    classes = {"note": "col-title cut", "code": "code muted opt"}
    filters = [one_of("kind", "三员", Role.admin_kind, AdminKind)]
    order = ("id", False)


def coded(label: str, code: str) -> Markup:
    """The words, and small beside them the code an administrator types."""
    return Markup('{} <small class="code muted">{}</small>').format(label, code)


def _actions_called(value: str) -> sa.ColumnElement[bool]:
    """Actions by their word, or by their code."""
    pairs = db.session.execute(sa.select(Permission.resource, Permission.action).distinct()).all()
    found = [pair for pair in map(tuple, pairs) if value in words.action_words(*pair) or value == pair[1]]
    return sa.tuple_(Permission.resource, Permission.action).in_(found) if found else sa.false()


class PermissionPanel(Panel):
    resource = "role"
    columns = ["role", "resource", "action", "scope"]
    fields = ["role", "resource", "action", "scope"]
    classes = {"action": "col-title"}
    column_formatters = {
        "resource": lambda _v, _c, row, _n: coded(words.resource_words(row.resource), row.resource),
        "action": lambda _v, _c, row, _n: coded(words.action_words(row.resource, row.action), row.action),
    }
    export_formatters = column_formatters
    filters = [
        by_row("role", "角色", Permission.role_id, Role),
        Where("resource", "资源", lambda value: Permission.resource == value, kind="select", choices=words.resources),
        Where("action", "动作", _actions_called, placeholder="如 派发、查看"), one_of("scope", "范围", Permission.scope, Level),
    ]
    order = ("role_id", False)


class SettingPanel(Panel):
    resource = "setting"
    columns = ["label", "key", "value", "help"]
    fields = ["value"]
    classes = {"label": "nowrap", "key": "code muted opt", "value": "col-title cut-s", "help": "cut muted"}
    order = ("id", False)
    column_formatters = {"value": lambda _v, _c, row, _n: ("已填写" if row.value else "未填写") if row.conceals("value") else row.value,
                         "help": lambda _v, _c, row, _n: clause_words(row.help)}

    def edit_form(self, obj: Any = None) -> Any:
        """A secret is not shown again; left empty it stays, “无” takes it away."""
        form = super().edit_form(obj)
        if obj is not None and obj.conceals("value"):
            if request.method == "GET":
                form.value.data = ""
            elif not (form.value.data or "").strip():
                form.value.data = obj.value
            elif form.value.data.strip() == "无":
                form.value.data = ""
        return form

    @staticmethod
    def mine() -> sa.ColumnElement[bool]:
        """All but the log-in policy, which is the security administrator's."""
        return Setting.key.not_in(policy.KEYS)

    def get_query(self) -> Query:
        """The settings this page is about."""
        return super().get_query().filter(self.mine())

    def get_one(self, id: Any) -> Any:
        """A setting of the other page does not exist here."""
        row = super().get_one(id)
        return row if row is not None and db.session.scalar(sa.select(Setting.id).where(Setting.id == row.id, self.mine())) else None


class PhrasePanel(Panel):
    resource = "phrase"
    columns = ["verb", "text", "sort"]
    fields = ["verb", "text", "sort"]
    classes = {"text": "col-title cut", "sort": "num"}
    column_formatters = {"verb": lambda _v, _c, row, _n: words.verbs().get(row.verb, row.verb)}
    export_formatters = column_formatters
    order = ("verb", False)


class HeartbeatPanel(Panel):
    resource = "setting"
    columns = ["as_of", "started_at", "finished_at", "counts", "error"]
    classes = {"counts": "col-title cut", "error": "cut-s"}
    order = ("id", True)
    column_formatters = {"counts": lambda _v, _c, row, _n: "；".join(f"{k} {v}" for k, v in json.loads(row.counts).items() if v) or "无变化"}
    filters = [between("as_of", "时点", Heartbeat.as_of), FAILED]
