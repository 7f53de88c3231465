"""Walking through the panel as one person: every link on every page, every button that opens something."""

from urllib.parse import parse_qsl, urljoin, urlsplit

from playwright.sync_api import Page

FILES = ("/pdf/", "/word/", "/receipt/", "/sheet/", "/export/", "/file/", "/notice/page/")
LEAVES = ("url", "page_size", "sort", "desc", "v")  # the same page in another order, or where it came from
SHOWS = {"tab", "id", "step", "body", "download"}  # another value is another page
LINKS = "els => els.filter(a => a.offsetParent !== null || a.closest('.side')).map(a => a.getAttribute('href'))"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPENERS = "main button[type=button]:visible, .side button[type=button]:visible"
NOT_OPENED = "[data-file], [data-print], [data-close], [data-drawer]"  # a file dialogue, a print dialogue, what the page itself shows first


def _key(url: str) -> tuple:
    """Two links with the same key lead to the same page."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    return parts.path, tuple(sorted((name, value if name in SHOWS else "") for name, value in query if name not in LEAVES))


class Crawl:
    """From the workbench to every page that links lead to; `faults` says where something was wrong."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home
        self.seen: dict[tuple, str] = {}
        self.queue: list[str] = []
        self.faults: list[str] = []
        self.kinds: set[str] = set()

    def run(self) -> None:
        """Until no link is new."""
        self._add("/", "/")
        while self.queue:
            url = self.queue.pop(0)
            if any(part in url for part in FILES):
                self._fetch(url)
            else:
                self._visit(url)

    def _add(self, href: str, base: str) -> None:
        if href.startswith(("#", "javascript:")):
            return
        url = urljoin(self.home + base, href)
        if not url.startswith(self.home + "/"):
            self.faults.append(f"{base} leads to another host: {href}")
        elif (key := _key(url)) not in self.seen:
            self.seen[key] = url
            self.queue.append(url)

    def _fetch(self, url: str) -> None:
        answer = self.page.request.get(url)
        if answer.status != 200 or "text/html" in answer.headers["content-type"]:
            self.faults.append(f"{answer.status} {answer.headers['content-type']} {url}")

    def _visit(self, url: str) -> None:
        self.page.goto(url)
        here = self.page.url.removeprefix(self.home)
        for href in self.page.locator("a[href]").evaluate_all(LINKS):
            self._add(href, here)
        self._measure("1366", here)
        self._press_openers()
        self.page.set_viewport_size({"width": 390, "height": 844})
        self._measure("390", here)
        self.page.set_viewport_size({"width": 1366, "height": 768})

    def _measure(self, width: str, here: str) -> None:
        if (over := self.page.evaluate(WIDER)) > 0:
            self.faults.append(f"{here} is {over} px wider than a {width} px screen")

    def _press_openers(self) -> None:
        """Once for every kind of page: what opens must open without complaint."""
        kind = urlsplit(self.page.url).path
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        for button in self.page.locator(OPENERS).all():
            if button.is_visible() and not button.evaluate(f"b => b.matches('{NOT_OPENED}')"):
                button.click()
        self.page.keyboard.press("Escape")
