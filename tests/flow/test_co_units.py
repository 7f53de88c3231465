"""What waits for a co-unit stands on its own workbench, and a promise that was not kept is listed apart."""

import sqlalchemy as sa

from models import db, waiting
from models.now import now
from models.ticket import Ticket, broken_promises, to_sign
from models.ticket import TicketState as S
from tests.flow.desk import at, do, ticket_in


def _todo(user):
    return db.session.scalars(sa.select(Ticket.id).where(waiting.todo(user, "ticket"))).all()


def _to_sign(user):
    return db.session.scalars(sa.select(Ticket.id).where(to_sign(user))).all()


def test_a_co_unit_signs_and_answers_from_its_own_list(cast):
    row = cast.ticket()
    row.dispatch(by=cast.coordinator, lead=cast.jia, co=[cast.yi])
    assert _to_sign(cast.yi_clerk) == _todo(cast.yi_clerk) == [row.id]
    row.sign(by=cast.jia_clerk)
    assert _to_sign(cast.jia_clerk) == []
    assert _to_sign(cast.yi_clerk) == [row.id]
    row.co_sign(by=cast.yi_clerk)
    assert _to_sign(cast.yi_clerk) == []
    assert _todo(cast.yi_clerk) == [row.id]
    row.co_reply(by=cast.yi_clerk, opinion="资金已拨付")
    assert _todo(cast.yi_clerk) == []
    assert _todo(cast.jia_clerk) == [row.id]


def _broken():
    return db.session.scalars(sa.select(Ticket.id).where(broken_promises(now()))).all()


def test_a_promise_is_broken_when_its_day_passes_without_an_answer_and_stays_so(cast):
    kept, missed = ticket_in(cast, S.DEFERRED), ticket_in(cast, S.DEFERRED)
    do(cast, kept, "reply")
    do(cast, kept, "review")
    assert _broken() == []
    with at("2024-12-20 09:00"):
        assert _broken() == [missed.id]
        do(cast, missed, "reply")
        do(cast, missed, "review")
        assert _broken() == [missed.id]
