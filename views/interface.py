"""Tokens of other systems: issued once by the system administrator, shown once, revocable."""

from typing import Any

import sqlalchemy as sa
from flask import flash
from flask_admin.actions import action
from flask_login import current_user
from wtforms.validators import InputRequired

from models import ApiClient, User, audit, db
from models.interface.client import ROLE
from models.user import Role
from views.filters import contains
from views.panel import Panel


def _accounts() -> Any:
    """Accounts for machines: those with a role whose code begins with INTERFACE."""
    return db.session.query(User).filter(User.is_active, User.roles.any(Role.code.startswith(ROLE))).order_by(User.id)


class ClientPanel(Panel):
    resource = "interface"
    columns = ["name", "user", "token_head", "status", "issued_at", "issued_by", "expires_on", "revoked_at", "last_used_at"]
    column_details_list = columns
    fields = ["name", "user", "expires_on"]
    form_args = {"user": {"query_factory": _accounts, "validators": [InputRequired("请选择接口账号")],
                          "description": "只列出授予“接口”角色的账号：先在“用户”中新增，再由安全管理员授权"}}
    classes = {"name": "col-title cut", "token_head": "code muted", "issued_at": "opt muted", "issued_by": "opt", "last_used_at": "muted"}
    labels = {"status": "状态"}
    filters = [contains("q", "系统名称", ApiClient.name)]
    order = ("id", True)

    def on_model_change(self, form: Any, model: ApiClient, is_created: bool) -> None:
        """The token is shown once."""
        with db.session.no_autoflush:  # not before it has its token
            token = model.issue(current_user._get_current_object())
        flash(f"{model.name} 的令牌：{token}（只显示这一次，请交给对方系统管理员妥善保管）", "success")

    def is_action_allowed(self, name: str) -> bool:
        """Nothing is deleted: a token is revoked and stays on record."""
        return name == "revoke" and self._may("revoke")

    @action("revoke", "停用")
    def revoke(self, ids: list[Any]) -> None:
        """From now on nobody gets in with these."""
        picked = [int(i) for i in ids if str(i).isdecimal() and len(str(i)) < 18][:100]
        rows = db.session.scalars(sa.select(ApiClient).where(ApiClient.id.in_(picked), ApiClient.revoked_at.is_(None))).all()
        for row in rows:
            row.revoke()
            audit.note("停用令牌", "api_client", row.id, name=row.name)
        db.session.commit()
        flash(f"已停用 {len(rows)} 个令牌", "success")
