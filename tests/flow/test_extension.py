"""More time: asked in time, decided by somebody else, only a grant moves the deadline (T4)."""

from datetime import date

import pytest

from models.errors import Invalid, NotPermitted, Refused
from models.ticket import TicketState as S
from tests.flow.desk import at, day, do, ticket_in


def test_a_granted_extension_moves_the_deadline_and_counts(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "ask_extension", until=date(2024, 8, 20))
    assert ticket.due_at == day("2024-08-12 17:30")
    with at("2024-08-06 09:00"):
        do(cast, ticket, "decide_extension")
    assert (ticket.due_at, ticket.extensions) == (day("2024-08-20 17:30"), 1)
    assert ticket.started_at == day("2024-08-05 09:00")
    assert ticket.extension_rows[0].decided_by == cast.coordinator


def test_a_refused_extension_moves_nothing_and_says_why(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "ask_extension")
    with pytest.raises(Invalid, match="请写明理由"):
        do(cast, ticket, "decide_extension", decision="REFUSE")
    do(cast, ticket, "decide_extension", decision="REFUSE", opinion="时间够用")
    assert (ticket.due_at, ticket.extensions) == (day("2024-08-12 17:30"), 0)


def test_it_is_asked_one_working_day_before_due_or_not_at_all(cast):
    in_time, late = ticket_in(cast, S.ACCEPTED), ticket_in(cast, S.ACCEPTED)
    with at("2024-08-09 17:00"):  # Friday; due on Monday
        do(cast, in_time, "ask_extension")
    for moment in ("2024-08-10 09:00", "2024-08-12 09:00"):
        with at(moment), pytest.raises(Refused, match="1个工作日前"):
            do(cast, late, "ask_extension")


@pytest.mark.parametrize(
    ("until", "why"),
    [(date(2024, 8, 12), "应晚于原时限"), (date(2024, 8, 27), "最多可延至 2024-08-26"), (date(2024, 8, 17), "可改为 2024-08-19")],
)
def test_the_new_date_is_later_within_bounds_and_a_working_day(cast, until, why):
    ticket = ticket_in(cast, S.ACCEPTED)
    with pytest.raises(Invalid, match=why):
        do(cast, ticket, "ask_extension", until=until)
    assert ticket.extension_rows == []


def test_one_request_at_a_time(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    with pytest.raises(Refused, match="没有待审批"):
        do(cast, ticket, "decide_extension")
    do(cast, ticket, "ask_extension")
    with pytest.raises(Refused, match="已有一份"):
        do(cast, ticket, "ask_extension")


def test_nobody_decides_on_the_own_request(cast, grant):
    grant("coordinator", "UNIT_HEAD")
    cast.coordinator.unit = cast.jia
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "ask_extension", by="coordinator")
    with pytest.raises(Refused, match="自己提出"):
        do(cast, ticket, "decide_extension")


def test_the_unit_head_asks_not_the_clerk(cast):
    with pytest.raises(NotPermitted):
        do(cast, ticket_in(cast, S.ACCEPTED), "ask_extension", by="jia_clerk")


def test_a_promise_is_not_extended(cast):
    with pytest.raises(Refused, match="承诺办理"):
        do(cast, ticket_in(cast, S.DEFERRED), "ask_extension")


@pytest.mark.parametrize("verbs", [["reassign"], ["reply", "review"], ["defer", "approve_deferral"], ["withdraw"]])
def test_an_undecided_request_ends_with_the_clock_it_was_made_for(cast, verbs):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "ask_extension")
    for verb in verbs:
        do(cast, ticket, verb)
    row = ticket.extension_rows[0]
    assert row.decision == "REFUSE"
    assert "自动失效" in row.opinion
    assert ticket.extensions == 0
