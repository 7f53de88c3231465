"""What a person keeps for themselves: saved filters, chosen columns, drafts of forms, matters followed, how far the inbox was read.

Only the owner writes any of it. A filter may be shown to the owner's unit or to a role; nothing else is seen by others.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import columns as c
from models.base import Labelled, db
from models.matter import Matter
from models.scope import scoped
from models.unit import Unit
from models.user import Role, User, user_role
from models.vault import Sealed

MOST_FILTERS, MOST_DRAFTS = 30, 50  # a person keeps at most
DRAFT_LENGTH = 60_000  # characters of one draft


class Sharing(Labelled):
    OWN = "OWN", "仅自己"
    UNIT = "UNIT", "本单位"
    ROLE = "ROLE", "同角色"


class SavedFilter(db.Model):
    """A list as somebody likes to see it: conditions, tab and order of one panel, under a name."""

    __tablename__ = "saved_filter"

    id: Mapped[int] = c.key()
    user_id: Mapped[int] = c.ref("user_account.id", "保存人", required=True, index=False)
    panel: Mapped[str] = c.text("列表", 40, required=True)
    name: Mapped[str] = c.text("名称", 20, required=True)
    query: Mapped[str] = c.long("条件", required=True, help="列表地址中的条件、标签和排序")
    sharing: Mapped[Sharing] = c.choice("谁可使用", Sharing, default=Sharing.OWN)
    unit_id: Mapped[int | None] = c.ref("unit.id", "共享单位")
    role_id: Mapped[int | None] = c.ref("role.id", "共享角色")
    is_default: Mapped[bool] = c.flag("默认打开", help="打开列表时直接用这组条件")
    saved_at: Mapped[datetime] = c.stamp("保存时间")

    user: Mapped[User] = relationship()
    unit: Mapped[Unit | None] = relationship()
    role: Mapped[Role | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("user_id", "panel", "name"),
        sa.Index("uq_saved_filter_one_default", "user_id", "panel", unique=True,
                 sqlite_where=sa.text("is_default"), postgresql_where=sa.text("is_default")),
        sa.CheckConstraint("(sharing = 'UNIT') = (unit_id IS NOT NULL)", name="shared_with_a_unit"),
        sa.CheckConstraint("(sharing = 'ROLE') = (role_id IS NOT NULL)", name="shared_with_a_role"),
    )

    def __str__(self) -> str:
        return self.name


class ListColumns(db.Model):
    """The columns of a list that a person does not want to see."""

    __tablename__ = "list_columns"

    id: Mapped[int] = c.key()
    user_id: Mapped[int] = c.ref("user_account.id", "使用人", required=True, index=False)
    panel: Mapped[str] = c.text("列表", 40, required=True)
    hidden: Mapped[str] = c.text("不显示的列", 600, required=True)

    user: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("user_id", "panel"),)


class Draft(db.Model):
    """A form somebody has not finished, kept on the server so that another computer has it too."""

    __tablename__ = "draft"

    id: Mapped[int] = c.key()
    user_id: Mapped[int] = c.ref("user_account.id", "填写人", required=True, index=False)
    address: Mapped[str] = c.text("表单", 200, required=True)
    title: Mapped[str] = c.text("标题", 120, required=True)
    fields: Mapped[str] = mapped_column(Sealed("words", DRAFT_LENGTH), nullable=False, info={"label": "内容"}, comment="内容")
    saved_at: Mapped[datetime] = c.stamp("暂存时间")

    user: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("user_id", "address"),)

    def __str__(self) -> str:
        return self.title


class Follow(db.Model):
    """A matter a person wants to keep an eye on (关注); it opens nothing that was closed before."""

    __tablename__ = "follow"

    id: Mapped[int] = c.key()
    user_id: Mapped[int] = c.ref("user_account.id", "关注人", required=True, index=False)
    matter_id: Mapped[int] = c.ref("matter.id", "事项", required=True)
    since: Mapped[datetime] = c.stamp("关注时间")

    user: Mapped[User] = relationship()
    matter: Mapped[Matter] = relationship()

    __table_args__ = (sa.UniqueConstraint("user_id", "matter_id"),)


class InboxMark(db.Model):
    """Up to when somebody has looked through what others did (收件箱，全部已看)."""

    __tablename__ = "inbox_mark"

    id: Mapped[int] = c.key()
    user_id: Mapped[int] = c.ref("user_account.id", "使用人", required=True, index=False)
    seen_at: Mapped[datetime] = c.when("看到何时", required=True)

    user: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("user_id"),)


def _own(row: Any, user: User) -> bool:
    return user.id in (row.user_id, row.user.id if row.user is not None else None)


def _filters(user: User) -> sa.ColumnElement[bool]:
    """One's own, and those shared with one's unit or one of one's roles."""
    roles = sa.select(user_role.c.role_id).where(user_role.c.user_id == user.id)
    shared = [SavedFilter.user_id == user.id, SavedFilter.role_id.in_(roles)]
    if user.unit_id:
        shared.append(SavedFilter.unit_id == user.unit_id)
    return sa.or_(*shared)


scoped(_filters, _own)(SavedFilter)
for _cls in (ListColumns, Draft, Follow, InboxMark):
    scoped(lambda user, cls=_cls: cls.user_id == user.id, _own)(_cls)
