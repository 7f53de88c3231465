"""What was typed stays, the reason stands where it belongs, and nothing has changed."""

import sqlalchemy as sa

from models import MatterEvent, db
from models.ticket import Ticket
from models.ticket import TicketState as S
from tests.panel.browse import file, step_url
from tests.panel.test_the_main_job import ENTRY


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_form_opened_before_somebody_else_acted_is_refused_once_and_keeps_its_words(desk, cast):
    ticket = cast.accepted()
    db.session.commit()
    opened = desk("jia_clerk").get(step_url(ticket, "report_progress")).value("version")
    desk("supervisor").does(ticket, "nudge", note="请抓紧")
    events = len(ticket.events)
    page = desk("jia_clerk").press(ticket, "report_progress", version=opened, progress="已联系企业核对材料")
    assert page.status == 409
    assert "刚刚有人办理过这件事" in page.said
    assert page.value("progress") == "已联系企业核对材料"
    assert (len(ticket.events), ticket.progress) == (events, None)
    again = desk("jia_clerk").post(step_url(ticket, "report_progress"), {"version": page.value("version"), "progress": page.value("progress")})
    assert again.status == 302
    assert ticket.progress == "已联系企业核对材料"


def test_a_form_without_its_version_is_stale_not_a_crash(desk, cast):
    ticket = cast.accepted()
    for version in ("", "abc", "²", "9" * 30):
        page = desk("jia_clerk").post(step_url(ticket, "report_progress"), {"version": version, "progress": "进展"})
        assert page.status == 409
    assert desk("jia_clerk").post(step_url(ticket, "report_progress"), {"progress": "进展"}).status == 409
    assert ticket.progress is None


def test_the_register_form_sent_twice_makes_one_ticket_with_its_files_once(desk, cast):
    for _ in range(2):
        page = desk("intake").post("/ticket/register/", ENTRY | {"files": [file("申领表.pdf")]})
        assert page.status == 302
    ticket = db.session.scalars(sa.select(Ticket)).one()
    assert [a.original_name for a in ticket.attachments] == ["申领表.pdf"]


def test_what_is_missing_is_said_beside_the_field_and_the_rest_is_kept(desk, cast):
    page = desk("intake").post("/ticket/register/", ENTRY | {"title": " ", "contact_phone": "12"})
    assert page.status == 422
    assert page.error("title") == "请填写标题"
    assert page.value("content") == ENTRY["content"]
    assert page.value("enterprise") == ENTRY["enterprise"]
    assert page.value("form_token") == ENTRY["form_token"]
    assert page.value("channel") == "WINDOW"
    page = desk("intake").post("/ticket/register/", ENTRY | {"contact_phone": "12"})
    assert "电话号码不对" in page.error("contact_phone")
    assert count(Ticket) == 0


def test_every_odd_entry_of_the_register_form_is_answered_in_chinese(desk, cast):
    odd = [
        ({"channel": "NONSENSE"}, "channel"), ({"channel": ""}, "channel"), ({"answer_seconds": "²"}, "answer_seconds"),
        ({"answer_seconds": "9" * 30}, "answer_seconds"), ({"source_number": "1" * 41}, "source_number"), ({"town": "9" * 11}, "town"),
        ({"town": "²"}, "town"), ({"contact_name": "某" * 31}, "contact_name"), ({"enterprise": "某" * 121}, "enterprise"),
        ({"title": "某" * 121}, "title"),
    ]
    for more, field in odd:
        page = desk("intake").post("/ticket/register/", ENTRY | more)
        assert page.status == 422, more
        assert page.error(field), more
        assert not any(letter.isascii() and letter.isalpha() for letter in page.error(field)), (more, page.error(field))
    assert count(Ticket) == 0
    for missing in ENTRY:
        left = {name: value for name, value in ENTRY.items() if name != missing}
        assert desk("intake").post("/ticket/register/", left).status in (302, 422), missing


def test_a_source_number_taken_in_before_is_refused_beside_its_field(desk, cast):
    assert desk("intake").post("/ticket/register/", ENTRY | {"channel": "HOTLINE", "source_number": "12345-1"}).status == 302
    page = desk("intake").post("/ticket/register/", ENTRY | {"channel": "HOTLINE", "source_number": "12345-1", "form_token": "b" * 32})
    assert page.status == 422
    assert "已经登记过" in page.error("source_number")


def test_answers_a_verb_needs_are_asked_for_beside_their_fields(desk, cast):
    ticket = cast.accepted()
    page = desk("jia_clerk").press(ticket, "reply", process="已核实")
    assert page.status == 422
    assert page.error("result") == "请填写办理结果"
    assert page.value("process") == "已核实"
    page = desk("jia_clerk").press(ticket, "reply", process="已核实", result="已拨付", gain="很多")
    assert page.error("gain") == "成效（万元）请填数字"
    page = desk("jia_clerk").press(ticket, "reply", process="已核实", result="字" * 2001)
    assert "2000字以内" in page.error("result")
    assert ticket.state == S.ACCEPTED
    assert count(MatterEvent) == len(ticket.events)


def test_a_verb_the_role_does_not_hold_does_not_exist(desk, cast):
    ticket = cast.accepted()
    for who, verb in (("intake", "dispatch"), ("jia_head", "reply"), ("jia_clerk", "review"), ("leader", "dispatch"), ("coordinator", "callback")):
        assert desk(who).get(step_url(ticket, verb)).status == 404
        assert desk(who).post(step_url(ticket, verb), {"version": "1"}).status == 404
    assert desk("jia_clerk").get(step_url(ticket, "no_such_verb")).status == 404
    assert desk("jia_clerk").get(step_url(ticket, "transitions")).status == 404


def test_a_verb_in_the_wrong_state_says_so_and_changes_nothing(desk, cast):
    ticket = cast.accepted()
    version = ticket.version
    page = desk("jia_clerk").press(ticket, "sign")
    assert page.status == 409
    assert "现在是“办理中”，不能签收" in page.said
    assert ticket.version == version
    assert "现在是“办理中”，不能签收" in desk("jia_clerk").get(step_url(ticket, "sign")).said


def test_a_co_unit_cannot_act_for_the_lead(desk, cast):
    ticket = cast.ticket()
    ticket.dispatch(by=cast.coordinator, lead=cast.jia, co=[cast.yi])
    assert desk("yi_clerk").get(step_url(ticket, "sign")).status == 404
    assert desk("yi_clerk").get(step_url(ticket, "co_sign")).status == 200


def test_odd_answers_to_every_verb_never_crash(desk, cast):
    """Each verb these roles hold, on a new demand and on one being handled, answered with rubbish."""
    tickets = [cast.ticket(title="甲"), cast.accepted(title="乙")]
    for who in ("coordinator", "intake", "jia_clerk", "jia_head"):
        for ticket in tickets:
            held = [step for step in Ticket.transitions().values() if getattr(cast, who).may(step.permission)]
            for step in held:
                rubbish = {ask.name: "<²>'\";--" for ask in step.asks}
                page = desk(who).post(step_url(ticket, step.name), rubbish | {"version": str(ticket.version)})
                assert page.status in (302, 404, 409, 422), (who, step.name)
                assert "invalid literal" not in page.words
