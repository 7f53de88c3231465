"""What a ticket keeps of each request, decision and call, one row each: nothing is overwritten."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.ticket.states import Decision, ExemptGround, Satisfaction
from models.unit import Unit
from models.user import User

if TYPE_CHECKING:
    from models.supervision.campaign import Campaign
    from models.ticket.ticket import Ticket


def _one_pending(table: str) -> sa.Index:
    """At most one undecided request per ticket."""
    pending = sa.text("decision IS NULL")
    return sa.Index(f"uq_{table}_pending", "ticket_id", unique=True, sqlite_where=pending, postgresql_where=pending)


class Extension(db.Model):
    """A request for more time and its decision (T4)."""

    __tablename__ = "extension"

    id: Mapped[int] = c.key()
    ticket_id: Mapped[int] = c.ref("ticket.id", "诉求", required=True)
    reason: Mapped[str] = c.long("延期理由", required=True)
    due_before: Mapped[datetime] = c.when("原时限", required=True)
    due_asked: Mapped[datetime] = c.when("申请延至", required=True)
    asked_at: Mapped[datetime] = c.stamp("申请时间")
    asked_by_id: Mapped[int] = c.ref("user_account.id", "申请人", required=True)
    decision: Mapped[Decision | None] = c.choice("审批", Decision, required=False)
    opinion: Mapped[str | None] = c.long("审批意见")
    decided_at: Mapped[datetime | None] = c.when("审批时间")
    decided_by_id: Mapped[int | None] = c.ref("user_account.id", "审批人")

    ticket: Mapped["Ticket"] = relationship(back_populates="extension_rows")
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    __table_args__ = (
        _one_pending("extension"),
        sa.CheckConstraint("due_asked > due_before", name="extends"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="decided_by_another"),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_has_time"),
    )


class Exemption(db.Model):
    """A request not to accept, with ground and evidence, checked by somebody else (T6)."""

    __tablename__ = "exemption"

    id: Mapped[int] = c.key()
    ticket_id: Mapped[int] = c.ref("ticket.id", "诉求", required=True)
    ground: Mapped[ExemptGround] = c.choice("理由", ExemptGround)
    explanation: Mapped[str] = c.long("情况说明", required=True)
    evidence: Mapped[str] = c.long("证明材料", required=True)
    asked_at: Mapped[datetime] = c.stamp("申请时间")
    asked_by_id: Mapped[int] = c.ref("user_account.id", "申请人", required=True)
    decision: Mapped[Decision | None] = c.choice("审核", Decision, required=False)
    opinion: Mapped[str | None] = c.long("审核意见")
    decided_at: Mapped[datetime | None] = c.when("审核时间")
    decided_by_id: Mapped[int | None] = c.ref("user_account.id", "审核人")

    ticket: Mapped["Ticket"] = relationship(back_populates="exemptions")
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    __table_args__ = (
        _one_pending("exemption"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="checked_by_another"),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_has_time"),
    )


class Deferral(db.Model):
    """Cannot be solved now: measures, plan, steps, promised date, consent, signature (T7)."""

    __tablename__ = "deferral"

    id: Mapped[int] = c.key()
    ticket_id: Mapped[int] = c.ref("ticket.id", "诉求", required=True)
    measures: Mapped[str] = c.long("解决措施", required=True)
    plan: Mapped[str] = c.long("解决方案", required=True)
    steps: Mapped[str] = c.long("解决步骤", required=True)
    promised_at: Mapped[datetime] = c.when("承诺时限", required=True)
    consent: Mapped[str] = c.text("企业认可情况", 200, required=True)
    asked_at: Mapped[datetime] = c.stamp("提出时间")
    asked_by_id: Mapped[int] = c.ref("user_account.id", "提出人", required=True)
    decision: Mapped[Decision | None] = c.choice("主要负责人意见", Decision, required=False)
    opinion: Mapped[str | None] = c.long("签字意见")
    decided_at: Mapped[datetime | None] = c.when("签字时间")
    decided_by_id: Mapped[int | None] = c.ref("user_account.id", "主要负责人")

    ticket: Mapped["Ticket"] = relationship(back_populates="deferrals")
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    __table_args__ = (
        _one_pending("deferral"),
        sa.CheckConstraint("promised_at > asked_at", name="promise_ahead"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="signed_by_another"),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_has_time"),
    )


class Callback(db.Model):
    """One call back to the enterprise; an unreached call says nothing about satisfaction (T8)."""

    __tablename__ = "callback"

    id: Mapped[int] = c.key()
    ticket_id: Mapped[int] = c.ref("ticket.id", "诉求", required=True)
    round: Mapped[int] = c.whole("第几轮", default=1)
    at: Mapped[datetime] = c.stamp("回访时间")
    by_id: Mapped[int] = c.ref("user_account.id", "回访人", required=True)
    reached: Mapped[bool] = c.flag("已联系上")
    solved: Mapped[bool | None] = c.maybe("问题已解决")
    satisfaction: Mapped[Satisfaction | None] = c.choice("满意度", Satisfaction, required=False)
    comment: Mapped[str | None] = c.long("企业意见")

    ticket: Mapped["Ticket"] = relationship(back_populates="callbacks")
    by: Mapped[User] = relationship()

    __table_args__ = (
        sa.CheckConstraint("reached OR (solved IS NULL AND satisfaction IS NULL)", name="unreached_says_nothing"),
        sa.CheckConstraint("NOT reached OR (solved IS NOT NULL AND satisfaction IS NOT NULL)", name="reached_is_asked"),
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
