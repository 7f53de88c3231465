"""Special supervisors (特邀监督员), monitoring stations and enterprise homes (O6; W 二(三), J 三(十一))."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.unit import Unit
from models.user import User


class SpecialSupervisor(db.Model):
    """A person appointed for a term to point out shortcomings."""

    __tablename__ = "special_supervisor"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("姓名", 30, required=True)
    employer: Mapped[str | None] = c.text("所在单位", 80)
    field: Mapped[str] = c.text("监督领域", 60, required=True)
    phone: Mapped[str | None] = c.personal("联系电话")
    unit_id: Mapped[int | None] = c.ref("unit.id", "选聘单位")
    user_id: Mapped[int | None] = c.ref("user_account.id", "登录账号", unique=True, index=False)
    starts_on: Mapped[date] = c.day("聘期起", required=True)
    ends_on: Mapped[date] = c.day("聘期止", required=True)
    is_active: Mapped[bool] = c.flag("在聘", default=True)

    unit: Mapped[Unit | None] = relationship()
    user: Mapped[User | None] = relationship()

    __table_args__ = (sa.CheckConstraint("ends_on >= starts_on", name="term_in_order"),)

    def __str__(self) -> str:
        return self.name


class StationKind(Labelled):
    STATION = "STATION", "营商环境监测站"
    HOME = "HOME", "企业之家"


class Station(db.Model):
    """A place where enterprises are listened to."""

    __tablename__ = "station"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("名称", 60, required=True, unique=True)
    kind: Mapped[StationKind] = c.choice("类型", StationKind, default=StationKind.STATION)
    unit_id: Mapped[int | None] = c.ref("unit.id", "管理单位")
    town_id: Mapped[int | None] = c.ref("unit.id", "所在镇街园区")
    address: Mapped[str | None] = c.text("地址", 120)
    head: Mapped[str | None] = c.text("负责人", 30)
    phone: Mapped[str | None] = c.personal("联系电话")
    opened_on: Mapped[date | None] = c.day("设立日期")
    is_active: Mapped[bool] = c.flag("运行", default=True)

    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)
    town: Mapped[Unit | None] = relationship(foreign_keys=town_id)

    def __str__(self) -> str:
        return self.name
