"""Dispatch, signing, co-units, reassigning: the clock runs from dispatch whatever the signing (T3, T4)."""

import pytest

from models import ServiceStandard, db
from models.errors import Invalid, Refused
from models.matter import Light
from models.matter_unit import Part, PartState
from models.sweep.signing import deem_signed
from models.ticket import Channel
from models.ticket import TicketState as S
from tests.flow.desk import at, day, do, ticket_in


def test_the_clock_runs_from_dispatch_by_the_service_standard(cast):
    ticket = ticket_in(cast, S.DISPATCHED)
    assert (ticket.started_at, ticket.due_at) == (day("2024-08-05 09:00"), day("2024-08-12 17:30"))
    assert ticket.deadline.standard.code == "ticket-handle"
    assert ticket.light == Light.BLUE


def test_a_unit_cannot_stop_the_clock_by_not_signing(cast):
    early, late = ticket_in(cast, S.DISPATCHED), ticket_in(cast, S.DISPATCHED)
    with at("2024-08-05 09:10"):
        early.sign(by=cast.jia_clerk)
    with at("2024-08-06 17:00"):
        late.sign(by=cast.jia_clerk)
    assert early.due_at == late.due_at == day("2024-08-12 17:30")


def test_an_unsigned_ticket_is_deemed_signed_after_the_signing_limit(cast):
    ticket = ticket_in(cast, S.DISPATCHED)
    lead = ticket.part_of(cast.jia.id)
    assert lead.sign_due_at == day("2024-08-06 17:30")
    with at("2024-08-06 17:29"):
        assert deem_signed() == 0
    with at("2024-08-06 17:30"):
        assert deem_signed() == 2
        assert deem_signed() == 0
    assert ticket.state == S.ACCEPTED
    assert (lead.deemed, lead.signed_by) == (True, None)
    event = ticket.events[1]
    assert (event.action, event.from_state, event.to_state) == ("deemed_signed", S.DISPATCHED, S.ACCEPTED)


def test_a_withdrawn_ticket_is_not_deemed_signed(cast):
    ticket = ticket_in(cast, S.DISPATCHED)
    do(cast, ticket, "withdraw")
    with at("2024-08-08 08:00"):
        assert deem_signed() == 0
    assert ticket.events[0].action == "withdraw"


def test_a_channel_of_its_own_standard_has_its_own_limit(cast):
    disclosure = cast.ticket(channel=Channel.DISCLOSURE)
    do(cast, disclosure, "dispatch")
    assert disclosure.due_at == day("2024-09-02 17:30")  # 20 working days, T13
    minsheng = cast.ticket(channel=Channel.MINSHENG)
    do(cast, minsheng, "dispatch")
    assert minsheng.due_at == day("2024-08-12 17:30")


def test_the_coordinator_may_give_a_last_day(cast):
    ticket = cast.ticket()
    do(cast, ticket, "dispatch", term="CUSTOM", until="20240807")
    assert (ticket.due_at, ticket.deadline.cause, ticket.started_at) == (day("2024-08-07 17:30"), "DISPATCH", day("2024-08-05 09:00"))


@pytest.mark.parametrize(("until", "words"), [
    ("", "请填写截止日"), ("20240805", "明天以后"), ("20240801", "明天以后"), ("20250901", "一年以内"),
    ("20240810", "8月10日是周末，可改为8月9日（周五）或8月12日（周一）"), ("20240917", "9月17日是中秋节，可改为"),
])
def test_a_last_day_is_a_working_day_ahead_and_the_refusal_says_which_would_do(cast, until, words):
    with pytest.raises(Invalid, match=words) as refusal:
        do(cast, cast.ticket(), "dispatch", term="CUSTOM", until=until, stretch="事情复杂")
    assert refusal.value.field == "until"


def test_later_than_the_standard_needs_a_reason_that_stays_with_the_deadline(cast):
    ticket = cast.ticket()
    for late in ({"term": "CUSTOM", "until": "20240813"}, {"term": "HARD"}):
        with pytest.raises(Invalid, match="晚于时限标准（8月12日），请写延长理由") as refusal:
            do(cast, ticket, "dispatch", **late)
        assert refusal.value.field == "stretch"
    do(cast, ticket, "dispatch", term="HARD", stretch="涉及三个部门")
    assert (ticket.due_at, ticket.deadline.note) == (day("2024-08-26 17:30"), "涉及三个部门")


def test_the_manner_of_handling_is_kept_and_fits_the_units(cast):
    for manner, co in (("JOINT", []), ("CONSULT", []), ("SINGLE", [cast.yi])):
        with pytest.raises(Invalid, match="协办单位") as refusal:
            do(cast, cast.ticket(), "dispatch", manner=manner, co=co)
        assert refusal.value.field == "co"
    for manner, co in (("SINGLE", []), ("JOINT", [cast.yi]), ("CONSULT", [cast.yi]), ("ON_SITE", [])):
        ticket = cast.ticket()
        do(cast, ticket, "dispatch", manner=manner, co=co)
        assert ticket.manner == manner
    assert "办理方式：现场答复" in ticket.events[0].note


def test_without_any_standard_the_limit_must_be_given(cast):
    for standard in db.session.scalars(db.select(ServiceStandard).where(ServiceStandard.stage == "HANDLE")):
        standard.is_active = False
    db.session.flush()
    ticket = cast.ticket()
    with pytest.raises(Refused, match="请自定截止日"):
        do(cast, ticket, "dispatch")
    assert (ticket.state, ticket.parts) == (S.REGISTERED, [])
    do(cast, ticket, "dispatch", until="20240812")


def test_each_co_unit_has_its_own_sub_status_and_times(cast):
    ticket = ticket_in(cast, S.DISPATCHED)
    co = ticket.part_of(cast.yi.id)
    assert (co.role, co.state) == (Part.CO, PartState.PENDING)
    with pytest.raises(Refused, match="请先签收"):
        do(cast, ticket, "co_reply")
    with at("2024-08-05 10:00"):
        do(cast, ticket, "co_sign")
    assert (co.state, co.signed_at, co.signed_by) == (PartState.SIGNED, day("2024-08-05 10:00"), cast.yi_clerk)
    assert ticket.part_of(cast.jia.id).state == PartState.PENDING
    assert ticket.state == S.DISPATCHED
    with pytest.raises(Refused, match="本单位已签收"):
        do(cast, ticket, "co_sign")
    with at("2024-08-06 10:00"):
        do(cast, ticket, "co_reply")
    assert (co.state, co.replied_at, co.reply) == (PartState.REPLIED, day("2024-08-06 10:00"), "资金已到位")
    with pytest.raises(Refused, match="本单位已反馈"):
        do(cast, ticket, "co_reply")


def test_the_lead_unit_cannot_be_a_co_unit_as_well(cast):
    with pytest.raises(Invalid, match="不能同时协办"):
        do(cast, cast.ticket(), "dispatch", co=[cast.jia])


def test_a_retired_unit_is_given_nothing_and_a_refused_dispatch_leaves_no_trace(cast):
    cast.yi.is_active = False
    ticket = ticket_in(cast, S.REGISTERED)
    with pytest.raises(Refused, match="已停用"):
        do(cast, ticket, "dispatch")
    assert (ticket.parts, ticket.unit, ticket.due_at, ticket.state) == ([], None, None, S.REGISTERED)


def test_reassigning_moves_the_ticket_and_its_clock_as_often_as_needed(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    for moment, unit in (("2024-08-06 09:00", cast.yi), ("2024-08-07 09:00", cast.jia), ("2024-08-08 09:00", cast.yi)):
        with at(moment):
            do(cast, ticket, "reassign", lead=unit)
            assert (ticket.unit, ticket.state, ticket.started_at) == (unit, S.DISPATCHED, day(moment))
    assert [part.unit for part in ticket.parts if part.active] == [cast.yi]
    assert ticket.part_of(cast.jia.id) is None
    assert cast.jia_clerk not in {ticket.handler}
    assert ticket.due_at == day("2024-08-15 17:30")


def test_a_nudge_leaves_a_trace_and_counts(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    with at("2024-08-06 09:00"):
        do(cast, ticket, "nudge")
    with at("2024-08-06 09:01"):
        do(cast, ticket, "nudge", note="")
    assert ticket.reminders == 2
    assert [event.label for event in ticket.events[:2]] == ["催办", "催办"]


def test_a_second_press_within_a_minute_is_the_same_nudge_but_another_persons_counts(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    with at("2024-08-06 09:00"):
        ticket.nudge(by=cast.supervisor)
    with at("2024-08-06 09:00:59"):
        with pytest.raises(Refused, match="您刚催办过区人社局，请一分钟后再催"):
            ticket.nudge(by=cast.supervisor)
        ticket.nudge(by=cast.coordinator)
    assert ticket.reminders == 2


def test_the_unit_it_goes_to_next_may_be_nudged_at_once(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    with at("2024-08-06 09:00"):
        ticket.nudge(by=cast.supervisor)
    with at("2024-08-06 09:00:30"):
        do(cast, ticket, "reassign", lead=cast.yi)
        ticket.nudge(by=cast.supervisor)
    assert ticket.reminders == 2
