"""The page behind the code on a letter: open to everybody, so it must say little and lead nobody anywhere."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Notice, db, drafting
from models.notice import OUT
from models.now import as_of, now
from tests.panel.browse import ON_SQLITE
from tests.public.street import settings

pytestmark = ON_SQLITE


@pytest.fixture
def issued(world):
    """A letter that is out."""
    return db.session.scalars(sa.select(Notice).where(Notice.state.in_(OUT))).first()


def test_a_code_that_is_not_exactly_a_letters_own_answers_like_any_other(desk, cast, issued):
    code = issued.code
    unissued = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=issued.matter)
    unissued.code = "a" * 16
    tried = [code[:-1], code + "0", f"{code}%20", "%25", "_" * 16, "0" * 16, unissued.code, "x' OR '1'='1", str(issued.id), "None", "9" * 400]
    answers = [desk("").get(f"/verify/{one}") for one in tried]
    assert {one: answer.status for one, answer in zip(tried, answers, strict=True)} == dict.fromkeys(tried, 404)
    assert len({re.sub(r"\b[0-9a-f]{8}\b", "", answer.words) for answer in answers}) == 1  # but for the number of the answer in the log
    assert desk("").get(f"/verify/{code}").status == 200


def test_it_says_nothing_of_what_the_letter_is_about_nor_of_who_wrote_it(desk, cast, issued):
    page = desk("").get(f"/verify/{issued.code}")
    assert page.status == 200
    assert issued.body[:20] not in page.html
    for secret in (issued.matter.title, issued.matter.number, cast.supervisor.name, cast.jia_clerk.name, issued.contact or cast.supervisor.name):
        assert secret not in page.html
    assert not [href for href in page.links() if not href.startswith((f"/verify/{issued.code}/", "/static/"))]


def test_the_way_to_the_form_is_shown_to_no_other_office_and_to_no_stranger(desk, issued):
    for who, status in {"": 302, "jia_clerk": 302, "yi_clerk": 404, "yi_head": 404, "auditor": 404, "sysadmin": 404}.items():
        for step in ("answer", "acknowledge"):
            answer = desk(who).raw(f"/verify/{issued.code}/{step}")
            assert answer.status_code == status, (who, step)
            assert (f"id={issued.id}" in answer.headers.get("Location", "")) is (who == "jia_clerk"), (who, step)
    assert desk("jia_clerk").raw(f"/verify/{issued.code}/void").status_code == 404


def test_trying_codes_ends_after_so_many_and_the_next_hour_is_another(desk, issued):
    settings(public_lookups_hourly="3")
    assert [desk("").get(f"/verify/{n:016d}").status for n in range(5)] == [404] * 3 + [429] * 2
    refused = desk("").get(f"/verify/{issued.code}")  # the right one as well: otherwise guessing would go on
    assert (refused.status, refused.response.headers["Retry-After"].isdecimal()) == (429, True)
    assert "查错的次数太多" in refused.words
    elsewhere = desk("").get(f"/verify/{issued.code}", environ_base={"REMOTE_ADDR": "10.0.0.7"})
    assert elsewhere.status == 200
    with as_of(now() + timedelta(hours=1)):
        assert desk("").get(f"/verify/{issued.code}").status == 200
