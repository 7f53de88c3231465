"""The timeline and the deadlines of a matter are only added to, whoever asks."""

import pytest
import sqlalchemy as sa

from models import AuditEntry, MatterEvent, Notice, db, drafting, guards
from models.errors import Refused
from tests.flow.desk import do, ticket_in
from tests.panel.browse import blank_page


@pytest.mark.parametrize("rows", ["events", "deadlines"])
@pytest.mark.parametrize("deleted", [False, True])
def test_a_row_of_the_history_is_neither_changed_nor_deleted(cast, rows, deleted):
    ticket = ticket_in(cast, "ACCEPTED")
    row = getattr(ticket, rows)[0]
    if deleted:
        db.session.delete(row)
    else:
        row.note = "改写历史"
    with pytest.raises(Refused, match="只增不改"):
        db.session.flush()
    db.session.rollback()


def test_reading_the_history_and_adding_to_it_is_no_change(cast):
    ticket = ticket_in(cast, "ACCEPTED")
    assert [event.by for event in ticket.events]
    do(cast, ticket, "nudge")
    db.session.commit()
    assert ticket.events[0].action == "nudge"


def refused(statement):
    """The database itself says no, to a statement that goes round the program."""
    with pytest.raises(sa.exc.DBAPIError, match="只增不改"), db.session.begin_nested():
        db.session.connection().execute(statement)


@pytest.mark.parametrize("model", [AuditEntry, MatterEvent])
def test_sql_neither_changes_nor_deletes_the_trail_or_the_timeline(cast, model):
    ticket_in(cast, "ACCEPTED")
    db.session.commit()
    table = model.__table__
    refused(sa.update(table).values(action="改写"))
    refused(sa.delete(table))


def test_sql_does_not_change_what_an_issued_letter_says_but_its_course_goes_on(cast):
    letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=cast.dispatched())
    table = Notice.__table__
    db.session.connection().execute(sa.update(table).values(body="草稿可以改"))
    letter.issue(by=cast.supervisor, render=lambda _letter: blank_page())
    letter.acknowledge(by=cast.jia_clerk)
    db.session.flush()
    for change in ({"body": "改写"}, {"pdf": b"x"}, {"pdf": None}, {"number": "另一号"}, {"addressee": "别的局"}):
        refused(sa.update(table).values(**change))
    refused(sa.delete(table))
    db.session.connection().execute(sa.update(table).values(feedback="已办"))
    refused(sa.text("UPDATE receipt SET received_by = '别人'"))
    refused(sa.text("DELETE FROM receipt"))


def test_a_guard_that_was_taken_away_is_noticed_and_put_back(cast):
    connection = db.session.connection()
    assert guards.missing(connection) == []
    guards.disarm(connection)
    assert guards.missing(connection) == ["audit_entry", "matter_deadline", "matter_event", "notice", "receipt"]
    guards.arm(connection)
    assert guards.missing(connection) == []
