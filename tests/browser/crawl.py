"""Walking through the panel as one person: every link of every page is asked for; every shape of page is opened and looked at."""

import re
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from playwright.sync_api import Page

from tests.browser.axe import AXE, BAD

LEAVES = {"url", "page_size", "sort", "desc", "v"}  # the same page in another order, or where it came from
SHOWS = {"tab", "step", "body", "download"}  # another value is another page
STATES = "/ticket/details/"  # every row is in another state and shows other verbs
REGISTER = re.compile(r"/(?!ticket/|task/|notice/|accountability/)\w+/\w+")  # details, forms and export of a plain register
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
HREF = re.compile(r'<a [^>]*?href="([^"]*)"')
PART = re.compile(r'<(\w+)[^>]*? class="(?!state|lamp|at |icon)([^"]*)"')  # another colour is not another shape
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Everything that opens something; not the dialogues of the browser, nor what takes away what the page itself shows first.
PRESS_ALL = """() => document.querySelectorAll("main button[type=button], .side button[type=button]").forEach(b => {
    if (b.offsetParent !== null && !b.matches('[data-file], [data-print], [data-close], [data-drawer], [data-save-draft]')) b.click();
})"""


def _key(url: str) -> tuple:
    """Two links with the same key lead to the same page, or to the same page of another row."""
    parts = urlsplit(url)
    shows = SHOWS | {"id"} if parts.path == STATES else SHOWS
    query = parse_qsl(parts.query, keep_blank_values=True)
    return parts.path, tuple(sorted((name, value if name in shows else "") for name, value in query if name not in LEAVES))


class Crawl:
    """From the workbench to every page that links lead to; `faults` says where something was wrong.

    `known` is what others have opened: two pages of one address made of the same parts look alike, and what lies behind
    the list of a plain register is the same for everybody who gets there (tests/panel asks for every route as everybody).
    `closely`: axe looks at every page as well, once per address.
    """

    def __init__(self, page: Page, home: str, known: set[tuple], closely: bool = False) -> None:
        self.page, self.home, self.known, self.closely = page, home, known, closely
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
            if not (REGISTER.match(key[0]) and key in self.known):
                self.queue.append(url)
            self.known.add(key)

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
            if shape not in self.known:
                self.known.add(shape)
                self._open(url, here)

    def _open(self, url: str, here: str) -> None:
        self.page.goto(url)
        self.page.evaluate(PRESS_ALL)
        if self.closely and (path := ("axe", urlsplit(here).path)) not in self.known:
            self.known.add(path)
            self.page.evaluate(AXE)
            self.faults += [f"{here}: {bad}" for bad in self.page.evaluate(BAD)]
        for width, height in ((390, 844), (1024, 768), (1366, 768)):
            self.page.set_viewport_size({"width": width, "height": height})
            if (over := self.page.evaluate(WIDER)) > 0:
                self.faults.append(f"{here} is {over} px wider than a {width} px screen")
