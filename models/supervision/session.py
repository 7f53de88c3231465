"""Public questioning and mass evaluation (人民质询、群众评议): what is raised becomes problems (S10)."""

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.supervision.campaign import link
from models.supervision.states import SessionKind
from models.unit import Unit

if TYPE_CHECKING:
    from models.supervision.problem import Problem

session_unit = link("inquiry_session_unit", ("session_id", "inquiry_session"), ("unit_id", "unit"))


class InquirySession(db.Model):
    """One session: units questioned or rated, people present, votes. E 四(三)1"""

    __tablename__ = "inquiry_session"

    id: Mapped[int] = c.key()
    kind: Mapped[SessionKind] = c.choice("形式", SessionKind, default=SessionKind.QUESTIONING)
    name: Mapped[str] = c.text("场次", 80, required=True, unique=True)
    held_on: Mapped[date] = c.day("日期", required=True)
    place: Mapped[str | None] = c.text("地点", 80)
    host_id: Mapped[int | None] = c.ref("unit.id", "组织单位")
    attendees: Mapped[int] = c.whole("参加人数", default=0)
    voted: Mapped[int] = c.whole("参评票数", default=0, help="群众评议填写")
    approved: Mapped[int] = c.whole("满意票数", default=0)
    minutes: Mapped[str | None] = c.long("记录摘要")

    host: Mapped[Unit | None] = relationship(foreign_keys=host_id)
    units: Mapped[list[Unit]] = relationship(secondary=session_unit, order_by=Unit.sort)
    problems: Mapped[list["Problem"]] = relationship(back_populates="session", order_by="Problem.id")

    __table_args__ = (
        sa.CheckConstraint("attendees >= 0", name="attendees_not_negative"),
        sa.CheckConstraint("approved >= 0 AND approved <= voted", name="votes_add_up"),
    )

    def __str__(self) -> str:
        return self.name
