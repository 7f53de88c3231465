"""Another system with its token, and the desk of the system administrator who has issued it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from models import ApiClient, Role, User, db
from models.now import as_of, now
from tests.duties.desk import day
from tests.panel.conftest import Alone, desk
from tests.public.street import settings

__all__ = ["desk"]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Ten past ten: limits are counted by the minute."""
    with as_of(day("2024-08-05 10:10")):
        yield


@pytest.fixture
def account(cast) -> User:
    """An interface account, as the two administrators make it."""
    role = db.session.scalars(sa.select(Role).where(Role.code == "INTERFACE")).one()
    user = User(username="jiekou", name="12345平台", roles=[role], must_change=False)
    db.session.add(user)
    db.session.commit()
    return user


@pytest.fixture
def token(cast, account) -> str:
    """Issued for a year; the interface is switched on."""
    client = ApiClient(name="12345平台", user=account, expires_on=now().date() + timedelta(days=365))
    made = client.issue(cast.sysadmin)
    db.session.add(client)
    settings(api_on="是")
    return made


@pytest.fixture
def call(app, token) -> Iterator[Callable[..., TestResponse]]:
    """`call("GET", "/tickets")` with the token; `token=` another one, `json=` a body."""
    stock, app.test_client_class = app.test_client_class, Alone
    browser = app.test_client()

    def ask(method: str, path: str, token: str | None = token, **how: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return browser.open(f"/api/v1{path}", method=method, headers=headers, **how)

    yield ask
    app.test_client_class = stock
