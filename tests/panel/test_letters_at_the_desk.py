"""Many proposals decided at once, many letters printed at once, words edited beside their pages, void letters marked (A1, A2)."""

import io
import re
from datetime import timedelta

import pdfplumber
import pytest

from models import AccountabilityAction, db
from models.accountability import ActionState
from models.notice import NoticeState
from models.now import as_of
from models.sweep import sweep
from tests.panel.browse import ON_SQLITE, details_url, step_url

pytestmark = ON_SQLITE
S = ActionState


@pytest.fixture
def proposed(cast):
    """Three demands of 甲局, one day late, and what the sweep proposes."""
    tickets = [cast.accepted(title=f"第{n}件稳岗返还未到账") for n in "一二三"]
    db.session.commit()
    with as_of(tickets[0].due_at + timedelta(days=1)):
        sweep()
        yield list(db.session.scalars(db.select(AccountabilityAction).where(AccountabilityAction.state == S.DRAFT)))


def text(pdf, page=None):
    with pdfplumber.open(io.BytesIO(pdf)) as book:
        pages = book.pages if page is None else [book.pages[page]]
        return "".join(p.extract_text() or "" for p in pages).replace("\n", "").replace(" ", "")


def test_many_proposals_are_sent_out_at_once_each_with_its_own_number(desk, proposed):
    page = desk("supervisor").post("/accountability/action/", {"action": "issue", "rowid": [str(row.id) for row in proposed[:2]]})
    assert page.status == 302
    db.session.expire_all()
    assert [row.state for row in proposed] == [S.ISSUED, S.ISSUED, S.DRAFT]
    assert sorted(row.notice.serial for row in proposed[:2]) == [1, 2]
    said = desk("supervisor").get("/accountability/").said
    assert "已发出 2 条" in said
    assert proposed[0].matter.number in said


def test_every_filtered_proposal_is_declined_with_one_reason_and_refusals_are_named(desk, cast, proposed):
    page = desk("supervisor").post("/accountability/action/", {"action": "decline", "scope": "all", "note": ""})
    assert "请填写不予采纳的理由" in desk("supervisor").get("/accountability/").said
    assert {row.state for row in proposed} == {S.DRAFT}
    proposed[0].unit = proposed[0].matter.unit = cast.supervisor.unit
    db.session.commit()
    page = desk("supervisor").post("/accountability/action/", {"action": "decline", "scope": "all", "note": "省厅系统停机"})
    assert page.status == 302
    db.session.expire_all()
    assert [row.state for row in proposed] == [S.DRAFT, S.DECLINED, S.DECLINED]
    assert {row.decline_reason for row in proposed[1:]} == {"省厅系统停机"}
    said = desk("supervisor").get("/accountability/").said
    assert "已不予采纳 2 条" in said
    assert "1 条没有不予采纳" in said
    assert "应当回避" in said


def test_only_who_may_decide_is_offered_to_decide_many(desk, proposed):
    for who in ("coordinator", "jia_clerk", "intake"):
        assert desk(who).post("/accountability/action/", {"action": "issue", "rowid": [str(proposed[0].id)]}).status in (403, 404)
    page = desk("leader").post("/accountability/action/", {"action": "decline", "rowid": [str(proposed[0].id)], "note": "x"})
    assert page.status == 404
    db.session.expire_all()
    assert proposed[0].state == S.DRAFT


def test_picked_or_all_filtered_letters_come_as_one_file_each_from_a_front_page(desk, proposed):
    desk("supervisor").does(proposed[0].notice, "issue")
    letters = [row.notice for row in proposed]
    page = desk("supervisor").client.post("/notice/action/?tab=all", data={"action": "print", "scope": "all"})
    assert page.mimetype == "application/pdf"
    with pdfplumber.open(io.BytesIO(page.data)) as book:
        fronts = [n for n, sheet in enumerate(book.pages) if "督办通知单" in (sheet.extract_text() or "").replace(" ", "")]
    assert len(fronts) == 3
    assert all(front % 2 == 0 for front in fronts)
    assert letters[0].number in text(page.data)
    some = desk("supervisor").client.post("/notice/action/?tab=all", data={"action": "print_body", "rowid": [str(letters[0].id)]})
    assert letters[0].number in text(some.data)
    assert letters[1].matter.number not in text(some.data)


def test_a_unit_prints_only_what_is_out_to_it(desk, proposed):
    desk("supervisor").does(proposed[0].notice, "issue")
    page = desk("jia_clerk").client.post("/notice/action/?tab=all", data={"action": "print", "rowid": [str(row.notice.id) for row in proposed]})
    assert proposed[0].matter.number in text(page.data)
    assert proposed[1].matter.number not in text(page.data)


def test_the_editor_shows_the_pages_of_what_is_typed_and_saves_nothing_until_told(desk, proposed):
    letter = proposed[0].notice
    before = letter.body
    page = desk("supervisor").get(step_url(letter, "edit"))
    assert page.tree.xpath("//section[contains(@class, 'desk')]/img/@src")[0].startswith("data:image/png;base64,")
    given = {name: page.value(name) or "" for name in ("title", "addressee", "cc", "contact", "until", "version")}
    shown = desk("supervisor").post(step_url(letter, "edit"), given | {"body": "改过的正文，尚未保存。", "preview": "1"})
    assert (shown.status, shown.value("body")) == (200, "改过的正文，尚未保存。")
    first, typed = (p.tree.xpath("//section[contains(@class, 'desk')]/img/@src")[0] for p in (page, shown))
    assert first != typed
    db.session.expire_all()
    assert (letter.body, letter.edited) == (before, False)
    wrong = desk("supervisor").post(step_url(letter, "edit"), given | {"body": "请\U00013000办理。", "preview": "1"})
    assert "13000" in wrong.words or "\U00013000" in wrong.words
    assert wrong.value("body") == "请\U00013000办理。"


def test_a_void_letter_is_marked_on_every_page_and_on_the_public_page(desk, proposed):
    letter = proposed[0].notice
    desk("supervisor").does(letter, "issue")
    frozen = letter.pdf
    public = desk("").get(f"/verify/{letter.code}")
    assert "填写反馈" in public.words
    desk("supervisor").does(letter, "void", reason="主送有误")
    db.session.expire_all()
    assert (letter.state, letter.pdf) == (NoticeState.VOID, frozen)
    shown = desk("supervisor").raw(f"/notice/pdf/?id={letter.id}").data
    with pdfplumber.open(io.BytesIO(shown)) as book:
        for number in range(len(book.pages)):
            assert {"作", "废"} <= {char["text"] for char in book.pages[number].chars}  # set at an angle
    assert "废" not in text(frozen)
    page = desk("").get(f"/verify/{letter.code}")
    assert "已作废" in page.words
    assert "填写反馈" not in page.words
    assert desk("supervisor").raw(f"/notice/word/?id={letter.id}").status_code == 404


def test_the_code_on_the_paper_leads_the_addressee_to_the_feedback_form(desk, proposed):
    letter = proposed[0].notice
    desk("supervisor").does(letter, "issue")
    stranger = desk("").raw(f"/verify/{letter.code}/answer")
    assert stranger.status_code == 302
    assert "/login" in stranger.location
    assert desk("jia_clerk").raw(f"/verify/{letter.code}/answer").location.endswith(f"/notice/step/answer/?id={letter.id}")
    assert desk("yi_clerk").raw(f"/verify/{letter.code}/answer").status_code == 404


def test_the_list_tells_one_draft_from_another(desk, proposed):
    words = desk("supervisor").get("/notice/?tab=draft").words
    for row in proposed:
        assert row.matter.number in words
        assert row.matter.title in words
    assert "督办通知单" in words
    assert "第1级·督办" in words


def test_a_draft_says_that_its_facts_are_of_today_and_the_proposal_stays_on_record(desk, proposed):
    action = proposed[0]
    assert "签发当日按当时情况重新表述" in desk("supervisor").get(details_url(action.notice)).words
    with as_of(action.missed_at + timedelta(days=7)):
        words = desk("supervisor").get(details_url(action)).words
        assert "拟办时的表述" in words
        assert len(re.findall(r"已超\d+个工作日", words)) >= 2
        desk("supervisor").does(action.notice, "issue")
        assert "拟办时的表述" in desk("supervisor").get(details_url(action)).words
