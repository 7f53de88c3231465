"""Dispatch, signing, returning, more time, nudging (T4).

The clock runs from dispatch; signing is a sub-clock, so not signing gains nothing.
"""

from datetime import date
from typing import Annotated

from models.asks import Ask
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.deadline import Cause
from models.errors import Invalid, Refused
from models.flow import transition
from models.matter_unit import Part, PartState
from models.now import now
from models.nudging import nudging
from models.standard import ServiceStandard, Stage, find_standard
from models.ticket.fitting import term_of, unfit, usual_manner
from models.ticket.records import Extension
from models.ticket.states import (
    TRIAGE_STATES,
    UNIT_STATES,
    WORKING_STATES,
    Decision,
    Manner,
    ReturnGround,
    Term,
)
from models.ticket.states import TicketState as S
from models.unit import Unit
from models.user import User

CAN_BE_GIVEN = TRIAGE_STATES - {S.CONSULTING}


def _not_returned_twice(ticket: object, by: User) -> str | None:
    """After the second return only assigning by force ends the ping-pong (users.md idea 7)."""
    return "已被退回两次，由营商办指定承办单位" if ticket.returns >= 2 else None


def _returned_before(ticket: object, by: User) -> str | None:
    return None if ticket.returns else "没有被退回过，请直接派发"


def _may_return(ticket: object, by: User) -> str | None:
    part = ticket.part_of(by.unit_id)
    if part is None or part.forced:
        return "营商办指定承办，不能退回"
    standard = ticket.standard(Stage.RETURN)
    limit = standard.limit if standard else Limit(2, LimitUnit.WORKDAY)
    if now() > deadline(part.assigned_at, limit, work_calendar()).due_at:
        return f"派发已超过{limit.text}，不能退回"
    return None


def _may_extend(ticket: object, by: User) -> str | None:
    if ticket.pending(ticket.extension_rows):
        return "已有一份延期申请待审批"
    if not ticket.due_at or now().date() > work_calendar().add(ticket.due_at.date(), -1):
        return "延期须在到期1个工作日前申请"
    return None


def _pending_extension(ticket: object, by: User | None) -> str | None:
    return None if ticket.pending(ticket.extension_rows) else "没有待审批的延期申请"


def _may_co_sign(ticket: object, by: User) -> str | None:
    part = ticket.part_of(by.unit_id)
    return None if part and part.state == PartState.PENDING else "本单位已签收"


class Dispatching:
    """Verbs that give the ticket to units and move its deadline."""

    def _give(self, by: User, lead: Unit, co: list[Unit], manner: Manner | None = None, *, forced: bool = False) -> None:
        """To the units, each with its limit for signing; the clock is set by the caller."""
        self.release()
        db.session.flush()  # the old lead steps down before a new one steps up: the one-lead index looks row by row
        self.lapse("重新派发，申请自动失效")
        self.handler = None
        for unit, role in [(lead, Part.LEAD), *((unit, Part.CO) for unit in dict.fromkeys(co))]:
            part = self.assign(unit, role, forced=forced)
            standard = self.standard(Stage.SIGN)
            limit = standard.limit if standard else Limit(1, LimitUnit.WORKDAY)
            part.sign_due_at = deadline(now(), limit, work_calendar()).due_at
        self.manner, self.dispatched_at = manner or usual_manner(co), now()

    def _limit(self, by: User, term: Term | None, until: date | None, stretch: str) -> None:
        """Start the clock: the service standard, the longer one, or a day of its own (T4)."""
        about = {"by": by, "note": stretch[:200] or None}
        if term_of(term, until) == Term.CUSTOM:
            self.set_due(work_calendar().close(until), Cause.DISPATCH, start=now(), **about)
            return
        standard = self.hard_standard() if term == Term.HARD else self.standard(Stage.HANDLE)
        self.start_clock(standard.limit, Cause.DISPATCH, standard=standard, **about)

    def hard_standard(self) -> ServiceStandard | None:
        """The longer limit for what is complicated."""
        return find_standard("ticket-hard", Stage.HANDLE, self.category_id, self.channel)

    @transition(
        "派发", source=CAN_BE_GIVEN, target=S.DISPATCHED, permission="ticket:dispatch", when=_not_returned_twice, order=10, check=unfit,
        hint="从派发起计时，次日为第一天；签收早晚不影响时限",
    )
    def dispatch(
        self, *, by: User,
        manner: Annotated[Manner | None, Ask("办理方式", start=Manner.SINGLE)] = None,
        lead: Annotated[Unit, Ask("主办单位")],
        co: Annotated[list[Unit], Ask("协办单位")] = (),
        term: Annotated[Term | None, Ask("办理时限", start=Term.STANDARD)] = None,
        until: Annotated[date | None, Ask("截止日")] = None,
        stretch: Annotated[str, Ask("延长理由", limit=200, help="截止日晚于时限标准的须写明，营商办可见")] = "",
        note: Annotated[str, Ask("派发意见", long=True, bare=True, phrases=True, files="派发材料")] = "",
    ) -> None:
        """To a lead unit and co-units, in one of four manners, with the service standard's limit (T3, T4)."""
        self._give(by, lead, co, manner)
        self._limit(by, term, until, stretch)

    @transition(
        "指定承办", source=CAN_BE_GIVEN, target=S.DISPATCHED, permission="ticket:force_assign", when=_returned_before, order=15, mark="act",
        hint="指定后承办单位不得再退回", done="已指定承办单位", check=unfit,
    )
    def force_assign(
        self, *, by: User,
        lead: Annotated[Unit, Ask("主办单位")],
        reason: Annotated[str, Ask("指定理由", long=True)],
        co: Annotated[list[Unit], Ask("协办单位")] = (),
        term: Annotated[Term | None, Ask("办理时限", start=Term.STANDARD)] = None,
        until: Annotated[date | None, Ask("截止日")] = None,
        stretch: Annotated[str, Ask("延长理由", limit=200, help="截止日晚于时限标准的须写明")] = "",
    ) -> None:
        """The coordinator ends a ping-pong."""
        self._give(by, lead, co, forced=True)
        self._limit(by, term, until, stretch)

    @transition(
        "改派", source={S.DISPATCHED, S.ACCEPTED}, target=S.DISPATCHED, permission="ticket:reassign", order=180,
        hint="原承办单位不再看到本件，时限重新起算", check=unfit,
    )
    def reassign(
        self, *, by: User,
        lead: Annotated[Unit, Ask("主办单位")],
        reason: Annotated[str, Ask("改派理由", long=True)],
        co: Annotated[list[Unit], Ask("协办单位")] = (),
    ) -> None:
        """Given to the wrong unit."""
        self._give(by, lead, co)
        self._limit(by, None, None, "")

    @transition("签收", source={S.DISPATCHED}, target=S.ACCEPTED, permission="ticket:sign", party=Part.LEAD, order=10)
    def sign(self, *, by: User) -> None:
        """The lead unit takes over; the clock has been running since dispatch."""
        self.part_of(self.unit_id).sign(by)
        self.handler = by

    @transition(
        "协办签收", source=UNIT_STATES, permission="ticket:sign", party=Part.CO, when=_may_co_sign, order=11, done="协办已签收",
    )
    def co_sign(self, *, by: User) -> None:
        """A co-unit signs for its own part."""
        self.part_of(by.unit_id).sign(by)

    @transition(
        "退回", source={S.DISPATCHED, S.ACCEPTED}, target=S.RETURNED, permission="ticket:send_back", party=Part.LEAD,
        when=_may_return, order=90, hint="退回须有理由；第二次退回由营商办指定承办单位",
    )
    def send_back(
        self, *, by: User,
        ground: Annotated[ReturnGround, Ask("退回理由")],
        note: Annotated[str, Ask("说明", long=True, help="写明应由哪个单位承办及依据")],
    ) -> None:
        """Return to the sender with a ground; every part ends."""
        for part in self.parts:
            if part.active:
                part.leave(PartState.RETURNED if part.unit_id == by.unit_id else PartState.RELEASED)
        self.unit = None
        self.returns += 1

    @transition(
        "申请延期", source=WORKING_STATES - {S.DEFERRED}, permission="ticket:ask_extension", party=Part.LEAD, when=_may_extend, order=60,
        hint="须在到期1个工作日前申请；批准前原时限不变",
    )
    def ask_extension(
        self, *, by: User,
        until: Annotated[date, Ask("延至")],
        reason: Annotated[str, Ask("延期理由", long=True)],
    ) -> None:
        """Ask for more time, at most as long as the standard allows."""
        calendar = work_calendar()
        until_at = calendar.close(until)
        standard = self.standard(Stage.EXTENSION)
        most = deadline(self.due_at, standard.limit if standard else Limit(10, LimitUnit.WORKDAY), calendar).due_at
        if until_at.date() <= self.due_at.date():
            raise Invalid("until", f"应晚于原时限 {self.due_at:%Y-%m-%d}")
        if until_at.date() > most.date():
            raise Invalid("until", f"最多可延至 {most:%Y-%m-%d}")
        if not calendar.day(until).is_workday:
            raise Invalid("until", f"{until:%m月%d日}是休息日，可改为 {calendar.add(until, 1):%Y-%m-%d}")
        self.extension_rows.append(
            Extension(reason=reason, due_before=self.due_at, due_asked=until_at, asked_by=by, asked_at=now())
        )

    @transition(
        "审批延期", source=UNIT_STATES, permission="ticket:decide_extension", when=_pending_extension, order=12, done="已审批延期申请",
        hint="同意即改为申请的时限；不同意原时限不变",
    )
    def decide_extension(
        self, *, by: User,
        decision: Annotated[Decision, Ask("审批结果")],
        opinion: Annotated[str, Ask("审批意见", long=True)] = "",
    ) -> None:
        """Grant or refuse; only a grant moves the deadline."""
        row = self.pending(self.extension_rows)
        if row.asked_by_id == by.id:
            raise Refused("不能审批自己提出的延期申请")
        if decision == Decision.REFUSE and not opinion:
            raise Invalid("opinion", "不同意延期请写明理由")
        row.decide(decision, opinion, by)
        if decision == Decision.AGREE:
            self.extensions += 1
            self.set_due(row.due_asked, Cause.EXTENSION, start=self.started_at, by=by, note=row.reason[:200])

    nudge = nudging(UNIT_STATES, "ticket:nudge", order=150, hint="记入流程并计次")
