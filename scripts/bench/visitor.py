"""A browser without JavaScript: logs in through the form, carries the CSRF token, counts statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine

from scripts.bench.place import PASSWORD, PEOPLE

_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"|<meta name="csrf-token" content="([^"]+)"')


class Visitor:
    """One of PEOPLE at the desk."""

    def __init__(self, app: Flask, who: str) -> None:
        self.client = app.test_client()
        page = self.client.get("/login").text
        answer = self.client.post("/login", data={"username": PEOPLE[who], "password": PASSWORD, "csrf_token": token(page)})
        if answer.status_code != 302:
            raise RuntimeError(f"{who} cannot log in: {answer.status_code}")

    @property
    def cookie(self) -> str:
        """What a browser that logged in the same way would send."""
        found = self.client.get_cookie("session")
        return f"{found.key}={found.value}" if found else ""

    def get(self, address: str) -> str:
        """A page; RuntimeError when it is none."""
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        return answer.text

    def post(self, address: str, page: str, **data: Any) -> Any:
        """A form sent with the token of its page; RuntimeError unless it was accepted."""
        answer = self.client.post(address, data={"csrf_token": token(page), **data})
        if answer.status_code not in (200, 302, 303):
            raise RuntimeError(f"{address}: {answer.status_code}")
        return answer


def token(page: str) -> str:
    """The CSRF token of a page; "" where it has none."""
    found = _TOKEN.search(page)
    return (found[1] or found[2]) if found else ""


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)
