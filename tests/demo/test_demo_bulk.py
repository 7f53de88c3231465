"""Bulk rows have the shape the verbs leave behind, and the verbs go on with them."""

import json

import pytest
import sqlalchemy as sa

from models import AuditEntry, Matter, Ticket, Unit, User, db
from models.audit import verify
from models.calendar import work_calendar
from models.now import now
from models.ticket import Channel, Resolution, Satisfaction, TicketState
from models.ticket.states import Decision


def _user(username):
    return db.session.scalars(sa.select(User).where(User.username == username)).one()


def _first():
    """The id of the first bulk ticket; the hand-made matters of every kind come before it."""
    made = db.session.scalars(sa.select(AuditEntry.changes).where(AuditEntry.action == "批量生成", AuditEntry.resource == "matter")).first()
    return db.session.scalars(sa.select(Matter.id).where(Matter.number == json.loads(made)["first"])).one()


def _bulk(state, *where):
    """A bulk ticket (registered by the first clerk, called by the second) without co-units, in `state`."""
    first = _first()
    tickets = db.session.scalars(sa.select(Ticket).where(Ticket.state == state, *where).order_by(Ticket.id.desc())).all()
    return next(ticket for ticket in tickets if len(ticket.parts) < 2 and ticket.id >= first)


def _by_hand(unit, state):
    """The same path taken by the verbs."""
    clerk, head = (_user(f"{unit.code.replace('-', '_')}_{desk}") for desk in ("jingban", "fuze"))
    town = db.session.scalars(sa.select(Unit).where(Unit.code == "yanshi-dong")).one()
    ticket = Ticket.register(
        by=_user("shouli1"), title="路灯不亮", content="请维修。", channel=Channel.WEB, contact_name="演示-甲", contact_phone="13800000001",
        enterprise=_bulk(TicketState.CLOSED).enterprise, category=_bulk(TicketState.CLOSED).category, town=town,
    )
    steps = [
        (_user("tongchou"), "dispatch", {"lead": unit, "note": "请办理。"}), (clerk, "sign", {}),
        (clerk, "reply", {"process": "已查看。", "result": "已修复。"}), (head, "review", {"decision": Decision.AGREE, "opinion": "同意。"}),
        (_user("shouli2"), "callback", {"reached": True, "solved": True, "satisfaction": Satisfaction.VERY, "comment": "好。"}),
    ]
    for user, verb, given in steps:
        if ticket.state == state:
            break
        ticket.do(verb, by=user, **given)
    db.session.expire_all()
    return ticket


def _filled(row):
    skip = {"gain", "provisional"}
    return {attr.key for attr in sa.inspect(row).mapper.column_attrs if getattr(row, attr.key) is not None} - skip


def _shape(ticket):
    """What is filled in where, and the steps taken."""
    return {
        "ticket": _filled(ticket), "version": ticket.version > 0,
        "parts": [(part.role, part.state, part.active, part.deemed, _filled(part)) for part in ticket.parts],
        "deadlines": [(row.cause, row.unit, _filled(row)) for row in ticket.deadlines],
        "callbacks": [(row.round, row.reached, row.solved, _filled(row)) for row in ticket.callbacks],
        "events": [(e.action, e.label, e.from_state, e.to_state, e.mark, e.by_id is None) for e in ticket.events],
    }


@pytest.mark.parametrize(
    "state", [TicketState.DISPATCHED, TicketState.ACCEPTED, TicketState.REPLIED, TicketState.APPROVED, TicketState.CLOSED]
)
def test_a_bulk_ticket_looks_as_if_people_had_handled_it(large, state):
    bulk = _bulk(state, Ticket.unit_id.is_not(None), Ticket.resolution.is_distinct_from(Resolution.EXPLAINED))
    assert _shape(_by_hand(bulk.unit, state)) == _shape(bulk)


def test_the_verbs_go_on_with_a_bulk_ticket(large):
    ticket = _bulk(TicketState.DISPATCHED)
    clerk, head = (_user(f"{ticket.unit.code.replace('-', '_')}_{desk}") for desk in ("jingban", "fuze"))
    ticket.sign(by=clerk)
    ticket.reply(by=clerk, process="已核实。", result="已解决。", gain="1.5")
    ticket.review(by=head, decision=Decision.AGREE)
    ticket.callback(by=_user("shouli2"), reached=True, solved=True, satisfaction=Satisfaction.VERY)
    assert (ticket.state, ticket.closed_at) == (TicketState.CLOSED, now())


def test_a_new_ticket_gets_the_next_number_after_the_bulk(large):
    month = f"SQ{now():%Y%m}"
    last = db.session.scalar(sa.select(sa.func.max(Matter.number)).where(Matter.number.startswith(month)))
    ticket = Ticket.register(by=_user("shouli1"), title="新", content="新", channel=Channel.WEB, enterprise_name="演示新企业")
    assert int(ticket.number[-5:]) == int(last[-5:]) + 1
    assert ticket.id > db.session.scalar(sa.select(sa.func.max(Matter.id)).where(Matter.number == last))


def test_each_chunk_leaves_one_audit_entry_and_the_chain_stays_whole(large):
    chunks = db.session.scalars(sa.select(AuditEntry.resource).where(AuditEntry.action == "批量生成")).all()
    assert sorted(chunks) == ["enterprise", "matter"]
    assert verify() == []


def test_bulk_deadlines_are_those_the_clock_engine_counts(large):
    for ticket in db.session.scalars(sa.select(Ticket).where(Ticket.id >= _first(), Ticket.unit_id.is_not(None)).limit(40)).all():
        row = ticket.deadlines[0]
        kept = (row.due_at, row.warn_at, row.provisional)
        again = type(row).reckon(work_calendar(), row.limit, row.cause, start=row.starts_at, standard=row.standard)
        assert (again.due_at, again.warn_at, bool(again.provisional)) == kept
        assert (ticket.due_at, ticket.warn_at) == kept[:2]
