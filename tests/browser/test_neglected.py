"""A demand nobody answers climbs the ladder: four printed letters, each proposed by the sweep and issued by a person."""

import re

from playwright.sync_api import expect

from tests.browser.furniture import NEGLECTED as TITLE
from tests.browser.furniture import no_recurring_tasks
from tests.browser.record import confirm, press, rungs, timeline

# when the sweep runs, who issues, which measure, what its letter is called
CLIMB = [
    ("2024-05-17 15:00", "supervisor", "督办", "督办通知单"),
    ("2024-05-24 09:00", "supervisor", "挂牌", "挂牌督办"),
    ("2024-06-03 09:00", "discipline", "约谈", "约谈"),
    ("2024-06-14 09:00", "discipline", "问责", "问责建议书"),
]


def test_a_neglected_demand_climbs_one_rung_at_a_time_and_every_rung_leaves_a_numbered_letter(desk, people):
    with desk.at_work("2024-04-30 10:12") as cast:
        no_recurring_tasks()
        ticket = cast.accepted(title=TITLE).id
    pages = {name: people.log_in(name) for name in ("supervisor", "discipline", "jia_clerk")}
    for rung, (when, issuer, measure, title) in enumerate(CLIMB, start=1):
        desk.sweep(when)
        page = pages[issuer]
        _open_from_the_inbox(page, measure, title)
        if measure == "约谈":
            _arrange(page)
        _issue(page, rung)
        _print(page)
        if rung == 1:
            _acknowledge(pages["jia_clerk"], title)
    page.goto(f"/ticket/details/?id={ticket}")
    assert rungs(page) == ["督办", "挂牌", "约谈", "问责"]
    letters = page.locator(".timeline li.act", has_text=re.compile(r"〔2024〕\d+号"))
    expect(letters).to_have_count(4)
    for number, (*_, title) in enumerate(CLIMB[::-1]):
        expect(letters.nth(number)).to_contain_text(title)
    assert timeline(page)[:3] == ["登记", "派发", "签收"]


def _open_from_the_inbox(page, measure, title):
    page.goto("/inbox/")
    page.get_by_role("link", name=re.compile(f"^拟?{measure}.*{TITLE}")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{measure}：{TITLE}")
    page.get_by_role("link", name="审阅文书").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("（未编号）")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    sheet = page.locator("img.sheet")
    sheet.evaluate("img => img.decode()")
    assert sheet.evaluate("img => img.naturalWidth") == 812


def _arrange(page):
    press(page, "安排会议")
    page.get_by_label("会议时间").fill("2024-06-05 09:00")
    page.get_by_label("会议地点").fill("区政府1号会议室")
    page.get_by_label("主持人").fill("演示-纪检")
    page.get_by_label("参加单位").fill("区人社局")
    confirm(page, "安排会议")


def _issue(page, rung):
    press(page, "签发")
    page.get_by_role("button", name="确认签发").click()
    expect(page.locator("main .alert-success")).to_contain_text("已签发")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"〔2024〕\d+号$"))
    assert len(rungs(page)) == rung


def _print(page):
    address = page.get_by_role("link", name="打印", exact=True).get_attribute("href")
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    assert page.request.get(address).body() == answer.body()


def _acknowledge(page, title):
    page.goto("/")
    page.get_by_role("link", name=re.compile(title)).first.click()
    press(page, "签收文书")
    page.get_by_role("button", name="确认签收文书").click()
    expect(page.locator("section[aria-labelledby=rcpt]")).to_contain_text("演示-甲经办 签收")
