"""Calling back: independent, unreachable is not satisfied, rework keeps the number with a new clock (T8)."""

import pytest

from models import Setting, db
from models.errors import Invalid, NotPermitted, Refused
from models.matter_unit import PartState
from models.ticket import Resolution
from models.ticket import TicketState as S
from tests.flow.desk import at, day, do, ticket_in


def test_solved_and_satisfied_closes_the_ticket(cast):
    for level in ("VERY", "SATISFIED", "BASIC"):
        ticket = ticket_in(cast, S.APPROVED)
        do(cast, ticket, "callback", satisfaction=level)
        assert (ticket.state, ticket.satisfaction) == (S.CLOSED, level)


@pytest.mark.parametrize(("solved", "level"), [(False, "VERY"), (True, "NOT"), (True, "VERY_NOT"), (False, "NOT")])
def test_unsolved_or_dissatisfied_is_done_again_under_the_same_number_with_a_new_clock(cast, solved, level):
    ticket = ticket_in(cast, S.APPROVED)
    number = ticket.number
    with at("2024-08-07 10:00"):
        do(cast, ticket, "callback", solved=solved, satisfaction=level)
    assert (ticket.state, ticket.reworks, ticket.number) == (S.REWORK, 1, number)
    assert (ticket.started_at, ticket.due_at) == (day("2024-08-07 10:00"), day("2024-08-12 17:30"))
    assert (ticket.answered_at, ticket.closed_at) == (None, None)
    assert ticket.part_of(cast.jia.id).state == PartState.SIGNED


def test_rework_rounds_are_counted_and_each_call_says_its_round(cast):
    ticket = ticket_in(cast, S.REWORK)
    do(cast, ticket, "reply")
    do(cast, ticket, "review")
    do(cast, ticket, "callback", solved=False)
    assert ticket.reworks == 2
    assert [call.round for call in ticket.callbacks] == [1, 2]


def test_the_co_unit_helps_again_in_the_rework_round(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "co_sign")
    do(cast, ticket, "co_reply")
    for verb in ("reply", "review"):
        do(cast, ticket, verb)
    do(cast, ticket, "callback", solved=False)
    assert ticket.part_of(cast.yi.id).state == PartState.SIGNED
    do(cast, ticket, "co_reply", opinion="补充资金证明")


def test_an_unreached_call_is_counted_but_says_nothing(cast):
    ticket = ticket_in(cast, S.APPROVED)
    do(cast, ticket, "callback", reached=False, solved=True, satisfaction="VERY")
    assert (ticket.state, ticket.satisfaction) == (S.APPROVED, None)
    assert (ticket.callbacks[-1].solved, ticket.callbacks[-1].satisfaction) == (None, None)


def test_whoever_was_reached_is_asked_how_satisfied(cast):
    with pytest.raises(Invalid, match="请选择满意度"):
        do(cast, ticket_in(cast, S.APPROVED), "callback", satisfaction=None)


@pytest.mark.parametrize("missing", ["reached", "solved", "satisfaction"])
def test_an_empty_answer_is_no_answer(cast, missing):
    ticket = ticket_in(cast, S.APPROVED)
    with pytest.raises(Invalid, match="请选择") as refusal:
        do(cast, ticket, "callback", **{missing: ""})
    assert refusal.value.field == missing
    assert ticket.callbacks == []


def test_a_call_keeps_how_and_when_the_enterprise_was_asked(cast):
    ticket = ticket_in(cast, S.APPROVED)
    with at("2024-08-06 16:00"):
        do(cast, ticket, "callback", way="VISIT", at="2024-08-06 10:30", reached=False)
    assert (ticket.callbacks[-1].way, ticket.callbacks[-1].at) == ("VISIT", day("2024-08-06 10:30"))
    assert "联系结果：未联系上；联系方式：上门；联系时间：2024-08-06 10:30" in ticket.events[0].note


@pytest.mark.parametrize(("called", "words"), [
    ("2024-08-08 16:01", "不能晚于现在"), ("2024-08-05 08:59", "在答复"), ("2024-08-06 17:00", "次一工作日内登记"),
])
def test_a_call_is_made_after_the_answer_and_entered_by_the_next_working_day(cast, called, words):
    ticket = ticket_in(cast, S.APPROVED)
    with at("2024-08-08 16:00"), pytest.raises(Invalid, match=words) as refusal:
        do(cast, ticket, "callback", at=called)
    assert refusal.value.field == "at"


def test_closing_unreached_takes_enough_calls_on_enough_days_and_the_refusal_says_what_is_missing(cast):
    ticket = ticket_in(cast, S.APPROVED)
    for missing in ("还差3次、2个不同的工作日", "还差2次、1个不同的工作日", "还差1次、1个不同的工作日"):
        with pytest.raises(Refused, match=missing):
            do(cast, ticket, "close_unreached")
        do(cast, ticket, "callback", reached=False)
    with pytest.raises(Refused, match="本轮已联系3次、分布在1个工作日；须满3次、分布在2个工作日，还差1个不同的工作日"):
        do(cast, ticket, "close_unreached")
    with at("2024-08-06 09:00"):
        do(cast, ticket, "callback", reached=False)
        do(cast, ticket, "close_unreached")
    assert (ticket.state, ticket.satisfaction, ticket.satisfaction_words) == (S.CLOSED, None, "未评价（联系不上）")


def test_a_call_on_a_day_of_rest_is_a_call_but_no_working_day(cast):
    ticket = ticket_in(cast, S.APPROVED)
    for moment in ("2024-08-09 10:00", "2024-08-10 10:00", "2024-08-11 10:00"):
        with at(moment):
            do(cast, ticket, "callback", reached=False)
    with at("2024-08-12 10:00"), pytest.raises(Refused, match="还差1个不同的工作日"):
        do(cast, ticket, "close_unreached")


def test_how_many_calls_and_days_are_settings(cast):
    for key in ("callback_attempts", "callback_days"):
        db.session.scalars(db.select(Setting).where(Setting.key == key)).one().value = "1"
    ticket = ticket_in(cast, S.APPROVED)
    do(cast, ticket, "callback", reached=False)
    do(cast, ticket, "close_unreached")
    assert ticket.state == S.CLOSED


@pytest.mark.parametrize(("state", "words"), [
    (S.ACCEPTED, "答复后回访"), (S.RETURNED, "答复后回访"), (S.APPROVED, "待回访"), (S.CLOSED, "满意"),
    (S.TRANSFERRED, "不回访（已移交）"), (S.EXEMPTED, "不回访（不予受理）"), (S.WITHDRAWN, "不回访（已撤回）"), (S.MERGED, "不回访（已并案）"),
])
def test_only_an_answered_ticket_waits_to_be_called_back(cast, state, words):
    assert ticket_in(cast, state).satisfaction_words == words


def test_calls_of_an_earlier_round_do_not_count(cast):
    ticket = ticket_in(cast, S.APPROVED)
    for _ in range(3):
        do(cast, ticket, "callback", reached=False)
    do(cast, ticket, "callback", solved=False)
    for verb in ("reply", "review"):
        do(cast, ticket, verb)
    with pytest.raises(Refused, match="已联系0次"):
        do(cast, ticket, "close_unreached")


def test_the_handling_unit_does_not_call_back_itself(cast, grant):
    grant("jia_clerk", "INTAKE")
    grant("yi_clerk", "INTAKE")
    ticket = ticket_in(cast, S.APPROVED)
    for username in ("jia_clerk", "yi_clerk"):
        with pytest.raises(Refused, match="承办单位不能回访"):
            do(cast, ticket, "callback", by=username)
    with pytest.raises(NotPermitted):
        do(cast, ticket, "callback", by="jia_head")


def test_settled_on_the_spot_is_called_back_by_somebody_else(cast):
    ticket = cast.ticket()
    do(cast, ticket, "resolve_on_spot")
    assert (ticket.state, ticket.resolution) == (S.APPROVED, Resolution.ON_SPOT)
    with pytest.raises(Refused, match="由他人回访"):
        do(cast, ticket, "callback")
    do(cast, ticket, "callback", by="intake2")
    assert ticket.state == S.CLOSED


def test_not_really_settled_on_the_spot_goes_back_to_triage(cast):
    ticket = cast.ticket()
    do(cast, ticket, "resolve_on_spot")
    do(cast, ticket, "callback", by="intake2", solved=False)
    assert (ticket.state, ticket.reworks, ticket.resolution, ticket.answered_at) == (S.REGISTERED, 1, None, None)
    do(cast, ticket, "dispatch")


def test_a_closed_record_is_corrected_only_with_a_reason(cast):
    ticket = ticket_in(cast, S.CLOSED)
    with pytest.raises(Invalid, match="更正理由"):
        do(cast, ticket, "correct", reason="")
    do(cast, ticket, "correct")
    assert (ticket.state, ticket.result) == (S.CLOSED, "已拨付8.64万元")
    assert "金额漏写" in ticket.events[0].note
