"""The lists of new registrations, and each firm on them, pushed to its lead unit (N1)."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.base import db
from models.contact.contact import Contact
from models.enterprise import Enterprise
from models.errors import NotPermitted, Refused
from models.importing import ImportRun
from models.unit import Unit
from models.user import Level, User

DAYS, OPENS, SHUTS = (0, 2), time(10, 0), time(11, 0)  # Mondays and Wednesdays, 10–11. M 二(七)1(1)


class FirmBatch(db.Model):
    """One list that has been entered, with how many firms the registrar had counted."""

    __tablename__ = "firm_batch"

    id: Mapped[int] = c.key()
    run_id: Mapped[int | None] = c.ref("import_run.id", "导入批次", index=False, unique=True)
    file_name: Mapped[str] = c.text("文件名", 200, required=True)
    announced: Mapped[int] = c.whole("应录入户数", required=True, help="登记机关本期新设立的有限公司、股份有限公司、有限合伙企业户数")
    confirmed_at: Mapped[datetime] = c.when("录入时间", required=True, index=True)
    voided_at: Mapped[datetime | None] = c.when("撤销时间")

    run: Mapped[ImportRun | None] = relationship()
    firms: Mapped[list["NewFirm"]] = relationship(back_populates="batch", order_by="NewFirm.id")

    __table_args__ = (sa.CheckConstraint("announced > 0", name="announced_positive"),)

    @property
    def in_window(self) -> bool:
        """Entered on a Monday or Wednesday between ten and eleven. M 二(七)1(1)"""
        return self.confirmed_at.weekday() in DAYS and OPENS <= self.confirmed_at.time() <= SHUTS

    def __str__(self) -> str:
        return f"{self.confirmed_at:%Y-%m-%d} {self.file_name}"


class NewFirm(db.Model):
    """One newly registered enterprise of a list, once ever; pushed when its contact exists."""

    __tablename__ = "new_firm"

    id: Mapped[int] = c.key()
    batch_id: Mapped[int] = c.ref("firm_batch.id", "批次", required=True)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True, index=False)
    lead_id: Mapped[int | None] = c.ref("unit.id", "牵头服务部门")
    registered_on: Mapped[date] = c.day("成立日期", required=True)
    entered_at: Mapped[datetime] = c.stamp("录入时间", index=True)
    voided_at: Mapped[datetime | None] = c.when("撤销时间")

    batch: Mapped[FirmBatch] = relationship(back_populates="firms")
    enterprise: Mapped[Enterprise] = relationship()
    lead: Mapped[Unit | None] = relationship()
    contact: Mapped[Contact | None] = relationship(back_populates="firm", uselist=False)

    # Once ever, as long as it stands: an undone list may be entered again.
    __table_args__ = (
        sa.Index("uq_new_firm_enterprise_standing", "enterprise_id", unique=True, sqlite_where=sa.text("voided_at IS NULL"),
                 postgresql_where=sa.text("voided_at IS NULL")),
        sa.Index("ix_new_firm_enterprise_id", "enterprise_id"),
    )

    def push(self, *, by: User, unit: Unit) -> Contact:
        """Send it to its lead service unit, once."""
        if not by.may("firm:push"):
            raise NotPermitted("您的角色不能推送新注册企业")
        with scope.everything():
            if self.contact is not None:
                raise Refused(f"{self.enterprise}已推送{self.contact.unit}，如推送不准请改派")
            self.lead = unit
            return Contact.push(self, unit, by=by)

    def __str__(self) -> str:
        return str(self.enterprise)


def _firms(user: User) -> sa.ColumnElement[bool] | None:
    """The whole list for those who keep it; a unit sees the firms it leads."""
    level, stands = user.level("firm:view"), NewFirm.voided_at.is_(None)
    if level == Level.ALL:
        return stands
    return stands & (NewFirm.lead_id == user.unit_id) if level and user.unit_id else sa.false()


def _batches(user: User) -> sa.ColumnElement[bool] | None:
    return None if user.level("firm:view") == Level.ALL else sa.false()


scope.scoped(_firms, lambda _row, user: user.may("firm:import"))(NewFirm)
scope.scoped(_batches, lambda _row, user: user.may("firm:import"))(FirmBatch)
