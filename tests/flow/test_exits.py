"""Not accepted (T6) and cannot be solved now (T7): proof, another person, once."""

from datetime import date

import pytest

from models.errors import Invalid, NotPermitted, Refused
from models.matter import Light
from models.ticket import Resolution
from models.ticket import TicketState as S
from models.ticket.states import EVIDENCE, ExemptGround
from tests.flow.desk import PLAIN, add_evidence, at, day, do, ticket_in


@pytest.mark.parametrize("ground", ExemptGround, ids=lambda ground: ground.value)
def test_each_of_the_five_grounds_needs_an_explanation_and_evidence(cast, ground):
    ticket = ticket_in(cast, S.ACCEPTED)
    asked = PLAIN["exempt_ask"] | {"ground": ground}
    for missing in ("explanation", "evidence"):
        with pytest.raises(Invalid):
            ticket.exempt_ask(by=cast.jia_clerk, **asked | {missing: " "})
    if ground == ExemptGround.SECRET:  # secret papers must not be uploaded
        ticket.exempt_ask(by=cast.jia_clerk, **asked)
    else:
        with pytest.raises(Invalid, match=EVIDENCE[ground]):
            ticket.exempt_ask(by=cast.jia_clerk, **asked)
        do(cast, ticket, "exempt_ask", ground=ground)
    assert ticket.state == S.EXEMPT_ASKED
    assert not ticket.exempt


def test_void_evidence_is_no_evidence(cast):
    ticket = ticket_in(cast, S.EXEMPT_ASKED)
    do(cast, ticket, "check_exemption", decision="REFUSE")
    for file in ticket.attachments:
        file.is_void = True
    with pytest.raises(Invalid, match="请上传证明材料"):
        ticket.exempt_ask(by=cast.jia_clerk, **PLAIN["exempt_ask"])


def test_only_after_the_review_it_leaves_the_denominator(cast):
    ticket = ticket_in(cast, S.EXEMPT_ASKED)
    do(cast, ticket, "check_exemption")
    assert (ticket.state, ticket.exempt, ticket.resolution) == (S.EXEMPTED, True, Resolution.EXEMPTED)
    assert ticket.closed_at


def test_the_clock_goes_on_while_the_request_is_reviewed(cast):
    ticket = ticket_in(cast, S.EXEMPT_ASKED)
    with at("2024-08-12 17:30"):
        assert ticket.light == Light.RED


def test_a_refused_exemption_goes_back_to_work(cast):
    ticket = ticket_in(cast, S.EXEMPT_ASKED)
    do(cast, ticket, "check_exemption", decision="REFUSE", opinion="证据不足")
    assert (ticket.state, ticket.exempt) == (S.ACCEPTED, False)
    reworked = ticket_in(cast, S.REWORK)
    do(cast, reworked, "exempt_ask")
    do(cast, reworked, "check_exemption", decision="REFUSE")
    assert reworked.state == S.REWORK
    promised = ticket_in(cast, S.DEFERRED)
    do(cast, promised, "exempt_ask")
    do(cast, promised, "check_exemption", decision="REFUSE")
    assert promised.state == S.DEFERRED


def test_the_handling_unit_and_the_person_who_asked_do_not_review(cast, grant):
    ticket = ticket_in(cast, S.EXEMPT_ASKED)
    with pytest.raises(NotPermitted):
        do(cast, ticket, "check_exemption", by="jia_head")
    grant("jia_head", "COORDINATOR")
    with pytest.raises(Refused, match="承办单位不能审核"):
        do(cast, ticket, "check_exemption", by="jia_head")
    grant("jia_clerk", "COORDINATOR")
    cast.jia_clerk.unit = cast.coordinator.unit  # moved to the coordinator's office since
    with pytest.raises(Refused, match="自己提出"):
        do(cast, ticket, "check_exemption", by="jia_clerk")
    assert ticket.state == S.EXEMPT_ASKED


def test_the_promised_date_becomes_the_clock_after_the_head_has_signed(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "defer", promised=date(2024, 10, 31))
    assert (ticket.state, ticket.due_at) == (S.DEFER_ASKED, day("2024-08-12 17:30"))
    with pytest.raises(NotPermitted):
        do(cast, ticket, "approve_deferral", by="jia_clerk")
    do(cast, ticket, "approve_deferral")
    assert (ticket.state, ticket.due_at) == (S.DEFERRED, day("2024-10-31 17:30"))
    assert ticket.deadline.cause == "COMMITMENT"
    assert ticket.deferrals[0].decided_by == cast.jia_head


@pytest.mark.parametrize("missing", ["measures", "plan", "steps", "promised", "consent"])
def test_a_promise_needs_measures_plan_steps_date_and_consent(cast, missing):
    ticket = ticket_in(cast, S.ACCEPTED)
    with pytest.raises(Invalid) as refusal:
        do(cast, ticket, "defer", **{missing: ""})
    assert refusal.value.field == missing
    assert ticket.deferrals == []


def test_a_promise_needs_the_enterprises_consent_on_file(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    with pytest.raises(Invalid, match="请上传企业认可材料") as refusal:
        ticket.defer(by=cast.jia_clerk, measures="分期", plan="两期", steps="先本金", promised=date(2024, 9, 30), consent="电话同意")
    assert refusal.value.field == "consent"
    add_evidence(ticket, "企业认可材料")
    ticket.attachments[0].is_void = True
    with pytest.raises(Invalid, match="请上传企业认可材料"):
        ticket.defer(by=cast.jia_clerk, measures="分期", plan="两期", steps="先本金", promised=date(2024, 9, 30), consent="电话同意")
    do(cast, ticket, "defer")
    assert ticket.state.label == "承诺待签批"


def test_a_promise_lies_ahead(cast):
    with pytest.raises(Invalid, match="今天之后"):
        do(cast, ticket_in(cast, S.ACCEPTED), "defer", promised=date(2024, 8, 4))


def test_a_promise_that_ran_out_before_it_was_signed_is_not_signed(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    do(cast, ticket, "defer", promised=date(2024, 8, 7))
    with at("2024-08-08 09:00"):
        with pytest.raises(Refused, match="承诺日期已过"):
            do(cast, ticket, "approve_deferral")
        do(cast, ticket, "approve_deferral", decision="REFUSE")
    assert ticket.state == S.ACCEPTED


def test_promising_is_done_once(cast):
    ticket = ticket_in(cast, S.DEFERRED)
    with pytest.raises(Refused, match="承诺办理"):
        do(cast, ticket, "defer")
    do(cast, ticket, "reply")
    do(cast, ticket, "review")
    do(cast, ticket, "callback", reached=True, solved=False, satisfaction="NOT")
    assert ticket.state == S.REWORK
    with pytest.raises(Refused, match="已承诺过一次"):
        do(cast, ticket, "defer")


def test_a_refused_promise_may_be_made_better(cast):
    ticket = ticket_in(cast, S.DEFER_ASKED)
    do(cast, ticket, "approve_deferral", decision="REFUSE", opinion="日期太远")
    assert ticket.state == S.ACCEPTED
    do(cast, ticket, "defer")
    assert ticket.state == S.DEFER_ASKED


def test_nobody_signs_the_own_promise(cast, grant):
    grant("jia_clerk", "UNIT_HEAD")
    ticket = ticket_in(cast, S.DEFER_ASKED)
    with pytest.raises(Refused, match="自己提出"):
        do(cast, ticket, "approve_deferral", by="jia_clerk")


def test_in_a_rework_round_after_a_promise_a_refused_review_goes_back_to_the_rework(cast):
    ticket = ticket_in(cast, S.DEFERRED)
    do(cast, ticket, "reply")
    do(cast, ticket, "review", decision="REFUSE", opinion="结果不实")
    assert ticket.state == S.DEFERRED
    do(cast, ticket, "reply")
    do(cast, ticket, "review")
    do(cast, ticket, "callback", reached=True, solved=False, satisfaction="NOT")
    do(cast, ticket, "reply")
    do(cast, ticket, "review", decision="REFUSE", opinion="结果不实")
    assert ticket.state == S.REWORK
