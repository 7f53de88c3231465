"""A form never eats what was typed, and is sent once."""

import re

from playwright.sync_api import expect

from models.ticket import Ticket
from tests.browser.furniture import NEGLECTED


def test_leaving_a_form_with_unsaved_words_asks_once(desk, people):
    page = people.log_in("intake")
    page.goto("/ticket/register/")
    page.get_by_label("标题").press_sequentially("写到一半")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="工作台").first.click()
    page.wait_for_url("**/")
    assert asked == ["beforeunload"]


def test_a_form_nobody_touched_is_left_without_a_question(desk, people):
    page = people.log_in("intake")
    page.goto("/ticket/register/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="工作台").first.click()
    page.wait_for_url("**/")
    assert asked == []


def test_a_draft_survives_a_reload_and_can_be_thrown_away(desk, people):
    page = people.log_in("intake")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/ticket/register/")
    page.get_by_label("标题").fill("企业用工招聘会场地协调")
    page.get_by_label("来源渠道").select_option(label="走访")
    page.get_by_role("button", name="暂存").click()
    page.reload()
    expect(page.get_by_text("已恢复您")).to_be_visible()
    expect(page.get_by_label("标题")).to_have_value("企业用工招聘会场地协调")
    expect(page.get_by_label("来源渠道").locator("option:checked")).to_have_text("走访")
    page.get_by_role("button", name="不要了，恢复原样").click()
    expect(page.get_by_label("标题")).to_have_value("")


def test_an_expired_log_in_eats_nothing(desk, people):
    page = people.log_in("intake")
    page.goto("/ticket/register/")
    page.get_by_label("标题").fill("企业用工招聘会场地协调")
    page.context.clear_cookies()
    page.watcher.expect(400)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_label("标题")).to_have_count(0)
    page.goto("/login")
    page.get_by_label("登录名").fill("intake")
    page.get_by_label("口令").fill("Ceshi-2024#")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")
    page.goto("/ticket/register/")
    expect(page.get_by_label("标题")).to_have_value("企业用工招聘会场地协调")


def test_what_was_refused_is_offered_to_the_next_form_and_not_put_into_it(desk, people):
    page = people.log_in("intake")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/ticket/register/")
    page.get_by_label("标题").fill("企业用工招聘会场地协调")
    page.watcher.expect(422)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_label("标题")).to_have_value("企业用工招聘会场地协调")
    page.goto("/ticket/register/")
    expect(page.get_by_label("标题")).to_have_value("")
    page.get_by_role("button", name="恢复", exact=True).click()
    expect(page.get_by_label("标题")).to_have_value("企业用工招聘会场地协调")


def test_a_double_click_registers_one_demand(desk, people):
    page = people.log_in("intake")
    page.goto("/ticket/register/")
    page.get_by_label("标题").fill("企业用工招聘会场地协调")
    page.get_by_label("诉求企业").fill("演示海川食品有限公司")
    page.get_by_label("诉求内容").fill("请协调场地。")
    page.get_by_role("button", name="登记", exact=True).dblclick()
    page.wait_for_url("**/details/**")
    with desk.at_work():
        assert Ticket.query.count() == 1


def test_a_double_click_on_a_verb_does_it_once(desk, people):
    with desk.at_work() as cast:
        ticket = cast.accepted().id
    page = people.log_in("supervisor")
    page.goto(f"/ticket/step/nudge/?id={ticket}")
    page.get_by_role("button", name="确认催办").dblclick()
    page.wait_for_url("**/details/**")
    with desk.at_work():
        assert Ticket.query.one().reminders == 1


def test_a_deadline_explains_every_day(busy_desk, people):
    page = people.log_in("jia_clerk")
    page.goto("/ticket/?flt_q=" + NEGLECTED)
    page.get_by_role("link", name=NEGLECTED, exact=True).click()
    why = page.get_by_role("button", name="期限怎么算的")
    expect(page.locator("table.cal")).to_be_hidden()
    why.click()
    expect(why).to_have_attribute("aria-expanded", "true")
    calendar = page.locator("table.cal")
    expect(calendar).to_be_visible()
    expect(calendar.locator("td", has_text=re.compile("^30"))).to_have_text("30派发")
    assert calendar.locator("td.off").first.inner_text().split() == ["1", "休"]
    expect(calendar.locator("td.due")).to_have_text("105")
    # Saturday the 11th makes up for the holiday, so it counts
    assert calendar.locator("td.late").first.inner_text().split() == ["11", "+1"]
    assert calendar.locator("td.today").inner_text().split() == ["22", "+9"]
    expect(page.locator(".cal-key")).to_contain_text("签收早晚不影响")
    why.click()
    expect(calendar).to_be_hidden()
