"""What a clerk's twenty most usual actions cost, done for real: docs/clicks.md says the same, and nobody else's desk costs less."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models import Task, db
from tests.browser.desk import moment
from tests.browser.furniture import NEGLECTED
from tests.browser.hand import Hand

TABLE = Path(__file__).resolve().parents[2] / "docs" / "clicks.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+?) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+|无) \| (\d+|无) \|$", re.MULTILINE)
WORK = "用电增容报装第"


def told():
    """Number → (name, clicks, keys, boxes, sum, RuoYi, Frappe) as the document has it."""
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return {int(n): (name, *(float("inf") if figure == "无" else int(figure) for figure in figures)) for n, name, *figures in rows}


def registering(hand):
    hand.begin()
    hand.link("登记诉求")
    hand.type("稳岗返还资金逾期未到账")
    for words in ("演示恒达精密制造有限公司", "演示-孙丽", "13800000000"):
        hand.press("Tab") if words != "演示恒达精密制造有限公司" else hand.click(hand.page.get_by_label("诉求企业"))
        hand.type(words)
    hand.into("诉求内容", "审核通过，至今未到账，请协调。")
    hand.press("Control+Enter")


def finding(hand):
    hand.begin()
    hand.press("/")
    hand.type("SQ202404-00001")
    hand.press("Enter")
    expect(hand.page.get_by_role("heading", level=1)).to_have_text(NEGLECTED)


def calling_back(hand):
    hand.begin()
    hand.link("回访：")
    for words in ("联系上", "已解决"):
        hand.click(hand.page.get_by_text(words, exact=True))
    hand.press("Tab")
    hand.press("ArrowDown")
    hand.press("Control+Enter")


def dispatching(hand):
    hand.begin()
    hand.link("派发：")
    hand.click("#s2id_lead a")
    hand.type("rs")
    expect(hand.page.locator(".select2-highlighted")).to_contain_text("区人社局")
    hand.press("Enter")
    hand.press("Control+Enter")


def signing(hand):
    hand.begin()
    hand.link("签收：")
    hand.press("Control+Enter")


def progress(hand):
    hand.begin()
    hand.link(WORK)
    hand.link("报进展")
    hand.type("已与供电公司约定勘查时间")
    hand.press("Control+Enter")


def replying(hand):
    hand.begin()
    hand.link("反馈办理结果：")
    hand.type("现场已勘查")
    hand.press("Tab")
    hand.type("方案已答复企业")
    hand.press("Control+Enter")


def reviewing(hand):
    hand.begin()
    hand.link("审核：")
    hand.click(hand.page.get_by_text("同意", exact=True))
    hand.press("Control+Enter")


def extending(hand):
    hand.begin()
    hand.link("企业诉求")
    hand.link(WORK + "7件")
    hand.link("申请延期")
    hand.into("延至", "20240611")
    hand.press("Tab")
    hand.type("勘查需要停电配合")
    hand.press("Control+Enter")


def deciding(hand):
    hand.begin()
    hand.link("审批延期：等延期的一件")
    hand.click(hand.page.get_by_text("同意", exact=True))
    hand.press("Control+Enter")


def nudging(hand):
    hand.begin()
    hand.link("企业诉求")
    hand.link(WORK)
    hand.link("催办")
    hand.press("Control+Enter")


def nudging_all(hand):
    hand.begin()
    hand.link("企业诉求")
    hand.click(".action-rowtoggle")
    hand.click("#bulk button[value=nudge]")
    hand.press("Enter")


def giving(hand):
    hand.begin()
    hand.link("下达任务")
    hand.type("报送减证清单")
    hand.click("#s2id_unit a, #s2id_unit input, #s2id_units input")
    hand.type("rs")
    expect(hand.page.locator(".select2-highlighted")).to_contain_text("区人社局")
    hand.press("Enter")
    hand.into("完成时限", "20240611")
    hand.press("Control+Enter")


def handing_in(hand):
    hand.begin()
    hand.link("报送：报送减证清单")
    hand.type("两篇典型案例已报")
    hand.press("Control+Enter")


def accepting(hand):
    hand.begin()
    hand.link("验收：")
    hand.type("合格")
    hand.press("Control+Enter")


def filtering(hand):
    hand.begin()
    hand.link("企业诉求")
    hand.into("编号/标题", "用电")
    hand.press("Enter")
    hand.page.wait_for_url(re.compile("flt_q"))


def keeping(hand):
    hand.begin("/ticket/?flt_light=RED")
    hand.link("存为筛选")
    hand.type("红灯")
    hand.press("Control+Enter")


def taking_away(hand):
    hand.begin()
    hand.link("企业诉求")
    with hand.page.expect_download():
        hand.link("导出")


def next_one(hand):
    hand.begin("/ticket/?tab=all")
    hand.page.locator(".title-link").first.evaluate("a => a.click()")
    hand.page.get_by_role("link", name="下一条").wait_for()
    hand.link("下一条")


def drafting(hand):
    hand.begin()
    hand.link("登记诉求")
    hand.type("写了一半")
    hand.press("Control+s")
    expect(hand.page.locator("[data-draft-note]")).to_contain_text("草稿")


# number → who, what, and the words that say it is done
ACTIONS = {
    1: ("intake", registering, "已登记"), 2: ("coordinator", finding, None), 3: ("coordinator", dispatching, "已派发"), 4: ("jia_clerk", signing, "已签收"),
    5: ("jia_clerk", progress, "已报进展"), 6: ("jia_clerk", replying, "已反馈办理结果"), 7: ("jia_head", reviewing, "已审核"),
    8: ("intake", calling_back, "已回访"), 9: ("jia_head", extending, "已申请延期"), 10: ("coordinator", deciding, "已审批延期"),
    11: ("supervisor", nudging, "已催办"), 12: ("supervisor", nudging_all, "已催办"), 13: ("coordinator", giving, "已下达"),
    14: ("jia_clerk", handing_in, "已报送"), 15: ("coordinator", accepting, "已验收"), 16: ("coordinator", filtering, None),
    17: ("coordinator", keeping, "已存为筛选"), 18: ("coordinator", taking_away, None), 19: ("coordinator", next_one, None),
    20: ("intake", drafting, None),
}


@pytest.mark.parametrize("who", sorted({who for who, _act, _said in ACTIONS.values()}))
def test_a_persons_usual_actions_cost_what_the_document_says(busy_desk, people, who):
    _what_waits(busy_desk)
    page, table, wrong = people.log_in(who), told(), {}
    hand = Hand(page)
    for number, (_who, act, said) in ((n, row) for n, row in ACTIONS.items() if row[0] == who):
        act(hand)
        if said:
            expect(page.locator("main .alert-success")).to_contain_text(said)
        if hand.done != table[number][1:4]:
            wrong[number, table[number][0]] = hand.done
    assert wrong == {}


def _what_waits(desk):
    """A demand dispatched today, an extension asked for, a task handed in, another not yet."""
    with desk.at_work() as cast:
        cast.dispatched(title="今天派来的一件")
        Task.give(by=cast.coordinator, unit=cast.jia, title="报送减证清单", due_at=moment("2024-05-23 17:30"))
        cast.accepted(title="等延期的一件").ask_extension(by=cast.jia_head, until=date(2024, 5, 30), reason="勘查需要停电配合")
        db.session.scalars(db.select(Task).where(Task.title.startswith("5月减证"))).one().submit(by=cast.jia_clerk, result="已报", count=2)


def test_none_costs_more_than_elsewhere():
    table = told()
    assert sorted(table) == sorted(ACTIONS)
    for name, clicks, keys, boxes, whole, ruoyi, frappe in table.values():
        assert whole == clicks + keys + boxes, name
        assert whole <= min(ruoyi, frappe), name
