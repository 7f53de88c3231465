"""Stale forms, double clicks and failures half way change nothing and say why."""

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from models import Ticket, db, scope
from models.errors import Invalid, Refused, Stale
from models.now import as_of
from models.ticket import TicketState as S
from tests.flow.desk import MONDAY, answers, do, ticket_in


def test_a_form_opened_before_somebody_acted_is_refused(cast):
    ticket = ticket_in(cast, S.DISPATCHED)
    opened = ticket.version
    do(cast, ticket, "nudge")
    with pytest.raises(Stale, match="刚刚有人办理过这件事，现在是“待签收”"):
        ticket.sign(by=cast.jia_clerk, version=opened)
    assert ticket.state == S.DISPATCHED
    assert ticket.part_of(cast.jia.id).signed_at is None
    ticket.sign(by=cast.jia_clerk, version=ticket.version)


@pytest.mark.parametrize(
    ("state", "verb", "changed"),
    [
        (S.ACCEPTED, "nudge", {}), (S.ACCEPTED, "report_progress", {}), (S.ACCEPTED, "co_sign", {}), (S.ACCEPTED, "flag", {}),
        (S.ACCEPTED, "ask_extension", {}), (S.APPROVED, "callback", {"reached": False}), (S.CLOSED, "correct", {}),
    ],
)
def test_every_verb_makes_a_new_version_so_the_second_click_of_a_double_click_is_refused(cast, state, verb, changed):
    ticket = ticket_in(cast, state)
    opened, events = ticket.version, len(ticket.events)
    do(cast, ticket, verb, version=opened, **changed)
    with pytest.raises(Stale):
        do(cast, ticket, verb, version=opened, **changed)
    assert (ticket.version, len(ticket.events)) == (opened + 1, events + 1)


def test_a_second_click_without_a_version_finds_the_state_changed(cast):
    ticket = ticket_in(cast, S.DISPATCHED)
    do(cast, ticket, "sign")
    with pytest.raises(Refused, match="现在是“办理中”，不能签收"):
        do(cast, ticket, "sign")


def test_the_same_form_sent_twice_makes_one_ticket(cast):
    first = cast.ticket(form_token="a1")
    assert cast.ticket(form_token="a1", title="再点一次") is first
    assert db.session.scalar(db.select(db.func.count()).select_from(Ticket)) == 1
    assert cast.ticket(form_token="a2").number == "SQ202408-00002"


def test_a_token_of_somebody_elses_form_opens_nothing(cast):
    mine = cast.ticket(form_token="a1")
    with pytest.raises(IntegrityError):
        Ticket.register(
            by=cast.special, title="探", content="探", channel="SPECIAL", enterprise_name="演示", form_token=mine.form_token
        )
    assert cast.ticket().number == "SQ202408-00002"  # the refused one took no number


def test_a_verb_that_fails_half_way_leaves_no_trace_even_in_memory(cast, monkeypatch):
    ticket = ticket_in(cast, S.ACCEPTED)
    events = len(ticket.events)

    def broken(*_args, **_given):
        raise OSError("disk full")

    monkeypatch.setattr(Ticket, "start_clock", broken)
    with pytest.raises(OSError, match="disk full"):
        do(cast, ticket, "reassign")
    db.session.flush()
    assert (ticket.state, ticket.unit, len(ticket.events)) == (S.ACCEPTED, cast.jia, events)
    assert ticket.part_of(cast.jia.id).active
    assert ticket.part_of(cast.yi.id).role == "CO"


def test_a_wrong_answer_leaves_the_session_usable_and_the_ticket_as_it_was(cast):
    ticket = ticket_in(cast, S.ACCEPTED)
    with pytest.raises(Invalid):
        do(cast, ticket, "reply", result="")
    do(cast, ticket, "reply")
    db.session.commit()
    assert ticket.state == S.REPLIED


def test_of_two_people_who_sign_at_the_same_moment_one_is_told(app, cast):
    ticket = ticket_in(cast, S.DISPATCHED)
    db.session.commit()
    key, version, ready, said = ticket.id, ticket.version, threading.Barrier(2), []
    db.session.rollback()  # SQLite: give the write lock back

    def sign() -> None:
        with app.app_context(), scope.everything(), as_of(MONDAY):
            clerk = cast.jia_clerk
            db.session.rollback()
            ready.wait(10)
            mine = db.session.get(Ticket, key)
            try:
                mine.sign(by=clerk, version=version)
                db.session.commit()
                said.append("signed")
            except Refused as why:
                db.session.rollback()
                said.append(str(why))
            db.session.remove()

    people = [threading.Thread(target=sign) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert sorted(said)[0] == "signed"
    assert len(said) == 2
    assert said.count("signed") == 1
    assert [event.action for event in db.session.get(Ticket, key).events].count("sign") == 1


def test_answers_are_typed_before_anything_changes(cast):
    ticket = ticket_in(cast, S.REGISTERED)
    for lead in ("999999", "abc", "-1", "1; DROP TABLE unit", "９" * 5):
        with pytest.raises(Invalid, match="所选主办单位不存在"):
            do(cast, ticket, "dispatch", lead=lead)
    do(cast, ticket, "dispatch", lead=str(cast.jia.id), co=str(cast.yi.id), term="HARD", stretch="事情复杂")
    assert [part.unit for part in ticket.parts] == [cast.jia, cast.yi]
    assert answers(cast, ticket, "sign") == {}
