"""Reading ids first, and lists from an index, changes nothing in what a list shows."""

import sqlalchemy as sa
from sqlalchemy.orm import Query
from werkzeug.local import LocalProxy

from models import GroupMembership, Matter, MatterUnit, Permission, Role, Ticket, User, WorkGroup, db, scope, waiting
from models.group import GroupKind, MemberRole
from models.matter_unit import Part
from models.narrow import narrow, number
from models.now import now
from models.ticket import Channel, TicketState
from views.matter import lean
from views.matter.lights import counted, shade


def many(cast):
    """Tickets in several states, two of them with the other office."""
    for place in range(6):
        ticket = cast.ticket(title=f"事项{place}", channel=Channel.PHONE if place % 2 else Channel.WINDOW)
        if place:
            ticket.dispatch(by=cast.coordinator, lead=cast.yi if place == 5 else cast.jia, co=[cast.yi] if place == 4 else [])
        if place > 2 and place < 5:
            ticket.sign(by=cast.jia_clerk)
    db.session.flush()


def plain(query: Query) -> list[int]:
    """The ids as the ORM's own joined query gives them."""
    return [row.id for row in query]


def test_a_narrow_question_has_the_same_rows_as_the_joined_one(cast):
    many(cast)
    for who in (cast.coordinator, cast.jia_clerk, cast.yi_clerk, cast.supervisor):
        with scope.acting(who):
            for where in (sa.true(), Ticket.state == TicketState.ACCEPTED, Ticket.channel == Channel.PHONE, waiting.todo(who), waiting.late(),
                          (Ticket.channel == Channel.PHONE) & (Ticket.opened_at <= now()) & Ticket.closed_at.is_(None)):
                asked = db.session.query(Ticket).filter(where).order_by(*waiting.by_urgency())
                assert list(db.session.scalars(narrow(Ticket, where, order=waiting.by_urgency()))) == plain(asked)
                assert number(Ticket, where) == len(plain(asked))


def test_the_queue_is_what_still_runs_then_what_has_no_clock_then_what_is_answered(cast):
    many(cast)
    places = dict(db.session.execute(sa.select(Matter.id, Matter.__table__.c.queue)).all())
    for row in db.session.scalars(sa.select(Matter)):
        assert places[row.id] == 2 * (row.answered_at is not None) + (row.due_at is None)


def test_what_waits_is_what_has_a_main_verb(cast):
    many(cast)
    for who in (cast.coordinator, cast.jia_clerk, cast.yi_clerk):
        with scope.acting(who):
            found = set(db.session.scalars(sa.select(Matter.id).where(waiting.todo(who))))
            rows = db.session.scalars(sa.select(Ticket)).all()
            assert found & {row.id for row in rows} == set(db.session.scalars(sa.select(Matter.id).where(waiting.todo(who, "ticket"))))


def test_a_list_is_read_in_the_order_of_an_index_and_counted_from_it_alone(cast):
    if db.engine.dialect.name != "sqlite":  # PostgreSQL reads so small a table as a whole
        assert "ix_matter_queue" in {index["name"] for index in sa.inspect(db.engine).get_indexes("matter")}
        return
    assert "INDEX ix_matter_queue" in plan(narrow(Ticket, order=waiting.by_urgency()).limit(50))
    assert "COVERING INDEX ix_matter_" in plan(narrow(Ticket, asked=(Matter.due_at, Matter.answered_at)).limit(50))


def plan(query: sa.Select) -> str:
    """How SQLite goes about it."""
    text = str(query.compile(dialect=db.engine.dialect, compile_kwargs={"literal_binds": True}))
    return " ".join(row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))


ORDERS = (waiting.by_urgency(), waiting.by_urgency(few=True), (Ticket.opened_at.desc(), Ticket.id.desc()), (Ticket.closed_at.asc(), Ticket.id.desc()))


def test_what_is_put_together_from_the_indexes_of_units_is_the_joined_list(cast, monkeypatch):
    many(cast)
    db.session.execute(sa.delete(GroupMembership))
    group = WorkGroup(code="g", name="小组", kind=GroupKind.KEY)
    db.session.add_all([GroupMembership(group=group, unit=unit, role=MemberRole.MEMBER) for unit in (cast.jia, cast.yi)])
    role = Role(code="G", name="组员", permissions=[Permission(resource="ticket", action="view", scope="GROUP")])
    db.session.add(member := User(username="group", name="组员", unit=cast.jia, roles=[role]))
    db.session.flush()
    for who in (cast.jia_clerk, cast.yi_clerk, member):
        monkeypatch.setattr(lean, "current_user", LocalProxy(lambda who=who: who))
        with scope.acting(who):
            for order in ORDERS:
                asked = db.session.query(Ticket).order_by(*order)
                for size, offset in ((50, 0), (2, 1), (2, 3)):
                    found = lean.lean(asked, Ticket, order=order, size=size, offset=offset)
                    assert list(db.session.scalars(found)) == plain(asked)[offset : offset + size]
            assert len(plain(asked)) > 1
            assert sum(counted(lean.lean(asked, Ticket, shade(Matter), size=50)).values()) == len(plain(asked))


def test_a_list_put_together_hides_what_is_out_of_scope(cast, monkeypatch):
    many(cast)
    monkeypatch.setattr(lean, "current_user", LocalProxy(lambda: cast.jia_clerk))
    found = lean.lean(db.session.query(Ticket), Ticket, size=50)
    with scope.acting(cast.jia_clerk):
        assert list(db.session.scalars(found))
    with scope.acting(cast.yi_clerk):  # put together for one, read by another: the limits hold in every part of it
        theirs = set(db.session.scalars(sa.select(Ticket.id)))
        assert set(db.session.scalars(found)) <= theirs


def test_whoever_has_the_lead_is_the_unit_of_the_matter(cast):
    many(cast)
    ticket = cast.dispatched()
    ticket.send_back(by=cast.jia_clerk, ground="NOT_OURS", note="不属于本单位职责")
    db.session.flush()
    leads = sa.select(Matter.id, MatterUnit.unit_id, Matter.unit_id).join(Matter.parts).where(MatterUnit.active, MatterUnit.role == Part.LEAD)
    rows = db.session.execute(leads).all()
    assert len(rows) == 5
    assert all(part == own for _id, part, own in rows)
