"""One pass of the clocks: counts, dry run, heartbeat, failures (users.md idea 24)."""

import json
from datetime import date, timedelta

import pytest

from models import Heartbeat, LetterTemplate, Matter, MatterEvent, db
from models.accountability import AccountabilityAction, EscalationRule
from models.now import as_of
from models.sweep import EFFECTS, run_scheduled, sweep
from models.sweep import run as running
from tests.flow.desk import MONDAY, at, day, do, ticket_in
from tests.sweep.office import draft_of, no_duties, only_rules, swept


@pytest.fixture(autouse=True)
def quiet(cast):
    """No recurring duties here."""
    no_duties()


def beats():
    return db.session.scalars(db.select(Heartbeat).order_by(Heartbeat.id)).all()


def test_a_sweep_counts_every_effect_and_writes_its_heartbeat(cast):
    found = sweep(day("2024-08-12 08:00"))
    assert list(found) == [label for label, _ in EFFECTS.values()]
    [beat] = beats()
    assert beat.ok
    assert beat.as_of == day("2024-08-12 08:00")
    assert json.loads(beat.counts) == found


def test_a_dry_run_counts_and_changes_nothing(cast):
    ticket = cast.dispatched()
    db.session.commit()
    events = db.session.scalar(db.select(db.func.count()).select_from(MatterEvent))
    dry = swept("2024-08-13 08:00", dry_run=True)
    assert dry["视同签收"] == 1
    assert dry["拟办·超期"] == 1
    db.session.expire_all()
    assert db.session.scalar(db.select(db.func.count()).select_from(MatterEvent)) == events
    assert ticket.state == "DISPATCHED"
    assert beats() == []


def test_the_second_sweep_at_the_same_moment_prints_zeros(cast):
    only_rules("overdue", "due-soon", "sign-overdue", "dissatisfied", "reworks-2", "returns-2")
    for state in ("DISPATCHED", "ACCEPTED", "REWORK", "RETURNED", "REPLIED", "DEFERRED", "APPROVED", "CLOSED"):
        ticket_in(cast, state)
    db.session.commit()
    for moment in ("2024-08-07 08:00", "2024-08-12 09:00", "2024-08-13 08:00", "2024-09-30 08:00"):
        assert swept(moment)
        assert swept(moment) == {}


def test_a_failing_effect_is_kept_in_the_heartbeat_and_the_others_still_run(cast, monkeypatch):
    ticket = cast.dispatched()
    db.session.commit()

    def broken() -> int:
        ticket.title = "半途而废"
        db.session.flush()
        raise RuntimeError("boom")

    monkeypatch.setitem(running.EFFECTS, "reminded", ("到期提醒", broken))
    with pytest.raises(RuntimeError, match="boom"):
        sweep(day("2024-08-13 08:00"))
    [beat] = beats()
    assert not beat.ok
    assert beat.error == "到期提醒：RuntimeError：boom"
    assert json.loads(beat.counts)["拟办·超期"] == 1
    db.session.expire_all()
    assert ticket.title != "半途而废"


def test_the_scheduler_runs_it_in_a_context_of_its_own(app, cast):
    cast.dispatched()
    db.session.commit()
    with as_of(day("2024-08-07 08:00")):
        assert run_scheduled(app)["视同签收"] == 1
    assert beats()[-1].as_of == day("2024-08-07 08:00")


def test_a_reminder_comes_once_per_clock(cast):
    ticket = cast.accepted()
    db.session.commit()
    only_rules()
    assert swept("2024-08-07 23:59") == {}
    assert ticket.warn_at == day("2024-08-08 00:00")
    assert swept("2024-08-08 00:00") == {"到期提醒": 1}
    assert swept("2024-08-12 08:00") == {}
    with at("2024-08-09 09:00"):
        do(cast, ticket, "ask_extension", until=date(2024, 8, 20))
        do(cast, ticket, "decide_extension")
        db.session.commit()
    assert swept("2024-08-19 08:00") == {"到期提醒": 1}
    assert next(event.note for event in ticket.events if event.action == "due_soon") == "剩 1 个工作日，请抓紧办理"


def test_a_spoilt_wording_does_not_stop_the_sweep(cast):
    only_rules("overdue")
    template = db.session.scalars(db.select(LetterTemplate).where(LetterTemplate.kind == "SUPERVISION_NOTICE")).one()
    template.wording = "{{ matter.no_such_thing }}"
    ticket = cast.accepted()
    db.session.commit()
    assert swept("2024-08-13 08:00") == {"拟办·超期": 1}
    assert draft_of(ticket).notice is None
    assert ticket.notices == []
    assert ticket.events[0].label == "文书未能生成"
    assert "no_such_thing" in ticket.events[0].note


def test_softer_measures_have_their_own_occasions(cast):
    only_rules("sign-overdue", "dissatisfied", "reworks-2", "reworks-3", "returns-2")
    unsigned, returned, unhappy = cast.dispatched(), ticket_in(cast, "RETURNED"), ticket_in(cast, "REWORK")
    with at("2024-08-05 11:00"):
        do(cast, returned, "dispatch", lead=cast.yi, co=[])
        do(cast, returned, "send_back", by="yi_clerk")
        db.session.commit()
    swept("2024-08-07 08:00")
    assert [action.occasion.split(":")[0] for action in unsigned.actions] == ["sign"]
    assert [(action.occasion, action.unit) for action in returned.actions] == [("returns:2", cast.yi)]
    for _ in range(2):
        with at("2024-08-07 09:00"):
            for verb in ("reply", "review"):
                do(cast, unhappy, verb)
            do(cast, unhappy, "callback", solved=False, satisfaction="BASIC")
            db.session.commit()
        swept("2024-08-07 10:00")
    found = [(a.rule.code, a.occasion, a.rung) for a in unhappy.actions if a.rule.code != "sign-overdue"]
    assert found == [
        ("dissatisfied", f"dissatisfied:{unhappy.callbacks[0].id}", 0), ("reworks-2", "reworks:2", 0), ("reworks-3", "reworks:3", 0),
    ]
    assert [a.notice.kind if a.notice else None for a in unhappy.actions if a.rule.code.startswith("reworks")] == [None, "CIRCULAR_NOTICE"]
    # The sternest of them waits alone; the milder ones have given way to it.
    assert [action.state for action in unhappy.actions if action.rule.code != "sign-overdue"] == ["DECLINED", "DECLINED", "DRAFT"]


def test_a_threshold_of_working_days_is_waited_for(cast):
    only_rules("overdue")
    db.session.scalars(db.select(EscalationRule).where(EscalationRule.code == "overdue")).one().threshold = 2
    cast.accepted()
    db.session.commit()
    assert swept("2024-08-14 17:29").get("拟办·超期") is None
    assert swept("2024-08-14 17:30") == {"拟办·超期": 1}


def test_a_rule_for_one_kind_of_matter_goes_before_the_general_one(cast):
    only_rules("overdue")
    db.session.add(
        EscalationRule(
            code="ticket-overdue", label="诉求超期督办", trigger="OVERDUE", matter_kind="ticket", measure="SUPERVISE", rung=1,
            template_kind="SUPERVISION_NOTICE", limit_amount=1, limit_unit="WORKDAY",
        )
    )
    ticket = cast.accepted()
    db.session.commit()
    swept("2024-08-13 08:00")
    assert draft_of(ticket).rule.code == "ticket-overdue"


def test_answered_closed_and_unassigned_matters_are_left_in_peace(cast):
    for state in ("APPROVED", "CLOSED", "EXEMPTED", "RETURNED", "REGISTERED", "WITHDRAWN"):
        ticket_in(cast, state)
    only_rules("overdue", "rung1-overdue")
    assert swept("2024-12-02 08:00") == {}
    assert db.session.scalars(db.select(AccountabilityAction)).all() == []


def test_lateness_is_measured_to_the_second(cast):
    only_rules("overdue")
    ticket = cast.accepted()
    db.session.commit()
    with as_of(ticket.due_at - timedelta(seconds=1)):
        assert sweep()["拟办·超期"] == 0
    with as_of(ticket.due_at):
        assert sweep()["拟办·超期"] == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(Matter)) == 1
    assert ticket.due_at > MONDAY
