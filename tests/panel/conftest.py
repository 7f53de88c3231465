"""People at their browsers: each request runs on its own, as on a server, with nothing left over from the test."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import db, scope
from models import now as clock
from tests.cast import Cast, login
from tests.panel.browse import Visitor, blank_page


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Iterator[Callable[[str], Visitor]]:
    """`desk("intake")` is that person logged in; `desk("")` is a stranger."""
    stock, app.test_client_class = app.test_client_class, Alone
    seated: dict[str, Visitor] = {}

    def sit(username: str) -> Visitor:
        if username not in seated:
            client = app.test_client()
            seated[username] = Visitor(login(client, username) if username else client)
        return seated[username]

    yield sit
    app.test_client_class = stock


class Alone(FlaskClient):
    """Requests share neither session, `g` nor scope with the test – only the moment."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """As stock, after committing what the test has written."""
        with scope.everything():
            db.session.commit()
        moment, ask = clock._moment.get(), super().open

        def request() -> Any:
            with clock.as_of(moment) if moment else nullcontext():
                return ask(*args, **kwargs)

        return Context().run(request)


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The app with its CSRF check on."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def quick_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters come out blank: for tests that ask who and when, not what stands on the paper."""
    for name in ("render_pdf", "render_receipt"):
        monkeypatch.setattr(f"views.letters.binding.{name}", lambda *_paper, **_how: blank_page())
