"""The leak battery: no ORM path shows or changes a row of somebody else (stack.md §4)."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from models import (
    AccountabilityAction,
    Attachment,
    AuditEntry,
    Matter,
    MatterDeadline,
    MatterEvent,
    MatterUnit,
    Notice,
    Receipt,
    Task,
    Ticket,
    Unit,
    db,
    scope,
)
from models.errors import OutOfScope
from models.now import as_of
from models.ticket import Callback, Deferral, Exemption, Extension, Outcome
from models.ticket import TicketState as S
from tests.flow.desk import add_evidence, at, day, do, ticket_in
from tests.sweep.office import issue, no_duties, only_rules, swept

AROUND = [MatterEvent, MatterDeadline, MatterUnit, Attachment, Extension, Exemption, Deferral, Callback, Outcome]


@pytest.fixture
def desk(cast):
    """Everything hangs on 甲局's ticket; 乙局 has its own. Returns the two ids; the session is empty."""
    no_duties()
    only_rules("overdue")
    mine, other = ticket_in(cast, S.ACCEPTED, title="甲局的件"), ticket_in(cast, S.REGISTERED, title="乙局的件")
    do(cast, other, "dispatch", lead=cast.yi, co=[])
    mine.part_of(cast.yi.id).leave("RELEASED")  # 乙局 is out of it
    add_evidence(mine)
    do(cast, mine, "ask_extension")
    do(cast, mine, "decide_extension")
    do(cast, mine, "exempt_ask")
    do(cast, mine, "check_exemption", decision="REFUSE")
    do(cast, mine, "defer")
    do(cast, mine, "approve_deferral")
    with at("2024-09-01 09:00"):
        do(cast, mine, "reply", gain="3")
        do(cast, mine, "review")
        do(cast, mine, "callback", solved=False)
        Task.give(by=cast.coordinator, unit=cast.jia, title="甲局的任务", due_at=day("2024-12-01 12:00"))
        db.session.commit()
    swept("2024-10-08 08:00")
    with as_of(day("2024-10-08 09:00")):
        issue(cast, mine.actions[0], "2024-10-08 09:00").acknowledge(by=cast.jia_clerk)
    db.session.commit()
    ids = mine.id, other.id
    people = {name: getattr(cast, name) for name in ("jia_clerk", "jia_head", "yi_clerk", "leader", "auditor", "special", "sysadmin", "intake")}
    for person in people.values():
        _ = person.grants, person.group_units
    db.session.commit()
    for row in list(db.session.identity_map.values()):
        if not isinstance(row, (type(people["leader"]), Unit)):
            db.session.expunge(row)
    return ids, people


@pytest.fixture
def foreign(desk):
    """乙局's clerk looks; `foreign` is the id of 甲局's ticket."""
    (mine, _other), people = desk
    with scope.acting(people["yi_clerk"]):
        yield mine


def titles(statement):
    return {row.title for row in db.session.scalars(statement).unique()}


def test_entities_columns_counts_and_subqueries(foreign):
    assert titles(sa.select(Ticket)) == {"乙局的件"}
    assert titles(sa.select(Matter)) == {"乙局的件"}
    assert db.session.execute(sa.select(Ticket.number, Ticket.title)).all() == [("SQ202408-00002", "乙局的件")]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1
    assert db.session.scalar(sa.select(sa.func.count(Matter.id))) == 1
    assert db.session.scalar(sa.select(sa.func.max(Matter.id))) != foreign
    inner = sa.select(Ticket.id).subquery()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(inner)) == 1
    cte = sa.select(Matter.id, Matter.title).cte()
    assert db.session.execute(sa.select(cte.c.title)).scalars().all() == ["乙局的件"]


def test_aliases_unions_exists_and_in(foreign):
    other = aliased(Ticket)
    assert {row.title for row in db.session.scalars(sa.select(other))} == {"乙局的件"}
    both = sa.union_all(sa.select(Matter.title), sa.select(Ticket.title))
    assert set(db.session.execute(both).scalars()) == {"乙局的件"}
    for seen in (sa.exists().where(Ticket.id == foreign), sa.select(Ticket.id).where(Ticket.id == foreign).exists(),
                 sa.exists().where(Matter.id == foreign), sa.exists().where(Ticket.content != "", Ticket.id == foreign)):
        assert db.session.scalar(sa.select(seen)) is False
    assert db.session.scalar(sa.select(sa.exists().where(Ticket.id != foreign))) is True
    units = sa.select(Unit.code).where(Unit.id.in_(sa.select(Matter.unit_id)))
    assert db.session.scalars(units).all() == ["caizheng"]
    assert db.session.scalar(sa.select(sa.select(sa.func.count(Ticket.id)).scalar_subquery())) == 1


def test_get_refresh_and_the_legacy_query(foreign):
    for model in (Ticket, Matter, Task):
        assert db.session.get(model, foreign) is None
    assert db.session.query(Ticket).filter_by(id=foreign).first() is None
    assert db.session.query(Ticket).count() == 1
    with pytest.raises(sa.exc.NoResultFound):
        db.session.get_one(Ticket, foreign)


@pytest.mark.parametrize("model", AROUND, ids=lambda model: model.__name__)
def test_rows_around_a_matter_are_hidden_with_it(foreign, model):
    column = model.matter_id if hasattr(model, "matter_id") else model.ticket_id
    assert db.session.scalars(sa.select(model).where(column == foreign)).all() == []
    with scope.everything():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model).where(column == foreign)) > 0


def test_joins_from_unscoped_tables(foreign):
    found = db.session.execute(sa.select(Unit.code, Matter.title).join(Matter, Matter.unit_id == Unit.id)).all()
    assert found == [("caizheng", "乙局的件")]
    outer = db.session.execute(sa.select(Unit.code, Matter.title).outerjoin(Matter, Matter.unit_id == Unit.id).where(Unit.code == "renshe"))
    assert outer.all() == [("renshe", None)]


def test_lazy_loads_and_eager_loads(foreign):
    with scope.everything():
        ticket = db.session.get(Ticket, foreign)
    for name in ("events", "parts", "deadlines", "attachments", "actions", "notices", "callbacks", "extension_rows", "outcomes"):
        assert getattr(ticket, name) == [], name
    db.session.expunge_all()
    for load in (selectinload, joinedload):
        rows = db.session.scalars(sa.select(MatterUnit).options(load(MatterUnit.matter))).unique().all()
        assert {row.matter.title for row in rows} == {"乙局的件"}


def test_what_was_hidden_from_a_user_is_there_again_for_the_system(desk):
    (mine, _other), people = desk
    with scope.acting(people["intake"]):
        ticket = db.session.get(Ticket, mine)
        assert ticket.actions == []
        db.session.expire(ticket)
    with scope.everything():
        assert len(ticket.actions) == 1


def test_bulk_updates_and_deletes_touch_nothing(foreign):
    for statement in (
        sa.update(Matter).values(title="篡改"), sa.update(Ticket).where(Ticket.id == foreign).values(result="篡改"),
        sa.delete(MatterEvent), sa.delete(Notice).where(Notice.id > 0), sa.insert(MatterUnit).values(matter_id=foreign, unit_id=1),
    ):
        with pytest.raises(OutOfScope):
            db.session.execute(statement)
    with pytest.raises(OutOfScope):
        db.session.query(Matter).update({"title": "篡改"})
    with scope.everything():
        assert titles(sa.select(Ticket)) == {"甲局的件", "乙局的件"}


def test_flushing_foreign_or_own_rows_outside_a_verb_is_refused(desk):
    (mine, other), people = desk
    for change in ("foreign", "own", "new", "delete"):
        with scope.everything():
            ticket = db.session.get(Ticket, mine if change == "foreign" else other)
            event = ticket.events[0]
        with scope.acting(people["yi_clerk"]):
            if change in ("foreign", "own"):
                ticket.title = "篡改"
            elif change == "new":
                db.session.add(MatterUnit(matter_id=mine, unit_id=people["yi_clerk"].unit_id))
            else:
                db.session.delete(event)
            with pytest.raises(OutOfScope):
                db.session.flush()
            db.session.rollback()


def test_a_unit_sees_its_own_measures_and_letters_only_once_they_are_out(desk):
    (_mine, _other), people = desk
    for username, expected in (("jia_clerk", [1, 1, 1]), ("jia_head", [1, 1, 1]), ("yi_clerk", [0, 0, 0]), ("leader", [2, 2, 1]),
                               ("intake", [0, 0, 0])):
        with scope.acting(people[username]):
            counts = [db.session.scalar(sa.select(sa.func.count()).select_from(m)) for m in (AccountabilityAction, Notice, Receipt)]
            assert counts == expected, username
    with scope.everything():
        db.session.execute(sa.update(Notice).values(state="DRAFT"))
        db.session.execute(sa.update(AccountabilityAction).values(state="DRAFT"))
    with scope.acting(people["jia_clerk"]):
        for model in (AccountabilityAction, Notice, Receipt):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_administrators_see_no_business_and_only_the_auditor_the_trail(desk):
    _, people = desk
    for username in ("sysadmin", "auditor"):
        with scope.acting(people[username]):
            for model in (Matter, Ticket, Task, Notice, AccountabilityAction, *AROUND):
                assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0, (username, model)
    with scope.acting(people["auditor"]):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) > 0
    for username in ("sysadmin", "leader", "jia_head"):
        with scope.acting(people[username]):
            assert db.session.scalars(sa.select(AuditEntry)).first() is None


def test_every_kind_of_matter_is_tied_to_the_limits_on_matters(desk):
    _, people = desk
    kinds = {mapper.class_ for mapper in Matter.__mapper__.self_and_descendants} - {Matter}
    assert {Ticket, Task} < kinds
    for kind in kinds:
        assert str(scope._clauses[kind](people["jia_clerk"])) == f"{kind.__tablename__}.id = matter.id"
