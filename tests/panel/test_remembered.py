"""What seldom changes is not read for every page; a change of it counts at the next click, whoever made it and wherever."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Delegation, Permission, Role, Setting, Unit, User, db, remembered, scope
from models.chain import AuditHead
from models.now import as_of, now
from scripts.bench.visitor import statements
from tests.panel.browse import ON_SQLITE

LINKS = {"user_role"}  # a change of whose rows stands in the trail as one of the person
pytestmark = ON_SQLITE


def written(**values):
    """A setting changed as by another process."""
    with scope.everything():
        for key, value in values.items():
            db.session.scalars(sa.select(Setting).where(Setting.key == key)).one().value = value
        db.session.commit()


@pytest.mark.parametrize("role", ["coordinator", "supervisor", "intake", "jia_clerk", "leader", "sysadmin", "secadmin", "auditor"])
def test_what_a_second_page_does_not_ask_again_stands_in_tables_whose_change_is_noticed(desk, cast, role):
    cast.accepted()
    reader = desk(role)
    for address in ("/", "/ticket/", "/task/", "/enterprise/", "/notice/", "/unit/", "/problem/", "/lead/", "/report/"):
        written(contact=f"0000-{abs(hash((role, address))) % 10**7:07}")  # nothing is known any more
        with statements() as first:
            status = reader.get(address).status
        with statements() as second:
            assert reader.get(address).status == status
        spared = [statement for statement in first if statement not in second and not statement.lstrip().startswith("UPDATE")]
        asked = {table for statement in spared for table in re.findall(r'\b(?:FROM|JOIN) "?(\w+)', statement)}
        assert asked <= remembered.TABLES | LINKS, address


def test_a_page_asks_less_the_second_time_whoever_asks_first(desk, cast):
    with statements() as first:
        desk("coordinator").get("/ticket/")
    with statements() as second:
        desk("coordinator").get("/ticket/")
    assert len(second) < len(first)


def test_a_permission_taken_away_is_gone_at_the_next_click(desk, cast):
    assert desk("supervisor").get("/notice/").status == 200
    assert "/notice/" in desk("supervisor").get("/").html
    with scope.everything():
        role = db.session.scalars(sa.select(Role).where(Role.code == "SUPERVISOR")).one()
        for row in db.session.scalars(sa.select(Permission).where(Permission.role_id == role.id, Permission.resource == "notice")):
            db.session.delete(row)
        db.session.commit()
    assert desk("supervisor").get("/notice/").status == 404
    assert '/notice/"' not in desk("supervisor").get("/").html


def test_a_role_taken_by_a_bulk_statement_is_gone_as_well(desk, cast):
    assert desk("jia_clerk").get("/ticket/").status == 200
    with scope.everything():
        db.session.execute(sa.delete(Permission).where(Permission.resource == "ticket"))
        db.session.commit()
    assert desk("jia_clerk").get("/ticket/").status == 404


def test_who_moves_to_another_unit_sees_the_other_units_matters(desk, cast):
    ticket = cast.accepted()
    assert desk("jia_clerk").get(f"/ticket/details/?id={ticket.id}").status == 200
    with scope.everything():
        clerk = db.session.scalars(sa.select(User).where(User.username == "jia_clerk")).one()
        clerk.unit_id = db.session.scalars(sa.select(Unit.id).where(Unit.is_active, Unit.id.not_in([cast.jia.id, cast.yi.id]))).first()
        db.session.commit()
    assert desk("jia_clerk").get(f"/ticket/details/?id={ticket.id}").status == 404
    assert ticket.number not in desk("jia_clerk").get("/ticket/?tab=all").words


def test_a_renamed_unit_and_a_new_name_of_the_district_stand_on_the_next_page(desk, cast):
    desk("coordinator").get("/ticket/")
    with scope.everything():
        db.session.get(Unit, cast.jia.id).name = "演示改名局"
        db.session.commit()
    written(district_name="演示新区")
    page = desk("coordinator").get("/ticket/")
    assert "演示改名局" in page.html
    assert "演示新区" in page.words


def test_a_lent_role_ends_with_its_day(desk, cast):
    today = now().date()
    with scope.everything():
        role = db.session.scalars(sa.select(Role).where(Role.code == "SUPERVISOR")).one()
        db.session.add(Delegation(lender=cast.supervisor, stand_in=cast.jia_clerk, role=role, starts_on=today, ends_on=today, reason="出差",
                                  made_by=cast.supervisor, made_at=now()))
        db.session.commit()
    assert desk("jia_clerk").get("/rule/").status == 200
    with as_of(now() + timedelta(days=1)):
        page = desk("jia_clerk").get("/rule/")
        assert page.status == 404, page.words


def test_work_on_matters_does_not_make_others_read_anew(cast):
    def state():
        return db.session.scalar(sa.select(AuditHead.reference))

    with scope.everything():
        before, links = state(), db.session.scalar(sa.select(AuditHead.count))
        cast.accepted()
        db.session.commit()
        assert (state(), db.session.scalar(sa.select(AuditHead.count)) > links) == (before, True)
        written(contact="0000-7654321")
        assert state() == db.session.scalar(sa.select(AuditHead.hash)) != before
