"""A letter through the forms: proposed by the sweep, read, reworded, issued, printed, served, answered, struck off (A1, A2)."""

import re
from datetime import timedelta

import pytest

from models import LetterTemplate, Notice, NoticeSeries, db
from models.accountability import AccountabilityAction, ActionState
from models.notice import NoticeState
from models.now import as_of
from models.sweep import sweep
from tests.panel.browse import details_url, file, step_url

S = NoticeState
TALK = "2999-01-04 09:00"


def late(cast):
    """甲局's demand, one day past its deadline; the clock stands there for the rest of the test."""
    ticket = cast.accepted()
    db.session.commit()
    return ticket, ticket.due_at + timedelta(days=1)


def proposed(cast, moment, measure="SUPERVISE"):
    """The measure the sweep proposes at that moment, and its letter."""
    sweep(moment)
    action = db.session.scalars(
        db.select(AccountabilityAction).where(AccountabilityAction.measure == measure, AccountabilityAction.state == ActionState.DRAFT)
    ).one()
    return action, action.notice


def issue(desk, who, letter):
    if letter.kind == "SUMMONS_TALK":
        assert "请先填写会议时间、地点" in desk(who).press(letter, "issue").said
        desk(who).does(letter, "arrange", time=TALK, place="区政府会议室", host="演示-主持", participants="区人社局、区财政局")
    desk(who).does(letter, "issue")
    return letter


def rest_of_the_ladder(desk, cast, ticket, moment, until):
    """Issue rung after rung up to `until`; the moment at which the next one is proposed."""
    for measure, who in (("SUPERVISE", "supervisor"), ("LIST", "supervisor"), ("SUMMON", "discipline"), ("ACCOUNT", "discipline")):
        if measure == until:
            break
        with as_of(moment):
            issue(desk, who, proposed(cast, moment, measure)[1])
        moment = ticket.ladder_due_at + timedelta(days=1)
    return moment


def test_a_proposal_is_read_reworded_and_issued_under_the_next_number(desk, cast):
    ticket, moment = late(cast)
    with as_of(moment):
        action, letter = proposed(cast, moment)
        page = desk("supervisor").get(details_url(letter))
        assert page.status == 200, page.said
        assert "未编号" in page.words
        pictures = page.tree.xpath("//img[contains(@class, 'sheet')]/@src")
        assert desk("supervisor").raw(pictures[0]).data.startswith(b"\x89PNG")
        form = desk("supervisor").get(step_url(letter, "edit"))
        assert ticket.title in form.value("body")
        given = {name: form.value(name) or "" for name in ("title", "addressee", "cc", "contact")}
        desk("supervisor").does(letter, "edit", **given, body=form.value("body") + "\n请高度重视。")
        issue(desk, "supervisor", letter)
        assert letter.state == S.ISSUED
        assert letter.body.endswith("请高度重视。")
        assert re.fullmatch(r"示营督〔\d{4}〕1号", letter.number)
        assert (ticket.ladder, action.state) == (1, ActionState.ISSUED)


def test_an_issued_letter_is_the_same_bytes_for_ever(desk, cast):
    ticket, moment = late(cast)
    with as_of(moment):
        letter = issue(desk, "supervisor", proposed(cast, moment)[1])
        frozen = letter.pdf
        assert desk("supervisor").raw(f"/notice/pdf/?id={letter.id}").data == frozen
    with as_of(moment + timedelta(days=30)):
        assert desk("leader").raw(f"/notice/pdf/?id={letter.id}").data == frozen
        body = desk("supervisor").raw(f"/notice/pdf/?id={letter.id}&body=1").data
        assert body.startswith(b"%PDF")
        assert body != frozen
        word = desk("supervisor").raw(f"/notice/word/?id={letter.id}")
        assert word.data.startswith(b"PK")
        assert "filename*=UTF-8''" in word.headers["Content-Disposition"]
        page = desk("supervisor").press(letter, "edit", title="x", addressee="x", body="x")
        assert page.status == 409
        assert "现在是“已签发”" in page.said
        assert letter.pdf == frozen
    public = desk("").get(f"/verify/{letter.code}")
    assert letter.number in public.words
    assert ticket.title not in public.words


def test_the_unit_signs_answers_and_the_supervisor_strikes_off(desk, cast, quick_press):
    ticket, moment = late(cast)
    with as_of(moment):
        action, letter = proposed(cast, moment)
        assert desk("jia_clerk").get(details_url(letter)).status == 404
        assert desk("jia_clerk").get(details_url(action)).status == 404
        issue(desk, "supervisor", letter)
        assert letter.number in desk("jia_clerk").get("/notice/").words
        assert desk("supervisor").press(letter, "close", outcome="已核查").status == 409  # nobody has received it
        desk("jia_clerk").does(letter, "acknowledge")
        assert letter.receipts[0].signed_hash == letter.pdf_sha256
        assert desk("jia_clerk").raw(f"/notice/receipt/?id={letter.id}&receipt={letter.receipts[0].id}").data.startswith(b"%PDF")
        assert desk("jia_head").press(letter, "acknowledge").status == 409
        desk("jia_clerk").does(letter, "answer", feedback="已约谈责任科室，本周办结", feedback_files=[file("整改报告.pdf")])
        assert (letter.state, action.state) == (S.ANSWERED, ActionState.ANSWERED)
        assert ticket.attachments[-1].original_name == "整改报告.pdf"
        page = desk("supervisor").press(letter, "close", outcome="已核查")
        assert page.status == 409
        assert "尚未答复" in page.said
        desk("jia_clerk").does(ticket, "reply", process="x", result="已办", resolution="SOLVED")
        desk("jia_head").does(ticket, "review", decision="AGREE")
        desk("supervisor").does(letter, "close", outcome="已核查属实")
        assert (letter.state, action.state) == (S.CLOSED, ActionState.CLOSED)


def test_paper_service_is_registered_with_a_witness_when_it_was_left(desk, cast, quick_press):
    _ticket, moment = late(cast)
    with as_of(moment):
        letter = issue(desk, "supervisor", proposed(cast, moment)[1])
        answers = {"unit": cast.jia.id, "method": "LEFT", "received_by": "收发室"}
        page = desk("supervisor").press(letter, "serve", **answers)
        assert page.status == 422
        assert "见证人" in page.error("witness")
        desk("supervisor").does(letter, "serve", **answers, witness="演示-见证")
        assert letter.state == S.SERVED
        assert "收发室" in desk("supervisor").get(details_url(letter)).words


def test_a_void_letter_keeps_its_number_and_another_may_be_drafted(desk, cast, quick_press):
    _ticket, moment = late(cast)
    with as_of(moment):
        action, letter = proposed(cast, moment)
        issue(desk, "supervisor", letter)
        number = letter.number
        assert desk("supervisor").press(letter, "void").error("reason")
        desk("supervisor").does(letter, "void", reason="主送有误")
        assert (letter.state, letter.number) == (S.VOID, number)
        assert "已作废" in desk("").get(f"/verify/{letter.code}").words
        assert desk("supervisor").get(details_url(letter)).status == 200
        other = action.notice
        assert (other.state, action.state, action.matter.ladder) == (S.DRAFT, ActionState.DRAFT, 0)
        issue(desk, "supervisor", other)
        assert other.number != number
        desk("supervisor").does(other, "revoke", reason="企业已撤回诉求")
        assert (other.state, action.state, action.matter.ladder) == (S.VOID, ActionState.WITHDRAWN, 0)


@pytest.mark.parametrize(
    ("measure", "may_not", "may"),
    [("SUPERVISE", ("coordinator", "intake", "jia_head", "discipline"), "supervisor"), ("SUMMON", ("supervisor", "coordinator"), "discipline")],
)
def test_each_rung_is_issued_by_its_own_role(desk, cast, quick_press, measure, may_not, may):
    ticket, moment = late(cast)
    moment = rest_of_the_ladder(desk, cast, ticket, moment, measure)
    with as_of(moment):
        letter = proposed(cast, moment, measure)[1]
        for who in may_not:
            assert desk(who).get(step_url(letter, "issue")).status == 404, who
            assert desk(who).post(step_url(letter, "issue"), {"version": str(letter.version)}).status == 404, who
        assert letter.state == S.DRAFT
        issue(desk, may, letter)
        assert ticket.ladder == {"SUPERVISE": 1, "SUMMON": 3}[measure]


def test_turning_a_proposal_down_needs_a_reason_and_voids_its_letter(desk, cast, quick_press):
    _ticket, moment = late(cast)
    with as_of(moment):
        action, letter = proposed(cast, moment)
        page = desk("supervisor").press(action, "decline")
        assert page.status == 422
        assert page.error("reason")
        desk("supervisor").does(action, "decline", reason="企业同意顺延")
        assert (action.state, letter.state, letter.number) == (ActionState.DECLINED, S.VOID, None)
        assert desk("supervisor").get(details_url(action)).status == 200
        assert "企业同意顺延" in desk("supervisor").get(details_url(action)).words


def test_a_character_no_font_has_is_named_and_no_number_is_lost(desk, cast):
    _ticket, moment = late(cast)
    with as_of(moment):
        action, letter = proposed(cast, moment)
        form = desk("supervisor").get(step_url(letter, "edit"))
        desk("supervisor").does(
            letter, "edit", title=form.value("title"), addressee=form.value("addressee"), body="请\U00013000办理。", cc="", contact=""
        )
        page = desk("supervisor").press(letter, "issue")
        assert page.status in (302, 409)
        said = desk("supervisor").get(details_url(letter)).said + page.said
        assert "\U00013000" in said or "13000" in said
        assert (letter.state, letter.number, letter.matter.ladder, action.state) == (S.DRAFT, None, 0, ActionState.DRAFT)
        assert db.session.scalars(db.select(NoticeSeries)).all() == []
        assert desk("supervisor").raw(f"/notice/page/?id={letter.id}").status_code == 404
        assert desk("supervisor").raw(f"/notice/pdf/?id={letter.id}").status_code == 302
        assert desk("supervisor").raw(f"/notice/word/?id={letter.id}").status_code in (200, 302)
        desk("supervisor").does(letter, "regenerate")
        issue(desk, "supervisor", letter)
        assert letter.number.endswith("1号")


def test_a_draft_is_worded_from_the_facts_of_the_day_it_is_opened(desk, cast, quick_press):
    _ticket, moment = late(cast)
    with as_of(moment):
        _action, letter = proposed(cast, moment)
    with as_of(moment + timedelta(days=7)):
        for who in ("supervisor", "coordinator", "leader", "discipline"):
            page = desk(who).get(details_url(letter))
            assert page.status == 200, (who, page.said)
            assert desk(who).raw(f"/notice/pdf/?id={letter.id}").data.startswith(b"%PDF"), who
        assert f"{moment + timedelta(days=7):%-d}日" in desk("supervisor").get(step_url(letter, "edit")).value("body")


def test_an_edited_draft_shows_the_hand_and_takes_over_the_facts_in_one_step(desk, cast, quick_press):
    _ticket, moment = late(cast)
    with as_of(moment):
        _action, letter = proposed(cast, moment)
        form = desk("supervisor").get(step_url(letter, "edit"))
        given = {name: form.value(name) or "" for name in ("title", "addressee", "cc", "contact", "until")}
        desk("supervisor").does(letter, "edit", **given, body=form.value("body").replace("写明办理过程、", "写明办理全过程、"))
    with as_of(moment + timedelta(days=1)):
        page = desk("supervisor").get(details_url(letter))
        assert "写明办理全过程、" in "".join(page.tree.xpath("//ins/text()"))
        assert page.tree.xpath("//h2[@id='moved']")
        refused = desk("supervisor").press(letter, "issue")
        assert refused.status == 409
        assert "请先“更新事实”" in refused.said
        desk("supervisor").does(letter, "renew")
        assert not desk("supervisor").get(details_url(letter)).tree.xpath("//h2[@id='moved']")
        issue(desk, "supervisor", letter)
    assert "写明办理全过程、" in letter.body


def test_the_form_for_the_answer_and_the_record_of_a_talk_are_printed_with_the_letter(desk, cast, quick_press):
    ticket, moment = late(cast)
    with as_of(moment):
        letter = proposed(cast, moment)[1]
        form = f"/notice/companion/?id={letter.id}&kind=FEEDBACK_FORM"
        assert desk("supervisor").get(form).status == 404  # not before it is out
        issue(desk, "supervisor", letter)
        assert "办理情况反馈表" in desk("jia_clerk").get(details_url(letter)).words
        assert desk("jia_clerk").raw(form).data.startswith(b"%PDF")
        assert desk("jia_clerk").raw(f"{form}&word=1").data.startswith(b"PK")
        assert desk("yi_clerk").get(form).status == 404
        assert desk("jia_clerk").get(form.replace("FEEDBACK_FORM", "TALK_RECORD")).status == 404
        page = desk("supervisor").post("/notice/draft/", {"kind": "TALK_RECORD", "matter": ticket.number, "unit": cast.jia.id})
        assert page.status == 422


def test_a_letter_by_hand_asks_for_what_it_needs(desk, cast):
    ticket = cast.accepted()
    page = desk("supervisor").post("/notice/draft/", {"kind": "KEY_REMINDER", "matter": "SQ000000-00000", "unit": ""})
    assert page.status == 422
    assert page.error("matter")
    assert page.error("unit")
    page = desk("supervisor").post("/notice/draft/", {"kind": "NOBODY_KNOWS", "unit": cast.jia.id})
    assert page.status == 422
    assert page.said
    assert desk("supervisor").post("/notice/draft/", {}).status == 422
    page = desk("supervisor").post("/notice/draft/", {"kind": "KEY_REMINDER", "matter": ticket.number, "unit": cast.jia.id})
    assert page.status == 302, page.said
    letter = db.session.scalars(db.select(Notice)).one()
    assert letter.matter == ticket
    assert desk("supervisor").get(details_url(letter)).status == 200


def test_every_kind_of_letter_can_be_drafted_by_hand_or_says_what_is_missing(desk, cast):
    ticket = cast.accepted()
    for kind in db.session.scalars(db.select(LetterTemplate.kind)).all():
        for matter in ("", ticket.number):
            page = desk("supervisor").post("/notice/draft/", {"kind": kind, "matter": matter, "unit": cast.jia.id})
            assert page.status in (302, 422), (kind, matter)
            assert page.status == 302 or page.said or page.error("matter"), (kind, matter)


def test_a_wording_with_an_unknown_variable_is_refused_in_one_sentence(desk, cast):
    row = db.session.scalars(db.select(LetterTemplate).where(LetterTemplate.kind == "KEY_REMINDER")).one()
    before = row.wording
    form = desk("sysadmin").get(f"/template/edit/?id={row.id}")
    given = {name: form.value(name) or "" for name in ("label", "form", "series", "title", "addressee", "cc", "contact", "reply_days")}
    for wording in ("{{ matter.nonsense }}", "{{ nonsense }}", "{% for", "{{ ''.__class__ }}", "{{ 9**9**9 }}"):
        page = desk("sysadmin").post(f"/template/edit/?id={row.id}", given | {"wording": wording, "is_active": "y"})
        assert page.status == 200, wording
        assert page.said.count("。") >= 1, wording
        assert "措辞" in page.said, (wording, page.said)
        assert "Error" not in page.said
        assert page.value("wording") == wording
        db.session.refresh(row)
        assert row.wording == before
    page = desk("sysadmin").post(f"/template/edit/?id={row.id}", given | {"wording": "请办理{{ matter.title }}。", "is_active": "y"})
    assert page.status == 302, page.said
