"""Returning with a ground, twice at most, and assigning by force (T4, users.md idea 7)."""

import pytest

from models.errors import Invalid, Refused
from models.matter_unit import PartState
from models.ticket import TicketState as S
from tests.cast import login
from tests.flow.desk import at, do, ticket_in


def test_a_return_needs_a_ground_from_the_list(cast):
    ticket = ticket_in(cast, S.DISPATCHED)
    with pytest.raises(Invalid, match="不在可选范围内"):
        do(cast, ticket, "send_back", ground="WE_ARE_BUSY")
    do(cast, ticket, "send_back")
    assert (ticket.state, ticket.unit, ticket.returns) == (S.RETURNED, None, 1)
    assert {part.unit.code: part.state for part in ticket.parts} == {"renshe": PartState.RETURNED, "caizheng": PartState.RELEASED}
    assert "退回理由：不属本单位职责" in ticket.events[0].note


def test_a_returned_ticket_no_longer_belongs_to_the_unit(cast):
    ticket = ticket_in(cast, S.RETURNED)
    assert ticket.steps_for(cast.jia_clerk) == []


def test_after_the_return_limit_nothing_is_returned(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    with at("2024-08-07 17:30"):
        assert "send_back" in {step.name for step, why in ticket.steps_for(cast.jia_clerk) if why is None}
    with at("2024-08-07 17:31"), pytest.raises(Refused, match="派发已超过2个工作日"):
        do(cast, ticket, "send_back")


def test_the_second_return_leaves_only_assigning_by_force(cast):
    ticket = ticket_in(cast, S.RETURNED)
    do(cast, ticket, "dispatch", lead=cast.yi, co=[])
    do(cast, ticket, "send_back", by="yi_clerk")
    assert ticket.returns == 2
    with pytest.raises(Refused, match="指定承办单位"):
        do(cast, ticket, "dispatch")
    do(cast, ticket, "force_assign", lead=cast.jia)
    assert ticket.part_of(cast.jia.id).forced
    with pytest.raises(Refused, match="不能退回"):
        do(cast, ticket, "send_back")


def test_who_returned_it_stays_on_record_when_it_is_given_on(cast):
    ticket = ticket_in(cast, S.RETURNED)
    do(cast, ticket, "dispatch", lead=cast.yi, co=[])
    assert {part.unit.code: part.state for part in ticket.parts} == {"renshe": PartState.RETURNED, "caizheng": PartState.PENDING}


def test_twice_returned_and_then_consulted_it_can_still_be_assigned(cast):
    ticket = ticket_in(cast, S.RETURNED)
    do(cast, ticket, "dispatch")
    do(cast, ticket, "send_back")
    do(cast, ticket, "consult")
    do(cast, ticket, "conclude")
    with pytest.raises(Refused):
        do(cast, ticket, "dispatch")
    do(cast, ticket, "force_assign")
    assert ticket.unit == cast.yi


def test_nothing_is_assigned_by_force_that_nobody_returned(cast):
    with pytest.raises(Refused, match="没有被退回过"):
        do(cast, cast.ticket(), "force_assign")


def test_the_clock_starts_anew_with_the_new_dispatch(cast):
    ticket = ticket_in(cast, S.RETURNED)
    first = ticket.due_at
    with at("2024-08-09 10:00"):
        do(cast, ticket, "dispatch")
    assert ticket.due_at > first
    assert len(ticket.deadlines) == 2


def test_a_returned_ticket_says_that_its_old_clock_goes_on(cast, client):
    ticket = ticket_in(cast, S.DISPATCHED)
    login(client, "coordinator")
    address = f"/ticket/details/?id={ticket.id}"
    assert "原时限照走" not in client.get(address).text
    do(cast, ticket, "send_back")
    assert "已退回待重新派发，原时限照走；重新派发后另行起算" in client.get(address).text
