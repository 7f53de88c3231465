"""The limits of logging in as the product comes with them."""

import pytest
import sqlalchemy as sa

from models import Setting, db
from models.setting import DEFAULTS
from tests.cast import PASSWORD
from tests.panel.conftest import desk

__all__ = ["desk"]
LIMITS = ("idle_minutes", "idle_minutes_admin", "session_hours", "password_days", "dormant_days", "totp_for")


def put(key: str, value: str) -> None:
    """Set one limit."""
    db.session.scalars(sa.select(Setting).where(Setting.key == key)).one().value = value


@pytest.fixture
def limits(cast):
    """`limits(totp_for="ADMIN")`: that one; `limits()`: all as delivered."""

    def give(**wanted: object) -> None:
        for key, value in (wanted or {key: DEFAULTS[key] for key in LIMITS}).items():
            put(key, str(value))
        db.session.commit()

    return give


@pytest.fixture
def guarded_desk(app, desk):
    """The desk with its CSRF check on, people logging in through the real form."""
    app.config["WTF_CSRF_ENABLED"] = True

    def sit(username: str):
        browser = desk("")
        token = browser.get("/login").value("csrf_token")
        assert browser.post("/login", {"username": username, "password": PASSWORD, "csrf_token": token}).status == 302
        return browser

    yield sit
    app.config["WTF_CSRF_ENABLED"] = False
