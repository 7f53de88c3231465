"""What each of the eight processes does: issue letters or register tickets, as fast as it can."""

import tempfile
from pathlib import Path

from models import db, drafting, scope
from models.now import as_of
from tests.cast import Cast
from tests.conftest import make_app
from tests.flow.desk import MONDAY


def stub(notice):
    """A small letter that carries its number."""
    return f"%PDF-1.7 {notice.number}".encode()


def issue_letters(url: str, count: int) -> list[str]:
    """Issue `count` letters, one transaction each; their numbers."""
    return _work(url, count, _issue)


def register_tickets(url: str, count: int) -> list[str]:
    """Register `count` tickets, one transaction each; their numbers."""
    return _work(url, count, lambda cast, _unit: cast.ticket())


def _issue(cast, unit):
    letter = drafting.draft("WARNING_NOTICE", by=cast.supervisor, unit=unit, matter=cast.ticket())
    letter.issue(by=cast.supervisor, render=stub)
    return letter


def _work(url, count, act):
    numbers = []
    with (
        tempfile.TemporaryDirectory() as folder, make_app(Path(folder), url).app_context(), scope.everything(), as_of(MONDAY),
    ):
        for turn in range(count):
            cast = Cast()
            row = act(cast, cast.jia)
            if turn % 10 == 9:  # somebody changes their mind: the number goes back
                db.session.rollback()
                row = act(cast, cast.jia)
            number = row.number
            db.session.commit()
            numbers.append(number)
        db.session.remove()
        db.engine.dispose()
    return numbers
