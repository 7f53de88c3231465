"""Every page of every role: Chinese, self-contained, guarded, and every link on it leads somewhere."""

import re

import pytest

from tests.cast import PEOPLE
from tests.panel.browse import ON_SQLITE, details_url

# Words a Chinese official reads every day, keys, codes of documents and formats.
ALLOWED = re.compile(
    r"https?://\S+|PDF|SHA-256|Word|Excel|xlsx|WPS|OFD|ZIP|Office|Ctrl|Enter|Tab|Esc|MB|KB|(?:SQ|RW|XQ|PS|JC|LJ|BS|PC|WT|XS|JD|SP|QD)[\d-]+|\b[JKXO?/]\b|"
    r"\b[MWYEJ](?: [一二三四五六七八九十]|\b)|RFC \d+|"
    r"\w+\.pdf|(?: [0-9a-f]{4}){4}|核验码 [0-9a-f]{16}|FREQ=[A-Z0-9;=]+|链首 [0-9a-f]{4} [0-9a-f]{4}"
)
# Pages that hold codes by nature: log-in names, permissions, settings, templates, the audit trail, the codes of letters.
CODES = {"me", "permission", "role", "grant", "setting", "template", "audit", "heartbeat", "rule", "user", "document", "category", "standard",
         "indicator", "group", "unit", "calendar", "responsibility", "operation", "verify"}


def check(page, address):
    """What holds for every page."""
    headers = page.response.headers
    assert "text/html" in headers["Content-Type"], address
    assert not re.search(r"""(?:src|href|action|url\()\s*=?\s*["']?(?:https?:)?//(?!localhost)""", page.html), address
    assert page.tree.xpath("//@lang[.='zh-CN']"), address
    assert headers["Cache-Control"] == "no-store", address
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)[1]
    for script in page.tree.xpath("//script[not(@src)]"):
        assert script.get("nonce") == nonce or script.get("type") == "application/json", address
    assert not page.tree.xpath("//*[@style]"), (address, page.tree.xpath("//*[@style]")[0].get("style"))
    assert "None" not in page.words, address
    assert "+08:00" not in page.words, address


def english(page):
    """Latin words a reader would stumble over."""
    return set(re.findall(r"[A-Za-z]{2,}", ALLOWED.sub("", page.words)))


@ON_SQLITE
@pytest.mark.parametrize("who", [name for name in PEOPLE if name not in ("intake2", "jia_head", "yi_clerk", "yi_head", "discipline")])
def test_everything_a_person_can_reach_in_two_clicks_opens_and_reads_chinese(desk, world, who):
    browser, seen, waiting = desk(who), set(), ["/", "/me/password", "/help/", "/inbox/"]
    for _ in range(3):
        found = []
        for address in waiting:
            kind = address.partition("?")[0]  # one of each: a list, a record, a form
            if kind in seen or "/export/" in address:
                continue
            seen.add(kind)
            page = browser.get(address)
            if page.status == 302:  # 全部事项 hands on to the page of the kind
                page = browser.get(address := page.response.headers["Location"])
            assert page.status == 200, (who, address)
            if "text/html" not in page.response.headers["Content-Type"]:
                continue
            check(page, address)
            if address.split("/")[1] not in CODES:
                assert english(page) <= {PEOPLE[who][0]}, (address, english(page))
            found += page.links()
        waiting = found
    assert len(seen) > 5


def test_every_counted_tab_is_what_its_list_holds(desk, world):
    for who, address in (("supervisor", "/ticket/"), ("jia_clerk", "/ticket/"), ("jia_clerk", "/task/"), ("supervisor", "/notice/"),
                         ("supervisor", "/accountability/"), ("jia_clerk", "/notice/")):
        page, counted = desk(who).get(address), 0
        for tab in page.tree.xpath("//main//ul[contains(@class, 'tabs')]//a"):
            if number := re.search(r"(\d+)\s*$", tab.text_content()):
                assert desk(who).get(tab.get("href")).total == int(number[1]), (who, address, tab.text_content())
                counted += 1
        assert counted, address


def test_the_second_page_keeps_filters_tab_order_and_size(desk, cast):
    for n in range(23):
        cast.ticket(title=f"同类事项{n}")
    cast.ticket(title="另一件")
    page = desk("supervisor").get("/ticket/?tab=open&flt_q=同类&sort=0&page_size=20")
    assert (page.total, len(page.rows())) == (23, 20)
    following = page.tree.xpath("//ul[@class='pagination']//a[@rel='next']/@href")[0]
    second = desk("supervisor").get(following)
    assert (second.total, len(second.rows())) == (23, 3)
    assert "另一件" not in "".join(second.rows())
    assert second.value("flt_q") == "同类"
    ordered = desk("supervisor").get(second.tree.xpath("//thead//a/@href")[0])
    assert ordered.total == 23
    cleared = desk("supervisor").get(second.tree.xpath("//a[text()='重置']/@href")[0])
    assert cleared.total == 24
    dropped = desk("supervisor").get(second.tree.xpath("//a[starts-with(@aria-label, '去掉条件')]/@href")[0])
    assert dropped.total == 24


@ON_SQLITE
def test_a_record_of_a_closed_matter_and_its_sheet_open_for_all_who_see_it(desk, world):
    for who in ("coordinator", "jia_head", "leader"):
        page = desk(who).get(details_url(world))
        assert "办理过程" in page.words
        assert desk(who).raw(f"/ticket/sheet/?id={world.id}").data.startswith(b"%PDF")
