"""People at their browsers: each request runs on its own, as on a server, with nothing left over from the test."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Task, db, drafting, scope
from models import now as clock
from models.now import as_of
from models.sweep import sweep
from press import Printed
from tests.cast import Cast, login
from tests.panel.browse import Visitor, blank_page, file


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
    monkeypatch.setattr("views.letters.binding.render_many", lambda orders: [Printed(blank_page()) for _ in orders])


@pytest.fixture
def world(desk, cast, quick_press):
    """A morning at the desk: demands in several states, a task, a proposal, a letter that is out; the moment it is."""
    for title in ("待研判的", "待派的"):
        cast.ticket(title=title)
    cast.dispatched(title="待签收的")
    late = cast.accepted(title="超期的")
    given = cast.accepted(title="有附件的")
    replied = cast.accepted(title="待审核的")
    replied.reply(by=cast.jia_clerk, process="核实", result="已办", resolution="SOLVED")
    called = cast.accepted(title="待回访的")
    called.reply(by=cast.jia_clerk, process="核实", result="已办", resolution="SOLVED")
    called.review(by=cast.jia_head, decision="AGREE")
    Task.give(by=cast.coordinator, unit=cast.jia, title="报送情况", due_at=late.due_at + timedelta(days=30))
    desk("jia_clerk").does(given, "report_progress", progress="进展", progress_files=[file("材料.pdf")])
    moment = late.due_at + timedelta(hours=2)
    letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=given)
    db.session.commit()
    sweep(moment)
    with as_of(moment):
        desk("supervisor").does(letter, "issue")
        yield given
