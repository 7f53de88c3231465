"""What a list remembers, narrows, picks and asks before it acts on many."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.record import timeline


@pytest.fixture
def page(busy_desk, people):
    """The list of demands, as the supervisor sees it."""
    page = people.log_in("supervisor")
    page.goto("/ticket/")
    return page


def test_the_height_of_rows_is_remembered(page):
    row, button = page.locator("#rows tbody tr").first, page.get_by_role("button", name="紧凑行")
    expect(button).to_have_attribute("aria-pressed", "true")
    compact = row.bounding_box()["height"]
    button.click()
    assert row.bounding_box()["height"] > compact
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert row.bounding_box()["height"] > compact


def test_the_chosen_columns_are_remembered_and_can_be_given_back(page):
    heads = page.locator("#rows thead th[data-col]:visible")
    usual = heads.all_inner_texts()
    assert "来源渠道" not in usual
    page.get_by_role("button", name=re.compile(r"列 \d")).click()
    page.get_by_role("group", name="显示的列").get_by_label("来源渠道").check()
    page.get_by_role("group", name="显示的列").get_by_label("企业", exact=True).uncheck()
    with page.expect_response("**/columns/**"):
        page.get_by_role("button", name="应用").click()
    page.reload()
    assert "来源渠道" in heads.all_inner_texts()
    assert "企业" not in heads.all_inner_texts()
    page.get_by_role("button", name=re.compile(r"列 \d")).click()
    page.get_by_role("button", name="恢复默认").click()
    assert heads.all_inner_texts() == usual


def test_nudging_many_asks_first_with_the_count_and_leaves_a_trace_on_each(page):
    page.goto("/ticket/?tab=working")
    boxes = page.locator(".action-checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(page.get_by_text("已选 2 条")).to_be_visible()
    page.get_by_role("button", name="催办", exact=True).click()
    strip = page.get_by_role("region", name="确认")
    expect(page.get_by_label("催办意见")).to_be_focused()
    expect(strip).to_contain_text("确认催办 2 条？")
    page.keyboard.press("Escape")
    expect(strip).to_be_hidden()
    expect(page.get_by_role("button", name="催办", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("催办意见").fill("请今日17:30前反馈办理进展")
    page.get_by_role("button", name="确认催办 2 条").click()
    expect(page.locator("main .alert-success")).to_have_text(re.compile("已催办 2 条"))
    page.locator("#rows .title-link").first.click()
    assert timeline(page)[-1] == "催办"
    expect(page.locator(".timeline li").first).to_contain_text("请今日17:30前反馈办理进展")


def test_all_filtered_rows_can_be_picked_and_their_number_is_said(page):
    page.goto("/ticket/?tab=working")
    total = page.locator("#rows tbody tr").count()
    page.locator(".action-checkbox").first.check()
    page.get_by_role("link", name=f"选择全部 {total} 条").click()
    expect(page.get_by_text(f"已选 {total} 条")).to_be_visible()
    page.get_by_role("button", name="催办", exact=True).click()
    page.get_by_role("button", name=f"确认催办 {total} 条").click()
    expect(page.locator("main .alert-success")).to_contain_text(f"已催办 {total} 条")


def test_enter_searches_and_a_condition_is_dropped_by_its_chip(page):
    rows = page.locator("#rows tbody tr")
    everything = rows.count()
    page.get_by_role("button", name="更多条件").click()
    page.get_by_label("企业", exact=True).fill("海川")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("flt_enterprise"))
    chip = page.get_by_role("link", name=re.compile("去掉条件 .*海川"))
    expect(chip).to_be_visible()
    assert 0 < rows.count() < everything
    chip.click()
    expect(rows).to_have_count(everything)


def test_dates_are_taken_as_officials_type_them(page):
    box = page.get_by_label("派发", exact=True)
    box.fill("20240501 2024.5.31")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("flt_dispatched=2024-05-01"))
    expect(box).to_have_value("2024-05-01 至 2024-05-31")
    expect(page.locator("main .alert")).to_have_count(0)


def test_an_empty_list_says_so_and_offers_to_drop_the_conditions(page):
    page.goto("/ticket/?flt_q=没有这样的标题")
    expect(page.get_by_role("heading", name="没有符合这些条件的记录")).to_be_visible()
    page.get_by_role("link", name="清除全部条件").click()
    expect(page.locator("#rows .title-link")).not_to_have_count(0)


def test_groups_of_the_menu_stay_as_the_reader_left_them(page):
    ledgers, work = page.locator(".side details[data-group=台账]"), page.locator(".side details[data-group=办件]")
    expect(ledgers).not_to_have_attribute("open", "")
    ledgers.locator("summary").click()
    page.goto("/task/")
    expect(ledgers).to_have_attribute("open", "")
    expect(work).to_have_attribute("open", "")
    ledgers.locator("summary").click()
    page.goto("/ticket/")
    expect(ledgers).not_to_have_attribute("open", "")
