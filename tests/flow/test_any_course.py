"""Any sequence of offered verbs, by anybody, at any pace: the books stay right (hypothesis)."""

from datetime import date, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Matter, Ticket, db
from models.calendar import work_calendar
from models.errors import Refused
from models.matter_unit import Part
from models.now import as_of, now
from models.sweep.signing import deem_signed, remind_due_soon
from models.ticket import TicketState as S
from models.ticket.states import END_STATES, TRIAGE_STATES
from tests.cast import PEOPLE
from tests.flow.desk import MONDAY, answers

CHOICES = {
    "decision": ["AGREE", "REFUSE"], "satisfaction": ["VERY", "BASIC", "NOT"], "reached": [True, True, False],
    "solved": [True, False], "ground": ["NOT_OURS"], "gain": [None, "3.5"], "term": [None, "HARD"], "stretch": ["", "情况复杂"],
}
STEP = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 90))
COURSE = settings(
    max_examples=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def offers(cast, ticket):
    """(username, verb) pairs that are possible now."""
    return [
        (username, step.name)
        for username in PEOPLE
        for step, why in ticket.steps_for(getattr(cast, username))
        if why is None and (step.name != "force_assign" or ticket.returns)
    ]


def told(cast, ticket, verb, seed):
    """Answers for a verb, varied by `seed`."""
    given_ = answers(cast, ticket, verb)
    for ask in Ticket.transitions()[verb].asks:
        if ask.name in CHOICES and (ask.name in given_ or seed % 3):
            given_[ask.name] = CHOICES[ask.name][seed % len(CHOICES[ask.name])]
    if "lead" in given_ and seed % 2:
        given_ |= {"lead": cast.yi if given_["lead"] is cast.jia else cast.jia, "co": []}
    if "promised" in given_:
        given_["promised"] = max(now().date(), date(2024, 8, 5)) + timedelta(days=1 + seed % 40)
    if verb in ("review", "decide_extension"):
        given_["opinion"] = "意见"
    return given_


def check(ticket, verbs):
    """What must hold after every step."""
    db.session.flush()
    db.session.refresh(ticket)
    assert min(ticket.reworks, ticket.reminders, ticket.extensions, ticket.returns) >= 0
    assert ticket.events[0].to_state == ticket.state.value
    assert [e.action for e in reversed(ticket.events) if e.by_id and e.action != "register"] == verbs
    for earlier, later in zip(ticket.events[1:], ticket.events, strict=False):
        assert earlier.to_state == later.from_state
    assert (ticket.state in END_STATES) == (ticket.closed_at is not None)
    leads = [part for part in ticket.parts if part.active and part.role == Part.LEAD]
    assert [part.unit_id for part in leads] == ([ticket.unit_id] if ticket.unit_id else [])
    if ticket.state in TRIAGE_STATES:
        assert ticket.unit_id is None
    shown = db.session.scalar(sa.select(Matter.light).where(Matter.id == ticket.id))
    assert (shown or None) == (ticket.light.value if ticket.light else None)
    open_asks = [row for row in (*ticket.exemptions, *ticket.deferrals, *ticket.extension_rows) if row.decision is None]
    assert not (open_asks and ticket.state in END_STATES)
    if ticket.deadline:
        assert ticket.due_at == ticket.deadline.due_at


@COURSE
@given(course=st.lists(STEP, min_size=1, max_size=14))
def test_whatever_is_done_the_books_stay_right(cast, course):
    moment, verbs = MONDAY, []
    try:
        with as_of(moment):
            ticket = cast.ticket()
        for pick, seed, hours in course:
            moment += timedelta(hours=hours)
            with as_of(moment):
                deem_signed()
                remind_due_soon()
                possible = offers(cast, ticket)
                if ticket.state in END_STATES:
                    assert {verb for _, verb in possible} <= {"correct"}
                    break
                moving = {verb for _, verb in possible if Ticket.transitions()[verb].target}
                assert moving, f"dead end in {ticket.state}"
                username, verb = possible[pick % len(possible)]
                version = ticket.version
                try:
                    ticket.do(verb, by=getattr(cast, username), version=version, **told(cast, ticket, verb, seed))
                    verbs.append(verb)
                    assert ticket.version == version + 1
                except Refused:
                    assert ticket.version == version
                check(ticket, verbs)
    finally:
        db.session.rollback()


@COURSE
@given(start=st.integers(0, 700), days=st.integers(1, 60))
def test_the_light_in_sql_is_the_light_in_python_at_every_hour(cast, start, days):
    """Around every border of the clock: before, at and after yellow and red."""
    try:
        with as_of(MONDAY + timedelta(hours=start)):
            ticket = cast.ticket()
            until = work_calendar().add((MONDAY + timedelta(hours=start)).date(), days)
            ticket.dispatch(by=cast.coordinator, lead=cast.jia, until=until, stretch="事情复杂")
        for border in (ticket.warn_at, ticket.due_at):
            for offset in (-1, 0, 1):
                with as_of(border + timedelta(seconds=offset)):
                    assert db.session.scalar(sa.select(Matter.light).where(Matter.id == ticket.id)) == ticket.light.value
        assert work_calendar().working_days_between(ticket.started_at, ticket.due_at) == days
        assert ticket.state == S.DISPATCHED
    finally:
        db.session.rollback()
