"""Calling the enterprise back, and what follows: closed or done again (T8); a sample is called a second time."""

import hashlib
from datetime import datetime
from typing import Annotated

from models.asks import Ask
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit
from models.deadline import Cause
from models.errors import Invalid
from models.flow import transition
from models.matter_unit import PartState
from models.now import now
from models.setting import setting
from models.standard import Stage
from models.ticket.records import Callback
from models.ticket.states import GOOD, CallWay, Resolution, Satisfaction
from models.ticket.states import TicketState as S
from models.user import User

Reached = Annotated[bool, Ask("联系结果", yes="联系上", no="未联系上")]
Way = Annotated[CallWay, Ask("联系方式")]
CalledAt = Annotated[datetime | None, Ask("联系时间", help="实际联系的时间，当日或次一工作日内登记")]
Solved = Annotated[bool | None, Ask("是否解决", yes="已解决", no="未解决", help="联系上时必填")]
Satisfied = Annotated[Satisfaction, Ask("满意度", help="联系上时必填")]


def _independent(ticket: object, by: User) -> str | None:
    """The handling side cannot record its own satisfaction (users.md idea 10)."""
    if ticket.part_of(by.unit_id):
        return "承办单位不能回访自己办理的诉求"
    if ticket.resolution == Resolution.ON_SPOT and ticket.handler_id == by.id:
        return "当场解决的诉求由他人回访"
    return None


def _tried_enough(ticket: object, by: User) -> str | None:
    """So many calls of this round, spread over so many working days (settings); what is missing is named."""
    calls = [call for call in ticket.callbacks if call.round == ticket.reworks + 1 and not call.reached]
    days = {call.at.date() for call in calls if work_calendar().is_workday(call.at.date())}
    needed, spread = int(setting("callback_attempts")), int(setting("callback_days"))
    missing = [f"{n}{words}" for n, words in ((needed - len(calls), "次"), (spread - len(days), "个不同的工作日")) if n > 0]
    if not missing:
        return None
    return f"本轮已联系{len(calls)}次、分布在{len(days)}个工作日；须满{needed}次、分布在{spread}个工作日，还差{'、'.join(missing)}"


def _second_voice(ticket: object, by: User) -> str | None:
    """A second call, once a round, by somebody else than the first (users.md idea 10)."""
    calls = [call for call in ticket.callbacks if call.round == ticket.reworks + 1]
    if not calls:
        return "没有回访过，不作二次回访"
    if any(call.second and call.reached for call in calls):
        return "本轮已作过二次回访"
    if any(call.by_id == by.id and not call.second for call in calls):
        return "二次回访由初次回访以外的人员进行"
    return _independent(ticket, by)


def drawn(number: str, round: int, at: datetime) -> bool:
    """Whether a called-back round falls into the sample: the same answer whoever asks, known to nobody before the call."""
    digest = hashlib.sha256(f"{number}|{round}|{at.isoformat()}".encode()).hexdigest()
    return int(digest, 16) % 100 < int(setting("callback_sample_percent"))


class Calling:
    """Call-back, rework rounds, closing, correcting a closed record."""

    def needs_persons(self, by: User) -> bool:
        """Who may call a second time needs the number, of this demand and for as long as the call is open."""
        return self.state == S.CLOSED and self.permits(by, "ticket:second_call") and _second_voice(self, by) is None

    @transition(
        "回访", source={S.APPROVED}, target={S.APPROVED, S.CLOSED, S.REWORK, S.REGISTERED}, permission="ticket:callback",
        when=_independent, order=10, hint="解决且满意即办结；未解决或不满意转重办，编号不变，重新计时",
    )
    def callback(
        self, *, by: User,
        reached: Reached, way: Way = CallWay.PHONE, at: CalledAt = None, solved: Solved = None, satisfaction: Satisfied = None,
        comment: Annotated[str, Ask("企业意见", long=True, phrases=True, help="未联系上的写明情况，如无人接听、关机")] = "",
    ) -> S:
        """Solved? How satisfied, of five levels? Unreachable is not satisfied (T8)."""
        call = self._note(Callback(by=by, reached=reached, way=way, solved=solved, satisfaction=satisfaction, comment=comment), at)
        if not reached:
            return S.APPROVED
        self.satisfaction = satisfaction
        if solved and satisfaction in GOOD:
            self.finish()
            self.second_call_at = self.closed_at if drawn(self.number, call.round, call.at) else None
            return S.CLOSED
        return self._again(by)

    @transition(
        "二次回访", source={S.CLOSED}, target={S.CLOSED, S.REWORK, S.REGISTERED}, permission="ticket:second_call", when=_second_voice,
        order=30, hint="复核初次回访：情况属实的仍为办结；企业说未解决或不满意的转重办，编号不变，重新计时", done="已作二次回访",
    )
    def second_call(
        self, *, by: User,
        reached: Reached, way: Way = CallWay.PHONE, at: CalledAt = None, solved: Solved = None, satisfaction: Satisfied = None,
        comment: Annotated[str, Ask("企业意见", long=True, phrases=True, help="与初次回访不一致的写明情况")] = "",
    ) -> S:
        """Somebody else asks the enterprise again; what it says now counts (users.md idea 10)."""
        self._note(Callback(by=by, reached=reached, way=way, solved=solved, satisfaction=satisfaction, comment=comment, second=True), at)
        if not reached:
            return S.CLOSED
        self.second_call_at, self.satisfaction = None, satisfaction
        if solved and satisfaction in GOOD:
            return S.CLOSED
        self.closed_at = None
        return self._again(by)

    def _note(self, call: Callback, at: datetime | None) -> Callback:
        """Keep a call of this round; one that reached nobody says nothing."""
        if call.reached and call.solved is None:
            raise Invalid("solved", "联系上企业的，请选择是否解决")
        if call.reached and call.satisfaction is None:
            raise Invalid("satisfaction", "联系上企业的，请选择满意度")
        if not call.reached:
            call.solved = call.satisfaction = None
        call.round, call.at = self.reworks + 1, self._called_at(at)
        self.callbacks.append(call)
        return call

    def _called_at(self, at: datetime | None) -> datetime:
        """When the call was made: after the answer went out, not ahead, entered by the next working day."""
        at = at or now()
        if at > now():
            raise Invalid("at", "联系时间不能晚于现在")
        if self.answered_at and at < self.answered_at.replace(second=0, microsecond=0):
            raise Invalid("at", f"回访在答复（{self.answered_at:%Y-%m-%d %H:%M}）之后进行，请核对联系时间")
        if work_calendar().working_days_between(at, now()) > 1:
            raise Invalid("at", "联系当日或次一工作日内登记；更早的联系不再补记，请重新联系企业")
        return at

    def _again(self, by: User) -> S:
        """A new round with a new clock; settled on the spot before, it goes back to triage."""
        self.reworks += 1
        self.resolution = None
        if self.unit is None:
            self.answered_at = None
            return S.REGISTERED
        standard = self.standard(Stage.REWORK)
        limit = standard.limit if standard else Limit(3, LimitUnit.WORKDAY)
        self.start_clock(limit, Cause.REWORK, standard=standard, by=by)
        for part in self.parts:
            if part.active and part.state == PartState.REPLIED:
                part.resume()
        return S.REWORK

    @transition(
        "联系不上办结", source={S.APPROVED}, target=S.CLOSED, permission="ticket:close", when=_tried_enough, order=20,
        hint="满意度记为未评价，不算满意", done="已按联系不上办结",
    )
    def close_unreached(self, *, by: User, note: Annotated[str, Ask("说明", long=True, bare=True)]) -> None:
        """The enterprise cannot be reached; it never counts as satisfied."""
        self.satisfaction = None
        self.finish()

    @transition("更正", source={S.CLOSED, S.EXEMPTED}, permission="ticket:correct", order=230, hint="办结件已锁定，更正留痕")
    def correct(
        self, *, by: User,
        result: Annotated[str, Ask("更正后的办理结果", long=True)],
        reason: Annotated[str, Ask("更正理由", long=True)],
    ) -> None:
        """A closed record is locked; a correction says why."""
        self.result = result
