"""Liaison officers (包联干部、联络员) and the enterprises they cover (O7; E 三(三), M 二(八)5)."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.enterprise import Enterprise
from models.scope import scoped
from models.unit import Unit
from models.user import Level, User


class Liaison(db.Model):
    """One officer of a unit and one enterprise; an enterprise has one officer at a time."""

    __tablename__ = "liaison"

    id: Mapped[int] = c.key()
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "包联单位", required=True)
    officer: Mapped[str] = c.text("包联干部", 30, required=True)
    post: Mapped[str | None] = c.text("职务", 40)
    phone: Mapped[str | None] = c.personal("联系电话")
    starts_on: Mapped[date] = c.day("起始日期", required=True)
    ends_on: Mapped[date | None] = c.day("结束日期", help="换人时填写，历史保留")
    is_active: Mapped[bool] = c.flag("在任", default=True)

    enterprise: Mapped[Enterprise] = relationship()
    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.Index(
            "uq_liaison_one_officer", "enterprise_id", unique=True, sqlite_where=sa.text("is_active"),
            postgresql_where=sa.text("is_active"),
        ),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates_in_order"),
    )

    def __str__(self) -> str:
        return f"{self.officer}—{self.enterprise}"


def own_unit(resource: str, column: Any) -> Any:
    """Readers of a unit's register: all, or the rows of one's own unit."""

    def clause(user: User) -> sa.ColumnElement[bool] | None:
        level = user.level(f"{resource}:view")
        if level == Level.ALL:
            return None
        return column == user.unit_id if level and user.unit_id else sa.false()

    return clause


def own_writer(resource: str) -> Any:
    """Writers of a unit's register: everybody's rows with ALL, else the rows of one's own unit."""

    def guard(row: Any, user: User) -> bool:
        level = user.level(f"{resource}:edit") or user.level(f"{resource}:create")
        unit_id = row.unit_id or (row.unit.id if row.unit else None)
        return level == Level.ALL or (level is not None and unit_id == user.unit_id)

    return guard


scoped(own_unit("liaison", Liaison.unit_id), own_writer("liaison"))(Liaison)
