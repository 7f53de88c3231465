"""Walking through the panel as one person: every link of every page is asked for; every shape of page is opened and looked at."""

import re
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from playwright.sync_api import Page

LEAVES = {"url", "page_size", "sort", "desc", "v"}  # the same page in another order, or where it came from
SHOWS = {"tab", "step", "body", "download"}  # another value is another page
STATES = "/ticket/details/"  # every row is in another state and shows other verbs
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
HREF = re.compile(r'<a [^>]*?href="([^"]*)"')
PART = re.compile(r'<(\w+)[^>]*? class="([^"]*)"')
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPENERS = "main button[type=button]:visible, .side button[type=button]:visible"
NOT_OPENED = "[data-file], [data-print], [data-close], [data-drawer]"  # dialogues of the browser, and what the page itself shows first


def _key(url: str) -> tuple:
    """Two links with the same key lead to the same page, or to the same page of another row."""
    parts = urlsplit(url)
    shows = SHOWS | {"id"} if parts.path == STATES else SHOWS
    query = parse_qsl(parts.query, keep_blank_values=True)
    return parts.path, tuple(sorted((name, value if name in shows else "") for name, value in query if name not in LEAVES))


class Crawl:
    """From the workbench to every page that links lead to; `faults` says where something was wrong.

    `shapes` remembers which kinds of page have been opened: two pages of one address made of the same parts look alike.
    """

    def __init__(self, page: Page, home: str, shapes: set[tuple]) -> None:
        self.page, self.home, self.shapes = page, home, shapes
        self.seen: set[tuple] = set()
        self.queue: list[str] = []
        self.faults: list[str] = []

    def run(self) -> None:
        """Until no link is new."""
        self._add("/", "/")
        while self.queue:
            self._ask(self.queue.pop(0))

    def _add(self, href: str, base: str) -> None:
        if href.startswith("#"):
            return
        url = urljoin(self.home + base, href)
        if not url.startswith(self.home + "/"):
            self.faults.append(f"{base} leads to another host: {href}")
        elif (key := _key(url)) not in self.seen:
            self.seen.add(key)
            self.queue.append(url)

    def _ask(self, url: str) -> None:
        answer = self.page.request.get(url)
        here = answer.url.removeprefix(self.home)
        if answer.status != 200:
            self.faults.append(f"{answer.status} {here}")
        elif answer.headers["content-type"].startswith("text/html"):
            html = answer.text()
            for href in HREF.findall(html):
                self._add(unescape(href), here)
            main = MAIN.search(html)
            shape = (urlsplit(here).path, frozenset(PART.findall(main[0])))
            if shape not in self.shapes:
                self.shapes.add(shape)
                self._open(url, here)

    def _open(self, url: str, here: str) -> None:
        self.page.goto(url)
        self._measure("1366", here)
        for button in self.page.locator(OPENERS).all():
            if button.is_visible() and not button.evaluate(f"b => b.matches('{NOT_OPENED}')"):
                button.click()
        self.page.set_viewport_size({"width": 390, "height": 844})
        self._measure("390", here)
        self.page.set_viewport_size({"width": 1366, "height": 768})

    def _measure(self, width: str, here: str) -> None:
        if (over := self.page.evaluate(WIDER)) > 0:
            self.faults.append(f"{here} is {over} px wider than a {width} px screen")
