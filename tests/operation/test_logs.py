"""The log says what happened and never whom it was about."""

import io
import json
import logging
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from models import db
from tests.cast import login
from views import journal

NUMBERS = ("13812345678", "138 1234 5678", "0535-6651234")


@pytest.fixture(params=["json", "plain"])
def log(request, app):
    """What this process writes, as text."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(journal.Json() if request.param == "json" else journal.Plain())
    before = journal.ACCESS.level
    journal.ACCESS.setLevel(logging.INFO)  # also forgets what the logger has answered to others
    logging.getLogger().addHandler(handler)
    yield lambda: stream.getvalue()
    logging.getLogger().removeHandler(handler)
    journal.ACCESS.setLevel(before)


def test_no_telephone_number_ever_appears(app, client, cast, log, monkeypatch):
    login(client, "intake")
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for number in NUMBERS:
        client.get(f"/search/?q={number}")
        client.get(f"/{number}/")
        client.post("/ticket/register/", data={"title": number, "contact_phone": number, "content": f"请回{number}"})
        app.logger.warning("telephone %s", number)
        try:
            db.session.execute(db.text("INSERT INTO nowhere (phone) VALUES (:phone)"), {"phone": number})
        except DatabaseError:
            app.logger.exception("the row of %s", number)
            db.session.rollback()
        try:
            raise ValueError(f"wrong number: {number}")
        except ValueError:
            app.logger.exception("refused")
    assert "/search/" in log()
    for number in NUMBERS:
        assert number not in log()


def test_a_json_line_is_one_object_with_the_facts_of_the_request(client, cast, log, request):
    login(client, "intake")
    client.get("/search/?q=secret")
    if request.node.callspec.params["log"] == "plain":
        assert " 200 " in log()
        return
    lines = [json.loads(line) for line in log().splitlines()]
    (line,) = [line for line in lines if line.get("path") == "/search/"]
    assert (line["method"], line["status"], line["user"], line["logger"]) == ("GET", 200, cast.intake.id, "access")
    assert line["ms"] >= 0
    assert "secret" not in log()


def test_a_visitor_cannot_write_lines_of_his_own(client, log):
    client.get("/x%0a2024-01-01 00:00:00 INFO access: GET /forged 200")
    assert not [line for line in log().splitlines() if line.startswith("2024-01-01")]
    assert len(log().splitlines()) == len([line for line in log().splitlines() if "x" in line])


def test_the_log_goes_to_a_file_and_follows_it_when_it_is_moved(tmp_path, monkeypatch):
    monkeypatch.setenv("LOG_FILE", str(tmp_path / "dudao.log"))
    monkeypatch.setenv("LOG_FORMAT", "json")
    journal.speak()
    try:
        logging.getLogger("x").warning("before")
        (tmp_path / "dudao.log").rename(tmp_path / "dudao.log.1")
        logging.getLogger("x").warning("after")
    finally:
        monkeypatch.undo()
        journal.speak()
    assert json.loads(Path(tmp_path / "dudao.log.1").read_text())["message"] == "before"
    assert json.loads(Path(tmp_path / "dudao.log").read_text())["message"] == "after"


def test_the_code_of_a_letter_is_not_in_the_log(app, client, log):
    code = "K7QMX2ABCDEF"
    client.get(f"/verify/{code}")
    client.get(f"/verify/{code}/answer")
    app.logger.warning('looked up "/verify/%s"', code)
    assert "/verify/…" in log() or "/verify/\\u2026" in log()
    assert code not in log()
