"""Shared data catalogues, electronic licences, certificates no longer asked for (K3)."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.now import now
from models.owned import owned_by_unit
from models.unit import Unit

LEAST_ROWS = 20  # M 二(三)4


class Cycle(Labelled):
    DAY = "DAY", "每日"
    WEEK = "WEEK", "每周"
    MONTH = "MONTH", "每月"
    QUARTER = "QUARTER", "每季度"
    HALF = "HALF", "每半年"
    YEAR = "YEAR", "每年"


CYCLE_DAYS = {Cycle.DAY: 1, Cycle.WEEK: 7, Cycle.MONTH: 31, Cycle.QUARTER: 92, Cycle.HALF: 184, Cycle.YEAR: 366}


class Openness(Labelled):
    OPEN = "OPEN", "全部开放"
    DESENSITISED = "DESENSITISED", "脱敏后开放"
    CLOSED = "CLOSED", "未开放"


@owned_by_unit("catalogue")
class DataCatalogue(db.Model):
    """One shared catalogue of a unit: at least 20 rows, kept fresh, open or desensitised. M 二(三)4–5"""

    __tablename__ = "data_catalogue"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True, index=False)
    name: Mapped[str] = c.text("目录名称", 120, required=True)
    rows: Mapped[int] = c.whole("挂载条数", default=0, help="每个目录至少20条")
    cycle: Mapped[Cycle] = c.choice("更新周期", Cycle, default=Cycle.MONTH)
    updated_on: Mapped[date | None] = c.day("最近更新")
    secret: Mapped[bool] = c.flag("涉密", help="涉密目录脱敏后开放")
    openness: Mapped[Openness] = c.choice("开放情况", Openness, default=Openness.CLOSED)
    well_formed: Mapped[bool] = c.flag("格式规范", default=True)
    note: Mapped[str | None] = c.text("备注", 200)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("unit_id", "name"), sa.CheckConstraint("rows >= 0", name="rows_not_negative"),
        sa.CheckConstraint("NOT secret OR openness <> 'OPEN'", name="secret_is_desensitised"),
    )

    def faults(self, today: date | None = None) -> list[str]:
        """What is wrong with it today, in Chinese."""
        today = today or now().date()
        found = []
        if self.rows < LEAST_ROWS:
            found.append(f"挂载{self.rows}条，不足{LEAST_ROWS}条")
        if self.updated_on is None or self.updated_on + timedelta(days=CYCLE_DAYS[self.cycle]) < today:
            found.append(f"未按{self.cycle.label}更新")
        if self.openness == Openness.CLOSED:
            found.append("未开放")
        if not self.well_formed:
            found.append("格式不规范")
        return found

    def __str__(self) -> str:
        return self.name


@owned_by_unit("catalogue")
class ElectronicLicence(db.Model):
    """A kind of electronic licence a unit issues, with its electronic seal. M 二(三)6"""

    __tablename__ = "electronic_licence"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True, index=False)
    name: Mapped[str] = c.text("证照名称", 80, required=True)
    listed: Mapped[bool] = c.flag("在县级可制发清单内", default=True)
    sealed: Mapped[bool] = c.flag("已加盖电子印章")
    issued: Mapped[int] = c.whole("累计制发（件）", default=0)
    updated_on: Mapped[date | None] = c.day("统计日期")

    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.UniqueConstraint("unit_id", "name"), sa.CheckConstraint("issued >= 0", name="issued_not_negative"))

    def __str__(self) -> str:
        return self.name


@owned_by_unit("catalogue")
class CertificateCut(db.Model):
    """A certificate no longer asked for, reported monthly with proof and checked by a third party. M 二(三)8"""

    __tablename__ = "certificate_cut"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True)
    period: Mapped[str] = c.text("月份", 7, required=True, help="如 2024-08")
    item: Mapped[str] = c.text("政务服务事项", 120, required=True)
    certificate: Mapped[str] = c.text("减免的证明材料", 120, required=True)
    cases: Mapped[int] = c.whole("办件数", default=0)
    proof: Mapped[str | None] = c.text("佐证材料", 200)
    verified: Mapped[bool | None] = c.maybe("第三方核查属实")

    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("unit_id", "period", "item", "certificate"),
        sa.CheckConstraint("period LIKE '____-__'", name="period_is_a_month"), sa.CheckConstraint("cases >= 0", name="cases_not_negative"),
    )

    def __str__(self) -> str:
        return f"{self.period} {self.item}"
