"""Another system and its token: kept as a hash, shown once, dated, revocable, bound to an interface account.

What the system may see and do is what the account's roles say – the same permissions and scope as for people.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.errors import Invalid
from models.now import now
from models.user import User

PREFIX = "dd_"
ROLE = "INTERFACE"  # roles whose code begins so are for machines; the security administrator makes and grants them
LONGEST = timedelta(days=731)


class ApiClient(db.Model):
    """One token of one other system."""

    __tablename__ = "api_client"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("系统名称", 60, required=True, help="如 12345平台、政企通平台")
    user_id: Mapped[int] = c.ref("user_account.id", "接口账号", required=True)
    token_hash: Mapped[str] = c.text("令牌摘要", 64, required=True, unique=True)
    token_head: Mapped[str] = c.text("令牌开头", 12, required=True)
    issued_at: Mapped[datetime] = c.stamp("发放时间")
    issued_by_id: Mapped[int | None] = c.ref("user_account.id", "发放人")
    expires_on: Mapped[date] = c.day("有效期至", required=True, help="最长两年，到期停用")
    revoked_at: Mapped[datetime | None] = c.when("停用时间")
    last_used_at: Mapped[datetime | None] = c.when("最近使用")

    user: Mapped[User] = relationship(foreign_keys=user_id)
    issued_by: Mapped[User | None] = relationship(foreign_keys=issued_by_id)

    __table_args__ = (sa.CheckConstraint("length(token_hash) = 64", name="hash_length"),)

    def __str__(self) -> str:
        return self.name

    @property
    def status(self) -> str:
        """有效, 已停用 or 已到期."""
        if self.revoked_at:
            return "已停用"
        return "有效" if self.expires_on >= now().date() else "已到期"

    def issue(self, by: User) -> str:
        """Make the token of a new client and return it, the only time it is seen. Raises Invalid."""
        if not (self.user and self.user.is_active and self.user.roles and all(role.code.startswith(ROLE) for role in self.user.roles)):
            raise Invalid("user", "接口账号须启用，并只授予“接口”类角色（由安全管理员授权）")
        if not now().date() < self.expires_on <= now().date() + LONGEST:
            raise Invalid("expires_on", "有效期应在今天之后、两年之内")
        token = PREFIX + secrets.token_urlsafe(32)
        self.token_hash, self.token_head = _hash(token), token[:8]
        self.issued_at, self.issued_by_id = now(), by.id
        return token

    def revoke(self) -> None:
        """From now on nobody gets in with it."""
        self.revoked_at = self.revoked_at or now()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def client_of(token: str) -> ApiClient | None:
    """The client whose token this is, if it is still good and its account as well."""
    row = db.session.scalar(sa.select(ApiClient).where(ApiClient.token_hash == _hash(token)))
    good = row and row.status == "有效" and row.user.is_active and all(role.code.startswith(ROLE) for role in row.user.roles)
    return row if good else None


def used(client: ApiClient) -> None:
    """Remember the use, to the hour: not a change anybody made, so not in the trail."""
    if client.last_used_at is None or now() - client.last_used_at > timedelta(hours=1):
        table = ApiClient.__table__
        # On the connection: the trail is for what somebody changes.
        db.session.connection().execute(sa.update(table).where(table.c.id == client.id).values(last_used_at=now()))
