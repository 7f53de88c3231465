"""Process, result, materials; the head's review before anything goes out (T5, T16)."""

from decimal import Decimal

import pytest

from models.errors import Invalid, NotPermitted
from models.matter import Light
from models.ticket import Resolution
from models.ticket import TicketState as S
from tests.flow.desk import at, day, do, ticket_in


def test_the_answer_counts_from_the_heads_review(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    with at("2024-08-08 10:00"):
        do(cast, ticket, "reply")
    assert (ticket.state, ticket.answered_at) == (S.REPLIED, None)
    with at("2024-08-09 10:00"):
        do(cast, ticket, "review")
    assert (ticket.state, ticket.answered_at) == (S.APPROVED, day("2024-08-09 10:00"))
    with at("2024-09-09 10:00"):
        assert ticket.light == Light.DONE


def test_reviewed_too_late_is_red_for_good(cast):
    ticket = ticket_in(cast, S.REPLIED)
    with at("2024-08-13 09:00"):
        do(cast, ticket, "review")
        assert ticket.light == Light.RED


def test_the_head_sends_back_only_with_an_opinion_and_the_old_clock_runs_on(cast):
    ticket = ticket_in(cast, S.REPLIED)
    with pytest.raises(Invalid, match="修改意见"):
        do(cast, ticket, "review", decision="REFUSE")
    do(cast, ticket, "review", decision="REFUSE", opinion="未附拨付凭证")
    assert (ticket.state, ticket.due_at, ticket.answered_at) == (S.ACCEPTED, day("2024-08-12 17:30"), None)


def test_the_clerk_cannot_review_and_the_other_office_neither(cast):
    ticket = ticket_in(cast, S.REPLIED)
    for username in ("jia_clerk", "yi_head", "coordinator", "leader"):
        with pytest.raises(NotPermitted):
            do(cast, ticket, "review", by=username)


def test_an_answer_is_a_solution_or_an_explanation(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    for wrong in ("ON_SPOT", "MERGED", "nonsense"):
        with pytest.raises(Invalid, match="不在可选范围内"):
            do(cast, ticket, "reply", resolution=wrong)
    do(cast, ticket, "reply", resolution="EXPLAINED")
    assert ticket.resolution == Resolution.EXPLAINED


def test_the_gain_is_one_figure_however_often_the_answer_is_written(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "reply", gain="8.64")
    do(cast, ticket, "review", decision="REFUSE", opinion="金额不对")
    do(cast, ticket, "reply", gain="1,286.40")
    assert [row.amount for row in ticket.outcomes] == [Decimal("1286.40")]
    for wrong in ("-1", "很多", "NaN", "1e20"):
        with pytest.raises(Invalid):
            do(cast, ticket_in(cast, S.ACCEPTED), "reply", gain=wrong)


def test_progress_is_reported_without_changing_the_state(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "report_progress")
    assert (ticket.state, ticket.progress, ticket.handler) == (S.ACCEPTED, "已与银行核对", cast.jia_clerk)


def test_control_characters_never_reach_the_database(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "report_progress", progress="已核对\x00\ud800账户")
    assert ticket.progress == "已核对账户"


def test_an_answer_too_long_says_how_long_it_may_be(cast):
    with pytest.raises(Invalid, match="2000字以内，现为2001字"):
        do(cast, ticket_in(cast, S.ACCEPTED), "reply", result="长" * 2001)
