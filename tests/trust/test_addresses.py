"""From where somebody comes: what a proxy may say about it, and how far an address of IPv6 reaches."""

import pytest

from models.public.limits import origin
from tests.conftest import make_app
from tests.panel.browse import ON_SQLITE

TRIES = 40


@pytest.mark.parametrize(("one", "other", "same"), [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("10.1.2.3", "10.1.2.4", False), ("::ffff:10.1.2.3", "10.1.2.3", True), ("", "10.1.2.3", False), ("not an address", "not an address", True),
])
def test_addresses_are_counted_by_whom_they_stand_for(one, other, same):
    assert (origin(one) == origin(other)) is same


def knock(client, address, forwarded=""):
    """One wrong password from an address; what the page says."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = client.post("/login", data={"username": "nobody", "password": "x"}, headers=headers, environ_overrides={"REMOTE_ADDR": address})
    return answer.get_data(as_text=True)


@ON_SQLITE
def test_one_ipv6_network_is_one_visitor_however_many_addresses_it_uses(desk):
    client = desk("").client
    for number in range(TRIES):
        knock(client, f"2001:db8:1:2::{number + 1:x}")
    assert "输错的次数太多" in knock(client, "2001:db8:1:2::ffff")
    assert "输错的次数太多" not in knock(client, "2001:db8:1:3::1")


@ON_SQLITE
def test_without_a_proxy_nobody_chooses_his_own_address(desk):
    client = desk("").client
    for number in range(TRIES):
        knock(client, "10.1.2.3", f"10.9.9.{number + 1}")
    assert "输错的次数太多" in knock(client, "10.1.2.3", "10.8.8.8")


def test_behind_a_proxy_the_address_it_saw_counts_and_not_what_the_visitor_claims(tmp_path, monkeypatch):
    monkeypatch.setenv("PROXIES", "1")
    app, seen = make_app(tmp_path, f"sqlite:///{tmp_path / 'x.db'}"), {}

    def look(environ, _start):
        seen["address"] = environ["REMOTE_ADDR"]
        return []

    app.wsgi_app.app = look
    app.wsgi_app({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 10.1.2.3", "wsgi.url_scheme": "http"}, None)
    assert seen == {"address": "10.1.2.3"}
