"""Chromium in front of the real product. A missing Chromium is a failure, never a skip."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.desk import Desk
from tests.browser.furniture import furnish
from tests.browser.watcher import Watcher
from tests.cast import PASSWORD

HERE = Path(__file__).parent
SCREEN, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
expect.set_options(timeout=20_000)  # a busy machine answers later, not differently


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium.

    What fails is tried once more: two processes and a real clock between them can meet in an order no reader meets.
    A fault of the product fails twice; the report names whatever needed its second try (`-r R`).
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            if "known" not in item.fixturenames:  # what was looked at the first time would be passed over the second
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, one process for all tests."""
    program = shutil.which("chromium")
    assert program, "没有 Chromium：请执行 make setup-test，或 apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The served product."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()


@pytest.fixture
def desk(house: Desk) -> Desk:
    """The product with the packs and the cast, and nothing done yet."""
    house.renew(house.plain)
    return house


@pytest.fixture(scope="session")
def furnished(house: Desk) -> Path:
    """The database of a desk that has been at work for weeks."""
    house.renew(house.plain)
    furnish(house)
    return house.keep("furnished")


@pytest.fixture
def busy_desk(house: Desk, furnished: Path) -> Desk:
    """The product with work in every state."""
    house.renew(furnished)
    return house


class People:
    """Browsers of the cast, each with its own session; all are watched."""

    def __init__(self, chromium: Browser, house: Desk) -> None:
        self.chromium, self.house = chromium, house
        self.contexts: list[BrowserContext] = []
        self.watchers: list[Watcher] = []

    def stranger(self, size: dict[str, int] = SCREEN) -> Page:
        """A browser that has not logged in."""
        context = self.chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.house.url)
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        page = context.new_page()
        page.watcher = Watcher(page, self.house.url)
        self.watchers.append(page.watcher)
        return page

    def log_in(self, username: str, size: dict[str, int] = SCREEN) -> Page:
        """On the workbench, logged in through the form."""
        page = self.stranger(size)
        page.goto("/login")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/")
        return page

    @property
    def faults(self) -> list[str]:
        """Everything any page should not have done."""
        return [fault for watcher in self.watchers for fault in watcher.faults]


@pytest.fixture
def people(chromium: Browser, house: Desk) -> Iterator[People]:
    """Log in as any of the cast; at the end no page may have complained."""
    people = People(chromium, house)
    yield people
    for context in people.contexts:
        context.close()
    assert people.faults == []
