"""A small sample of what was called back is called a second time, by somebody else (users.md idea 10)."""

import pytest

from models import Setting, db
from models.errors import NotPermitted, Refused
from models.report.tally import second_calls
from models.ticket import TicketState as S
from tests.flow.desk import at, day, do, ticket_in


def sample(percent: int) -> None:
    db.session.query(Setting).filter_by(key="callback_sample_percent").one().value = str(percent)
    db.session.flush()


def test_the_setting_says_how_many_are_drawn(cast):
    drawn = {}
    for percent in (0, 30, 100):
        sample(percent)
        drawn[percent] = sum(ticket_in(cast, S.CLOSED).second_call_at is not None for _ in range(20))
    assert drawn[0] == 0
    assert 0 < drawn[30] < 20
    assert drawn[100] == 20


def test_a_confirmed_second_call_leaves_the_ticket_closed_and_takes_it_off_the_list(cast):
    sample(100)
    ticket = ticket_in(cast, S.CLOSED)
    closed_at = ticket.closed_at
    do(cast, ticket, "second_call")
    assert (ticket.state, ticket.closed_at, ticket.second_call_at) == (S.CLOSED, closed_at, None)
    assert [call.second for call in ticket.callbacks] == [None, True]
    with at("2024-08-06 10:00"):
        assert second_calls("2024-08") == (1, 1)


def test_an_untrue_first_call_is_done_again_under_the_same_number_with_a_new_clock(cast):
    ticket = ticket_in(cast, S.CLOSED)
    number = ticket.number
    with at("2024-08-07 10:00"):
        do(cast, ticket, "second_call", solved=False, satisfaction="NOT")
    assert (ticket.state, ticket.number, ticket.reworks, ticket.satisfaction) == (S.REWORK, number, 1, "NOT")
    assert (ticket.closed_at, ticket.answered_at, ticket.due_at) == (None, None, day("2024-08-12 17:30"))
    with at("2024-08-08 10:00"):
        assert second_calls("2024-08") == (0, 1)


def test_nobody_reached_leaves_it_on_the_list(cast):
    sample(100)
    ticket = ticket_in(cast, S.CLOSED)
    do(cast, ticket, "second_call", reached=False)
    assert ticket.state == S.CLOSED
    assert ticket.second_call_at is not None
    with at("2024-08-06 10:00"):
        assert second_calls("2024-08") == (0, 0)
    do(cast, ticket, "second_call")
    with pytest.raises(Refused, match="已作过二次回访"):
        do(cast, ticket, "second_call")


def test_whoever_made_the_first_call_or_handled_it_does_not_make_the_second(cast):
    ticket = ticket_in(cast, S.CLOSED)
    with pytest.raises(Refused, match="初次回访以外的人员"):
        do(cast, ticket, "second_call", by="intake")
    with pytest.raises(NotPermitted):
        do(cast, ticket, "second_call", by="jia_head")
