"""The inbox: no two lines alike, what one sweep did to one matter is one line, and what is new since the reader looked is marked."""

from datetime import timedelta

from models.now import as_of, now
from models.sweep import sweep
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE
LINES = "//section[contains(., '动态')]//li"


def test_a_line_names_number_unit_and_title(desk, cast):
    ticket = cast.dispatched(title="厂区东门积水")
    [line] = [text for text in desk("supervisor").get("/inbox/").texts(LINES) if "派发" in text]
    assert f"{ticket.number} · 区人社局 · 厂区东门积水" in line


def test_what_one_sweep_does_to_a_matter_is_one_line(desk, cast):
    ticket = cast.accepted(title="厂区东门积水")
    with as_of(ticket.due_at + timedelta(hours=1)):
        sweep(now())
        lines = [text for text in desk("supervisor").get("/inbox/").texts(LINES) if "系统" in text and ticket.number in text]
    assert len(lines) == 1
    assert "拟督办、" in lines[0]


def test_what_came_after_the_reader_looked_is_marked_and_stands_under_unread(desk, cast):
    ticket = cast.dispatched(title="厂区东门积水")
    browser = desk("supervisor")
    assert browser.get("/inbox/").tree.xpath("//li[@class='unread']")
    assert browser.post("/inbox/seen/").status == 302
    assert not browser.get("/inbox/").tree.xpath("//li[@class='unread']")
    assert "上次看后没有新的动态" in browser.get("/inbox/?tab=unread").words
    with as_of(now() + timedelta(minutes=2)):
        ticket.sign(by=cast.jia_clerk)
        page = browser.get("/inbox/?tab=unread")
        assert page.texts(LINES)[0].startswith("上次看后：签收")
        assert len(page.texts(LINES)) == 1
        assert "派发" in browser.get("/inbox/").words
        assert desk("coordinator").get("/inbox/").tree.xpath("//li[@class='unread']")  # nobody else's mark moves


def test_the_workbench_puts_a_dot_to_what_the_number_beside_the_bell_counts_and_to_nothing_else(desk, cast):
    cast.dispatched(title="厂区东门积水")
    page = desk("jia_clerk").get("/")
    assert page.tree.xpath("//section[@aria-labelledby='inbox']//li[@class='read']")
    assert not page.tree.xpath("//section[@aria-labelledby='inbox']//li[@class='unread']")
    assert not page.tree.xpath("//*[@id='inbox']/following-sibling::*[contains(@class, 'pill')]")
