"""What the public may see of a demand: state in plain words, responsible unit, due day, final reply. Nothing else.

No opinion, no return, no request, no measure, no letter, no name of an official: this file is the only way out.
"""

from dataclasses import dataclass
from datetime import datetime

from models.event import MatterEvent
from models.now import local
from models.public.demand import RATEABLE, rating_of
from models.ticket import Ticket, TicketState
from models.ticket.states import TRIAGE_STATES

S = TicketState
WEEK = "一二三四五六日"
ENDED = {
    S.EXEMPTED: "不予受理", S.TRANSFERRED: "已移交有关机关依法办理", S.WITHDRAWN: "已撤回", S.MERGED: "已与同一诉求合并办理",
}


@dataclass(frozen=True)
class Step:
    """One station of the way: done, now or ahead."""

    kind: str
    label: str
    note: str


def in_hand(ticket: Ticket) -> bool:
    """A unit is working on it: name and due day are shown."""
    return ticket.unit_id is not None and ticket.state not in TRIAGE_STATES | ENDED.keys()


def reply(ticket: Ticket) -> str | None:
    """The answer, once the unit's head has let it go."""
    return ticket.result if ticket.state in RATEABLE else None


def due_text(moment: datetime) -> str:
    """5月30日（周四）17:30 前"""
    moment = local(moment)
    return f"{moment.month}月{moment.day}日（周{WEEK[moment.weekday()]}）{moment:%H:%M} 前"


def _short(moment: datetime | None) -> str:
    return f"{local(moment):%m-%d %H:%M}" if moment else ""


def steps(ticket: Ticket) -> list[Step]:
    """已收到 → 已交办 → 正在办理 → 答复 → 请您评价, or how it ended otherwise."""
    found = [Step("done", "已收到", _short(ticket.opened_at))]
    if ticket.state in ENDED:
        return [*found, Step("now", ENDED[ticket.state], _why_ended(ticket))]
    answered, given = ticket.state in RATEABLE, in_hand(ticket)
    if ticket.state in TRIAGE_STATES:
        found.append(Step("now", "正在研判", "研究由哪个单位办理"))
    if given:
        found.append(Step("done", f"已交{ticket.unit}", _short(ticket.dispatched_at)))
    if given or not answered:
        doing = "上次答复没有解决，正在重新办理" if ticket.reworks and not answered else "办好后在这里答复您"
        kind = "done" if answered else ("now" if given else "")
        found.append(Step(kind, "承诺办理" if ticket.state == S.DEFERRED else "正在办理", "" if answered else doing))
    found.append(Step("done" if answered else "", "答复", _short(ticket.answered_at) if answered else "请回到本页查看"))
    rated = rating_of(ticket) if answered else None
    note = f"您已于 {_short(rated.at)} 评价" if rated else "不满意的，核实后重办"
    return [*found, Step("done" if rated else ("now" if answered else ""), "已评价" if rated else "请您评价", note)]


def _why_ended(ticket: Ticket) -> str:
    if ticket.state == S.EXEMPTED and ticket.exemptions:
        return f"理由：{ticket.exemptions[-1].ground.label}"
    return _short(ticket.closed_at)


def own_words(ticket: Ticket) -> list[MatterEvent]:
    """What the enterprise itself has added, oldest first."""
    return [event for event in reversed(ticket.events) if event.action == "enterprise_add"]
