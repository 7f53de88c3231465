"""A leader's desk: letters to sign stand among what waits, each leads to its page; what is watched and what is late are one tap away."""

import pytest

from models import db, drafting
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE
TABS = "//section[@aria-labelledby='mine']//ul[contains(@class, 'tabs')]//a"


@pytest.fixture
def sent_in(cast):
    """A demand and the letter about it that the office has sent in for signature."""
    matter = cast.accepted(title="厂区东门积水")
    letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=matter)
    letter.submit(by=cast.supervisor)
    db.session.commit()
    return letter


def test_a_letter_to_sign_is_a_row_that_leads_to_its_page(desk, sent_in, quick_press):
    page = desk("leader").get("/")
    assert page.texts(TABS)[:3] == ["请我处理1", "重点盯办", "红灯"]
    [row] = page.rows()
    assert "重要工作提示单：厂区东门积水" in row
    assert "区人社局" in row
    assert "待签发" in row
    [verb] = page.tree.xpath("//td[@class='list-buttons-column']/a[text()='看稿签发']/@href")
    letter = desk("leader").get(verb)
    assert letter.tree.xpath("//a[contains(@class, 'btn-primary') and text()='签发']")
    assert desk("leader").get(page.tree.xpath("//a[starts-with(text(), '待签发文书')]/@href")[0]).total == 1


def test_a_signed_letter_no_longer_waits(desk, sent_in, quick_press):
    desk("leader").does(sent_in, "issue")
    page = desk("leader").get("/")
    assert page.texts(TABS)[0] == "请我处理0"
    assert "这里没有事项" in page.words


def test_letters_to_sign_are_no_rows_for_who_does_not_sign(desk, sent_in):
    for who in ("jia_clerk", "intake", "coordinator"):
        assert "看稿" not in desk(who).get("/?tab=todo").words


def test_a_leader_watches_what_is_followed_and_what_is_listed(desk, cast):
    followed, listed, _other = (cast.accepted(title=title) for title in ("关注的一件", "挂牌的一件", "其他的一件"))
    listed.ladder = 2
    db.session.commit()
    desk("leader").post(f"/kept/follow/?id={followed.id}", {})
    page = desk("leader").get("/?tab=watched")
    assert sorted(page.texts("//section[@aria-labelledby='mine']//a[@class='title-link']")) == ["关注的一件", "挂牌的一件"]
    assert desk("leader").get(page.tree.xpath("//a[text()='打开完整列表']/@href")[0]).total == 2


def test_the_tab_of_a_state_asked_for_is_the_one_marked(desk, sent_in):
    page = desk("leader").get("/notice/?flt_state=SUBMITTED")
    assert page.texts("//*[contains(@class, 'title-row')]//a[@aria-current='page']") == ["待签发1"]
    assert page.total == 1


def test_a_letter_that_is_out_offers_printing_first_not_taking_it_back(desk, sent_in, quick_press):
    desk("leader").does(sent_in, "issue")
    page = desk("leader").get(f"/notice/details/?id={sent_in.id}")
    first = [a.text_content().strip() for a in page.tree.xpath("//main//a[contains(@class, 'btn-primary')]")]
    assert "作废" not in first
    assert len(first) <= 2  # on the page, and at the thumb of a phone
