"""The desk without a mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.record import state, timeline

FOCUSED = "document.activeElement"


@pytest.fixture
def listing(busy_desk, people):
    """The list of demands, as the coordinator sees it."""
    page = people.log_in("coordinator")
    page.goto("/ticket/")
    return page


def tab_to(page, css):
    """Press Tab until the element has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.matches('{css}')"):
            return
    raise AssertionError(f"Tab 到不了 {css}")


def test_a_slash_leads_to_the_search_box_and_is_an_ordinary_character_inside_it(listing):
    listing.keyboard.press("/")
    box = listing.get_by_label("全局查找")
    expect(box).to_be_focused()
    listing.keyboard.type("a/b")
    expect(box).to_have_value("a/b")


def test_a_question_mark_shows_the_keys_and_escape_hides_them(listing):
    listing.keyboard.press("?")
    card = listing.get_by_role("region", name="按键表")
    expect(card).to_be_focused()
    expect(card).to_contain_text("下一行、上一行")
    listing.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_j_and_k_walk_the_rows_x_picks_and_o_opens(listing):
    rows = listing.locator("#rows tbody tr")
    at = listing.locator("#rows tbody tr.at")
    listing.keyboard.press("j")
    listing.keyboard.press("j")
    expect(at.locator(".col-no")).to_have_text("2")
    listing.keyboard.press("k")
    expect(at.locator(".col-no")).to_have_text("1")
    listing.keyboard.press("x")
    expect(rows.first.get_by_role("checkbox")).to_be_checked()
    expect(listing.get_by_text("已选 1 条")).to_be_visible()
    title = rows.first.locator(".col-title").inner_text()
    listing.keyboard.press("o")
    expect(listing.get_by_role("heading", level=1)).to_have_text(title)


def test_alt_and_the_left_arrow_lead_back_to_the_list_as_it_was_left(listing):
    listing.goto("/ticket/?tab=working&flt_q=用电")
    listing.keyboard.press("j")
    listing.keyboard.press("o")
    listing.wait_for_url("**/details/**")
    listing.keyboard.press("Alt+ArrowLeft")
    listing.wait_for_url(re.compile("tab=working"))
    expect(listing.get_by_label("编号/标题", exact=True)).to_have_value("用电")


def test_the_first_tab_offers_to_skip_to_the_text(listing):
    listing.keyboard.press("Tab")
    skip = listing.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["y"] >= 0
    listing.keyboard.press("Enter")
    expect(listing.locator("#main")).to_be_focused()


def test_whatever_has_the_focus_shows_it(listing):
    shown = f"({FOCUSED}.closest('.select2-container') || document).querySelector('.select2-choice') || {FOCUSED}"
    ring = f"(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle({FOCUSED}.matches('.select2-focusser') ? {shown} : {FOCUSED}))"
    for _ in range(40):
        listing.keyboard.press("Tab")
        assert listing.evaluate(ring) == ["solid", "2px"], listing.evaluate(f"{FOCUSED}.outerHTML")


def test_a_demand_is_registered_and_dispatched_with_the_keyboard_alone(desk, people):
    page = people.log_in("intake")
    page.goto("/ticket/register/")
    tab_to(page, "[name=title]")
    page.keyboard.type("企业用工招聘会场地协调")
    tab_to(page, "[name=channel]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=enterprise]")
    page.keyboard.type("演示海川食品有限公司")
    tab_to(page, "[name=content]")
    page.keyboard.type("请协调6月专场招聘会的场地。")
    page.keyboard.press("Control+Enter")
    expect(state(page)).to_have_text("待研判")
    page = people.log_in("coordinator")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, "[aria-label^=派发]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/step/dispatch/**")
    tab_to(page, "#s2id_lead *")
    page.keyboard.type("rsj")
    expect(page.locator(".select2-highlighted")).to_contain_text("区人社局")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(state(page)).to_have_text("待签收")
    assert timeline(page) == ["登记", "派发"]


def test_ctrl_s_keeps_a_draft_and_says_when(busy_desk, people):
    page = people.log_in("intake")
    page.goto("/ticket/register/")
    page.get_by_label("标题").fill("写到一半")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-draft-note]")).to_have_text(re.compile(r"已于 \d\d:\d\d 暂存"))
