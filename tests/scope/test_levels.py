"""How far a permission reaches: all, group, unit, own, nothing; kind by kind; nobody; no scope at all."""

import pytest
import sqlalchemy as sa

from models import (
    GroupMembership,
    Matter,
    MatterEvent,
    Permission,
    Role,
    Task,
    Ticket,
    Unit,
    User,
    WorkGroup,
    db,
    scope,
)
from models.accountability import Measure
from models.accountability.by_hand import propose
from models.errors import OutOfScope
from tests.flow.desk import day, do

EVERYWHERE = {"甲", "乙", "丙"}


def person(name, unit, **levels):
    """A user whose one role views kinds at these levels."""
    role = Role(code=name, name=name, permissions=[Permission(resource=k, action="view", scope=v) for k, v in levels.items()])
    user = User(username=f"person-{name}", name=name, unit=unit, roles=[role])
    db.session.add(user)
    db.session.flush()
    return user


@pytest.fixture
def offices(cast):
    """Tickets of 甲局, 乙局 and a third office, and a task of 甲局."""
    third = db.session.scalars(sa.select(Unit).where(Unit.code == "zhengfuban")).one()
    for title, unit in (("甲", cast.jia), ("乙", cast.yi), ("丙", third)):
        do(cast, cast.ticket(title=title), "dispatch", lead=unit, co=[])
    Task.give(by=cast.coordinator, unit=cast.jia, title="甲的任务", due_at=day("2024-12-01 12:00"))
    db.session.execute(sa.delete(GroupMembership))
    db.session.flush()
    return cast


def seen(user, model=Ticket):
    with scope.acting(user):
        return set(db.session.scalars(sa.select(model.title)))


def test_all_group_unit_and_own(offices):
    group = WorkGroup(code="g", name="小组", kind="KEY")
    db.session.add_all([GroupMembership(group=group, unit=unit, role="MEMBER") for unit in (offices.jia, offices.yi)])
    db.session.flush()
    assert seen(person("a", offices.jia, ticket="ALL")) == EVERYWHERE
    assert seen(person("g", offices.jia, ticket="GROUP")) == {"甲", "乙"}
    assert seen(person("u", offices.jia, ticket="UNIT")) == {"甲"}
    own = person("o", None, ticket="OWN")
    assert seen(own) == set()
    db.session.add(Permission(role=own.roles[0], resource="ticket", action="register", scope="OWN"))
    db.session.flush()
    for kept in ("own_grants", "grants"):
        own.__dict__.pop(kept)
    Ticket.register(by=own, title="自报", content="内容", channel="SPECIAL", enterprise_name="演示企业")
    assert seen(own) == {"自报"}


def test_groups_that_are_retired_or_over_open_nothing(offices):
    for code, about in (("r", {"is_active": False}), ("e", {"ends_on": day("2024-08-01 00:00").date()})):
        group = WorkGroup(code=code, name=code, kind="TASKFORCE", **about)
        db.session.add_all([GroupMembership(group=group, unit=unit, role="MEMBER") for unit in (offices.jia, offices.yi)])
    db.session.flush()
    assert seen(person("g", offices.jia, ticket="GROUP")) == {"甲"}


def test_the_widest_of_several_roles_counts(offices):
    user = person("u", offices.jia, ticket="UNIT")
    user.roles.append(Role(code="w", name="w", permissions=[Permission(resource="ticket", action="view", scope="ALL")]))
    db.session.flush()
    assert seen(user) == EVERYWHERE


def test_a_kind_that_is_not_granted_stays_closed_even_beside_one_that_is(offices):
    """As leads will be: whoever sees all tickets does not see the other kinds."""
    user = person("t", offices.jia, ticket="ALL")
    assert seen(user, Matter) == EVERYWHERE
    assert seen(user, Task) == set()
    with scope.acting(user):
        kinds = db.session.scalars(sa.select(Matter.kind).join(MatterEvent, MatterEvent.matter_id == Matter.id)).all()
        assert set(kinds) == {"ticket"}
    mixed = person("m", offices.jia, ticket="UNIT", task="ALL")
    assert seen(mixed, Matter) == {"甲", "甲的任务"}


def test_a_user_without_a_unit_has_no_units_matters(offices):
    assert seen(person("n", None, ticket="UNIT")) == set()
    assert seen(person("ng", None, ticket="GROUP")) == set()


def test_a_user_without_roles_and_nobody_see_nothing(offices):
    assert seen(person("x", offices.jia)) == set()
    assert seen(None) == set()
    db.session.add(Ticket(number="X", title="X", state="REGISTERED", content="X"))
    with scope.acting(None), pytest.raises(OutOfScope):
        db.session.flush()
    db.session.rollback()


def test_a_unit_that_gave_the_ticket_back_sees_it_no_longer(offices):
    ticket = db.session.scalars(sa.select(Ticket).where(Ticket.title == "甲")).one()
    user = person("u", offices.jia, ticket="UNIT")
    do(offices, ticket, "send_back")
    assert seen(user) == set()


def test_without_a_declared_scope_nothing_is_read_or_written(app):
    for touch in (lambda: db.session.scalars(sa.select(Unit)).all(), lambda: db.session.get(User, 1)):
        with pytest.raises(OutOfScope, match="未声明数据范围"):
            touch()
    db.session.add(Unit(code="x", name="无范围"))
    with pytest.raises(OutOfScope, match="未声明数据范围"):
        db.session.flush()
    db.session.rollback()


def test_scopes_nest_and_end(app):
    assert scope.current() is None
    with scope.everything():
        outer = scope.current()
        with scope.acting(None):
            assert not scope.current().open
        assert scope.current() is outer
    assert scope.current() is None


def test_a_unit_reads_nothing_of_a_measure_before_it_is_out(cast):
    ticket = cast.accepted()
    propose(ticket, by=cast.supervisor, unit=cast.jia, measure=Measure.REMIND, grounds="办理不实")
    db.session.commit()
    for reader, seen in ((cast.jia_clerk, False), (cast.supervisor, True)):
        with scope.acting(reader):
            labels = set(db.session.scalars(sa.select(MatterEvent.label).where(MatterEvent.matter_id == ticket.id)))
        assert ("拟提示" in labels) is seen
