"""The timeline and the deadlines of a matter are only added to, whoever asks."""

import pytest

from models import db
from models.errors import Refused
from tests.flow.desk import do, ticket_in


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
