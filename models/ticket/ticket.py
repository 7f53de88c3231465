"""Ticket (企业诉求): the columns and what can be asked of them; the verbs are in the files beside."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.attachment import Attachment
from models.base import db
from models.category import Category
from models.enterprise import Enterprise
from models.event import MatterEvent
from models.matter import Matter, check_states
from models.matter_unit import MatterUnit, Part, PartState
from models.standard import ServiceStandard, Stage, find_standard
from models.ticket.callback import Calling
from models.ticket.dispatching import Dispatching
from models.ticket.exits import Exits
from models.ticket.handling import Handling
from models.ticket.intake import Intake
from models.ticket.records import Callback, Deferral, Exemption, Extension, Outcome
from models.ticket.states import UNIT_STATES, Channel, Decision, Manner, Resolution, Satisfaction, TicketState
from models.unit import Unit
from models.user import Level, User

_part = MatterUnit.__table__


def _undecided(requests: sa.Table) -> sa.Select:
    """Tickets with a request nobody has decided on."""
    return sa.select(requests.c.ticket_id).where(requests.c.decision.is_(None))


def _beside(user: User, state: PartState) -> sa.Select:
    """Tickets in which the user's unit is a co-unit and has come as far as `state`."""
    mine = (_part.c.unit_id == user.unit_id) & _part.c.active & (_part.c.role == Part.CO) & (_part.c.state == state)
    return sa.select(_part.c.matter_id).where(mine)


class Ticket(Intake, Dispatching, Handling, Exits, Calling, Matter):
    """One demand of an enterprise, from any channel, in one list."""

    __tablename__ = "ticket"
    __mapper_args__ = {"polymorphic_identity": "ticket"}

    PREFIX = "SQ"
    KIND_LABEL = "企业诉求"
    ANSWER = "答复"
    DEMAND = "查明未按期办结的原因，明确责任科室和责任人，采取有效措施限期办结，并当面或书面答复企业。"
    STATES = TicketState
    OCCASIONS: ClassVar[dict[str, Any]] = {
        "decide_extension": lambda _user: _undecided(Extension.__table__),
        "co_sign": lambda user: _beside(user, PartState.PENDING), "co_reply": lambda user: _beside(user, PartState.SIGNED),
    }

    id: Mapped[int] = c.child_key("matter.id")
    channel: Mapped[Channel] = c.choice("来源渠道", Channel, default=Channel.WINDOW)
    source_number: Mapped[str | None] = c.text("来源编号", 40, help="12345、政企通等来件自带的编号")
    category_id: Mapped[int | None] = c.ref("category.id", "类别")
    enterprise_id: Mapped[int | None] = c.ref("enterprise.id", "诉求企业")
    enterprise_name: Mapped[str] = c.text("企业名称", 120, required=True, default="", help="未入库企业直接写名称")
    contact_name: Mapped[str | None] = c.personal("联系人", "name")
    contact_phone: Mapped[str | None] = c.personal("联系电话")
    town_id: Mapped[int | None] = c.ref("unit.id", "所属镇街园区")
    content: Mapped[str] = c.long("诉求内容", required=True, help="涉密材料不上网；写清时间、地点、经过和请求")
    answer_seconds: Mapped[int | None] = c.whole("三方通话接听（秒）", help="响铃15秒之内接听")
    is_district: Mapped[bool] = c.flag("全局性事项", help="涉及全区营商环境建设的全局性问题")
    media_risk: Mapped[bool] = c.flag("媒体曝光倾向")
    order_risk: Mapped[bool] = c.flag("社会治安倾向")
    petition_risk: Mapped[bool] = c.flag("涉访维稳倾向")
    manner: Mapped[Manner | None] = c.choice("办理方式", Manner, required=False)
    progress: Mapped[str | None] = c.long("办理进展")
    result: Mapped[str | None] = c.long("办理结果")
    resolution: Mapped[Resolution | None] = c.choice("办结方式", Resolution, required=False)
    satisfaction: Mapped[Satisfaction | None] = c.choice("满意度", Satisfaction, required=False)
    exempt: Mapped[bool] = c.flag("不计入考核", help="不予受理经审核后不计入分母")
    merged_into_id: Mapped[int | None] = c.ref("ticket.id", "并入")
    dispatched_at: Mapped[datetime | None] = c.when("派发时间")
    second_call_at: Mapped[datetime | None] = c.when("抽中二次回访时间")
    form_token: Mapped[str | None] = c.text("表单令牌", 40, unique=True)

    category: Mapped[Category | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    town: Mapped[Unit | None] = relationship(foreign_keys=town_id)
    merged_into: Mapped["Ticket | None"] = relationship(foreign_keys=merged_into_id, remote_side=id)
    extension_rows: Mapped[list[Extension]] = relationship(back_populates="ticket", order_by=Extension.id)
    exemptions: Mapped[list[Exemption]] = relationship(back_populates="ticket", order_by=Exemption.id)
    deferrals: Mapped[list[Deferral]] = relationship(back_populates="ticket", order_by=Deferral.id)
    callbacks: Mapped[list[Callback]] = relationship(back_populates="ticket", order_by=Callback.id)
    outcomes: Mapped[list[Outcome]] = relationship(back_populates="ticket", order_by=Outcome.id)

    __table_args__ = (
        sa.UniqueConstraint("channel", "source_number"),
        sa.CheckConstraint("answer_seconds IS NULL OR answer_seconds >= 0", name="seconds_not_negative"),
        sa.CheckConstraint("length(content) > 0", name="has_content"),
        sa.CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
    )

    @property
    def at_risk(self) -> bool:
        """Flagged for media, public order or petition (T12)."""
        return self.media_risk or self.order_risk or self.petition_risk

    @property
    def who(self) -> str:
        """The enterprise as people call it."""
        return self.enterprise.name if self.enterprise else self.enterprise_name

    def standard(self, stage: Stage) -> ServiceStandard | None:
        """The service standard that holds for this ticket at a stage."""
        return find_standard("ticket", stage, self.category_id, self.channel)

    def pending(self, rows: list[Any]) -> Any:
        """The undecided request among `rows`, if any."""
        return next((row for row in reversed(rows) if row.decision is None), None)

    def lapse(self, why: str) -> None:
        """Requests nobody has decided end with the clock they were made for."""
        for row in (*self.extension_rows, *self.exemptions, *self.deferrals):
            if row.decision is None:
                row.decide(Decision.REFUSE, why, None)

    def release(self) -> None:
        """Nobody is responsible for the moment; who returned it stays on record."""
        for part in self.parts:
            if part.active:
                part.leave(PartState.RELEASED)

    def finish(self) -> None:
        """Close, and with it whatever was still asked for."""
        super().finish()
        self.lapse("诉求已终结，申请自动失效")

    def files_of(self, label: str) -> list[Attachment]:
        """Files kept under a label (证明材料, 企业认可材料)."""
        return [file for file in self.attachments if file.label == label and not file.is_void]

    @property
    def satisfaction_words(self) -> str:
        """What the enterprise said, or why it has said nothing: only an answered ticket is called back."""
        if self.satisfaction:
            return self.satisfaction.label
        if self.state == TicketState.CLOSED:
            return "未评价（联系不上）"
        if not self.is_open:
            return f"不回访（{self.state.label}）"
        return "待回访" if self.state == TicketState.APPROVED else "答复后回访"


def to_sign(user: User) -> sa.ColumnElement[bool]:
    """待签收: of a unit what it has not signed for itself, leading or beside; of everybody else what the lead unit has not."""
    unsigned = Ticket.state == TicketState.DISPATCHED
    if user.level("ticket:view") != Level.UNIT:
        return unsigned
    leading, beside = unsigned & (Matter.unit_id == user.unit_id), Matter.id.in_(_beside(user, PartState.PENDING))
    # The states once for both: an index of states then finds the open ones, however many the unit had before.
    return Ticket.state.in_(UNIT_STATES) & (leading | beside)


def broken_promises(moment: datetime) -> sa.ColumnElement[bool]:
    """承诺未兑现: the head had signed for a day, and that day passed without an answer (users.md idea 9)."""
    said, promise = MatterEvent.__table__, Deferral.__table__
    in_time = sa.select(sa.literal(1)).where(said.c.matter_id == promise.c.ticket_id, said.c.to_state == TicketState.APPROVED.value,
                                             said.c.at.between(promise.c.decided_at, promise.c.promised_at))
    missed = sa.select(promise.c.ticket_id).where(promise.c.decision == Decision.AGREE, promise.c.promised_at <= moment, ~sa.exists(in_time))
    ended = sa.select(promise.c.ticket_id).where(promise.c.ticket_id == Ticket.id, Ticket.closed_at <= promise.c.promised_at)
    return Ticket.id.in_(missed) & ~sa.exists(ended)


check_states(Ticket, TicketState)
db.Index("ix_ticket_second_call", Ticket.second_call_at)
db.Index("ix_ticket_dispatched", Ticket.dispatched_at)
db.Index("ix_ticket_enterprise_name", Ticket.enterprise_name)  # the same firm's other demands
