"""The declared flow as a graph: everything is reachable, nothing is a dead end."""

import pytest

from models import Task, Ticket
from models.accountability import AccountabilityAction, ActionState
from models.notice import Notice, NoticeState
from models.task import TaskState
from models.ticket import TicketState
from models.ticket.states import END_STATES

FLOWS = [
    (Ticket, TicketState, {TicketState.REGISTERED}, END_STATES),
    (Task, TaskState, {TaskState.OPEN}, {TaskState.ACCEPTED, TaskState.WAIVED}),
    (AccountabilityAction, ActionState, {ActionState.DRAFT}, {ActionState.CLOSED, ActionState.DECLINED, ActionState.WITHDRAWN}),
    (Notice, NoticeState, {NoticeState.DRAFT}, {NoticeState.CLOSED, NoticeState.VOID}),
]


def reached(model, start, *, backwards=False):
    found, fresh = set(start), set(start)
    edges = {(a, b) for step in model.transitions().values() for a in step.source for b in step.target}
    while fresh:
        fresh = {(a if backwards else b) for a, b in edges if (b if backwards else a) in fresh} - found
        found |= fresh
    return found


@pytest.mark.parametrize(("model", "states", "start", "end"), FLOWS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_state_is_reached_and_every_state_leads_to_an_end(model, states, start, end):
    assert reached(model, start) == set(states)
    assert reached(model, end, backwards=True) == set(states)


@pytest.mark.parametrize(("model", "states", "start", "end"), FLOWS, ids=lambda value: getattr(value, "__name__", ""))
def test_no_verb_leaves_an_end_state_but_a_second_call_that_finds_the_first_untrue(model, states, start, end):
    leaving = {name for name, step in model.transitions().items() if step.source & end and step.target}
    assert leaving == ({"second_call"} if model is Ticket else set())


@pytest.mark.parametrize("model", [flow[0] for flow in FLOWS], ids=lambda model: model.__name__)
def test_every_verb_has_a_chinese_label_and_a_docstring(model):
    for name, step in model.transitions().items():
        assert step.label
        assert not step.label.isascii()
        assert getattr(model, name).__doc__
        for ask in step.asks:
            assert not ask.label.isascii()
