"""What officials read is never a code: kinds of matter, documents, who is asked, what empties a list."""

import re

import pytest

from models import EscalationRule, RatingRule, ServiceStandard, db
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE
KINDS = re.compile(r"\b(ticket|task|problem|contact|inspection|lead|media|review)\b")


@pytest.mark.parametrize("address", ["/rule/?page_size=100", "/standard/?page_size=100"])
def test_kinds_of_matter_have_their_chinese_names(desk, address):
    page = desk("supervisor").get(address)
    assert page.rows()
    assert not [row for row in page.rows() if KINDS.search(row)]


def test_a_kind_is_chosen_not_typed_and_none_means_every_kind(desk, cast):
    rule = db.session.scalars(db.select(EscalationRule).where(EscalationRule.matter_kind == "contact")).first()
    browser, address = desk("supervisor"), f"/rule/edit/?id={rule.id}"
    page = browser.get(address)
    assert page.value("matter_kind") == "contact"
    assert "新企业联系" in page.texts("//select[@name='matter_kind']/option")
    assert page.tree.xpath("//select[@name='template_kind']")
    form = {name: page.value(name) or "" for name in page.tree.xpath("//main//form[@method='POST' or @method='post']//*/@name")}
    assert browser.post(address, form | {"matter_kind": "__None"}).status == 302
    db.session.expire_all()
    assert rule.matter_kind is None


def test_every_limit_says_in_chinese_what_it_is_about_and_the_form_offers_it(desk):
    for standard in db.session.scalars(db.select(ServiceStandard)).all():
        options = desk("sysadmin").get(f"/standard/edit/?id={standard.id}").texts("//select[@name='matter_kind']/option[@selected]")
        assert len(options) == 1, standard
        assert re.search("[\u4e00-\u9fff]", options[0]), standard


def test_a_clause_stands_with_the_short_name_of_its_document(desk, cast):
    rule = db.session.scalars(db.select(RatingRule).where(RatingRule.clause == "M 三(四)")).first()
    assert "牟平工作组方案 三（四）" in desk("supervisor").get(f"/rating-rule/details/?id={rule.id}").words
    assert not re.search(r"\b[EJMWY] [一二三四]", desk("supervisor").get("/responsibility/").words)


def test_an_error_page_keeps_the_menu_and_says_whom_to_ask(desk):
    page = desk("jia_clerk").get("/ticket/details/?id=999999")
    assert page.status == 404
    assert "企业诉求" in page.texts("//nav[@id='side']//a")
    assert "请联系系统管理员" in page.words
    assert "0000-1234567" in page.words


def test_the_log_in_page_says_what_to_do_about_a_forgotten_password(desk):
    page = desk("").get("/login")
    assert page.tree.xpath("//input[@name='username'][@autofocus]")
    assert "忘记口令或账号被锁：请联系安全管理员" in page.words


def ways_out(page):
    """Words and address of what an empty list offers."""
    return {re.sub(r"\s+", " ", link.text_content()).strip(): link.get("href") for link in page.tree.xpath("//*[@class='empty']//a")}


def test_an_empty_list_names_each_condition_and_lifts_it(desk, cast):
    ticket = cast.dispatched()
    page = desk("supervisor").get("/ticket/?tab=review&flt_q=没有这样的词&flt_state=DISPATCHED")
    offered = ways_out(page)
    [lift] = [url for words, url in offered.items() if "没有这样的词" in words]
    assert ticket.number in desk("supervisor").get(lift).words
    assert any(words.startswith("去掉“状态") for words in offered)
    assert "清除全部条件" in offered
    page = desk("supervisor").get("/ticket/?tab=review")
    assert "“待审核”里没有记录" in page.words
    [whole] = [url for words, url in ways_out(page).items() if "看全部" in words]
    assert ticket.number in desk("supervisor").get(whole).words


def test_a_bulk_verb_knows_whom_it_reaches_and_who_was_nudged_today(desk, cast):
    rows = [cast.accepted(title=f"第{n}件") for n in range(21)]
    rows[0].nudge(by=cast.coordinator)
    page = desk("supervisor").get("/ticket/?tab=working")
    boxes = page.tree.xpath("//input[@class='action-checkbox']")
    assert {box.get("data-unit") for box in boxes} == {"区人社局"}
    assert sum(int(box.get("data-nudged")) for box in boxes) <= 1
    whole = page.tree.xpath("//a[@data-all]")[0]
    assert whole.get("data-all") == "21"
    reach = desk("supervisor").get(whole.get("data-reach")).response.json
    assert (reach["units"], reach["nudged"]) == (1, 1)
    assert reach["able"] == {"nudge": 21, "sign": 0, "review": 0}


def test_one_figure_has_one_name(desk):
    for address in ("/", "/help/", "/board/"):
        assert "按期办结率" not in desk("supervisor").get(address).words
    assert "按期答复率" in desk("supervisor").get("/").words


def test_a_leader_nudges_and_is_offered_an_instruction_on_anything_open(desk, cast):
    ticket = cast.accepted()
    words = desk("leader").get(f"/ticket/details/?id={ticket.id}").texts("//*[@class='rec-head']//a")
    assert {"催办", "批示"} <= set(words)
    desk("leader").does(ticket, "nudge", note="请抓紧")
    assert ticket.reminders == 1
    assert "批示" not in desk("supervisor").get(f"/ticket/details/?id={ticket.id}").texts("//*[@class='rec-head']//a")
    page = desk("leader").get(f"/instruction/register/?about={ticket.number}")
    assert page.value("about") == ticket.number
