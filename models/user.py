"""Users, roles and permissions as data (roles.md)."""

from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy.orm import Mapped, relationship
from werkzeug.utils import (
    cached_property,  # functools' has one lock for all users (Python 3.11), held while the database is waited for
)

from models import columns as c
from models.base import BigId, Labelled, db
from models.codes import check_name, check_username
from models.group import GroupMembership, WorkGroup
from models.now import now
from models.remembered import remembered
from models.unit import Unit

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody")


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


Grants = dict[tuple[str, str], Level]


def _widest(*clauses: sa.ColumnElement[bool]) -> Grants:
    """(resource, action) → widest level of the permissions these clauses pick."""
    found: Grants = {}
    for resource, action, level in db.session.execute(sa.select(Permission.resource, Permission.action, Permission.scope).where(*clauses)):
        kept = found.get((resource, action))
        if kept is None or WIDTH[level] > WIDTH[kept]:
            found[resource, action] = level
    return found


class User(db.Model):
    """A person with a log-in."""

    __tablename__ = "user_account"  # "user" is a reserved word in PostgreSQL

    id: Mapped[int] = c.key()
    username: Mapped[str] = c.checked("登录名", 40, check_username, required=True, unique=True, help="字母开头，可用字母、数字、点、横线、下划线")
    name: Mapped[str] = c.checked("姓名", 30, check_name, required=True)
    unit_id: Mapped[int | None] = c.ref("unit.id", "单位")
    section: Mapped[str | None] = c.text("科室", 60)
    phone: Mapped[str | None] = c.personal("电话")
    email: Mapped[str | None] = c.personal("邮箱", "mail", 120, help="填了才收每日摘要；只用单位邮箱")
    password_hash: Mapped[str | None] = c.text("口令摘要", 200)
    must_change: Mapped[bool] = c.flag("首次登录须改口令", default=True)
    password_at: Mapped[datetime | None] = c.when("口令更新时间")
    failed_logins: Mapped[int] = c.whole("连续失败次数", default=0)
    locked_until: Mapped[datetime | None] = c.when("锁定至")
    last_login_at: Mapped[datetime | None] = c.when("最近登录")
    is_active: Mapped[bool] = c.flag("启用", default=True)
    totp_secret: Mapped[str | None] = c.personal("动态口令密钥", "words", 60, info={"secret": True})
    totp_on: Mapped[bool] = c.flag("动态口令")
    totp_step: Mapped[int | None] = c.whole("已用动态口令")
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

    @staticmethod
    def is_hash_of(password_hash: str | None, password: str) -> bool:
        """Whether the hash is of this password."""
        try:
            return bool(password_hash) and _hasher.verify(password_hash, password)
        except Argon2Error:
            return False

    @classmethod
    def pretend(cls, password: str) -> None:
        """As long as checking takes, for a name that does not exist."""
        cls.is_hash_of(_NOBODY, password)

    def check_password(self, password: str) -> bool:
        """True when the password is right; a user without password never is."""
        return self.is_hash_of(self.password_hash, password)

    @cached_property
    def admin_kind(self) -> AdminKind | None:
        """Which of the three administrators this is, if any."""
        return next((kind for _name, kind in self._held if kind), None)

    @property
    def _held(self) -> list[tuple[str, AdminKind | None]]:
        """Name and kind of each role, without reading the roles of a reader for every page."""
        def read() -> list[tuple[str, AdminKind | None]]:
            return [(role.name, role.admin_kind) for role in self.roles]

        return read() if "roles" in self.__dict__ else remembered(("roles", self.id), read)

    @cached_property
    def own_grants(self) -> Grants:
        """(resource, action) → widest level, over the roles that are one's own."""
        return remembered(("grants", self.id), lambda: _widest(user_role.c.role_id == Permission.role_id, user_role.c.user_id == self.id))

    @cached_property
    def borrowed(self) -> list[tuple["User", Grants]]:
        """Whom one stands in for today, and what comes with it."""
        return [(db.session.get(User, lender_id), grants) for lender_id, grants in remembered(("borrowed", self.id), self._lent)]

    def _lent(self) -> list[tuple[int, Grants]]:
        lent, today = db.metadata.tables["delegation"], now().date()
        rows = db.session.execute(
            sa.select(lent.c.lender_id, lent.c.role_id)
            .join(user_role, sa.and_(user_role.c.user_id == lent.c.lender_id, user_role.c.role_id == lent.c.role_id))
            .join(Role, sa.and_(Role.id == lent.c.role_id, Role.admin_kind.is_(None)))
            .join(User.__table__, sa.and_(User.__table__.c.id == lent.c.lender_id, User.__table__.c.is_active))
            .where(lent.c.stand_in_id == self.id, lent.c.ended_at.is_(None), lent.c.starts_on <= today, lent.c.ends_on >= today)
            .order_by(lent.c.id)
        ).all()
        return [(lender_id, _widest(Permission.role_id == role_id)) for lender_id, role_id in rows]

    @cached_property
    def grants(self) -> Grants:
        """(resource, action) → widest level, own and borrowed."""
        found = dict(self.own_grants)
        for _lender, grants in self.borrowed:
            for what, level in grants.items():
                if what not in found or WIDTH[level] > WIDTH[found[what]]:
                    found[what] = level
        return found

    @cached_property
    def group_units(self) -> frozenset[int]:
        """Ids of the units that share a working group with this user's unit, own unit included."""
        return remembered(("group_units", self.unit_id), self._grouped)

    def _grouped(self) -> frozenset[int]:
        in_force = sa.and_(WorkGroup.is_active, sa.or_(WorkGroup.ends_on.is_(None), WorkGroup.ends_on >= now().date()))
        mine = sa.select(GroupMembership.group_id).join(WorkGroup).where(GroupMembership.unit_id == self.unit_id, in_force)
        rows = db.session.scalars(sa.select(GroupMembership.unit_id).where(GroupMembership.group_id.in_(mine)))
        return frozenset(rows) | ({self.unit_id} if self.unit_id else frozenset())

    def level(self, permission: str) -> Level | None:
        """How far ``resource:action`` reaches for this user; None = not granted."""
        resource, _, action = permission.partition(":")
        return self.grants.get((resource, action))

    def own_level(self, permission: str) -> Level | None:
        """How far ``resource:action`` reaches by one's own roles alone."""
        resource, _, action = permission.partition(":")
        return self.own_grants.get((resource, action))

    def lender_of(self, permission: str) -> "User | None":
        """Whose role gives ``resource:action``; of several the widest."""
        resource, _, action = permission.partition(":")
        given = [(grants[resource, action], lender) for lender, grants in self.borrowed if (resource, action) in grants]
        return max(given, key=lambda pair: WIDTH[pair[0]])[1] if given else None

    def may(self, permission: str) -> bool:
        """Whether ``resource:action`` is granted at all."""
        return self.level(permission) is not None

    @property
    def role_label(self) -> str:
        """Names of the roles, for the header and for timelines."""
        own = "、".join(name for name, _kind in self._held)
        lenders = "、".join(dict.fromkeys(lender.name for lender, _grants in self.borrowed))
        return f"{own}（代 {lenders}）" if lenders else own

    def __str__(self) -> str:
        return self.name
