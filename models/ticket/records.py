"""What a ticket keeps of each request, decision and call, one row each: nothing is overwritten."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, relationship

from models import columns as c
from models.base import db
from models.now import now
from models.ticket.states import CallWay, Decision, ExemptGround, Satisfaction
from models.unit import Unit
from models.user import User

if TYPE_CHECKING:
    from models.supervision.campaign import Campaign
    from models.ticket.ticket import Ticket


def _one_pending(table: str) -> sa.Index:
    """At most one undecided request per ticket."""
    pending = sa.text("decision IS NULL")
    return sa.Index(f"uq_{table}_pending", "ticket_id", unique=True, sqlite_where=pending, postgresql_where=pending)


class Request:
    """What a unit asks for and somebody else decides: who and when on both sides.

    The labels of the decision are each kind's own words: ``DECIDING = ("审批", "审批人")``.
    """

    ASKING = "申请"
    DECIDING = ("审批", "审批意见", "审批时间", "审批人")

    id: Mapped[int] = c.key()

    @declared_attr
    def ticket_id(cls) -> Mapped[int]:
        """The ticket it is about."""
        return c.ref("ticket.id", "诉求", required=True)

    @declared_attr
    def asked_at(cls) -> Mapped[datetime]:
        """When it was asked."""
        return c.stamp(f"{cls.ASKING}时间")

    @declared_attr
    def asked_by_id(cls) -> Mapped[int]:
        """Who asked."""
        return c.ref("user_account.id", f"{cls.ASKING}人", required=True)

    @declared_attr
    def decision(cls) -> Mapped[Decision | None]:
        """None while it is pending."""
        return c.choice(cls.DECIDING[0], Decision, required=False)

    @declared_attr
    def opinion(cls) -> Mapped[str | None]:
        """The words of the decision."""
        return c.long(cls.DECIDING[1])

    @declared_attr
    def decided_at(cls) -> Mapped[datetime | None]:
        """When it was decided."""
        return c.when(cls.DECIDING[2])

    @declared_attr
    def decided_by_id(cls) -> Mapped[int | None]:
        """Who decided; None where it lapsed."""
        return c.ref("user_account.id", cls.DECIDING[3])

    @declared_attr
    def asked_by(cls) -> Mapped[User]:
        """The person who asked."""
        return relationship(foreign_keys=[cls.asked_by_id])

    @declared_attr
    def decided_by(cls) -> Mapped[User | None]:
        """The person who decided."""
        return relationship(foreign_keys=[cls.decided_by_id])

    @staticmethod
    def rules(table: str, another: str) -> tuple[sa.Index | sa.CheckConstraint, ...]:
        """What holds for every request; `another` names the rule that the asker does not decide."""
        return (
            _one_pending(table),
            sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=another),
            sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_has_time"),
        )

    def decide(self, decision: Decision, opinion: str, by: User | None) -> None:
        """Decided now, by a person or (None) by the course of things."""
        self.decision, self.opinion, self.decided_by, self.decided_at = decision, opinion, by, now()


class Extension(Request, db.Model):
    """A request for more time and its decision (T4)."""

    __tablename__ = "extension"

    reason: Mapped[str] = c.long("延期理由", required=True)
    due_before: Mapped[datetime] = c.when("原时限", required=True)
    due_asked: Mapped[datetime] = c.when("申请延至", required=True)

    ticket: Mapped["Ticket"] = relationship(back_populates="extension_rows")

    __table_args__ = (*Request.rules("extension", "decided_by_another"), sa.CheckConstraint("due_asked > due_before", name="extends"))


class Exemption(Request, db.Model):
    """A request not to accept, with ground and evidence, checked by somebody else (T6)."""

    __tablename__ = "exemption"
    DECIDING = ("审核", "审核意见", "审核时间", "审核人")

    ground: Mapped[ExemptGround] = c.choice("理由", ExemptGround)
    explanation: Mapped[str] = c.long("情况说明", required=True)
    evidence: Mapped[str] = c.long("证明材料", required=True)

    ticket: Mapped["Ticket"] = relationship(back_populates="exemptions")

    __table_args__ = Request.rules("exemption", "checked_by_another")


class Deferral(Request, db.Model):
    """Cannot be solved now: measures, plan, steps, promised date, consent, signature (T7)."""

    __tablename__ = "deferral"
    ASKING = "提出"
    DECIDING = ("主要负责人意见", "签批意见", "签批时间", "主要负责人")

    measures: Mapped[str] = c.long("解决措施", required=True)
    plan: Mapped[str] = c.long("解决方案", required=True)
    steps: Mapped[str] = c.long("解决步骤", required=True)
    promised_at: Mapped[datetime] = c.when("承诺时限", required=True)
    consent: Mapped[str] = c.text("企业认可情况", 200, required=True)

    ticket: Mapped["Ticket"] = relationship(back_populates="deferrals")

    __table_args__ = (*Request.rules("deferral", "signed_by_another"), sa.CheckConstraint("promised_at > asked_at", name="promise_ahead"))


class Callback(db.Model):
    """One call back to the enterprise; an unreached call says nothing about satisfaction (T8)."""

    __tablename__ = "callback"

    id: Mapped[int] = c.key()
    ticket_id: Mapped[int] = c.ref("ticket.id", "诉求", required=True)
    round: Mapped[int] = c.whole("第几轮", default=1)
    at: Mapped[datetime] = c.stamp("联系时间")
    by_id: Mapped[int] = c.ref("user_account.id", "回访人", required=True)
    way: Mapped[CallWay] = c.choice("联系方式", CallWay, default=CallWay.PHONE, server_default="PHONE")
    reached: Mapped[bool] = c.flag("已联系上")
    solved: Mapped[bool | None] = c.maybe("问题已解决")
    satisfaction: Mapped[Satisfaction | None] = c.choice("满意度", Satisfaction, required=False)
    comment: Mapped[str | None] = c.long("企业意见")
    second: Mapped[bool | None] = c.maybe("二次回访")

    ticket: Mapped["Ticket"] = relationship(back_populates="callbacks")
    by: Mapped[User] = relationship()

    __table_args__ = (
        sa.CheckConstraint("reached OR (solved IS NULL AND satisfaction IS NULL)", name="unreached_says_nothing"),
        sa.CheckConstraint("NOT reached OR (solved IS NOT NULL AND satisfaction IS NOT NULL)", name="reached_is_asked"),
        sa.Index("ix_callback_second", "second", "at", "ticket_id"),
    )


class Outcome(db.Model):
    """What the enterprise got: money returned, loans, disputes solved (T16)."""

    __tablename__ = "outcome"

    id: Mapped[int] = c.key()
    ticket_id: Mapped[int | None] = c.ref("ticket.id", "诉求")
    campaign_id: Mapped[int | None] = c.ref("campaign.id", "专项监督")
    unit_id: Mapped[int | None] = c.ref("unit.id", "单位")
    kind: Mapped[str] = c.text("成效类别", 30, required=True, help="如 失业保险金返还、企业退税、清偿货款、化解纠纷")
    amount: Mapped[float | None] = c.amount("金额（万元）")
    note: Mapped[str | None] = c.text("说明", 200)
    at: Mapped[datetime] = c.stamp("登记时间")

    ticket: Mapped["Ticket | None"] = relationship(back_populates="outcomes")
    unit: Mapped[Unit | None] = relationship()
    campaign: Mapped["Campaign | None"] = relationship()

    __table_args__ = (sa.CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),)

    def __str__(self) -> str:
        return f"{self.kind}：{self.note or self.at.date()}"
