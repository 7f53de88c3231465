"""What the database keeps day by day is what a recount of the demands finds: after any course of verbs, edits and clocks (A4, T9, T10)."""

from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models import Matter, Setting, Ticket, db, scope
from models.errors import Refused
from models.now import as_of, now
from models.report.daily import TicketDay, settle
from models.report.gauges import Window
from models.report.tally import opened, recount, tally
from models.sweep.signing import deem_signed
from models.ticket import Channel, Satisfaction
from tests.flow.desk import MONDAY
from tests.flow.test_any_course import offers, told

MONTHS = ("2024-08", "2024-09", "2024-10")
STEP = st.tuples(st.sampled_from(("verb", "verb", "verb", "new", "edit", "sweep", "settle", "undo")), st.integers(0, 9_999), st.integers(0, 120))
COURSE = settings(
    max_examples=8, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def equal(cast):
    """Every month, with the eyes of the desk and of two units; a second later, when what was just done is over."""
    db.session.flush()
    for who in (None, cast.jia_clerk, cast.yi_head):
        with as_of(now() + timedelta(seconds=1)), scope.acting(who) if who else scope.everything():
            for period in MONTHS:
                window = Window.of(period)
                assert tally(period) == recount(window)
                assert opened(window) == db.session.scalar(sa.select(sa.func.count(Ticket.id)).where(window.holds(Ticket.opened_at)))


def edit(ticket, seed):
    """What the flow never does at once: corrections by hand, and statements that go round the objects."""
    match seed % 6:
        case 0:
            ticket.exempt = not ticket.exempt
        case 1:
            ticket.satisfaction, ticket.channel = list(Satisfaction)[seed % 3], Channel.LINKAGE110
        case 2:
            ticket.answer_seconds = seed % 30
        case 3:
            db.session.flush()
            db.session.execute(sa.update(Ticket.__table__).values(satisfaction="BASIC", answer_seconds=seed % 20))
        case 4:
            db.session.flush()
            later = {"due_at": Matter.__table__.c.opened_at, "warn_at": None}
            db.session.execute(sa.update(Matter.__table__).where(Matter.__table__.c.id == ticket.id).values(**later))
        case 5:
            db.session.scalars(sa.select(Setting).where(Setting.key == "three_way_seconds")).one().value = str(seed % 25)
    db.session.flush()
    db.session.expire_all()


def act(cast, what, seed):
    """One step on one of the demands."""
    tickets = db.session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    ticket = tickets[seed % len(tickets)]
    if what == "new":
        cast.ticket(channel=list(Channel)[seed % len(Channel)])
    elif what == "edit":
        edit(ticket, seed)
    elif what == "sweep":
        deem_signed()
    elif what == "settle":
        settle()
    elif possible := offers(cast, ticket):
        username, verb = possible[seed % len(possible)]
        ticket.do(verb, by=getattr(cast, username), **told(cast, ticket, verb, seed))


@COURSE
@given(course=st.lists(STEP, min_size=4, max_size=14))
def test_what_is_kept_by_day_is_what_a_recount_finds(cast, course):
    nested, moment = db.session.begin_nested(), MONDAY
    try:
        with as_of(moment):
            cast.ticket()
            cast.accepted()
        for what, seed, hours in course:
            moment += timedelta(hours=hours)
            with as_of(moment):
                step = db.session.begin_nested()
                try:
                    act(cast, what, seed)
                    db.session.flush()
                except Refused:
                    step.rollback()
                else:
                    step.rollback() if what == "undo" else step.commit()
                db.session.expire_all()
                equal(cast)
    finally:
        nested.rollback()
        db.session.expire_all()


def test_settling_leaves_one_row_for_a_unit_and_day_and_nothing_to_settle(cast):
    ticket = cast.accepted()
    ticket.do("reply", by=cast.jia_clerk, process="核实", result="已办")
    db.session.flush()
    before = tally("2024-08")
    assert settle()
    assert tally("2024-08") == before
    days = db.session.execute(sa.select(TicketDay.unit_id, TicketDay.day)).all()
    assert len(days) == len(set(days))
    assert settle() == 0


def test_what_is_rolled_back_is_not_counted(cast):
    with as_of(MONDAY + timedelta(seconds=1)):
        before = opened(Window.of("2024-08"))
        nested = db.session.begin_nested()
        cast.ticket()
        db.session.flush()
        nested.rollback()
        assert opened(Window.of("2024-08")) == before


def test_a_demand_that_is_taken_out_of_the_table_is_taken_out_of_the_figures(cast):
    before = db.session.execute(sa.select(sa.func.sum(TicketDay.opened))).scalar()
    row = Ticket(number="SQ202408-99999", title="误录", state="REGISTERED", opened_at=MONDAY, content="内容", enterprise_name="演示企业")
    db.session.add(row)
    db.session.flush()
    db.session.delete(row)
    db.session.flush()
    assert db.session.execute(sa.select(sa.func.sum(TicketDay.opened))).scalar() in (before, 0)


def test_many_rows_at_once_leave_no_plan_behind_that_is_bad_for_one(cast):
    """PostgreSQL keeps a plan for the session: hashing a whole table pays for thousands of rows, and cost each later row 60 ms."""
    if db.engine.dialect.name == "sqlite":  # makes a plan for each row
        return
    found = dict(db.session.execute(sa.text("SELECT proname, proconfig FROM pg_proc WHERE proname LIKE 'tally!_%' ESCAPE '!'")).all())
    assert found.pop("tally_setting_update") is None  # counts everything anew
    assert len(found) == 4
    assert all(set(plan) == {"enable_hashjoin=off", "enable_mergejoin=off"} for plan in found.values())
