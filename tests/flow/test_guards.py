"""Who may do what in which state: every verb tried by everybody in every state."""

import pytest

from models import Setting, db
from models.errors import Invalid, NotPermitted, Refused
from models.ticket import Ticket
from models.ticket import TicketState as S
from models.ticket.states import END_STATES
from tests.cast import PEOPLE
from tests.flow.desk import ACTOR, WAY, do, ticket_in


def snapshot(ticket):
    """What a refused verb must leave as it was."""
    return (
        ticket.state, ticket.version, len(ticket.events), ticket.due_at, ticket.unit_id, ticket.returns, ticket.reminders,
        [(part.unit_id, part.role, part.state, part.active) for part in ticket.parts],
    )


@pytest.mark.parametrize("state", WAY, ids=lambda state: state.value)
def test_in_every_state_whoever_is_not_offered_a_verb_is_refused_it_and_nothing_changes(cast, state):
    ticket = ticket_in(cast, state)
    before = snapshot(ticket)
    for username in PEOPLE:
        user = getattr(cast, username)
        offered = {step.name for step, why in ticket.steps_for(user) if why is None}
        for verb in Ticket.transitions().keys() - offered:
            with pytest.raises(Refused):
                ticket.do(verb, by=user, version=ticket.version)
    assert snapshot(ticket) == before


@pytest.mark.parametrize("state", WAY, ids=lambda state: state.value)
def test_offered_verbs_are_those_of_the_role_in_this_state(cast, state):
    ticket = ticket_in(cast, state)
    for username in PEOPLE:
        user = getattr(cast, username)
        for step, _why in ticket.steps_for(user):
            assert state in step.source
            assert user.may(step.permission)


def test_administrators_auditors_and_special_supervisors_are_offered_nothing(cast):
    for state in (S.REGISTERED, S.ACCEPTED, S.APPROVED, S.CLOSED):
        ticket = ticket_in(cast, state)
        for username in ("sysadmin", "secadmin", "auditor", "special"):
            assert ticket.steps_for(getattr(cast, username)) == []


def test_a_unit_that_has_no_part_in_the_ticket_may_do_nothing_with_it(cast):
    ticket = cast.accepted()
    assert ticket.steps_for(cast.yi_clerk) == []
    for verb in ("sign", "reply", "send_back", "report_progress", "exempt_ask", "defer", "co_sign", "co_reply"):
        with pytest.raises(NotPermitted, match="您的角色不能"):
            ticket.do(verb, by=cast.yi_clerk)


def test_a_co_unit_may_not_do_what_the_lead_unit_does(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    for verb in ("reply", "report_progress", "exempt_ask", "defer"):
        with pytest.raises(NotPermitted):
            ticket.do(verb, by=cast.yi_clerk)
    with pytest.raises(NotPermitted):
        ticket.do("ask_extension", by=cast.yi_head)


def test_the_lead_unit_may_not_sign_or_answer_for_the_co_unit(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    for verb in ("co_sign", "co_reply"):
        with pytest.raises(NotPermitted):
            ticket.do(verb, by=cast.jia_clerk)


def test_a_transition_that_does_not_exist_is_refused(cast):
    ticket = cast.ticket()
    for forged in ("close", "finish", "state", "__init__", "log", "_give", "held", ""):
        with pytest.raises(Refused, match="没有这个办理环节"):
            ticket.do(forged, by=cast.coordinator)
    assert ticket.state == S.REGISTERED


def test_a_closed_ticket_offers_no_way_back_but_a_second_call(cast):
    for state in END_STATES:
        ticket = ticket_in(cast, state)
        for username in PEOPLE:
            assert {step.name for step, _why in ticket.steps_for(getattr(cast, username))} <= {"correct", "second_call"}


def test_every_verb_has_its_usual_actor_and_works_in_some_state(cast):
    assert set(ACTOR) == set(Ticket.transitions())


READY = {"force_assign": (S.RETURNED, []), "decide_extension": (S.ACCEPTED, ["ask_extension"]), "co_reply": (S.ACCEPTED, ["co_sign"]),
         "close_unreached": (S.APPROVED, ["callback?"])}


@pytest.mark.parametrize("verb", [name for name, step in Ticket.transitions().items() if any(a.required for a in step.asks)])
def test_a_verb_without_its_required_answers_is_refused_by_name(cast, verb):
    step = Ticket.transitions()[verb]
    state, steps = READY.get(verb) or (next(s for s in WAY if s in step.source), [])
    ticket = ticket_in(cast, state)
    for name in steps:
        do(cast, ticket, name.rstrip("?"), **({"reached": False} if name.endswith("?") else {}))
    for key in ("callback_attempts", "callback_days"):
        db.session.scalars(db.select(Setting).where(Setting.key == key)).one().value = "1"
    before = snapshot(ticket)
    with pytest.raises(Invalid, match=r"请(填写|选择)") as refusal:
        ticket.do(verb, by=getattr(cast, ACTOR[verb]))
    assert refusal.value.field in {ask.name for ask in step.asks if ask.required}
    assert snapshot(ticket) == before
