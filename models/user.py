"""Users, roles and permissions as data (roles.md)."""

from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import BigId, Labelled, db
from models.codes import check_name, check_username
from models.group import GroupMembership, WorkGroup
from models.now import now
from models.unit import Unit

_hasher = PasswordHasher()


class Level(Labelled):
    """How far a permission reaches, narrowest first."""

    OWN = "OWN", "本人"
    UNIT = "UNIT", "本单位"
    GROUP = "GROUP", "本组单位"
    ALL = "ALL", "全部"


WIDTH = {level: rank for rank, level in enumerate(Level)}


class AdminKind(Labelled):
    SYSTEM = "SYSTEM", "系统管理"
    SECURITY = "SECURITY", "安全管理"
    AUDIT = "AUDIT", "审计管理"


user_role = sa.Table(
    "user_role",
    db.metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, info={"label": "用户"}),
    sa.Column(
        "role_id", BigId, sa.ForeignKey("role.id", ondelete="RESTRICT"), primary_key=True, index=True, info={"label": "角色"}
    ),
)


class Role(db.Model):
    """A named set of permissions."""

    __tablename__ = "role"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("代码", 30, required=True, unique=True)
    name: Mapped[str] = c.text("角色", 30, required=True, unique=True)
    admin_kind: Mapped[AdminKind | None] = c.choice("三员类别", AdminKind, required=False)
    note: Mapped[str | None] = c.text("说明", 200)

    permissions: Mapped[list["Permission"]] = relationship(back_populates="role")

    def __str__(self) -> str:
        return self.name


class Permission(db.Model):
    """One grant: this role may do this action on this resource, this far."""

    __tablename__ = "permission"

    id: Mapped[int] = c.key()
    role_id: Mapped[int] = c.ref("role.id", "角色", required=True, index=False)
    resource: Mapped[str] = c.text("资源", 30, required=True)
    action: Mapped[str] = c.text("动作", 30, required=True)
    scope: Mapped[Level] = c.choice("范围", Level, default=Level.UNIT)

    role: Mapped[Role] = relationship(back_populates="permissions")

    __table_args__ = (sa.UniqueConstraint("role_id", "resource", "action"),)

    def __str__(self) -> str:
        return f"{self.resource}:{self.action}（{self.scope.label}）"


class User(db.Model):
    """A person with a log-in."""

    __tablename__ = "user_account"  # "user" is a reserved word in PostgreSQL

    id: Mapped[int] = c.key()
    username: Mapped[str] = c.checked("登录名", 40, check_username, required=True, unique=True, help="字母开头，可用字母、数字、点、横线、下划线")
    name: Mapped[str] = c.checked("姓名", 30, check_name, required=True)
    unit_id: Mapped[int | None] = c.ref("unit.id", "单位")
    section: Mapped[str | None] = c.text("科室", 60)
    phone: Mapped[str | None] = c.personal("电话")
    email: Mapped[str | None] = c.text("邮箱", 120, help="填了才收每日摘要；只用单位邮箱")
    password_hash: Mapped[str | None] = c.text("口令摘要", 200)
    must_change: Mapped[bool] = c.flag("首次登录须改口令", default=True)
    password_at: Mapped[datetime | None] = c.when("口令更新时间")
    failed_logins: Mapped[int] = c.whole("连续失败次数", default=0)
    locked_until: Mapped[datetime | None] = c.when("锁定至")
    last_login_at: Mapped[datetime | None] = c.when("最近登录")
    is_active: Mapped[bool] = c.flag("启用", default=True)
    created_at: Mapped[datetime] = c.stamp("建立时间")

    unit: Mapped[Unit | None] = relationship()
    roles: Mapped[list[Role]] = relationship(secondary=user_role, order_by=Role.id)

    __table_args__ = (sa.CheckConstraint("failed_logins >= 0", name="failures_not_negative"),)

    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """The id Flask-Login keeps in the session."""
        return str(self.id)

    def set_password(self, password: str) -> None:
        """Keep the argon2 hash only."""
        self.password_hash = _hasher.hash(password)

    def check_password(self, password: str) -> bool:
        """True when the password is right; a user without password never is."""
        try:
            return bool(self.password_hash) and _hasher.verify(self.password_hash, password)
        except Argon2Error:
            return False

    @cached_property
    def grants(self) -> dict[tuple[str, str], Level]:
        """(resource, action) → widest level, over all roles."""
        rows = db.session.execute(
            sa.select(Permission.resource, Permission.action, Permission.scope)
            .join(user_role, user_role.c.role_id == Permission.role_id)
            .where(user_role.c.user_id == self.id)
        )
        found: dict[tuple[str, str], Level] = {}
        for resource, action, level in rows:
            kept = found.get((resource, action))
            if kept is None or WIDTH[level] > WIDTH[kept]:
                found[resource, action] = level
        return found

    @cached_property
    def group_units(self) -> frozenset[int]:
        """Ids of the units that share a working group with this user's unit, own unit included."""
        in_force = sa.and_(WorkGroup.is_active, sa.or_(WorkGroup.ends_on.is_(None), WorkGroup.ends_on >= now().date()))
        mine = sa.select(GroupMembership.group_id).join(WorkGroup).where(GroupMembership.unit_id == self.unit_id, in_force)
        rows = db.session.scalars(sa.select(GroupMembership.unit_id).where(GroupMembership.group_id.in_(mine)))
        return frozenset(rows) | ({self.unit_id} if self.unit_id else frozenset())

    def level(self, permission: str) -> Level | None:
        """How far ``resource:action`` reaches for this user; None = not granted."""
        resource, _, action = permission.partition(":")
        return self.grants.get((resource, action))

    def may(self, permission: str) -> bool:
        """Whether ``resource:action`` is granted at all."""
        return self.level(permission) is not None

    @property
    def role_label(self) -> str:
        """Names of the roles, for the header and for timelines."""
        return "、".join(role.name for role in self.roles)

    def __str__(self) -> str:
        return self.name
