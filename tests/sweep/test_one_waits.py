"""At most one proposal of a rung waits against a unit over a matter, whatever happens between sweeps and however many run (A1)."""

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from models import AccountabilityAction, Ticket, db
from models.accountability import ActionState
from tests.flow.desk import at, do
from tests.sweep.office import draft_of, no_duties, only_rules, swept
from tests.sweep.worker import sweep_at


def waiting() -> Counter:
    """How many proposals wait, by matter, unit and rung."""
    rows = db.session.scalars(db.select(AccountabilityAction).where(AccountabilityAction.state == ActionState.DRAFT))
    return Counter((row.matter_id, row.unit_id, row.rung) for row in rows)


def test_a_deadline_that_moves_takes_the_waiting_reminder_with_it(cast):
    no_duties()
    only_rules("due-soon")
    ticket = cast.accepted()
    db.session.commit()
    swept("2024-08-09 08:00")
    first = draft_of(ticket)
    with at("2024-08-09 09:00"):
        do(cast, ticket, "ask_extension", until="2024-08-16")
        do(cast, ticket, "decide_extension")
        db.session.commit()
    assert swept("2024-08-09 10:00") == {"撤销失效拟办": 1}
    assert (first.state, first.decline_reason) == (ActionState.DECLINED, "时限已调整，拟办自动撤销")
    assert swept("2024-08-15 10:00")["拟办·临期提示"] == 1
    assert list(waiting().values()) == [1]


def test_a_rung_nobody_has_decided_on_is_proposed_again_and_one_turned_down_is_not(cast):
    no_duties()
    only_rules("overdue")
    ticket = cast.accepted()
    db.session.commit()
    late = "2024-08-20 09:00"
    assert swept(late)["拟办·超期"] == 1
    ahead = draft_of(ticket)
    ahead.strike_off("时限顺延")
    db.session.commit()
    assert swept(late)["拟办·超期"] == 1
    draft_of(ticket).decline(by=cast.supervisor, reason="已约定办结时间")
    db.session.commit()
    assert swept(late) == {}


def test_a_second_ground_waits_until_the_first_reminder_is_decided(cast):
    no_duties()
    only_rules("due-soon", "sign-overdue")
    ticket = cast.dispatched()
    db.session.commit()
    swept("2024-08-07 08:00")
    signing = draft_of(ticket)
    assert swept("2024-08-09 08:00") == {"到期提醒": 1}
    with at("2024-08-09 09:00"):
        signing.decline(by=cast.supervisor, reason="已电话提醒")
        db.session.commit()
    assert swept("2024-08-09 10:00") == {"拟办·临期提示": 1}


def test_two_sweeps_at_once_propose_everything_once(cast):
    no_duties()
    only_rules("sign-overdue", "due-soon", "overdue", "rung1-overdue", "contact-overdue")
    for turn in range(12):
        ticket = cast.accepted() if turn % 2 else cast.dispatched()
        if turn % 3 == 0:
            do(cast, ticket, "nudge")
    db.session.commit()
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.remove()
    db.engine.dispose()
    moments = ["2024-08-09 08:00", "2024-08-13 08:00", "2024-08-14 08:00"]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        done = list(pool.map(sweep_at, [url] * 2, [moments] * 2))
    tickets = db.session.scalars(db.select(Ticket)).all()
    assert set(waiting().values()) == {1}
    # One process may be a day ahead of the other, which then takes its proposal back and makes it anew a day later.
    assert sum(found.get("拟办·超期", 0) for sweeps in done for found in sweeps) >= len(tickets)
    assert [[a.rung for a in ticket.actions if a.rung and a.state == ActionState.DRAFT] for ticket in tickets] == [[1]] * len(tickets)
