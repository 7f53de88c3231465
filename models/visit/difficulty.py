"""The ledger of difficult problems (难点痛点问题台账): each becomes a ticket at once (N4, N7; M 二(八)3, M 二(六))."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.base import Labelled, db
from models.enterprise import Enterprise
from models.errors import Invalid
from models.now import now
from models.ticket import Channel, Ticket
from models.unit import Unit
from models.user import Level, User


class Origin(Labelled):
    VISIT = "VISIT", "走访"
    FORUM = "FORUM", "座谈会"
    CONTACT = "CONTACT", "新企业联系"
    PROJECT = "PROJECT", "招商项目服务"


CHANNELS = {Origin.FORUM: Channel.FORUM}


class Difficulty(db.Model):
    """One problem an enterprise told us of, where it came from, and the ticket that settles it."""

    __tablename__ = "difficulty"

    id: Mapped[int] = c.key()
    origin: Mapped[Origin] = c.choice("来源", Origin)
    enterprise_id: Mapped[int | None] = c.ref("enterprise.id", "企业")
    enterprise_name: Mapped[str] = c.text("企业名称", 120, required=True)
    unit_id: Mapped[int | None] = c.ref("unit.id", "收集单位")
    visit_id: Mapped[int | None] = c.ref("visit.id", "走访记录")
    contact_id: Mapped[int | None] = c.ref("contact.id", "新企业联系")
    service_id: Mapped[int | None] = c.ref("investment_service.id", "项目服务记录")
    title: Mapped[str] = c.headline("问题", required=True)
    content: Mapped[str] = c.long("具体情况", required=True)
    raised_at: Mapped[datetime] = c.stamp("收集时间", index=True)
    raised_by_id: Mapped[int | None] = c.ref("user_account.id", "收集人")
    ticket_id: Mapped[int] = c.ref("ticket.id", "诉求", required=True, index=False, unique=True)

    enterprise: Mapped[Enterprise | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    raised_by: Mapped[User | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN service_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_source",
        ),
    )

    def __str__(self) -> str:
        return self.title


def raise_difficulty(
    *, by: User, origin: Origin, enterprise: Enterprise | None, title: str, content: str, unit: Unit | None = None,
    enterprise_name: str = "", **source: Any,
) -> Difficulty:
    """A row of the ledger and its ticket; the caller has checked that `by` may write the record it comes from.

    `source` is one of visit_id, contact_id, service_id. Raises Invalid when title or name is missing or too long.
    """
    if len(title) > 120:
        raise Invalid("need_title", f"请控制在120字以内，现为{len(title)}字")
    with scope.everything():
        ticket = Ticket.take_in(
            by=by, title=title, content=content, channel=CHANNELS.get(origin, Channel.VISIT), enterprise=enterprise,
            enterprise_name=enterprise_name,
        )
        ticket.log("raised", "转为诉求", by=by, note=f"{origin.label}中提出，{unit or '系统'}收集")
        row = Difficulty(
            origin=origin, enterprise=enterprise, enterprise_name=ticket.enterprise_name, unit=unit or by.unit, title=title,
            content=content, ticket=ticket, raised_by=by, raised_at=now(), **source,
        )
        db.session.add(row)
        db.session.flush()
    return row


def _seen(user: User) -> sa.ColumnElement[bool] | None:
    level = user.level("difficulty:view")
    if level == Level.ALL:
        return None
    return Difficulty.unit_id == user.unit_id if level and user.unit_id else sa.false()


scope.scoped(_seen, lambda _row, _user: False)(Difficulty)
