"""An enterprise at its telephone: submit, follow, rate; nothing wider than the screen, nothing that shuts anybody out."""

import re

from playwright.sync_api import expect

from models import Ticket, db
from models.public import challenge
from tests.browser.axe import AXE, BAD
from tests.browser.conftest import PHONE
from tests.public.street import answered, picture

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAPER = {"name": "现场照片.png", "mimeType": "image/png", "buffer": picture()}


def sound(page, folder, name):
    """Looked at, not wider than the telephone, and nothing serious for axe."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    page.evaluate(AXE)
    assert page.evaluate(BAD) == [], name
    assert page.evaluate(WIDE) <= 0, name


def fill_in(page):
    """As the person at the telephone does."""
    page.get_by_label("企业名称").fill("演示海川食品有限公司")
    page.get_by_label("联系人").fill("演示-孙丽")
    page.get_by_label("手机号").fill("13800000000")
    page.get_by_label("反映的问题").fill("冷链车辆办通行证，两处说的材料不一样。请给一份准确的清单。")
    first, sign, second = re.search("：(.)([加减])(.)等于几", page.locator("label[for=f-sum]").inner_text()).groups()
    left, right = challenge.DIGITS.index(first), challenge.DIGITS.index(second)
    page.locator("#f-sum").fill(str(left + right if sign == "加" else left - right))
    page.get_by_label("我同意为办理").check()


def test_an_enterprise_submits_on_a_telephone(desk, people, tmp_path):
    page = people.stranger(PHONE)
    page.watcher.expect(422)
    page.goto("/login")
    page.get_by_role("link", name="企业反映问题").click()
    sound(page, tmp_path, "submit")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#err")).to_be_focused()
    sound(page, tmp_path, "submit-wrong")
    fill_in(page)
    expect(page.locator("#n-content")).to_have_text(re.compile("^29 /"))
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="加照片").click()
    chosen.value.set_files(PAPER)
    expect(page.locator("[data-names]")).to_contain_text("现场照片.png")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/p/done")
    sound(page, tmp_path, "done")


def test_it_follows_and_rates_its_demand_on_a_telephone(desk, people, tmp_path):
    page = people.stranger(PHONE)
    page.goto("/p/")
    fill_in(page)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("link", name="查进度").last.click()
    page.get_by_text("正在研判").wait_for()
    page.get_by_text("补充说明").click()
    page.get_by_label("补充的内容").fill("昨天又去了一次。")
    sound(page, tmp_path, "track")
    page.get_by_role("button", name="提交补充").click()
    page.get_by_text("已补充").wait_for()
    with desk.at_work() as cast:
        answered(cast, db.session.scalars(db.select(Ticket)).one())
    page.get_by_role("link", name="评一评").first.click()
    page.get_by_text("没解决", exact=True).click()
    expect(page.locator("label", has_text="没解决")).to_have_class(re.compile(r"\bon\b"))
    page.get_by_text("不满意", exact=True).click()
    sound(page, tmp_path, "rate")
    page.get_by_role("button", name="提交评价").click()
    page.get_by_text("谢谢").wait_for()
    sound(page, tmp_path, "rated")
    page.get_by_role("link", name="查进度").click()
    sound(page, tmp_path, "answered")
    page.get_by_role("button", name="换一件").click()
    page.get_by_label("查询码或手机号").wait_for()


def test_the_form_can_be_sent_from_the_keyboard_alone(desk, people):
    page = people.stranger(PHONE)
    page.goto("/p/")
    fill_in(page)
    reached = []
    page.get_by_label("企业名称").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        if reached[-1] == "提交":
            break
    assert {"f-phone", "f-content", "加照片", "f-sum", "f-consent", "提交"} <= set(reached)
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/done")
