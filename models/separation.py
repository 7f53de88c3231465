"""The three administrators kept apart (三员分立): what their accounts and roles may hold, whoever writes it.

Checked at every flush, so that panel, command line and loader are bound alike.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from models import audit
from models.base import db
from models.errors import Invalid, Refused
from models.user import AdminKind, Permission, Role, User

# What an administrator's role may be granted at all. Registers kept by the system administrator and messages to oneself are no business content.
ADMIN_MAY = {
    AdminKind.SYSTEM: frozenset({
        "unit", "group", "responsibility", "category", "standard", "calendar", "document", "template", "series", "setting", "phrase", "user",
        "fixed_day", "field", "message", "import_run", "import_word", "interface",
    }),
    AdminKind.SECURITY: frozenset({"role", "user", "delegation", "login_policy", "message"}),
    AdminKind.AUDIT: frozenset({"audit", "message"}),
}
# What only an administrator's role may be granted: (resource, action), None for every action.
ONLY = {"role": AdminKind.SECURITY, "login_policy": AdminKind.SECURITY, "audit": AdminKind.AUDIT, "setting": AdminKind.SYSTEM, "user": None}


def refusal(role: Role, resource: str) -> str | None:
    """Why this role may not hold permissions on `resource`, or None."""
    if role.admin_kind:
        if resource in ADMIN_MAY[role.admin_kind]:
            return None
        return f"“{role.name}”是{role.admin_kind.label}员，只管系统，不能授予业务权限（{resource}）"
    if resource in ONLY:
        return f"“{resource}”是管理员的权限，不能授予“{role.name}”"
    return None


@event.listens_for(Session, "before_flush")
def _keep_apart(session: Session, *_: Any) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, User):
            _check_user(row)
            _check_last(session, row)
        if isinstance(row, Role):
            _check_kind(row)
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Permission):
            _check_permission(session, row)


def _check_user(user: User) -> None:
    changed = sa.inspect(user).attrs.roles.history
    if not (changed.added or changed.deleted):
        return
    if user.id is not None and audit.actor.get()[0] == user.id:
        raise Refused("不能给自己授权，请由另一名安全管理员办理")
    kinds = {role.admin_kind for role in user.roles if role.admin_kind}
    if len(kinds) > 1:
        raise Refused("系统、安全、审计三员须由不同的人担任，一个账号只能担任其中一员")
    if kinds and any(role.admin_kind is None for role in user.roles):
        raise Refused("三员不看业务：管理员账号不能同时担任业务角色，请另建账号")


def _check_last(session: Session, user: User) -> None:
    """Of each kind of administrator somebody stays: who keeps the accounts cannot be rid of who watches him."""
    attrs = sa.inspect(user).attrs
    gone = {role.admin_kind for role in attrs.roles.history.deleted} | ({user.admin_kind} if True in attrs.is_active.history.deleted else set())
    held, people = db.metadata.tables["user_role"], User.__table__
    for kind in gone - {None}:
        others = sa.select(people.c.id).join(held, held.c.user_id == people.c.id).join(Role.__table__, Role.__table__.c.id == held.c.role_id)
        query = others.where(people.c.is_active, people.c.id != user.id, Role.__table__.c.admin_kind == kind)
        if session.connection().execute(query.limit(1)).first() is None:
            raise Refused(f"启用的{kind.label}员只有这一个账号，不能停用或收回角色；请先另设一名")


def _check_kind(role: Role) -> None:
    """A role is an administrator's from its first day or never: otherwise its people would change sides by one word."""
    if sa.inspect(role).persistent and sa.inspect(role).attrs.admin_kind.history.has_changes():
        raise Invalid("admin_kind", "三员类别在新增角色时确定，以后不能更改；确需调整的，另建角色")


def _check_permission(session: Session, row: Permission) -> None:
    if row not in session.deleted and not session.is_modified(row):
        return
    with session.no_autoflush:
        role = row.role or session.get(Role, row.role_id)
    if row not in session.deleted and (why := refusal(role, row.resource)):
        raise Refused(why)
    me, table = audit.actor.get()[0], Permission.__table__
    before = set(session.connection().scalars(sa.select(table.c.role_id).where(table.c.id == row.id)))  # it may be moved to another role
    if me is not None and any(_holds(session, me, role_id) for role_id in {role.id} | before):
        raise Refused(f"您本人担任“{role.name}”，不能改动它的权限")


def _holds(session: Session, user_id: int, role_id: int) -> bool:
    held = db.metadata.tables["user_role"]
    query = sa.select(held.c.role_id).where(held.c.user_id == user_id, held.c.role_id == role_id)
    return session.connection().execute(query).first() is not None
