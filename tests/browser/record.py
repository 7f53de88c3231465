"""What a reader sees on a record page."""

from playwright.sync_api import Locator, Page, expect


def timeline(page: Page) -> list[str]:
    """Steps of 办理过程, oldest first."""
    return _read(page, "section[aria-labelledby=course] .timeline b")[::-1]


def light(page: Page) -> Locator:
    """The light in the head of the page."""
    return page.locator(".head-line .lamp")


def state(page: Page) -> Locator:
    """The state in the head of the page."""
    return page.locator(".head-line .state")


def rungs(page: Page) -> list[str]:
    """The rungs of the ladder that have been climbed."""
    return _read(page, ".ladder li.done b")


def _read(page: Page, css: str) -> list[str]:
    """All texts at once, which waits for nothing: not before the page that a click asked for is there to its end."""
    page.wait_for_load_state()
    expect(page.locator(css)).not_to_have_count(0)
    return [words.strip() for words in page.locator(css).all_text_contents()]


def press(page: Page, verb: str) -> None:
    """The button of a verb on the record, and its form."""
    page.locator(".rec-head, .btn-row").get_by_role("link", name=verb, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(verb)


def confirm(page: Page, verb: str) -> None:
    """Send the form of a verb; the flash says it is done."""
    page.get_by_role("button", name=f"确认{verb}").click()
    expect(page.locator("main .alert-success")).to_contain_text(f"已{verb}")
