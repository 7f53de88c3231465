"""The ordinary way of a ticket: registered, given, signed, answered, reviewed, called back (T2–T8)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from models.ticket import Satisfaction
from models.ticket.states import GOOD, Decision, Resolution
from seeds.demo.desk import Case

Story = Iterator[datetime]


def registered(case: Case, **how: Any) -> Story:
    """Waiting to be triaged."""
    case.register(**how)
    yield case.soon()
    case.attach("企业情况说明（盖章）.pdf", "登记材料", case.ticket.created_by)


def given(case: Case, **how: Any) -> Story:
    """On a unit's desk, not signed for."""
    case.register(**how)
    yield case.soon()
    case.dispatch()


def signed(case: Case, hours: bool = True, **how: Any) -> Story:
    """In hand; co-units sign as well."""
    yield from given(case, **how)
    yield case.later() if hours else case.soon()
    case.do(case.clerk, "sign")
    for unit in case.ticket.co_units:
        case.do(case.desk.clerk(unit), "co_sign")


def working(case: Case, progress: bool = True, files: bool = False, **how: Any) -> Story:
    """In hand with some progress on record; co-units answer."""
    yield from signed(case, **how)
    yield case.later()
    for unit in case.ticket.co_units:
        case.do(case.desk.clerk(unit), "co_reply", opinion=case.say("co_reply"))
    if files:
        case.attach("现场照片.png", "办理材料", case.clerk)
        case.attach("办理情况明细.xlsx", "办理材料", case.clerk)
    if progress:
        case.do(case.clerk, "report_progress", progress=case.demand.progress)


def reply(case: Case, resolution: Resolution = Resolution.SOLVED) -> None:
    """The unit's answer goes to its head."""
    gain = case.demand.gain if resolution == Resolution.SOLVED else None
    case.do(case.clerk, "reply", process=case.demand.progress, result=case.demand.result, resolution=resolution, gain=gain)


def review(case: Case) -> None:
    """The head agrees: the answer is out."""
    case.do(case.head, "review", decision=Decision.AGREE, opinion=case.say("review"))


def call(case: Case, level: Satisfaction, solved: bool = True) -> None:
    """Somebody else than the handling unit asks the enterprise."""
    comment = case.say("pleased" if level in GOOD else "displeased")
    case.do(case.intake, "callback", reached=True, solved=solved, satisfaction=level, comment=comment)


def answered(case: Case, days: int = 2, resolution: Resolution = Resolution.SOLVED, **how: Any) -> Story:
    """Up to the head's review; waiting to be called back."""
    yield from working(case, **how)
    yield case.later(days)
    reply(case, resolution)
    yield case.later()
    review(case)


def solved(case: Case, level: Satisfaction = Satisfaction.SATISFIED, **how: Any) -> Story:
    """Closed after one round."""
    yield from answered(case, **how)
    yield case.later(1)
    call(case, level)


def reworked(case: Case, level: Satisfaction = Satisfaction.NOT, rounds: int = 1, finish: bool = True, **how: Any) -> Story:
    """Not solved or not satisfied: done again, the number stays (T8)."""
    yield from answered(case, **how)
    for turn in range(rounds):
        yield case.later(1)
        call(case, level, solved=False)
        if turn + 1 < rounds or finish:
            yield case.later(1)
            reply(case)
            yield case.later()
            review(case)
    if finish:
        yield case.later(1)
        call(case, Satisfaction.BASIC)


def on_spot(case: Case, finish: bool = True, level: Satisfaction = Satisfaction.VERY, **how: Any) -> Story:
    """Settled at the window; called back by the other clerk (T3, T10)."""
    case.register(**how)
    yield case.soon()
    case.do(case.intake, "resolve_on_spot", result=case.say("on_spot"))
    if finish:
        yield case.later(1)
        case.do(case.other_intake, "callback", reached=True, solved=True, satisfaction=level, comment=case.say("pleased"))


def replied(case: Case, refuse: bool = False, **how: Any) -> Story:
    """Waiting for the head's review; once sent back by the head before."""
    yield from working(case, **how)
    yield case.later()
    reply(case, Resolution.EXPLAINED)
    if refuse:
        yield case.later()
        case.do(case.head, "review", decision=Decision.REFUSE, opinion=case.say("review_refuse"))
        yield case.later()
        reply(case, Resolution.EXPLAINED)


def unreached(case: Case, calls: int, close: bool, **how: Any) -> Story:
    """Nobody answers the phone; unreachable is not satisfied."""
    yield from answered(case, **how)
    for _ in range(calls):
        yield case.later(1)
        case.do(case.intake, "callback", reached=False, comment=case.say("unreached"))
    if close:
        yield case.later()
        case.do(case.intake, "close_unreached", note="多次联系未通，办理材料齐全。")


def unsigned(case: Case, **how: Any) -> Story:
    """Nobody signs: the sweep deems it signed; answered all the same."""
    yield from given(case, **how)
    yield case.later(3)
    reply(case)
    yield case.later()
    review(case)
    yield case.later(1)
    call(case, Satisfaction.BASIC)
