"""Reading ids first, and lists from an index, changes nothing in what a list shows."""

import sqlalchemy as sa
from sqlalchemy.orm import Query

from models import Matter, Ticket, db, scope, waiting
from models.narrow import narrow, number
from models.now import now
from models.ticket import Channel, TicketState


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
