"""Taking in and deciding where it goes (T2, T3, T12)."""

import pytest

from models.errors import Invalid, NotPermitted, Refused
from models.matter_unit import Part
from models.ticket import Channel, Resolution, Ticket
from models.ticket import TicketState as S
from tests.flow.desk import do, ticket_in


@pytest.mark.parametrize("channel", Channel, ids=lambda channel: channel.value)
def test_demands_of_every_channel_end_in_one_list(cast, channel):
    ticket = cast.ticket(channel=channel.value)  # as a form sends it
    assert ticket.number == "SQ202408-00001"
    assert (ticket.state, ticket.created_by) == (S.REGISTERED, cast.intake)
    assert ticket.events[0].note == f"来源：{channel.label}"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("title", " "), ("title", "长" * 121), ("content", ""), ("channel", ""), ("channel", "PIGEON"), ("enterprise_name", " ")],
)
def test_a_demand_says_what_is_missing_or_wrong(cast, field, wrong):
    with pytest.raises(Invalid) as refusal:
        cast.ticket(**{"title": "正常标题"} | {field: wrong})
    assert refusal.value.field == {"enterprise_name": "enterprise"}.get(field, field)


def test_only_intake_and_special_supervisors_register(cast):
    fields = {"title": "诉求", "content": "内容", "channel": "VISIT", "enterprise_name": "演示企业"}
    assert Ticket.register(by=cast.special, **fields).created_by == cast.special
    for username in ("jia_clerk", "coordinator", "leader", "sysadmin"):
        with pytest.raises(NotPermitted):
            Ticket.register(by=getattr(cast, username), **fields)


def test_a_registered_enterprise_lends_its_name(cast):
    from models import Enterprise, db

    firm = db.session.scalars(db.select(Enterprise)).first()
    ticket = cast.ticket(enterprise=firm, enterprise_name="")
    assert (ticket.enterprise_name, ticket.who) == (firm.name, firm.name)


def test_a_wrong_phone_number_is_refused(cast):
    with pytest.raises(ValueError, match="电话号码不对"):
        cast.ticket(contact_phone="12")
    assert cast.ticket(contact_phone="0535-4219000").contact_phone == "0535-4219000"


def test_consulted_units_see_the_ticket_until_the_conclusion(cast):
    ticket = ticket_in(cast, S.CONSULTING)
    assert {part.role for part in ticket.parts} == {Part.CONSULT}
    assert ticket.part_of(cast.yi.id)
    do(cast, ticket, "conclude")
    assert ticket.state == S.REGISTERED
    assert ticket.part_of(cast.yi.id) is None
    assert ticket.unit is None


def test_reported_up_and_instructed_it_comes_back_to_triage(cast):
    ticket = ticket_in(cast, S.REPORTED_UP)
    with pytest.raises(NotPermitted):
        do(cast, ticket, "instruct", by="coordinator")
    do(cast, ticket, "instruct")
    assert ticket.state == S.REGISTERED
    assert (ticket.events[0].mark, ticket.events[0].note) == ("act", "人社局牵头，一周内办结")


def test_a_matter_of_the_whole_district_goes_to_the_coordinator(cast):
    ticket = ticket_in(cast, S.DISTRICT)
    assert ticket.is_district
    assert "dispatch" in {step.name for step, why in ticket.steps_for(cast.coordinator) if why is None}


@pytest.mark.parametrize("organ", ["DISCIPLINE", "POLITICAL_LEGAL", "COURT", "PROCURATORATE"])
def test_a_transfer_ends_the_ticket_and_names_the_organ(cast, organ):
    ticket = cast.ticket()
    do(cast, ticket, "transfer", organ=organ)
    assert (ticket.state, ticket.resolution, ticket.exempt) == (S.TRANSFERRED, Resolution.TRANSFERRED, True)
    assert "移交机关：区" in ticket.events[0].note


def test_the_same_demand_entered_twice_is_merged(cast):
    first, second = cast.ticket(), cast.ticket()
    second.merge(by=cast.coordinator, into=first.number)
    assert (second.state, second.merged_into, second.exempt) == (S.MERGED, first, True)
    assert first.events[0].label == "并入"
    assert first.state == S.REGISTERED


def test_merging_needs_another_ticket_that_is_not_merged_itself(cast):
    first, second, third = cast.ticket(), cast.ticket(), cast.ticket()
    for wrong in (first.number, "SQ202408-99999", "'; --"):
        with pytest.raises(Invalid, match="没有这个编号"):
            first.merge(by=cast.coordinator, into=wrong)
    second.merge(by=cast.coordinator, into=first.number)
    with pytest.raises(Refused, match="已并入别的件"):
        third.merge(by=cast.coordinator, into=second.number)


def test_withdrawn_by_the_enterprise_it_leaves_the_figures(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "withdraw")
    assert (ticket.state, ticket.exempt, ticket.resolution) == (S.WITHDRAWN, True, Resolution.WITHDRAWN)


def test_tendency_flags_are_set_and_taken_off(cast):
    ticket = cast.ticket()
    do(cast, ticket, "flag")
    assert (ticket.media_risk, ticket.order_risk, ticket.petition_risk) == (True, False, True)
    do(cast, ticket, "flag", tendencies=[])
    assert {ticket.media_risk, ticket.order_risk, ticket.petition_risk} == {False}
    with pytest.raises(Invalid):
        do(cast, ticket, "flag", tendencies="GOSSIP")
