"""Working on a ticket inside the unit: progress, reply, the co-units' opinions, the head's review (T5)."""

from decimal import Decimal
from typing import Annotated

from models.asks import Ask
from models.deadline import Cause
from models.errors import Invalid
from models.flow import transition
from models.matter_unit import Part, PartState
from models.now import now
from models.supplementing import supplementing
from models.ticket.records import Outcome
from models.ticket.states import OPEN_STATES, WORKING_STATES, Answer, Decision, Resolution
from models.ticket.states import TicketState as S
from models.user import User

MONEY = "资金"  # the kind of outcome a reply records


def _may_co_reply(ticket: object, by: User) -> str | None:
    part = ticket.part_of(by.unit_id)
    if part is None or part.state == PartState.PENDING:
        return "请先签收"
    return "本单位已反馈" if part.state == PartState.REPLIED else None


class Handling:
    """Process, result, materials; nothing goes out before the head has reviewed it."""

    @property
    def working_state(self) -> S:
        """Where a refused request puts the ticket back: the promise, the rework or the first round."""
        if self.deadline and self.deadline.cause == Cause.COMMITMENT:
            return S.DEFERRED
        return S.REWORK if self.reworks else S.ACCEPTED

    supplement = supplementing(OPEN_STATES)

    @transition("报进展", source=WORKING_STATES, permission="ticket:progress", party=Part.LEAD, order=40)
    def report_progress(
        self, *, by: User,
        progress: Annotated[str, Ask("办理进展", long=True, bare=True, phrases=True, files="办理材料")],
    ) -> None:
        """What has been done so far."""
        self.progress, self.handler = progress, by

    @transition(
        "反馈办理结果", source=WORKING_STATES, target=S.REPLIED, permission="ticket:reply", party=Part.LEAD, order=10,
        hint="送本单位负责人审核把关，审核通过才算答复",
    )
    def reply(
        self, *, by: User,
        process: Annotated[str, Ask("办理过程", long=True)],
        result: Annotated[str, Ask("办理结果", long=True, phrases=True, files="办理材料")],
        resolution: Annotated[Answer, Ask("办结方式")] = Answer.SOLVED,
        gain: Annotated[Decimal | None, Ask("成效（万元）", help="本件累计退还、贷款、补贴等金额，没有不填")] = None,
    ) -> None:
        """Process, result, materials (T5, T16)."""
        if gain is not None and gain < 0:
            raise Invalid("gain", "成效金额不能为负")
        self.progress, self.result, self.resolution, self.handler = process, result, Resolution[resolution], by
        self._record_gain(gain)
        part = self.part_of(self.unit_id)
        part.state, part.replied_at, part.reply = PartState.REPLIED, now(), result

    def _record_gain(self, gain: Decimal | None) -> None:
        """One figure per ticket: a second reply replaces it, or the sums of T16 would count it twice."""
        row = next((row for row in self.outcomes if row.kind == MONEY), None)
        if gain and row is None:
            self.outcomes.append(Outcome(kind=MONEY, amount=gain, unit=self.unit, note=self.title))
        elif row is not None:
            row.amount, row.unit = gain or 0, self.unit

    @transition(
        "审核", source={S.REPLIED}, target={S.APPROVED, S.ACCEPTED, S.REWORK, S.DEFERRED}, permission="ticket:review",
        party=Part.LEAD, order=10, hint="同意即答复企业，办理时限到此为止，转回访；不同意退经办人重新办理",
    )
    def review(
        self, *, by: User,
        decision: Annotated[Decision, Ask("审核结果")],
        opinion: Annotated[str, Ask("审核意见", long=True, bare=True, phrases=True)] = "",
    ) -> S:
        """The head's check before the answer goes out. Y 三(一)3"""
        if decision == Decision.AGREE:
            self.lapse("已答复，申请自动失效")
            self.stop_clock()
            return S.APPROVED
        if not opinion:
            raise Invalid("opinion", "不同意请写明修改意见")
        self.part_of(self.unit_id).resume()
        return self.working_state

    @transition(
        "协办反馈", source=WORKING_STATES | {S.DISPATCHED, S.REPLIED}, permission="ticket:reply", party=Part.CO,
        when=_may_co_reply, order=20, done="已反馈协办意见", hint="由主办单位汇总后统一答复",
    )
    def co_reply(
        self, *, by: User, opinion: Annotated[str, Ask("协办意见", long=True, bare=True, files="办理材料")]
    ) -> None:
        """A co-unit's part; the lead unit answers as a whole."""
        part = self.part_of(by.unit_id)
        part.state, part.replied_at, part.reply = PartState.REPLIED, now(), opinion
