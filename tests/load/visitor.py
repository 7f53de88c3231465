"""One person at a browser without JavaScript, over a real connection: reads pages, fills in forms, says what was answered and how long it took."""

import http.client
import re
import time
from urllib.parse import urlencode

import lxml.html
from urllib3 import encode_multipart_formdata

TIMEOUT = 60


def _with_file(form: dict[str, str], file: tuple[str, bytes]) -> tuple[bytes, str]:
    """Body and content type of a form with a file, as a browser sends it."""
    body, kind = encode_multipart_formdata([*form.items(), ("files", (*file, "application/pdf"))])
    return body, kind


class Visitor:
    """One log-in; every answer is noted as (what, status, seconds)."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self.port, self.cookie, self.noted = port, "", []
        self.username = username
        page = self.ask("登录页", "/login")
        self.ask("登录", "/login", self._hidden(page[2]) | {"username": username, "password": password})

    def ask(self, what: str, path: str, form: dict[str, str] | None = None, file: tuple[str, bytes] | None = None) -> tuple[int, str, str]:
        """(status, Location, body) of a GET, or of a POST when a form is given; `file` goes with it as the field files."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        # A connection each, as nginx makes them: a kept one may be closed by the server just when the next request comes.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        body = None
        if form is not None:
            body, headers["Content-Type"] = (urlencode(form), "application/x-www-form-urlencoded") if file is None else _with_file(form, file)
        begun = time.monotonic()
        try:
            connection.request("POST" if form is not None else "GET", path, body, headers)
            answer = connection.getresponse()
            text, status, location = answer.read().decode("utf-8", "replace"), answer.status, answer.headers.get("Location", "")
            for value in answer.headers.get_all("Set-Cookie") or []:
                self.cookie = value.partition(";")[0]
        except (OSError, http.client.HTTPException):
            text, status, location = "", 0, ""  # no answer within TIMEOUT
        connection.close()
        self.noted.append((what, status, time.monotonic() - begun))
        return status, location, text

    @staticmethod
    def _hidden(text: str) -> dict[str, str]:
        """Hidden fields of a page's last form with a token."""
        if not text:
            return {}
        fields = lxml.html.fromstring(text).xpath("//form[@method='post' or @method='POST']//input[@type='hidden']")
        return {node.get("name"): node.get("value") or "" for node in fields if node.get("name")}

    def send(self, what: str, path: str, file: tuple[str, bytes] | None = None, **answers: object) -> tuple[bool, str]:
        """Open a form and send it filled in; (accepted, where it led)."""
        status, _location, text = self.ask(f"{what}（打开）", path)
        if status != 200:
            return False, ""
        status, location, _text = self.ask(what, path, self._hidden(text) | {name: str(value) for name, value in answers.items()}, file)
        return status == 302 and "/login" not in location, location

    def rows(self, path: str) -> list[int]:
        """Ids of the records a list shows."""
        _status, _location, text = self.ask("列表", path)
        return [int(found) for found in re.findall(r"/ticket/details/\?id=(\d+)", text)]
