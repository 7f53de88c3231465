"""A phone of 390 × 844: everything that can be done on a screen can be done at the thumb."""

import re

import pytest
from playwright.sync_api import expect

from models import Ticket, db, drafting
from tests.browser.conftest import PHONE
from tests.browser.furniture import NEGLECTED


@pytest.fixture
def ticket(busy_desk):
    """The neglected demand."""
    with busy_desk.at_work():
        return db.session.scalars(db.select(Ticket.id).where(Ticket.title == NEGLECTED)).one()


def named(page, css):
    return {words.split("\n")[0].strip() for words in page.locator(css).all_inner_texts()}


@pytest.mark.parametrize("who", ["supervisor", "jia_clerk", "coordinator", "leader"])
def test_every_verb_of_the_screen_is_in_the_dock_of_the_phone(people, ticket, who):
    page = people.log_in(who)
    page.goto(f"/ticket/details/?id={ticket}")
    wide = {words.split("（")[0] for words in named(page, ".rec-head .btn-row .btn")}
    page.set_viewport_size(PHONE)
    expect(page.locator(".rec-head .btn-row").first).to_be_hidden()
    dock = page.get_by_role("navigation", name="下一步")
    assert dock.locator("> a").count() <= 2
    dock.get_by_text("更多", exact=True).click()
    assert named(page, ".dock > a, .dock li > a, .dock li button, .dock li.muted") == wide
    menu = page.locator(".dock-more ul").bounding_box()
    assert menu["y"] >= 0
    assert menu["y"] + menu["height"] <= dock.bounding_box()["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_menu_of_verbs_opens_and_shuts_by_keyboard(people, ticket):
    page = people.log_in("supervisor", PHONE)
    page.goto(f"/ticket/details/?id={ticket}")
    more = page.locator(".dock-more summary")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dock-more ul")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".dock-more li a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".dock-more ul")).to_be_hidden()
    expect(more).to_be_focused()


def test_a_leader_nudges_and_writes_an_instruction_on_the_way(people, ticket):
    page = people.log_in("leader", PHONE)
    page.goto(f"/ticket/details/?id={ticket}")
    page.locator(".dock").get_by_role("link", name="催办").click()
    page.get_by_label("催办意见").fill("请今日答复企业")
    page.get_by_role("button", name="确认催办").click()
    expect(page.locator(".timeline li").first).to_contain_text("请今日答复企业")
    page.locator(".dock").get_by_role("link", name="批示").click()
    expect(page.get_by_label("所涉事项编号")).to_have_value(re.compile(r"^SQ"))
    page.get_by_label("批示内容").fill("请一周内解决")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".facts")).to_contain_text(["请一周内解决"])


def test_a_leader_reads_a_letter_and_signs_it_on_the_way(people, busy_desk, ticket):
    with busy_desk.at_work() as cast:
        letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=db.session.get(Ticket, ticket))
        letter.submit(by=cast.supervisor)
    page = people.log_in("leader", PHONE)
    card = page.locator(".as-cards tbody tr").first
    expect(card).to_contain_text("待签发")
    expect(card).to_contain_text(NEGLECTED)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    card.get_by_role("link", name=re.compile("看稿签发")).click()
    expect(page.locator(".sheet")).to_be_visible()
    title = page.locator("h1").bounding_box()
    assert title["x"] + title["width"] <= PHONE["width"]
    page.locator(".dock").get_by_role("link", name="签发").click()
    page.get_by_role("button", name="确认签发").click()
    expect(page.locator("h1")).to_contain_text("号")
    expect(page.locator("h1")).not_to_contain_text("未编号")
    page.goto("/")
    expect(page.locator(".tabs a").first).to_have_text(re.compile("^请我处理"))
    expect(page.locator(".as-cards")).not_to_contain_text("待签发")


def test_the_page_says_whose_it_is(people, busy_desk):
    page = people.log_in("jia_clerk", PHONE)
    expect(page.locator(".whoami")).to_contain_text("演示-甲经办")
    expect(page.locator(".whoami")).to_contain_text("区人社局 · 单位经办")


def test_a_report_is_chosen_and_its_names_stay_whole(people, busy_desk):
    page = people.log_in("supervisor", PHONE)
    page.goto("/report/")
    page.get_by_label("报表", exact=True).select_option(label="三色评价和排名")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".report-title")).to_contain_text("三色评价和排名")
    expect(page.get_by_label("期次")).to_be_visible()
    height = "e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect().height; }"
    for cell in page.locator(".report-table .short").all()[:60]:
        assert cell.evaluate(height) < 34, cell.inner_text()  # one line
    assert all(head.bounding_box()["width"] > 28 for head in page.locator(".report-table th").all())
