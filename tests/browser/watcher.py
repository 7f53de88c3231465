"""What a page must never do: complain in the console, break the policy, ask another host, get an error answer."""

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

NEXT_TO_A_STATUS = "Failed to load resource"  # Chromium repeats in the console what the answer's status already says


class Watcher:
    """Listens to one page; `faults` is empty when all went well."""

    def __init__(self, page: Page, home: str) -> None:
        self.home, self.faults, self.expected = home, [], set()
        self.page = page
        page.on("console", self._console)
        page.on("pageerror", self._crash)
        page.on("request", self._request)
        page.on("response", self._response)

    def expect(self, *statuses: int) -> None:
        """These answers are what the test is about."""
        self.expected.update(statuses)

    def _say(self, what: str) -> None:
        self.faults.append(f"{self.page.url}: {what}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(NEXT_TO_A_STATUS):
            self._say(f"console {message.type}: {message.text}")

    def _crash(self, error: Error) -> None:
        self._say(f"script: {error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home + "/", "data:", "blob:")):
            self._say(f"asked another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._say(f"{response.status} {response.request.method} {response.url}")
