"""Machines ask: alive? ready? and get figures only from the addresses that are set."""

import pytest
import sqlalchemy as sa

from models import Setting, db, scope
from tests.cast import login


@pytest.fixture
def collected(cast):
    """The figures may be read from this machine."""
    db.session.scalars(db.select(Setting).where(Setting.key == "metrics_addresses")).one().value = "127.0.0.0/8"
    db.session.commit()


def test_alive_and_ready(client, cast):
    assert client.get("/healthz").text == "ok\n"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json) == {"database", "migrations", "scheduler", "disk", "files"}
    assert answer.json["database"] == "OK"


def test_not_ready_on_tables_of_another_version_but_alive(client, cast):
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json["migrations"] == "MISSING"
    assert client.get("/healthz").status_code == 200


def test_not_ready_on_a_full_disk(client, cast, monkeypatch):
    monkeypatch.setattr("views.checkup.machine.NO_DISK_GB", 10**9)
    assert client.get("/readyz").status_code == 503


def test_figures_do_not_exist_unless_addresses_are_set(client, cast):
    assert client.get("/metrics").status_code == 404


def test_figures_for_the_addresses_that_are_set_and_no_others(client, cast, collected):
    client.get("/login")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    for line in ('dudao_requests_total{method="GET",room="auth",status="200"}', "dudao_trail_links ", "dudao_outbox_waiting 0.0",
                 "dudao_disk_free_bytes", 'dudao_request_seconds_bucket{le="0.5",room="auth"}'):
        assert line in answer.text, line
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 404


def test_the_administrator_sees_check_up_and_backups_and_nobody_else_does(app, client, cast, run):
    assert run("backup")[0] == 0
    login(client, "sysadmin")
    page = client.get("/operation/").text
    assert "体检" in page
    assert "dudao-" in page
    assert "张表" in page
    client.post("/logout")
    with scope.everything():
        db.session.commit()
    login(client, "coordinator")
    assert client.get("/operation/").status_code == 404
