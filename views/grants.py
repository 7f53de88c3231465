"""The security administrator's pages about people: roles, one-time passwords, locks, the second factor, the log-in policy."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import ValidationError

from models import Delegation, Setting, Unit, User, audit, db, scope
from models.errors import Refused
from models.identity import End, account, policy
from models.identity import session as sessions
from models.now import now
from views.admincards import ADMINS, FIRST, LENDING, LOCKED, ROLELESS
from views.filters import between, by_row, contains, yes_no
from views.panel import Panel
from views.system import SettingPanel


class GrantPanel(Panel):
    """Roles of a person, and what helps somebody who is locked out."""

    resource = "role"
    columns = ["username", "name", "unit", "roles", "totp_on", "last_login_at", "locked_until", "is_active"]
    fields = ["roles"]
    column_details_list = ["username", "name", "unit", "roles", "totp_on", "password_at", "last_login_at", "locked_until", "is_active"]
    details_template = "account/grant.html"
    classes = {"name": "col-title cut", "unit": "col-unit", "username": "code", "last_login_at": "muted", "locked_until": "muted"}
    labels = {"roles": "角色"}
    filters = [
        contains("q", "登录名/姓名", User.username, User.name), by_row("unit", "单位", User.unit_id, Unit), yes_no("active", "启用", User.is_active),
        between("last", "最近登录", User.last_login_at),
    ]
    more_filters = [FIRST, LOCKED, ROLELESS, ADMINS]
    order = ("id", False)

    @property
    def can_create(self) -> bool:
        """People are entered by the system administrator."""
        return False

    def render(self, template: str, **kwargs: Any) -> str:
        """With what can be done for this person, and how many accounts lie idle."""
        if template == self.details_template:
            user = kwargs["model"]
            kwargs |= {"open_sessions": _open_of(user), "is_locked": bool(user.locked_until and user.locked_until > now()), "is_me": user.id == current_user.id}
        return super().render(template, **kwargs)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """The accounts nobody uses, one press away."""
        return {"secondary_actions": [(f"久未登录 {len(account.dormant())}", url_for(".dormant"), "clock-history")]}

    @expose("/dormant/")
    def dormant(self) -> str:
        """Active accounts nobody has used for as long as the policy says; the sweep switches them off."""
        rows = [(user, account.last_sign_of_life(user)) for user in account.dormant()]
        return self.render("account/dormant.html", rows=rows, days=policy.limit("dormant_days"))

    @expose("/reset/", methods=("POST",))
    def reset(self) -> str:
        """A one-time password, shown this once."""
        user = self._other()
        with scope.everything():
            fresh = account.reset_password(user)
            db.session.commit()
        return self.render("account/once.html", user=user, fresh=fresh)

    @expose("/unlock/", methods=("POST",))
    def unlock(self) -> Response:
        """Before the lock runs out."""
        return self._do(account.unlock, "已解锁")

    @expose("/factor/", methods=("POST",))
    def factor(self) -> Response:
        """The telephone is lost: the person enrols anew."""
        return self._do(account.drop_factor, "的动态口令已停用，请本人下次登录后重新启用")

    @expose("/sessions/", methods=("POST",))
    def end_sessions(self) -> Response:
        """Throw somebody out on every device."""
        return self._do(_throw_out, "的全部登录已结束")

    def _other(self) -> User:
        """Whom it is about; nobody does this to the own account."""
        if not current_user.may("user:unlock"):
            abort(404)
        user = self.get_one(request.values.get("id", "")) or abort(404)
        if user.id == current_user.id:
            raise Refused("不能办理自己的账号，请由另一名安全管理员办理")
        return user

    def _do(self, verb: Any, words: str) -> Response:
        user = self._other()
        try:
            with scope.everything():
                verb(user)
                db.session.commit()
            flash(f"{user.name}{words}", "success")
        except Refused as refused:
            db.session.rollback()
            flash(str(refused), "error")
        return redirect(url_for(".details_view", id=user.id))


def _open_of(user: User) -> list[Any]:
    with scope.everything():
        return sessions.open_of(user)


def _throw_out(user: User) -> None:
    sessions.end_all(user.id, End.ADMIN)
    audit.note("结束全部登录", "user_account", user.id)


class PolicyPanel(SettingPanel):
    """The limits of logging in: the security administrator's, within bounds."""

    resource = "login_policy"
    columns = ["label", "value", "help"]  # no keys: nobody here edits files
    order = ("id", False)
    column_formatters = {"value": lambda _v, _c, row, _n: policy.Factor(row.value).label if row.key == "totp_for" else row.value}

    @staticmethod
    def mine() -> sa.ColumnElement[bool]:
        """Which settings are the policy."""
        return Setting.key.in_(policy.KEYS)

    def edit_form(self, obj: Any = None) -> Any:
        """The second factor is chosen, not typed."""
        form = super().edit_form(obj)
        if obj is not None and obj.key == "totp_for":
            chosen = form.value.data
            del form.value
            form.value = SelectField("值", choices=policy.Factor.choices()).bind(form, "value")
            form.value.process(request.form if request.method == "POST" else None, chosen)
        return form

    def on_model_change(self, form: Any, model: Setting, is_created: bool) -> None:
        """Only within the bounds."""
        if wrong := policy.fault(model.key, (model.value or "").strip()):
            raise ValidationError(wrong)
        model.value = model.value.strip()


class DelegationPanel(Panel):
    """Who stands in for whom."""

    resource = "delegation"
    columns = ["stand_in", "lender", "role", "starts_on", "ends_on", "standing", "reason", "made_by", "made_at"]
    labels = {"standing": "状态"}
    classes = {"reason": "col-title cut", "made_at": "muted"}
    filters = [between("days", "截止日期", Delegation.ends_on), contains("q", "事由", Delegation.reason), LENDING]
    order = ("id", True)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Lending is done on one's own page."""
        return {"primary_action": ("安排代理", url_for("account.lend"), "people")}
