"""Lead (问题线索): received, assessed, transferred, fed back, closed; read by few (S4)."""

from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import confidential, drafting, scope
from models.asks import Ask
from models.base import db
from models.clock import Limit, LimitUnit
from models.deadline import Cause
from models.errors import Invalid, NotPermitted, Refused
from models.flow import transition
from models.matter import Matter, check_states
from models.matter_unit import Part
from models.now import now
from models.standard import Stage, find_standard
from models.supervision.campaign import Campaign, Check
from models.supervision.ledgers import Trade
from models.supervision.states import Assessment, LeadOutcome, LeadSource
from models.supervision.states import LeadState as S
from models.ticket.states import Organ
from models.unit import Unit
from models.user import User

ASSESSING_UNIT = "jiwei"
UNIT_OF_ORGAN = {
    Organ.DISCIPLINE: "jiwei", Organ.POLITICAL_LEGAL: "zhengfawei", Organ.COURT: "fayuan", Organ.PROCURATORATE: "jiancha",
}
OPEN_LEADS = frozenset({S.RECEIVED, S.ASSESSED, S.TRANSFERRED, S.FED_BACK})
LETTER = "LEAD_TRANSFER"


class LeadReader(db.Model):
    """Somebody who may read one lead without holding the permission for all."""

    __tablename__ = "lead_reader"

    id: Mapped[int] = c.key()
    lead_id: Mapped[int] = c.ref("lead.id", "线索", required=True, index=False)
    user_id: Mapped[int] = c.ref("user_account.id", "知悉人", required=True)
    named_by_id: Mapped[int] = c.ref("user_account.id", "指定人", required=True)
    named_at: Mapped[datetime] = c.stamp("指定时间")

    lead: Mapped["Lead"] = relationship(back_populates="readers")
    user: Mapped[User] = relationship(foreign_keys=user_id)
    named_by: Mapped[User] = relationship(foreign_keys=named_by_id)

    __table_args__ = (sa.UniqueConstraint("lead_id", "user_id"),)


def _not_own(lead: "Lead", by: User) -> str | None:
    return "不能研判自己提交的线索" if lead.created_by_id == by.id else None


class Lead(Matter):
    """One lead. Answers to its verbs never enter the timeline: that says only what step was taken, when, by whom."""

    __tablename__ = "lead"
    __mapper_args__ = {"polymorphic_identity": "lead"}

    PREFIX = "XS"
    KIND_LABEL = "问题线索"
    ANSWER = "反馈"
    STATES = S

    id: Mapped[int] = c.child_key("matter.id")
    source: Mapped[LeadSource] = c.choice("线索来源", LeadSource, default=LeadSource.REPORT)
    content: Mapped[str] = c.long("线索内容", required=True)
    reported_unit_id: Mapped[int | None] = c.ref("unit.id", "被反映单位")
    reported_person: Mapped[str | None] = c.text("被反映人", 60)
    informant: Mapped[str | None] = c.personal("反映人", "name", 60, help="匿名反映的不填")
    informant_phone: Mapped[str | None] = c.personal("反映人电话")
    campaign_id: Mapped[int | None] = c.ref("campaign.id", "专项监督")
    check_id: Mapped[int | None] = c.ref("supervision_check.id", "来源检查")
    trade_id: Mapped[int | None] = c.ref("public_trade.id", "公共资源交易", unique=True, index=False)
    assessment: Mapped[Assessment | None] = c.choice("研判结论", Assessment, required=False)
    opinion: Mapped[str | None] = c.long("研判意见")
    organ: Mapped[Organ | None] = c.choice("移送机关", Organ, required=False)
    handled: Mapped[str | None] = c.long("已办经过")
    request: Mapped[str | None] = c.long("移送建议")
    outcome: Mapped[LeadOutcome | None] = c.choice("处理结果", LeadOutcome, required=False)
    result: Mapped[str | None] = c.long("结果说明")
    answer: Mapped[str | None] = c.long("回复反映人")

    reported_unit: Mapped[Unit | None] = relationship(foreign_keys=reported_unit_id)
    campaign: Mapped[Campaign | None] = relationship()
    check: Mapped[Check | None] = relationship()
    trade: Mapped[Trade | None] = relationship()
    readers: Mapped[list[LeadReader]] = relationship(back_populates="lead", order_by=LeadReader.id)

    __table_args__ = (
        sa.CheckConstraint("(assessment IS NULL) = (opinion IS NULL)", name="assessment_has_opinion"),
        sa.CheckConstraint("organ IS NULL OR (assessment IS NOT NULL AND assessment = 'TRANSFER')", name="assessed_before_transfer"),
        sa.CheckConstraint("outcome IS NULL OR organ IS NOT NULL", name="outcome_after_transfer"),
    )

    @classmethod
    def receive(cls, *, by: User, title: str, content: str, source: LeadSource, **about: Any) -> "Lead":
        """Enter a lead; it waits to be assessed. Raises NotPermitted, or Invalid naming the field."""
        if not by.may("lead:create"):
            raise NotPermitted("您的角色不能提交问题线索")
        title, content = title.strip(), content.strip()
        if not title or len(title) > 120:
            raise Invalid("title", "请填写线索标题，120字以内")
        if not content:
            raise Invalid("content", "请填写线索内容")
        with scope.everything():
            lead = cls(
                number=cls.next_number(), title=title, content=content, source=LeadSource[source], state=S.RECEIVED, created_by=by,
                opened_at=now(), **about,
            )
            db.session.add(lead)
            if assessor := db.session.scalar(sa.select(Unit).where(Unit.code == ASSESSING_UNIT)):
                lead.assign(assessor, Part.LEAD).resume()
            lead._run(Stage.HANDLE, Limit(5, LimitUnit.WORKDAY), by)
            lead.log("receive", "收到线索", by=by)
            db.session.flush()
        return lead

    def _run(self, stage: Stage, fallback: Limit, by: User) -> None:
        standard = find_standard("lead", stage)
        self.start_clock(standard.limit if standard else fallback, Cause.DISPATCH, standard=standard, by=by)

    @transition(
        "研判", source={S.RECEIVED}, target={S.ASSESSED, S.DISMISSED}, permission="lead:assess", when=_not_own, order=10,
        hint="先研判后移送；意见只有知悉人员可见，不写入办理过程",
    )
    def assess(
        self, *, by: User,
        conclusion: Annotated[Assessment, Ask("研判结论", secret=True)],
        opinion: Annotated[str, Ask("研判意见", long=True, secret=True)],
        answer: Annotated[str, Ask("回复反映人", long=True, secret=True, help="不予移送的必填，提交人可见")] = "",
    ) -> S:
        """Assessed first, transferred afterwards. J 三(一)"""
        if conclusion == Assessment.DISMISS and not answer:
            raise Invalid("answer", "不予移送的，请写明对反映人的回复")
        self.assessment, self.opinion, self.handler = conclusion, opinion, by
        if conclusion == Assessment.TRANSFER:
            self.stop_clock()
            return S.ASSESSED
        self.answer = answer
        self.finish()
        return S.DISMISSED

    @transition(
        "移送", source={S.ASSESSED}, target=S.TRANSFERRED, permission="lead:transfer", order=10, mark="act",
        hint="生成《线索移送函》草稿，签发后送达；从移送起算反馈时限",
    )
    def transfer(
        self, *, by: User,
        organ: Annotated[Organ, Ask("移送机关", secret=True)],
        handled: Annotated[str, Ask("已办经过", long=True, secret=True, files="移送材料")],
        request: Annotated[str, Ask("移送建议", long=True, secret=True)] = "请依规依纪依法核查处理。",
    ) -> None:
        """To discipline or the law organs, with its letter. J 四(一)"""
        unit = db.session.scalar(sa.select(Unit).where(Unit.code == UNIT_OF_ORGAN[organ], Unit.is_active))
        if unit is None:
            raise Refused(f"单位台账中没有{organ.label}，请由系统管理员补充")
        self.organ, self.handled, self.request = organ, handled, request
        self._run(Stage.REPORT, Limit(20, LimitUnit.WORKDAY), by)
        drafting.draft(LETTER, by=by, unit=unit, matter=self)

    @transition("登记反馈", source={S.TRANSFERRED}, target=S.FED_BACK, permission="lead:feedback", order=10)
    def feed_back(
        self, *, by: User,
        outcome: Annotated[LeadOutcome, Ask("处理结果", secret=True)],
        result: Annotated[str, Ask("结果说明", long=True, secret=True, files="反馈材料")],
    ) -> None:
        """What the organ made of it."""
        self.outcome, self.result = outcome, result
        self.stop_clock()

    @transition("办结", source={S.FED_BACK}, target=S.CLOSED, permission="lead:close", order=10)
    def close(
        self, *, by: User, answer: Annotated[str, Ask("回复反映人", long=True, secret=True, help="提交人可见；匿名的写明无法回复")],
    ) -> None:
        """The result goes back to where the lead came from."""
        self.answer = answer
        self.finish()

    @transition("指定知悉人", source=OPEN_LEADS, permission="lead:name_reader", order=60, hint="被指定人可以看到这件线索的全部内容")
    def name_reader(self, *, by: User, user: Annotated[User, Ask("知悉人", secret=True)]) -> None:
        """One more person may read this lead."""
        if not user.is_active:
            raise Invalid("user", f"{user.name}已停用，不能指定")
        if any(reader.user_id == user.id for reader in self.readers):
            raise Invalid("user", f"{user.name}已是知悉人")
        self.readers.append(LeadReader(user=user, named_by=by, named_at=now()))

    @transition("取消知悉人", source=OPEN_LEADS, permission="lead:name_reader", order=61)
    def drop_reader(self, *, by: User, user: Annotated[User, Ask("知悉人", secret=True)]) -> None:
        """That person reads it no longer."""
        reader = next((reader for reader in self.readers if reader.user_id == user.id), None)
        if reader is None:
            raise Invalid("user", f"{user.name}不是知悉人")
        db.session.delete(reader)

    def letter_facts(self) -> dict[str, dict[str, Any]]:
        """Whom it is about, what was done, what is asked: from the lead itself."""
        return {
            "matter": {"lead": str(self.reported_unit or "有关单位"), "summary": self.content},
            "action": {"grounds": self.handled or "", "requirements": self.request or "", "person": self.reported_person or ""},
        }


check_states(Lead, S)
confidential.declare(Lead)


def lead_of(trade: Trade, by: User) -> Lead | None:
    """The lead an irregular transaction becomes, once (E 四(三)3); None when it has one already."""
    with scope.everything():
        if db.session.scalar(sa.select(Lead.id).where(Lead.trade_id == trade.id)):
            return None
    return Lead.receive(
        by=by, title=f"公共资源交易异常：{trade.title}"[:120], content=trade.irregularity, source=LeadSource.TRADE, trade=trade,
        reported_unit=trade.owner,
    )
