"""The main job, pressed by five people in their browsers: a demand from the counter to 办结."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.record import confirm, light, press, state, timeline
from tests.browser.samples import PDF

TITLE = "稳岗返还资金申领提交后逾期未到账"
ENTERPRISE = "演示恒达精密制造有限公司"
FORM = {"name": "2024年度稳岗返还申领表（盖章）.pdf", "mimeType": "application/pdf", "buffer": PDF}


def test_a_demand_goes_from_the_counter_to_closed_and_every_step_shows_on_its_page(desk, people):
    record = _register(people)
    _dispatch(people)
    _sign_and_reply(people)
    _review(people)
    _call_back(people, record)


def _register(people):
    page = people.log_in("intake")
    page.get_by_role("link", name="登记诉求").first.click()
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("来源渠道").select_option(label="服务窗口")
    page.get_by_label("诉求企业").fill(ENTERPRISE)
    page.get_by_label("联系人").fill("演示-孙丽")
    page.get_by_label("联系电话").fill("13800000000")
    page.get_by_label("诉求内容").fill("网上大厅显示审核通过、待拨付，至今未到账，请协调尽快拨付。")
    page.locator("input[type=file]").set_input_files(FORM)
    expect(page.locator("[data-file-names]")).to_have_text(FORM["name"])
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("main .alert-success")).to_have_text(re.compile("已登记 SQ202405-00001"))
    expect(state(page)).to_have_text("待研判")
    expect(light(page)).to_have_count(0)
    expect(page.locator(".attach .name")).to_have_text(FORM["name"])
    assert timeline(page) == ["登记"]
    return page


def _dispatch(people):
    page = people.log_in("coordinator")
    page.get_by_role("link", name=f"派发：{TITLE}").click()
    page.locator("#s2id_lead a").click()
    page.keyboard.type("rs")
    expect(page.locator(".select2-highlighted")).to_contain_text("区人社局")
    page.keyboard.press("Enter")
    phrase = page.locator("[data-phrase-for=note]").first
    phrase.click()
    expect(page.get_by_label("派发意见")).to_have_value(re.compile(re.escape(phrase.inner_text().strip())))
    confirm(page, "派发")
    expect(state(page)).to_have_text("待签收")
    expect(light(page)).to_have_class(re.compile("lamp-blue"))
    expect(light(page)).to_have_text(re.compile(r"蓝 · 剩 \d+ 个工作日"))
    expect(page.locator(".clock-sum")).to_contain_text("自 5月22日 派发次日起算")
    assert timeline(page) == ["登记", "派发"]


def _sign_and_reply(people):
    page = people.log_in("jia_clerk")
    page.get_by_role("link", name=f"签收：{TITLE}").click()
    confirm(page, "签收")
    expect(state(page)).to_have_text("办理中")
    press(page, "反馈办理结果")
    page.get_by_label("办理过程").fill("4月批次因开户行变更被退回，已重新报区财政局。")
    page.get_by_label("办理结果").fill("5月22日随第5批次拨付到账。")
    page.get_by_label("成效（万元）").fill("8.64")
    page.locator("input[type=file]").set_input_files(FORM | {"name": "拨付凭证.pdf"})
    confirm(page, "反馈办理结果")
    expect(state(page)).to_have_text("待审核")
    expect(page.locator(".attach .name")).to_have_text([FORM["name"], "拨付凭证.pdf"])
    expect(page.locator(".facts").nth(1)).to_contain_text("8.64")
    assert timeline(page)[-2:] == ["签收", "反馈办理结果"]


def _review(people):
    page = people.log_in("jia_head")
    page.get_by_role("link", name=f"审核：{TITLE}").click()
    page.get_by_text("同意", exact=True).click()
    confirm(page, "审核")
    expect(state(page)).to_have_text("待回访")
    expect(light(page)).to_have_text("按期答复")


def _call_back(people, page):
    page.get_by_role("link", name="工作台").first.click()
    page.get_by_role("link", name=f"回访：{TITLE}").click()
    page.get_by_text("联系上", exact=True).click()
    page.get_by_text("已解决", exact=True).click()
    page.get_by_label("满意度").select_option(label="满意")
    confirm(page, "回访")
    expect(state(page)).to_have_text("办结")
    expect(light(page)).to_have_class(re.compile("lamp-done"))
    assert timeline(page) == ["登记", "派发", "签收", "反馈办理结果", "审核", "回访"]


@pytest.mark.parametrize("username", ["yi_clerk", "special"])
def test_whoever_has_no_part_in_a_demand_is_told_it_cannot_be_found(desk, people, username):
    with desk.at_work() as cast:
        ticket = cast.accepted().id
    page = people.log_in(username)
    page.watcher.expect(404)
    page.goto(f"/ticket/details/?id={ticket}")
    expect(page.get_by_role("heading", level=1)).to_have_text("找不到这条记录")
    expect(page.get_by_text("追查编号")).to_be_visible()


def test_a_form_that_is_wrong_says_what_is_right_and_keeps_what_was_typed(desk, people):
    page = people.log_in("intake")
    page.watcher.expect(422)
    page.goto("/ticket/register/")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("联系电话").fill("123")
    page.get_by_role("button", name="登记", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page.get_by_label("标题")).to_have_value(TITLE)
    summary.get_by_role("link").first.click()
    expect(page.locator("[aria-invalid=true]:focus")).to_have_count(1)
