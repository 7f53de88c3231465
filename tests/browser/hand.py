"""A hand on mouse and keyboard: every click and every key that is no text is counted by the page itself, as it arrives."""

import re

from playwright.sync_api import Locator, Page

# Letters in a box are what has to be said anyway, in any system; they are counted as one box filled in.
LISTEN = """() => {
    if (window.listening) return;
    window.listening = true;
    const box = el => el && (el.tagName === 'TEXTAREA' || (el.tagName === 'INPUT' && !/^(checkbox|radio|file|submit|button)$/.test(el.type)));
    addEventListener('pointerdown', e => { if (e.isTrusted) window.counted('click'); }, true);
    addEventListener('keydown', e => {
        if (!e.isTrusted || /^(Control|Shift|Alt|Meta)$/.test(e.key) || (box(e.target) && e.key.length === 1 && !e.ctrlKey)) return;
        window.counted('key');
    }, true);
    addEventListener('input', e => {
        if (e.isTrusted && box(e.target) && window.typing !== e.target) { window.typing = e.target; window.counted('box'); }
    }, true);
}"""


class Hand:
    """Works a page and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.counts = page, {"click": 0, "key": 0, "box": 0}
        page.expose_function("counted", self._count)
        page.add_init_script(f"({LISTEN})()")
        page.evaluate(LISTEN)

    def _count(self, what: str) -> None:
        self.counts[what] += 1

    def begin(self, address: str = "/") -> None:
        """Where the person stands before the action; nothing is counted so far."""
        self.page.goto(address)
        self.counts = {"click": 0, "key": 0, "box": 0}

    @property
    def done(self) -> tuple[int, int, int]:
        """(clicks, keys, boxes filled in) since the beginning."""
        self.page.wait_for_load_state()
        return tuple(self.counts.values())

    def click(self, target: str | Locator) -> None:
        """One click."""
        (self.page.locator(target).first if isinstance(target, str) else target).click()

    def link(self, words: str) -> None:
        """Click the link that begins so."""
        self.click(self.page.locator(f"a[aria-label^='{words}'], a:has-text('{words}')").locator("visible=true").first)

    def button(self, words: str) -> None:
        """Click the button of that name."""
        self.click(self.page.get_by_role("button", name=words).first)

    def press(self, key: str) -> None:
        """One key, or keys held together, once the page is there."""
        self.page.wait_for_load_state()
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Words, where the cursor stands, once the page is there."""
        self.page.wait_for_load_state()
        self.page.keyboard.type(words)

    def into(self, label: str, words: str) -> None:
        """Go to a box with the mouse and fill it in."""
        self.click(self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first)
        self.type(words)
