"""The ladder 一督办 二挂牌 三约谈 四问责 and the softer measures (A1, A3, A8)."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.asks import Ask
from models.base import Labelled, db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit
from models.deadline import Cause, MatterDeadline
from models.errors import Refused
from models.flow import Flow, Transition, transition
from models.matter import Matter
from models.now import now
from models.standard import SpanUnit
from models.unit import Unit
from models.user import Level, User


class Measure(Labelled):
    REMIND = "REMIND", "提示"
    SUPERVISE = "SUPERVISE", "督办"
    LIST = "LIST", "挂牌"
    SUMMON = "SUMMON", "约谈"
    ACCOUNT = "ACCOUNT", "问责"
    DISPATCH_TALK = "DISPATCH_TALK", "调度"
    CIRCULAR = "CIRCULAR", "通报"


RUNGS = (Measure.REMIND, Measure.SUPERVISE, Measure.LIST, Measure.SUMMON, Measure.ACCOUNT)


class Trigger(Labelled):
    DUE_SOON = "DUE_SOON", "即将到期"
    OVERDUE = "OVERDUE", "超期未办"
    RUNG_OVERDUE = "RUNG_OVERDUE", "督办期限再超"
    SIGN_OVERDUE = "SIGN_OVERDUE", "超期未签收"
    DISSATISFIED = "DISSATISFIED", "回访不满意"
    REWORKS = "REWORKS", "反复重办"
    RETURNS = "RETURNS", "反复退回"


class ThresholdUnit(Labelled):
    WORKDAY = "WORKDAY", "个工作日"
    HOUR = "HOUR", "小时"
    COUNT = "COUNT", "次"


class EscalationRule(db.Model):
    """When the machine proposes what; supervisors edit it. Rules propose, people issue."""

    __tablename__ = "escalation_rule"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("编号", 40, required=True, unique=True)
    label: Mapped[str] = c.text("规则", 60, required=True)
    trigger: Mapped[Trigger] = c.choice("触发", Trigger)
    matter_kind: Mapped[str | None] = c.text("事项种类", 20, help="不填适用于全部种类")
    threshold: Mapped[int] = c.whole("阈值", default=0)
    threshold_unit: Mapped[ThresholdUnit] = c.choice("阈值单位", ThresholdUnit, default=ThresholdUnit.WORKDAY)
    measure: Mapped[Measure] = c.choice("措施", Measure)
    rung: Mapped[int] = c.whole("级次", default=0, help="0 提示，1 督办，2 挂牌，3 约谈，4 问责")
    template_kind: Mapped[str | None] = c.text("文书种类", 40)
    limit_amount: Mapped[int | None] = c.whole("新时限")
    limit_unit: Mapped[SpanUnit | None] = c.choice("新时限单位", SpanUnit, required=False)
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    __table_args__ = (
        sa.CheckConstraint("rung BETWEEN 0 AND 4", name="rung_range"),
        sa.CheckConstraint("(limit_amount IS NULL) = (limit_unit IS NULL)", name="limit_whole"),
        sa.CheckConstraint("limit_amount IS NULL OR limit_amount BETWEEN 1 AND 400", name="limit_sane"),
        sa.CheckConstraint("threshold >= 0", name="threshold_not_negative"),
    )

    def __str__(self) -> str:
        return self.label


class ActionState(Labelled):
    DRAFT = "DRAFT", "待审定"
    DECLINED = "DECLINED", "不予采纳"
    ISSUED = "ISSUED", "已发出"
    ANSWERED = "ANSWERED", "已反馈"
    CLOSED = "CLOSED", "已销号"


S = ActionState
LIVE_ACTIONS = frozenset({S.DRAFT, S.ISSUED, S.ANSWERED})


def _issue_permission(action: "AccountabilityAction") -> str:
    return f"accountability:issue_{action.rung}"


def _in_order(action: "AccountabilityAction", by: User | None) -> str | None:
    if action.rung and action.rung != action.matter.ladder + 1:
        return f"同一事项逐级督办，现为第{action.matter.ladder}级，不能越级"
    if not action.matter.is_open:
        return "事项已办结，不再发出"
    return None


class AccountabilityAction(Flow, db.Model):
    """One measure against a unit over one missed deadline: proposed, decided, answered, struck off."""

    __tablename__ = "accountability_action"

    id: Mapped[int] = c.key()
    matter_id: Mapped[int] = c.ref("matter.id", "事项", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "责任单位", required=True)
    person: Mapped[str | None] = c.text("责任人", 30)
    measure: Mapped[Measure] = c.choice("措施", Measure)
    rung: Mapped[int] = c.whole("级次", default=0)
    state: Mapped[ActionState] = c.choice("状态", ActionState, default=ActionState.DRAFT)
    rule_id: Mapped[int | None] = c.ref("escalation_rule.id", "触发规则")
    occasion: Mapped[str] = c.text("事由键", 60, required=True, help="同一事由只提一次")
    missed_at: Mapped[datetime | None] = c.when("所超时限")
    grounds: Mapped[str] = c.long("事实依据", required=True)
    requirements: Mapped[str | None] = c.long("办理要求")
    limit_amount: Mapped[int | None] = c.whole("新时限")
    limit_unit: Mapped[SpanUnit | None] = c.choice("新时限单位", SpanUnit, required=False)
    new_due_at: Mapped[datetime | None] = c.when("督办时限")
    drafted_at: Mapped[datetime] = c.stamp("拟办时间")
    drafted_by_id: Mapped[int | None] = c.ref("user_account.id", "拟办人")
    decided_at: Mapped[datetime | None] = c.when("审定时间")
    decided_by_id: Mapped[int | None] = c.ref("user_account.id", "审定人")
    decline_reason: Mapped[str | None] = c.long("不予采纳理由")
    feedback: Mapped[str | None] = c.long("反馈情况")
    feedback_at: Mapped[datetime | None] = c.when("反馈时间")
    outcome: Mapped[str | None] = c.long("处理结果")
    closed_at: Mapped[datetime | None] = c.when("销号时间")
    version: Mapped[int] = c.whole("版本", default=1)

    matter: Mapped[Matter] = relationship(back_populates="actions")
    unit: Mapped[Unit] = relationship()
    rule: Mapped[EscalationRule | None] = relationship()
    drafted_by: Mapped[User | None] = relationship(foreign_keys=drafted_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.UniqueConstraint("matter_id", "occasion"),
        sa.Index("ix_accountability_action_state", "state", "rung", "id"),
        sa.Index(
            "uq_accountability_action_rung", "matter_id", "rung", unique=True,
            sqlite_where=sa.text("rung > 0 AND state IN ('ISSUED', 'ANSWERED', 'CLOSED')"),
            postgresql_where=sa.text("rung > 0 AND state IN ('ISSUED', 'ANSWERED', 'CLOSED')"),
        ),
        sa.CheckConstraint("rung BETWEEN 0 AND 4", name="rung_range"),
        sa.CheckConstraint("state <> 'DECLINED' OR decline_reason IS NOT NULL", name="declined_has_reason"),
        sa.CheckConstraint("state NOT IN ('ISSUED', 'DECLINED') OR decided_at IS NOT NULL", name="decided_has_time"),
        sa.CheckConstraint("state <> 'CLOSED' OR closed_at IS NOT NULL", name="closed_has_time"),
    )

    def reaches(self, by: User, level: Level, party: str | None) -> bool:
        """A unit sees what has been issued to it."""
        units = {by.unit_id} if level == Level.UNIT else by.group_units
        return level != Level.OWN and self.unit_id in units and self.state != S.DRAFT

    def note_step(self, step: Transition, by: User | None, before: Labelled, note: str) -> None:
        """On the matter's timeline, in red for a rung."""
        self.matter.log(f"action_{step.name}", f"{self.measure.label}·{step.label}", by=by, note=note, mark=step.mark)

    @transition(
        "发出", source={S.DRAFT}, target=S.ISSUED, permission=_issue_permission, when=_in_order, order=10, mark="act",
    )
    def issue(self, *, by: User | None, stated_due: datetime | None = None) -> None:
        """Climb one rung: the matter's ladder rises and a new deadline runs for the rung.

        `stated_due` is the deadline a hand-edited letter already states; it must still lie ahead.
        """
        self.decided_by, self.decided_at = by, now()
        if self.rung:
            self.matter.ladder = self.rung
        if self.limit_amount:
            row = self._rung_deadline(by, stated_due)
            self.matter.deadlines.append(row)
            self.new_due_at = row.due_at
            if self.rung:
                self.matter.ladder_due_at = row.due_at

    def _rung_deadline(self, by: User | None, stated_due: datetime | None) -> MatterDeadline:
        calendar = work_calendar()
        if stated_due is None:
            return MatterDeadline.reckon(calendar, self.limit, Cause.RUNG, by=by, note=self.measure.label)
        if stated_due <= now():
            raise Refused(f"正文所写时限 {stated_due:%Y-%m-%d %H:%M} 已过，请修改正文或重新生成")
        return MatterDeadline.fixed(calendar, stated_due, Cause.RUNG, by=by, note=self.measure.label)

    @property
    def limit(self) -> Limit | None:
        """The new time limit that starts when the measure is issued."""
        return Limit(self.limit_amount, LimitUnit[self.limit_unit]) if self.limit_amount else None

    @transition("不予采纳", source={S.DRAFT}, target=S.DECLINED, permission="accountability:decline", order=90)
    def decline(self, *, by: User, reason: Annotated[str, Ask("理由", long=True, bare=True)]) -> None:
        """A proposal turned down needs a reason; the same occasion is not proposed again."""
        self.decided_by, self.decided_at, self.decline_reason = by, now(), reason

    @transition("反馈", source={S.ISSUED}, target=S.ANSWERED, permission="accountability:feedback", order=10)
    def answer(
        self, *, by: User, feedback: Annotated[str, Ask("整改或办理情况", long=True, bare=True, files="督办反馈材料")]
    ) -> None:
        """The unit's answer to the letter; the rung ends only when the matter is done or it is struck off."""
        self.feedback, self.feedback_at = feedback, now()

    @transition(
        "销号", source={S.ISSUED, S.ANSWERED}, target=S.CLOSED, permission="accountability:close", order=20,
    )
    def close(self, *, by: User, outcome: Annotated[str, Ask("处理结果", long=True, bare=True)]) -> None:
        """Checked and struck off."""
        if self.rung and self.rung == self.matter.ladder and self.matter.is_open and not self.matter.answered_at:
            raise Refused("事项尚未答复，不能销号")
        self.outcome, self.closed_at = outcome, now()

    def strike_off(self) -> None:
        """The matter is closed: whatever is open ends with it (销号)."""
        if self.state == S.DRAFT:
            self.state, self.decided_at, self.decline_reason = S.DECLINED, now(), "事项已办结，拟办自动撤销"
        elif self.state in LIVE_ACTIONS:
            self.state, self.closed_at, self.outcome = S.CLOSED, now(), self.outcome or "事项办结，自动销号"

    def __str__(self) -> str:
        return f"{self.measure.label}·{self.matter.number}"


Matter.actions = relationship(AccountabilityAction, back_populates="matter", order_by=AccountabilityAction.id)
