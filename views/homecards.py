"""The numbers at the top of the workbench and the rates beside it: each opens exactly the rows it counts."""

from typing import Any

import sqlalchemy as sa
from flask import g, url_for

from models import Instruction, Matter, Notice, Ticket, UnitRating, db, waiting
from models.indicator import Colour
from models.instruction import InstructionState
from models.narrow import number, numbers
from models.notice import NoticeState
from models.now import now
from models.report import board, rate
from models.report.gauges import rows_url
from models.report.tally import Counts, tally, total
from models.ticket import to_sign
from models.ticket.states import TicketState
from models.user import Level, User
from views.matter.lights import waiting_by_kind

Card = dict[str, Any]


def count(where: sa.ColumnElement[bool], model: type = Ticket) -> int:
    """How many rows in scope."""
    if issubclass(model, Matter):
        return number(model, where)
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(where)) or 0


def counts(user: User) -> list[Card]:
    """Six cards: a leader's, or those of who handles demands."""
    if not user.may("ticket:view"):
        return []
    return _leader(user) if leads(user) else _handler(user)


def leads(user: User) -> bool:
    """Whose desk is a leader's: signs, instructs, watches the whole."""
    return user.may("ticket:instruct") and user.may("board:view")


def card(label: str, n: Any, url: str, icon: str, sub: str = "", colour: str = "") -> Card:
    """As macros/cards.html draws it."""
    return {"label": label, "n": n, "url": url, "icon": icon, "sub": sub, "colour": colour}


def _handler(user: User) -> list[Card]:
    tickets, every = "ticket.index_view", "matter.index_view"
    today = now().replace(hour=23, minute=59, second=59)
    unsigned, approved, review = numbers(Ticket, [to_sign(user), Ticket.state == TicketState.APPROVED,
                                                  Ticket.state.in_([TicketState.REPLIED, TicketState.DEFER_ASKED])])
    soon, soon_today, late = numbers(Matter, [waiting.soon(), waiting.soon() & (Matter.due_at <= today), waiting.late()])
    return [
        card("待签收", unsigned, url_for(tickets, tab="unsigned"), "inbox", "不签收时限照走"),
        card("待办", sum(waiting_by_kind(user).values()), url_for(every, tab="todo"), "list-task", "各类事项"),
        card("即将到期", soon, url_for(every, tab="soon"), "stopwatch",
              f"今日 {soon_today} 条" if soon else "", "yellow"),
        card("已超期", late, url_for(every, tab="late"), "exclamation-octagon-fill", "未答复", "red"),
        card("待回访", approved, url_for(tickets, tab="callback"), "telephone", "承办单位以外回访"),
        card("待审核", review, url_for(tickets, tab="review"), "shield-check", "在单位负责人处"),
    ]


def _leader(user: User) -> list[Card]:
    month = board.current_period()
    good, rated = _month(month)["satisfaction"]
    red = (UnitRating.period == month) & UnitRating.indicator_id.is_(None) & (UnitRating.colour == Colour.RED)
    asked, unanswered = TicketState.REPORTED_UP, InstructionState.PASSED
    return [
        card("待签发", count(Notice.state == NoticeState.SUBMITTED, Notice), url_for("notice.index_view", flt_state="SUBMITTED"),
              "file-earmark-text", "送签的文书"),
        card("待批示", count(Ticket.state == asked), url_for("ticket.index_view", flt_state=asked.value), "pencil-square", "请示上报"),
        card("批示未回", count(Instruction.state == unanswered, Instruction), url_for("instruction.index_view", flt_state=unanswered.value),
              "bell", "办理中", "yellow"),
        card("全区超期", count(waiting.late(), Matter), url_for("matter.index_view", tab="late"), "exclamation-octagon-fill", "未答复", "red"),
        card("红灯单位", count(red, UnitRating), url_for("rating.index_view", flt_period=month, flt_whole="1", flt_colour="RED"), "flag", "本月综合",
              "red"),
        card("本月满意率", rate(good, rated), rows_url("satisfaction", "whole", month), "star", "已评价件"),
    ]


def _month(period: str) -> Counts:
    """The month's gauges over the reader's scope, once a request."""
    if "month" not in g:
        g.month = total(tally(period))
    return g.month


def unit_month(user: User) -> dict[str, Any] | None:
    """This month's three rates of the tickets in scope; "—" when there is nothing to divide by."""
    if not user.may("ticket:view"):
        return None
    month = board.current_period()
    found = _month(month)
    rows = [(label, rate(*found[code]), rows_url(code, "whole", month)) for label, code in
            (("按期答复率", "on_time"), ("一次办好率", "once"), ("满意率", "satisfaction"))]
    note = f"按期答复：本月到期件中按时答复的（超期在办计入分母）；一次办好、满意：本月办结件。截至 {now():%m-%d %H:%M}"
    return {"title": f"{whose(user)} {now().month} 月", "rows": rows, "note": note, "url": url_for("help.index") + "#rates"}


def whose(user: User) -> str:
    """Whose figures these are: as far as the reader may see."""
    level = user.level("ticket:view")
    if level == Level.ALL:
        return "全区"
    return {Level.UNIT: str(user.unit or "本单位"), Level.GROUP: "本组单位"}.get(level, "我登记的")
