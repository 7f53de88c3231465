"""Visits to enterprises (企业大走访): what was heard; demands become tickets (N4, M 二(八)2–6)."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.enterprise import Enterprise
from models.errors import Invalid, NotPermitted
from models.now import now
from models.scope import everything, scoped
from models.unit import Unit
from models.user import User
from models.visit.difficulty import Difficulty, Origin, raise_difficulty
from models.visit.liaison import own_unit, own_writer

if TYPE_CHECKING:
    from models.attachment import Attachment


class VisitWay(Labelled):
    ONSITE = "ONSITE", "上门走访"
    PHONE = "PHONE", "电话走访"
    ONLINE = "ONLINE", "线上走访"
    FORUM = "FORUM", "座谈会"


class Visit(db.Model):
    """One visit of a unit's officer to one enterprise."""

    __tablename__ = "visit"

    id: Mapped[int] = c.key()
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "走访单位", required=True, index=False)
    officer: Mapped[str] = c.text("走访干部", 30, required=True)
    visited_on: Mapped[date] = c.day("走访日期", required=True)
    way: Mapped[VisitWay] = c.choice("走访方式", VisitWay, default=VisitWay.ONSITE)
    met: Mapped[str | None] = c.text("企业接待人", 30)
    situation: Mapped[str] = c.long("企业情况", required=True)
    policies: Mapped[str | None] = c.long("宣传政策")
    entered_at: Mapped[datetime] = c.stamp("录入时间")
    entered_by_id: Mapped[int | None] = c.ref("user_account.id", "录入人")

    enterprise: Mapped[Enterprise] = relationship()
    unit: Mapped[Unit] = relationship()
    entered_by: Mapped[User | None] = relationship()
    difficulties: Mapped[list[Difficulty]] = relationship(order_by=Difficulty.id)
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="visit", order_by="Attachment.id")

    __table_args__ = (
        sa.Index("ix_visit_coverage", "unit_id", "visited_on", "enterprise_id"),
        sa.Index("ix_visit_enterprise", "enterprise_id", "visited_on"),
    )

    @classmethod
    def enter(cls, *, by: User, enterprise: Enterprise, unit: Unit, need_title: str = "", need: str = "", **fields: Any) -> "Visit":
        """Record a visit; a demand told there becomes a ticket. Raises NotPermitted or Invalid."""
        row = cls(enterprise=enterprise, unit=unit, unit_id=unit.id, entered_by=by, entered_at=now(), **fields)
        if not own_writer("visit")(row, by):
            raise NotPermitted("只能登记本单位的走访")
        if fields["visited_on"] > now().date():
            raise Invalid("visited_on", "走访日期不能晚于今天")
        with everything():
            db.session.add(row)
            db.session.flush()
            if need_title or need:
                row.tell(by=by, title=need_title, content=need)
        return row

    def tell(self, *, by: User, title: str, content: str) -> Difficulty:
        """A demand told in this visit."""
        if not own_writer("visit")(self, by):
            raise NotPermitted("只能登记本单位的走访")
        if not title:
            raise Invalid("need_title", "请用一句话写清企业的问题")
        return raise_difficulty(
            by=by, origin=Origin.FORUM if self.way == VisitWay.FORUM else Origin.VISIT, enterprise=self.enterprise, unit=self.unit,
            title=title, content=content or title, visit_id=self.id,
        )

    def __str__(self) -> str:
        return f"{self.visited_on:%Y-%m-%d} {self.enterprise}"


scoped(own_unit("visit", Visit.unit_id), own_writer("visit"))(Visit)
