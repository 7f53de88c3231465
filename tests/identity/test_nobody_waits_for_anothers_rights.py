"""What a person may do is worked out without holding anybody else up."""

import threading

import pytest
import sqlalchemy as sa

from models import User, db, scope
from models.routing import reading
from tests.cast import Cast
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE  # PostgreSQL has no lock of the whole database
PATIENCE = 20  # seconds; SQLite gives up after sixty


@pytest.mark.parametrize("what", ["grants", "group_units"])
def test_whoever_holds_the_write_lock_does_not_wait_for_who_waits_for_it(app, cast: Cast, what):
    db.session.commit()
    waiting, ended = threading.Event(), threading.Event()

    def waiter() -> None:
        with app.app_context(), scope.everything():
            token = reading.set(True)
            user = db.session.scalars(sa.select(User).where(User.username == "jia_clerk")).one()
            db.session.commit()
            reading.reset(token)
            waiting.set()
            getattr(user, what)  # needs the write lock
            db.session.rollback()
        ended.set()

    db.session.execute(sa.text("UPDATE unit SET sort = sort"))  # the write lock
    db.session.flush()
    me = db.session.scalars(sa.select(User).where(User.username == "coordinator")).one()
    thread = threading.Thread(target=waiter, daemon=True)
    thread.start()
    assert waiting.wait(PATIENCE)
    assert not ended.wait(1)
    getattr(me, what)
    assert not ended.is_set()
    db.session.rollback()
    assert ended.wait(PATIENCE)
