"""The desk at work: for every verb of a ticket who usually does it and with what, and how to reach every state."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from models import Attachment, db
from models.now import TZ, as_of
from models.ticket import Ticket
from models.ticket import TicketState as S
from tests import stagehand
from tests.cast import Cast

MONDAY = stagehand.MONDAY

ACTOR = {
    "resolve_on_spot": "intake", "dispatch": "coordinator", "force_assign": "coordinator", "reassign": "coordinator",
    "consult": "coordinator", "give_opinion": "jia_clerk", "conclude": "coordinator", "report_up": "coordinator", "instruct": "leader",
    "refer_district": "intake", "transfer": "coordinator", "merge": "coordinator", "withdraw": "intake", "flag": "intake",
    "sign": "jia_clerk", "co_sign": "yi_clerk", "send_back": "jia_clerk", "report_progress": "jia_clerk", "reply": "jia_clerk",
    "co_reply": "yi_clerk", "review": "jia_head", "ask_extension": "jia_head", "decide_extension": "coordinator",
    "nudge": "supervisor", "exempt_ask": "jia_clerk", "check_exemption": "coordinator", "defer": "jia_clerk",
    "approve_deferral": "jia_head", "callback": "intake", "close_unreached": "intake", "second_call": "supervisor", "correct": "coordinator",
    "supplement": "intake",
}
PLAIN = {
    "resolve_on_spot": {"result": "当场讲清政策并办理"}, "give_opinion": {"opinion": "属我局职责"}, "conclude": {"conclusion": "由人社局主办"},
    "report_up": {"question": "涉及三个部门，请示如何分工"}, "instruct": {"instruction": "人社局牵头，一周内办结"},
    "refer_district": {"reason": "涉及全区政策口径"}, "transfer": {"organ": "DISCIPLINE", "reason": "涉嫌违纪"},
    "withdraw": {"reason": "企业来电撤回"}, "flag": {"tendencies": ["MEDIA", "PETITION"], "note": "有媒体关注"},
    "sign": {}, "co_sign": {}, "send_back": {"ground": "NOT_OURS", "note": "应由财政局承办"},
    "report_progress": {"progress": "已与银行核对"}, "reply": {"process": "核实账户", "result": "已拨付"},
    "co_reply": {"opinion": "资金已到位"}, "review": {"decision": "AGREE"}, "decide_extension": {"decision": "AGREE"},
    "nudge": {"note": "请抓紧"}, "supplement": {"note": "补交银行回单"},
    "exempt_ask": {"ground": "UNLAWFUL", "explanation": "不在政策范围", "evidence": "实施办法第三条"},
    "check_exemption": {"decision": "AGREE", "opinion": "材料齐全"}, "approve_deferral": {"decision": "AGREE"},
    "callback": {"reached": True, "solved": True, "satisfaction": "SATISFIED"},
    "second_call": {"reached": True, "solved": True, "satisfaction": "BASIC"}, "close_unreached": {"note": "三次未接"},
    "correct": {"result": "已拨付8.64万元", "reason": "金额漏写"},
}
# The way to each state, from a registered ticket.
TO_DISPATCHED = ["dispatch"]
TO_ACCEPTED = [*TO_DISPATCHED, "sign"]
TO_APPROVED = [*TO_ACCEPTED, "reply", "review"]
WAY = {
    S.REGISTERED: [], S.CONSULTING: ["consult"], S.REPORTED_UP: ["report_up"], S.DISTRICT: ["refer_district"],
    S.DISPATCHED: TO_DISPATCHED, S.RETURNED: [*TO_DISPATCHED, "send_back"], S.ACCEPTED: TO_ACCEPTED,
    S.REWORK: [*TO_APPROVED, "callback!"], S.EXEMPT_ASKED: [*TO_ACCEPTED, "exempt_ask"],
    S.DEFER_ASKED: [*TO_ACCEPTED, "defer"], S.DEFERRED: [*TO_ACCEPTED, "defer", "approve_deferral"],
    S.REPLIED: [*TO_ACCEPTED, "reply"], S.APPROVED: TO_APPROVED, S.CLOSED: [*TO_APPROVED, "callback"],
    S.EXEMPTED: [*TO_ACCEPTED, "exempt_ask", "check_exemption"], S.TRANSFERRED: ["transfer"], S.WITHDRAWN: ["withdraw"],
    S.MERGED: ["merge"],
}
UNHAPPY = {"reached": True, "solved": False, "satisfaction": "NOT", "comment": "仍未到账"}


def day(text: str) -> datetime:
    """`2024-08-06 10:00`, local time."""
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


@contextmanager
def at(text: str) -> Iterator[None]:
    """As if it were that moment."""
    with as_of(day(text)):
        yield


def add_evidence(ticket: Ticket, label: str = "证明材料") -> None:
    """A file kept as evidence."""
    name = hashlib.sha256(f"{ticket.number}{len(ticket.attachments)}".encode()).hexdigest()
    db.session.add(
        Attachment(matter=ticket, label=label, original_name="办法.pdf", stored=name[:32], size=9, sha256=name, mime="application/pdf")
    )
    db.session.flush()


def answers(cast: Cast, ticket: Ticket, verb: str) -> dict[str, Any]:
    """What a verb is told when all is in order."""
    match verb:
        case "dispatch":
            return {"lead": cast.jia, "co": [cast.yi]}
        case "reassign" | "force_assign":
            return {"lead": cast.yi, "reason": "职责在财政局"}
        case "consult":
            return {"units": [cast.jia, cast.yi], "topic": "谁来主办"}
        case "ask_extension":
            return {"until": next_workday(ticket.due_at.date()), "reason": "等省厅批复"}
        case "defer":
            add_evidence(ticket, "企业认可材料")
            promise = {"measures": "分期拨付", "plan": "两期", "steps": "先本金", "consent": "演示-法人，电话，同意"}
            return promise | {"promised": max(ticket.due_at.date(), date(2024, 8, 5)) + timedelta(days=30)}
        case "exempt_ask":
            add_evidence(ticket)
        case "merge":
            return {"into": cast.ticket(title="同一件事").number}
    return dict(PLAIN[verb])


def next_workday(when: date) -> date:
    """The working day after `when`."""
    from models.calendar import work_calendar

    return work_calendar().add(when, 1)


def do(cast: Cast, ticket: Ticket, verb: str, *, by: str | None = None, **changed: Any) -> Any:
    """One verb by the person who usually does it."""
    return ticket.do(verb, by=getattr(cast, by or ACTOR[verb]), **answers(cast, ticket, verb) | changed)


def ticket_in(cast: Cast, state: S, **fields: Any) -> Ticket:
    """A ticket that has come to `state` the usual way."""
    ticket = cast.ticket(**fields)
    for verb in WAY[state]:
        do(cast, ticket, verb.rstrip("!"), **(UNHAPPY if verb.endswith("!") else {}))
    assert ticket.state == state
    return ticket
