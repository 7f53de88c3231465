"""What people try on a page that is open to all: guessing, flooding, injecting, forging."""

import re
from pathlib import Path

import pytest

from models import Throttle, Ticket, db
from tests.panel.browse import file
from tests.public.street import FORM, answer_to, look_up, picture, settings, submit, submitted
from views.public import papers, visit


def tickets():
    return db.session.scalar(db.select(db.func.count(Ticket.id)))


def test_wrong_number_and_wrong_code_read_the_same(desk, cast):
    ticket, code = submitted(desk(""))
    desk("").post("/p/leave")
    said = {look_up(desk(""), number, proof).said for number, proof in (
        (ticket.number, "AAAA-BBBB-CCCC"), ("SQ209901-00001", code), (ticket.number, "13900000000"), ("", ""), ("' OR 1=1 --", "' OR '1'='1"),
        (ticket.number, ""), (ticket.number, "%"), (ticket.number, "0" * 64),
    )}
    assert said == {"编号和查询码（或手机号）对不上，请核对后再查"}


def test_a_demand_without_telephone_is_not_opened_by_an_empty_one(desk, cast):
    ticket = cast.ticket()
    assert ticket.contact_phone is None
    for proof in ("", " ", "None", "-", "0"):
        assert look_up(desk(""), ticket.number, proof).status == 422


def test_guessing_ends_after_so_many_tries_from_one_address(desk, cast):
    settings(public_lookups_hourly="5")
    ticket, code = submitted(desk(""))
    desk("").post("/p/leave")
    answers = [look_up(desk(""), ticket.number, f"AAAA-BBBB-CCC{n}").status for n in range(7)]
    assert answers == [422] * 5 + [429] * 2
    page = look_up(desk(""), ticket.number, code)  # the right one as well, until the hour is over
    assert (page.status, page.response.headers["Retry-After"].isdecimal()) == (429, True)
    assert "操作太频繁" in page.words


def test_telephone_numbers_of_one_demand_cannot_be_tried_from_many_addresses(desk, cast):
    ticket, code = submitted(desk(""))
    desk("").post("/p/leave")
    answers = []
    for n in range(12):
        page = desk("").post("/p/track", {"number": ticket.number, "proof": f"1391234567{n % 10}"}, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"})
        answers.append(page.status)
    assert answers == [422] * 10 + [429] * 2
    assert look_up(desk(""), ticket.number, code).status == 302  # whoever has the code is not locked out by a guesser


def test_flooding_from_one_address_and_with_one_telephone_is_stopped_and_counted_in_the_database(desk, cast):
    settings(public_submits_hourly="4", public_submits_daily="2")
    answers = [submit(desk("")).status for _ in range(4)]
    assert answers == [302, 302, 429, 429]  # the telephone's two
    assert submit(desk(""), phone="13900000001").status == 429  # the address's four
    assert tickets() == 2
    kept = "".join(row.bucket for row in db.session.scalars(db.select(Throttle)))
    assert "127.0.0.1" not in kept
    assert not re.search(r"138\D*0000", kept)


def test_an_answered_sum_is_good_for_one_demand(desk, cast):
    page = desk("").get("/p/")
    given = {"word": page.value("word"), "sum": answer_to(page)}
    assert submit(desk(""), **given).status == 302
    assert submit(desk(""), **given).status == 422
    assert submit(desk(""), word="", sum="7").status == 422
    assert tickets() == 1


def kept(app):
    return {path for path in Path(app.config["UPLOAD_DIR"]).rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "data"), [
    ("照片.png", b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"), ("照片.jpg", b"<html><script>"), ("病毒.exe", b"MZ" + b"0" * 99),
    ("页面.svg", b"<svg onload=alert(1)>"), ("材料.pdf", b"%PDF-1.7 without an end"), ("表.xlsx", b"PK\x03\x04"), ("空.png", b""),
    ("图.jpg", picture("PNG")), ("无扩展名", b"%PDF"),
], ids=["png", "jpg", "exe", "svg", "pdf", "xlsx", "empty", "png-as-jpg", "bare"])
def test_a_forged_file_is_refused_and_nothing_is_kept(desk, cast, app, name, data):
    before = kept(app)
    page = submit(desk(""), files=[file(name, data)])
    assert page.status == 422
    assert page.error("files")
    assert tickets() == 0
    assert kept(app) == before


def test_too_many_and_too_large_files_are_refused(desk, cast, monkeypatch):
    page = submit(desk(""), files=[file(f"{n}.png", picture()) for n in range(6)])
    assert "一次最多上传5个文件" in page.error("files")
    huge = desk("").post("/p/", FORM, environ_overrides={"CONTENT_LENGTH": str(33 * 1024 * 1024)})
    assert huge.status == 413
    monkeypatch.setattr(papers, "LIMIT", 100)
    page = submit(desk(""), files=[file("大.pdf", b"%PDF-" + b"0" * 100 + b"%%EOF")])
    assert "超过10 MB" in page.error("files")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7*7 }}", "'; DROP TABLE ticket; --", "=cmd|' /C calc'!A0", "𬬻㟙\u202e反", "x" * 1001])
def test_words_stay_words_or_are_refused(desk, cast, text):
    page = submit(desk(""), content=text)
    if len(text) > 1000:
        assert "请控制在1000字以内" in page.error("content")
        return
    assert page.status == 302
    page = desk("").get("/p/track")
    assert not page.tree.xpath("//main//script")
    assert "49" not in page.texts("//h2")[0]
    assert tickets() == 1


def test_fields_nobody_asked_for_change_nothing(desk, cast):
    page = submit(desk(""), state="CLOSED", satisfaction="VERY", created_by_id="1", channel="SUPERIOR", number="SQ1", ticket_id="1", unit_id="1")
    assert page.status == 302
    ticket = db.session.scalars(db.select(Ticket)).one()
    assert (ticket.state, ticket.satisfaction, ticket.channel, ticket.unit_id, ticket.created_by_id) == ("REGISTERED", None, "WEB", None, None)


def test_nothing_is_done_to_a_demand_without_having_shown_that_it_is_ones_own(desk, cast):
    submitted(desk(""))
    desk("").post("/p/leave")
    for address in ("/p/add", "/p/withdraw"):
        assert desk("").post(address, {"text": "x", "reason": "x"}).status == 404
    assert desk("").post("/p/rate", {"solved": "1", "satisfaction": "VERY"}).status == 422


def test_the_permission_to_look_ends_after_half_an_hour(desk, cast, monkeypatch):
    ticket, _code = submitted(desk(""))
    assert ticket.title in desk("").get("/p/track").words
    monkeypatch.setattr(visit, "SECONDS", -1)
    assert ticket.title not in desk("").get("/p/track").words
    assert desk("").get("/p/done").status == 302


def test_every_form_needs_the_token_of_its_session(desk, cast, guarded):
    page = submit(desk(""))
    assert page.status == 400
    assert "页面已过期" in page.words
    form = desk("").get("/p/")
    assert submit(desk(""), csrf_token=form.value("csrf_token")).status == 302
    assert tickets() == 1


def test_the_log_keeps_no_code_and_no_telephone(desk, cast, caplog):
    with caplog.at_level("DEBUG"):
        ticket, code = submitted(desk(""))
        look_up(desk(""), ticket.number, code)
    assert code not in caplog.text
    assert "13800000000" not in caplog.text
