"""What is measured: pages as people open them, and beside each the least a database must do for it (`raw`)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from models import Enterprise, Matter, MatterUnit, Ticket, Unit, db
from models.now import now
from models.ticket import TicketState
from scripts.bench.place import PEOPLE

COMMON, RARE = "补贴", "演示海川"  # a word of every fourteenth title; the beginning of few names
_m, _t, _u = Matter.__table__, Ticket.__table__, Unit.__table__
ROWS = 50


@dataclass(frozen=True)
class Page:
    """One address, opened by one of PEOPLE. `raw` is the same question to the database alone; `within` the goal: at most so many
    times `of` (another page of the same run)."""

    name: str
    who: str
    address: str
    raw: sa.Select[Any] | None = None
    of: str = ""
    within: float = 0.0


@dataclass(frozen=True)
class Marks:
    """Rows to open, looked up once."""

    ticket: int
    signed: int
    unit: int
    own: int
    enterprise: int
    month: str
    day: str
    others: Iterator[int]


def marks() -> Marks:
    """Of the filled database: a ticket in hand, a busy unit, the measuring unit, the newest firm, a week some months ago, tickets to nudge."""
    one = db.session.scalar
    ticket = one(sa.select(sa.func.max(_m.c.id)).where(_m.c.kind == "ticket", _m.c.state == TicketState.ACCEPTED.value))
    unit = one(sa.select(_u.c.id).where(_u.c.code == "renshe"))
    own = one(sa.select(_u.c.id).where(_u.c.code == PEOPLE["clerk"].partition("_")[0]))
    signed = one(sa.select(sa.func.max(_m.c.id)).where(_m.c.kind == "ticket", _m.c.state == "ACCEPTED", _m.c.unit_id == own)) or ticket
    mine = (_m.c.kind == "ticket", _m.c.state == TicketState.ACCEPTED.value, _m.c.unit_id.is_not(None))
    others = iter(list(db.session.scalars(sa.select(_m.c.id).where(*mine).order_by(_m.c.id).limit(500))))
    first = now().date() - timedelta(days=120)
    last = f"{now().date().replace(day=1) - timedelta(days=1):%Y-%m}"
    return Marks(ticket, signed, unit, own, one(sa.select(sa.func.max(Enterprise.id))), last, f"{first} to {first + timedelta(days=4)}", others)


def _list(*where: Any, order: tuple[Any, ...] | None = None, page: int = 0) -> sa.Select[Any]:
    """Eleven columns of fifty rows, the ids found first."""
    order = order or (_m.c.queue, _m.c.due_at, _m.c.id.desc())
    ids = sa.select(_m.c.id).where(_m.c.kind == "ticket", *where).order_by(*order).limit(ROWS).offset(page * ROWS).subquery()
    shown = (_m.c.id, _m.c.number, _m.c.title, _m.c.state, _m.c.due_at, _m.c.opened_at, _t.c.enterprise_name, _t.c.channel, _u.c.name)
    return sa.select(*shown).select_from(ids).join(_m, _m.c.id == ids.c.id).join(_t, _t.c.id == _m.c.id).outerjoin(_u, _u.c.id == _m.c.unit_id)


def pages(at: Marks) -> list[Page]:
    """All of them; "first page" is the measure of the others."""
    first, lists = "first page", f"/ticket/?page_size={ROWS}"
    part = MatterUnit.__table__
    own = sa.select(part.c.matter_id).where(part.c.active, part.c.unit_id == at.own)
    busy = (_m.c.unit_id == at.unit, _m.c.state == "ACCEPTED")
    return [
        Page(first, "coordinator", f"{lists}&tab=all", _list()),
        Page("open tickets", "coordinator", lists, _list(_m.c.closed_at.is_(None)), first, 1.5),
        Page("page 100", "coordinator", f"{lists}&tab=all&page=99", _list(page=99), first, 1.5),
        Page("last page reached", "coordinator", f"{lists}&tab=all&page=199", _list(page=199), first, 1.5),
        Page("newest first", "coordinator", f"{lists}&tab=all&sort=10&desc=1", _list(order=(_m.c.opened_at.desc(),)), first, 1.5),
        Page("closed, page 100", "coordinator", f"{lists}&tab=closed&page=99", _list(_m.c.closed_at.is_not(None), page=99), first, 1.5),
        Page("unit and state", "coordinator", f"{lists}&flt_unit={at.unit}&flt_state=ACCEPTED", _list(*busy), first, 1.5),
        Page("date range", "coordinator", f"{lists}&tab=all&flt_opened={at.day}", None, first, 1.5),
        Page("red ones", "coordinator", f"{lists}&tab=all&flt_light=RED", None, first, 1.5),
        Page("common word", "coordinator", f"{lists}&tab=all&flt_q={COMMON}", _list(_m.c.title.contains(COMMON)), first, 1.5),
        Page("rare word", "coordinator", f"{lists}&tab=all&flt_enterprise={RARE}", None, first, 1.5),
        Page("no such word", "coordinator", f"{lists}&tab=all&flt_q=没有的词", _list(_m.c.title.contains("没有的词")), first, 1.5),
        Page("search box", "coordinator", f"/search/?q={COMMON}"),
        Page("clerk: list", "clerk", lists, _list(_m.c.id.in_(own), _m.c.closed_at.is_(None)), "open tickets", 1.3),
        Page("clerk: all of the unit", "clerk", f"{lists}&tab=all", _list(_m.c.id.in_(own)), first, 1.3),
        Page("clerk: common word", "clerk", f"{lists}&tab=all&flt_q={COMMON}", None, "common word", 1.3),
        Page("all kinds, to do", "coordinator", f"/matter/?tab=todo&page_size={ROWS}"),
        Page("enterprises", "intake", f"/enterprise/?page_size={ROWS}", sa.select(Enterprise.__table__).order_by(Enterprise.id.desc()).limit(ROWS)),
        Page("record", "coordinator", f"/ticket/details/?id={at.ticket}", sa.select(_m, _t).join(_t, _t.c.id == _m.c.id).where(_m.c.id == at.ticket)),
        Page("record from a list", "coordinator", f"/ticket/details/?id={at.ticket}&url=/ticket/%3Ftab%3Dopen"),
        Page("form: new demand", "intake", "/ticket/register/"),
        Page("form: edit a firm", "intake", f"/enterprise/edit/?id={at.enterprise}"),
        Page("firm picker", "coordinator", "/investment/ajax/lookup/?name=enterprise&query=演示海&offset=0&limit=10"),
        Page("workbench", "coordinator", "/"), Page("workbench: clerk", "clerk", "/"), Page("workbench: leader", "leader", "/"),
        Page("inbox", "coordinator", "/inbox/"),
        Page("wall board", "leader", "/board/"), Page("monthly report", "supervisor", f"/report/?kind=ticket-month&period={at.month}"),
    ]


Action = Callable[[Any], Any]
