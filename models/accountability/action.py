"""One measure over one missed deadline: proposed, decided, answered, struck off (A1, A3, A8)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.accountability.conditions import may_be_taken_back, recused, with_letter
from models.accountability.grounds import todays
from models.accountability.rule import RUNG_OF_MEASURE, EscalationRule, Measure
from models.accountability.states import IN_FORCE, LIVE_ACTIONS, ActionState, S
from models.asks import Ask
from models.base import Labelled, db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.deadline import Cause, MatterDeadline
from models.errors import Refused
from models.flow import Flow, Transition, transition
from models.matter import Matter
from models.now import now
from models.standard import SpanUnit
from models.unit import Unit
from models.user import Level, User
from models.wording import chinese_time

if TYPE_CHECKING:
    from models.notice import Notice


def _issue_permission(action: "AccountabilityAction") -> str:
    return f"accountability:issue_{action.rung}"


class AccountabilityAction(Flow, db.Model):
    """One measure against a unit over one missed deadline: proposed, decided, answered, struck off."""

    __tablename__ = "accountability_action"

    id: Mapped[int] = c.key()
    matter_id: Mapped[int] = c.ref("matter.id", "事项", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "责任单位", required=True)
    person: Mapped[str | None] = c.text("责任人", 30)
    measure: Mapped[Measure] = c.choice("措施", Measure)
    rung: Mapped[int] = c.whole("级次", default=0)
    state: Mapped[ActionState] = c.choice("状态", ActionState, default=S.DRAFT)
    rule_id: Mapped[int | None] = c.ref("escalation_rule.id", "触发规则")
    occasion: Mapped[str] = c.text("事由键", 60, required=True, help="同一事由只提一次")
    missed_at: Mapped[datetime | None] = c.when("所超时限")
    grounds: Mapped[str] = c.long("事实依据", required=True, help="未手工修改的，签发当日按当时情况重新表述")
    proposed_grounds: Mapped[str | None] = c.long("拟办时的事实依据")
    amended: Mapped[bool] = c.flag("事实依据已手工修改")
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
    notices: Mapped[list["Notice"]] = relationship(back_populates="action", order_by="Notice.id")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.UniqueConstraint("matter_id", "occasion"),
        sa.Index("ix_accountability_action_state", "state", "rung", "id"),
        sa.Index(
            "uq_accountability_action_rung", "matter_id", "unit_id", "rung", unique=True,
            sqlite_where=sa.text("rung > 0 AND state IN ('ISSUED', 'ANSWERED', 'CLOSED')"),
            postgresql_where=sa.text("rung > 0 AND state IN ('ISSUED', 'ANSWERED', 'CLOSED')"),
        ),
        sa.Index(
            "uq_accountability_action_open", "matter_id", "rung", "unit_id", unique=True,
            sqlite_where=sa.text("state = 'DRAFT' AND rule_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'DRAFT' AND rule_id IS NOT NULL"),
        ),
        sa.CheckConstraint(RUNG_OF_MEASURE, name="rung_of_measure"),
        sa.CheckConstraint("rung = 0 OR limit_amount IS NOT NULL", name="rung_has_limit"),
        sa.CheckConstraint("(limit_amount IS NULL) = (limit_unit IS NULL)", name="limit_whole"),
        sa.CheckConstraint("state <> 'DECLINED' OR decline_reason IS NOT NULL", name="declined_has_reason"),
        sa.CheckConstraint("state = 'DRAFT' OR decided_at IS NOT NULL", name="decided_has_time"),
        sa.CheckConstraint("state <> 'CLOSED' OR closed_at IS NOT NULL", name="closed_has_time"),
    )

    @property
    def notice(self) -> "Notice | None":
        """The letter that carries the measure; a void one does not count."""
        return next((letter for letter in reversed(self.notices) if not letter.is_void), None)

    @property
    def in_force(self) -> bool:
        """It has gone out, whether or not it was answered or struck off since."""
        return self.state in IN_FORCE

    @property
    def is_over(self) -> bool:
        """Turned down, struck off or withdrawn."""
        return self.state not in LIVE_ACTIONS

    @property
    def limit(self) -> Limit | None:
        """The new time limit that starts when the measure is issued."""
        return Limit(self.limit_amount, LimitUnit[self.limit_unit]) if self.limit_amount else None

    def held(self) -> list[Any]:
        """The matter is locked first: issuing changes its ladder, closing it changes the measure."""
        return [self.matter, self]

    def reaches(self, by: User, level: Level, party: str | None) -> bool:
        """A unit sees what has been issued to it, also when it was withdrawn since."""
        units = {by.unit_id} if level == Level.UNIT else by.group_units
        return level != Level.OWN and self.unit_id in units and (self.in_force or self.state == S.WITHDRAWN)

    @property
    def grounds_now(self) -> str:
        """The facts the letter would state if it went out now."""
        return todays(self)

    def note_step(self, step: Transition, by: User | None, before: Labelled, note: str) -> None:
        """On the matter's timeline, in red for a rung."""
        self.matter.log(f"action_{step.name}", f"{self.measure.label}·{step.label}", by=by, note=note, mark=step.mark)

    @transition(
        "发出", source={S.DRAFT}, target=S.ISSUED, permission=_issue_permission, when=with_letter, order=10, mark="act",
    )
    def issue(self, *, by: User | None, stated_due: datetime | None = None) -> None:
        """Climb one rung: the matter's ladder rises and a new deadline runs for the rung.

        `stated_due` is the deadline a hand-edited letter already states; it must still lie ahead.
        """
        if stated_due is not None and stated_due <= now():
            raise Refused(f"正文所写时限{chinese_time(stated_due)}已过，请修改正文和时限，或重新生成")
        self._word_anew()
        self.decided_by, self.decided_at = by, now()
        if self.rung:
            row = self._rung_deadline(by, stated_due)
            self.matter.climb(self.rung, row)
            self.new_due_at = row.due_at
        elif self.limit:
            self.new_due_at = stated_due or deadline(now(), self.limit, work_calendar()).due_at

    def _word_anew(self) -> None:
        """The letter states the facts of its own day; those of the proposal stay on record."""
        worded = self.grounds_now
        if worded != self.grounds:
            self.proposed_grounds, self.grounds = self.grounds, worded

    def _rung_deadline(self, by: User | None, stated_due: datetime | None) -> MatterDeadline:
        about = {"by": by, "note": self.measure.label}
        if stated_due is None:
            return MatterDeadline.reckon(work_calendar(), self.limit, Cause.RUNG, **about)
        return MatterDeadline.fixed(work_calendar(), stated_due, Cause.RUNG, **about)

    @transition(
        "修改拟办", source={S.DRAFT}, permission="accountability:draft", when=recused, order=50,
        hint="未手工改动的文书按此重新生成；事实依据改动后，签发时不再按当日情况重新表述",
    )
    def amend(
        self, *, by: User,
        grounds: Annotated[str, Ask("事实依据", long=True, secret=True)],
        requirements: Annotated[str, Ask("办理要求", long=True, secret=True)] = "",
        person: Annotated[str, Ask("责任人", limit=30, help="姓名和职务；不填写作有关责任人员")] = "",
    ) -> None:
        """The facts, what is demanded, and of whom (A8)."""
        if grounds != self.grounds_now:
            self.proposed_grounds = self.proposed_grounds or self.grounds
            self.grounds, self.amended = grounds, True
        self.requirements, self.person = requirements or None, person or None

    @transition(
        "不予采纳", done="已作出不予采纳的决定", source={S.DRAFT}, target=S.DECLINED, permission="accountability:decline", when=recused,
        order=90,
    )
    def decline(self, *, by: User, reason: Annotated[str, Ask("理由", long=True, bare=True)]) -> None:
        """A proposal turned down needs a reason; the same occasion is not proposed again. Its draft letter is void."""
        self.decided_by, self.decided_at, self.decline_reason = by, now(), reason
        self._end_letters(f"拟办不予采纳：{reason}")

    @transition("反馈", source={S.ISSUED}, target=S.ANSWERED, permission="accountability:feedback", order=10)
    def answer(
        self, *, by: User, feedback: Annotated[str, Ask("整改或办理情况", long=True, bare=True, files="督办反馈材料")]
    ) -> None:
        """The unit's answer to the letter; the rung ends only when the matter is done or it is struck off."""
        self.feedback, self.feedback_at = feedback, now()
        if self.notice is not None:
            self.notice.take_answer(feedback)

    def take_answer(self, feedback: str) -> None:
        """The unit answered on the letter, which is this measure's: one act, one answer."""
        if self.state == S.ISSUED:
            self.state, self.feedback, self.feedback_at = S.ANSWERED, feedback, now()

    @transition(
        "销号", source={S.ISSUED, S.ANSWERED}, target=S.CLOSED, permission="accountability:close", when=recused, order=20,
    )
    def close(self, *, by: User, outcome: Annotated[str, Ask("处理结果", long=True, bare=True)]) -> None:
        """Checked and struck off, and its letter with it."""
        if self.rung and self.rung == self.matter.ladder and self.matter.is_open and not self.matter.answered_at:
            raise Refused(f"事项尚未{self.matter.ANSWER}，不能销号")
        self.outcome, self.closed_at = outcome, now()
        self._end_letters("措施已销号")

    @transition(
        "撤销措施", source={S.ISSUED, S.ANSWERED}, target=S.WITHDRAWN, permission=_issue_permission, when=may_be_taken_back, order=190,
        hint="措施不应作出时使用：所发文书作废，文号不再使用，级次和时限退回上一级；同一事由不再提出",
    )
    def revoke(self, *, by: User, reason: Annotated[str, Ask("撤销理由", long=True, bare=True)]) -> None:
        """It should not have gone out: its letter is void, rung and clock are again those before it."""
        self.outcome, self.closed_at = f"撤销：{reason}", now()
        self.state = S.WITHDRAWN
        for letter in self.notices:
            letter.annul(f"措施撤销：{reason}")
        if self.rung:
            self.matter.step_back()

    def reopen(self) -> None:
        """Its letter was void after issue: it waits for a decision again, and rung and clock go back with it."""
        self.state, self.decided_at, self.decided_by = S.DRAFT, None, None
        self.feedback, self.feedback_at = None, None
        if not self.amended and self.proposed_grounds:
            self.grounds, self.proposed_grounds = self.proposed_grounds, None
        if self.rung:
            self.matter.step_back()

    def withdraw_proposal(self, why: str) -> None:
        """A proposal the ladder has moved away from."""
        if self.state == S.DRAFT:
            self.strike_off(why)

    def strike_off(self, why: str) -> None:
        """The matter is closed or somebody else's: whatever is open ends with it (销号)."""
        if self.state == S.DRAFT:
            self.state, self.decided_at, self.decline_reason = S.DECLINED, now(), f"{why}，拟办自动撤销"
            if self.rung:  # nobody has turned it down: should it be due again, it is proposed again
                self.occasion = f"{self.occasion}~{self.id}"
        elif self.state in LIVE_ACTIONS:
            self.state, self.closed_at, self.outcome = S.CLOSED, now(), self.outcome or f"{why}，自动销号"
        else:
            return
        self._end_letters(why)

    def _end_letters(self, why: str) -> None:
        for letter in self.notices:
            letter.strike_off(why)

    def __str__(self) -> str:
        return f"{self.measure.label}·{self.matter.number}"
