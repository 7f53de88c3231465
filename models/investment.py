"""Investment projects signed or under negotiation, and the service each gets (N7, M 二(六))."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.enterprise import Enterprise
from models.errors import Invalid, NotPermitted
from models.now import now
from models.scope import everything, scoped
from models.unit import Unit
from models.user import Level, User
from models.visit.difficulty import Difficulty, Origin, raise_difficulty
from models.visit.liaison import own_unit, own_writer


class InvestmentStage(Labelled):
    TALKS = "TALKS", "重点在谈"
    SIGNED = "SIGNED", "已签约"
    STARTED = "STARTED", "已开工"
    DROPPED = "DROPPED", "已终止"


class Investment(db.Model):
    """One project a unit is winning or has won."""

    __tablename__ = "investment"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("项目名称", 120, required=True, unique=True)
    investor: Mapped[str] = c.text("投资企业", 120, required=True)
    enterprise_id: Mapped[int | None] = c.ref("enterprise.id", "落地企业", help="已在本区登记的选择")
    stage: Mapped[InvestmentStage] = c.choice("阶段", InvestmentStage, default=InvestmentStage.TALKS)
    amount: Mapped[Decimal | None] = c.amount("投资额（万元）")
    unit_id: Mapped[int] = c.ref("unit.id", "服务单位", required=True)
    town_id: Mapped[int | None] = c.ref("unit.id", "拟落地镇街园区")
    officer: Mapped[str | None] = c.text("服务专员", 30)
    signed_on: Mapped[date | None] = c.day("签约日期")
    note: Mapped[str | None] = c.long("进展")

    enterprise: Mapped[Enterprise | None] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=unit_id)
    town: Mapped[Unit | None] = relationship(foreign_keys=town_id)
    services: Mapped[list["InvestmentService"]] = relationship(back_populates="project", order_by="InvestmentService.served_on.desc()")

    __table_args__ = (
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("stage NOT IN ('SIGNED', 'STARTED') OR signed_on IS NOT NULL", name="signed_has_date"),
    )

    def serve(self, *, by: User, served_on: date, person: str, content: str, need_title: str = "", need: str = "") -> "InvestmentService":
        """A service record; a difficulty told becomes a ticket. Raises NotPermitted or Invalid."""
        if not own_writer("investment")(self, by):
            raise NotPermitted("只能登记本单位服务的项目")
        if served_on > now().date():
            raise Invalid("served_on", "服务日期不能晚于今天")
        if need and not need_title:
            raise Invalid("need_title", "请用一句话写清项目的困难")
        with everything():
            row = InvestmentService(
                project=self, unit=by.unit or self.unit, served_on=served_on, person=person, content=content, entered_by=by, entered_at=now(),
            )
            db.session.add(row)
            db.session.flush()
            if need_title:
                raise_difficulty(
                    by=by, origin=Origin.PROJECT, enterprise=self.enterprise, enterprise_name=self.investor, unit=self.unit,
                    title=need_title, content=need or need_title, service_id=row.id,
                )
        return row

    def __str__(self) -> str:
        return self.name


class InvestmentService(db.Model):
    """One service given to a project; append-only."""

    __tablename__ = "investment_service"

    id: Mapped[int] = c.key()
    project_id: Mapped[int] = c.ref("investment.id", "项目", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "服务单位", required=True)
    served_on: Mapped[date] = c.day("服务日期", required=True)
    person: Mapped[str] = c.text("服务人", 30, required=True)
    content: Mapped[str] = c.long("服务内容", required=True)
    entered_at: Mapped[datetime] = c.stamp("录入时间")
    entered_by_id: Mapped[int | None] = c.ref("user_account.id", "录入人")

    project: Mapped[Investment] = relationship(back_populates="services")
    unit: Mapped[Unit] = relationship()
    entered_by: Mapped[User | None] = relationship()
    difficulties: Mapped[list[Difficulty]] = relationship()

    def __str__(self) -> str:
        return f"{self.served_on:%Y-%m-%d} {self.project}"


_project = Investment.__table__


def _services(user: User) -> sa.ColumnElement[bool] | None:
    """With their project."""
    level = user.level("investment:view")
    if level == Level.ALL:
        return None
    own = sa.select(_project.c.id).where(_project.c.unit_id == user.unit_id)
    return InvestmentService.project_id.in_(own) if level and user.unit_id else sa.false()


def _never(_row: Any, _user: User) -> bool:
    return False


scoped(own_unit("investment", Investment.unit_id), own_writer("investment"))(Investment)
scoped(_services, _never)(InvestmentService)
