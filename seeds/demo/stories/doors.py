"""The side doors: consultation, reporting up, returns, extensions, not accepted, promised, withdrawn, merged (T3–T7, T12)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from models import Unit
from models.ticket.states import Decision, ExemptGround, Organ, ReturnGround, Satisfaction, Tendency
from seeds.demo.desk import Case
from seeds.demo.stories import paths

Story = Iterator[datetime]


def consulting(case: Case, conclude: bool = False, **how: Any) -> Story:
    """Several units confer before one is made responsible."""
    case.register(**how)
    yield case.soon()
    units = [case.desk.unit(code) for code in dict.fromkeys((case.demand.lead, *case.demand.co, "sifa"))]
    chair = case.one("tongchou")
    case.do(chair, "consult", units=units, topic=case.say("consult"), meeting="区政务服务中心二楼会议室")
    if conclude:
        yield case.later(1)
        case.do(chair, "conclude", conclusion=case.say("conclude", unit=units[0]))
        yield case.later()
        case.dispatch()
        yield from _on(case)


def _on(case: Case, days: int = 2, level: Satisfaction = Satisfaction.SATISFIED) -> Story:
    """From dispatch to the end."""
    yield case.later()
    case.do(case.clerk, "sign")
    yield case.later(days)
    paths.reply(case)
    yield case.later()
    paths.review(case)
    yield case.later(1)
    paths.call(case, level)


def reported_up(case: Case, answer: bool = False, **how: Any) -> Story:
    """To the district leadership (J 四(一)); the leader's written answer."""
    case.register(**how)
    yield case.soon()
    case.do(case.one("tongchou"), "report_up", question=case.say("report_up"))
    if answer:
        yield case.later(1)
        case.do(case.one("lingdao"), "instruct", instruction=case.say("instruct", unit=case.desk.unit(case.demand.lead)))
        yield case.later()
        case.dispatch()
        yield from _on(case)


def district(case: Case, **how: Any) -> Story:
    """Concerns the whole district (Y 三(一)2)."""
    case.register(**how)
    yield case.soon()
    case.do(case.intake, "refer_district", reason=case.say("district"))


def _wrong(case: Case) -> list[Unit]:
    """Units the demand does not belong to."""
    lead = case.desk.unit(case.demand.lead)
    return [unit for unit in map(case.desk.unit, ("gongxin", "shichang", "caizheng")) if unit is not lead]


def returned(case: Case, times: int = 1, force: bool = False, **how: Any) -> Story:
    """Sent back once or twice; after the second time the coordinator assigns."""
    case.register(**how)
    for unit in _wrong(case)[:times]:
        yield case.soon()
        case.do(case.one("tongchou"), "dispatch", lead=unit, note=case.say("dispatch"))
        yield case.later()
        ground = case.rng.choice((ReturnGround.NOT_OURS, ReturnGround.WRONG_PLACE))
        case.do(case.clerk, "send_back", ground=ground, note=case.say("returned"))
    if force:
        yield case.later()
        lead = case.desk.unit(case.demand.lead)
        case.do(case.one("tongchou"), "force_assign", lead=lead, reason=case.say("forced", unit=lead))
        yield from _on(case)


def forced(case: Case, **how: Any) -> Story:
    """Assigned by force, on the desk of a unit that may not return it."""
    yield from returned(case, times=2, **how)
    yield case.soon()
    lead = case.desk.unit(case.demand.lead)
    case.do(case.one("tongchou"), "force_assign", lead=lead, reason=case.say("forced", unit=lead))


def extension(case: Case, decision: Decision | None, finish: bool = False, **how: Any) -> Story:
    """More time asked by the head; pending, granted or refused by the coordinator."""
    yield from paths.working(case, **how)
    yield case.soon()
    until = case.desk.calendar.add(case.ticket.due_at.date(), 5)
    case.do(case.head, "ask_extension", until=until, reason=case.say("extension"))
    if decision:
        yield case.later()
        said = "extension_grant" if decision == Decision.AGREE else "extension_refuse"
        case.do(case.one("tongchou"), "decide_extension", decision=decision, opinion=case.say(said))
    if finish:
        yield case.later(2)
        paths.reply(case)
        yield case.later()
        paths.review(case)
        yield case.later(1)
        paths.call(case, Satisfaction.SATISFIED)


def exemption(case: Case, decision: Decision | None, **how: Any) -> Story:
    """Not accepted: ground, evidence, checked by somebody else. M 二(七)2(2)②"""
    yield from paths.signed(case, **how)
    yield case.later()
    place = case.rng.randint(0, 1)
    ground = (ExemptGround.OTHER_PROCEDURE, ExemptGround.UNTRUE)[place]
    name = ("仲裁受理通知书.pdf", "现场核查记录.pdf")[place]
    case.attach(name, "证明材料", case.clerk)
    case.do(case.clerk, "exempt_ask", ground=ground, explanation=case.say("exempt"), evidence=name)
    if decision:
        yield case.later()
        said = "exempt_agree" if decision == Decision.AGREE else "exempt_refuse"
        case.do(case.one("tongchou"), "check_exemption", decision=decision, opinion=case.say(said))


def promise(case: Case, sign: bool, days: int = 20, keep: bool = False, **how: Any) -> Story:
    """Cannot be solved now; the enterprise agrees to a date, the head signs. M 二(七)2(2)④⑦"""
    yield from paths.working(case, **how)
    yield case.later()
    case.attach("企业认可承诺回执.pdf", "企业认可材料", case.clerk)
    promised = case.desk.calendar.add(case.desk.calendar.local_day(case.ticket.due_at), days)
    words = {name: case.say(name) for name in ("measures", "plan", "steps", "consent")}
    case.do(case.clerk, "defer", promised=promised, **words)
    if sign:
        yield case.later()
        case.do(case.head, "approve_deferral", decision=Decision.AGREE, opinion="情况属实，同意按承诺时限办理。")
    if keep:
        yield case.later(3)
        paths.reply(case)
        yield case.later()
        paths.review(case)
        yield case.later(1)
        paths.call(case, Satisfaction.SATISFIED)


def transferred(case: Case, organ: Organ, **how: Any) -> Story:
    """To discipline or the law organs; ends here."""
    case.register(**how)
    yield case.later()
    case.do(case.one("tongchou"), "transfer", organ=organ, reason="诉求涉及的问题属该机关职权，依规移交。")


def withdrawn(case: Case, **how: Any) -> Story:
    """The enterprise takes it back."""
    yield from paths.signed(case, **how)
    yield case.later(1)
    case.do(case.intake, "withdraw", reason=case.say("withdraw"))


def merged(case: Case, **how: Any) -> Story:
    """The same demand a second time, from another channel."""
    yield from paths.signed(case, **how)
    yield case.later()
    first = case.ticket
    double = Case(case.desk, f"{case.key}:double")
    double.register(demand=case.demand, firm=first.enterprise)
    yield case.soon()
    double.do(double.one("tongchou"), "merge", into=first.number)
    yield case.later(1)
    paths.reply(case)
    yield case.later()
    paths.review(case)


def flagged(case: Case, tendencies: list[Tendency], **how: Any) -> Story:
    """Media, public order or petition risk; in hand and reminded."""
    yield from paths.given(case, **how)
    yield case.soon()
    case.do(case.intake, "flag", tendencies=tendencies, note="企业表示将向媒体或上级反映，建议属地提前关注。")
    yield case.later()
    case.do(case.clerk, "sign")
    yield case.later(1)
    case.do(case.one("ducha"), "nudge", note=case.say("nudge"))


def reassigned(case: Case, **how: Any) -> Story:
    """Given to the wrong unit, moved by the coordinator."""
    case.register(**how)
    yield case.soon()
    case.do(case.one("tongchou"), "dispatch", lead=_wrong(case)[0], note=case.say("dispatch"))
    yield case.later()
    case.do(case.one("tongchou"), "reassign", lead=case.desk.unit(case.demand.lead), reason="经核对职责，改由主管单位承办。")
    yield from _on(case)
