"""Before a threshold changes the last three months are played again; nothing is written (users.md 20)."""

from datetime import timedelta

from models import AccountabilityAction, EscalationRule, Matter, RatingRule, ServiceStandard, Ticket, UnitRating, db
from models.accountability import ThresholdUnit
from models.clock import LimitUnit
from models.now import as_of
from models.rating import rate_month
from models.rehearsal import rehearse_rating, rehearse_rule, rehearse_standard
from tests.cast import login
from tests.flow.desk import day


def overdue_rule():
    query = db.select(EscalationRule).where(EscalationRule.trigger == "OVERDUE", EscalationRule.matter_kind.is_(None))
    return db.session.scalars(query).one()


def three_late(cast):
    """One answered in time, one two days late, one not answered at all; all of the same standard."""
    with as_of(day("2024-08-05 09:00")):
        tickets = [cast.accepted() for _ in range(3)]
    tickets[0].answered_at = tickets[0].due_at - timedelta(hours=1)
    tickets[1].answered_at = tickets[1].due_at + timedelta(days=2)
    db.session.flush()
    return tickets


def test_a_longer_grace_spares_who_answered_within_it(cast):
    _in_time, late, never = three_late(cast)
    with as_of(day("2024-09-10 09:00")):
        found = rehearse_rule(overdue_rule(), 5, ThresholdUnit.WORKDAY)
    assert found.before == {late.id, never.id}
    assert found.after == {never.id}
    assert (found.more, found.fewer) == (frozenset(), {late.id})


def test_a_shorter_standard_would_have_been_missed_by_more(cast):
    in_time, late, never = three_late(cast)
    standard = in_time.deadline.standard
    with as_of(day("2024-09-10 09:00")):
        found = rehearse_standard(standard, 1, LimitUnit.WORKDAY)
        same = rehearse_standard(standard, standard.amount, LimitUnit[standard.unit])
    assert found.before == {late.id, never.id}
    assert found.more == {in_time.id}
    assert same.before == same.after


def test_only_the_last_three_months_are_played_again(cast):
    three_late(cast)
    with as_of(day("2024-12-31 09:00")):
        assert rehearse_rule(overdue_rule(), 0, ThresholdUnit.WORKDAY).before == frozenset()


def test_colours_that_would_change_are_named_and_none_is_stored(cast):
    three_late(cast)
    with as_of(day("2024-08-30 09:00")):
        rate_month("2024-08")
        stored = {row.id: row.colour for row in db.session.scalars(db.select(UnitRating))}
        of_tickets = db.session.scalars(db.select(RatingRule).where(RatingRule.measure == "ON_TIME", RatingRule.is_active)).first()
        same = rehearse_rating(of_tickets, of_tickets.weight, float(of_tickets.blue_from), float(of_tickets.yellow_from))
        changed = rehearse_rating(of_tickets, 100, 20.0, 10.0)
    assert same == []
    assert {(one.period, one.unit.id) for one in changed} == {("2024-08", cast.jia.id)}
    assert all(one.before != one.after for one in changed)
    assert {row.id: row.colour for row in db.session.scalars(db.select(UnitRating))} == stored


def test_the_page_shows_before_and_after_and_writes_nothing(cast, client):
    _in_time, late, _never = three_late(cast)
    number, title, asked = late.number, late.title, overdue_rule()
    key, threshold = asked.id, asked.threshold
    with as_of(day("2024-09-10 09:00")):
        login(client, "supervisor")
        assert f"/rule/rehearse/?id={key}" in client.get("/rule/?page_size=100").text
        page = client.get(f"/rule/rehearse/?id={key}&threshold=5&threshold_unit=WORKDAY").text
        assert title in page
        assert number in page.rsplit("不再命中的事项", 1)[1].split("前后都命中")[0]
        assert client.get(f"/rule/rehearse/?id={key}&threshold=often&threshold_unit=WORKDAY").status_code == 422
        assert client.get("/rule/rehearse/?id=999999").status_code == 404
    db.session.expire_all()
    assert db.session.get(EscalationRule, key).threshold == threshold
    assert db.session.scalar(db.select(db.func.count(AccountabilityAction.id))) == 0
    assert db.session.scalar(db.select(db.func.count(Matter.id))) == db.session.scalar(db.select(db.func.count(Ticket.id))) == 3


def test_a_standard_is_rehearsed_on_its_page(cast, client):
    three_late(cast)
    standard = db.session.scalars(db.select(ServiceStandard).where(ServiceStandard.matter_kind == "ticket", ServiceStandard.stage == "HANDLE")).first().id
    login(client, "coordinator")
    assert "新增命中的事项" in client.get(f"/standard/rehearse/?id={standard}&amount=1&unit=WORKDAY").text
    assert client.get(f"/standard/rehearse/?id={standard}&amount=0&unit=WORKDAY").status_code == 422
