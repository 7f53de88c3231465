"""Somebody stands in: dated, in the unit, without chain, and everything done that way says for whom."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import AuditEntry, Delegation, Role, User, db
from models.errors import Invalid, Refused
from models.identity import delegation
from models.now import as_of, now
from tests.panel.browse import ON_SQLITE, details_url, step_url

pytestmark = ON_SQLITE


def today():
    """Asked each time: a run may go past midnight."""
    return now().date()


def role(code):
    return db.session.scalars(sa.select(Role).where(Role.code == code)).one()


@pytest.fixture
def lend(cast):
    """甲局's head lends that office to its clerk for today and tomorrow, unless told otherwise."""

    def give(**other):
        given = {"by": cast.jia_head, "lender": cast.jia_head, "stand_in": cast.jia_clerk, "role": role("UNIT_HEAD"), "starts_on": today(),
                 "ends_on": today() + timedelta(days=1), "reason": "出差"}
        row = delegation.lend(**given | other)
        db.session.commit()
        return row

    return give


def test_a_stand_in_does_what_the_lender_may_and_the_timeline_says_for_whom(desk, cast, lend):
    ticket = cast.accepted()
    assert desk("jia_clerk").post(f"/ticket/step/ask_extension/?id={ticket.id}", {}).status == 404
    lend()
    desk("jia_clerk").does(ticket, "ask_extension", reason="等上级批复", until=f"{ticket.due_at + timedelta(days=3):%Y-%m-%d}")
    event = ticket.events[0]
    assert event.who == "演示-甲经办 代 演示-甲负责"
    assert "演示-甲经办 代 演示-甲负责" in desk("supervisor").get(details_url(ticket)).words
    trail = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.user_name == "演示-甲经办")).all()
    assert any('"代": "演示-甲负责"' in entry.changes for entry in trail)


def test_a_stand_in_gets_the_role_that_was_lent_and_nothing_else_of_the_lender(desk, cast, lend):
    cast.jia_head.roles = [*cast.jia_head.roles, role("SUPERVISOR")]
    ours, theirs = cast.accepted(), cast.ticket(title="乙的")
    theirs.dispatch(by=cast.coordinator, lead=cast.yi)
    lend()
    clerk = desk("jia_clerk")
    assert clerk.get(step_url(ours, "ask_extension")).status == 200
    assert desk("jia_head").get("/board/").status == 200
    for address in ("/board/", details_url(theirs), step_url(theirs, "sign"), step_url(theirs, "ask_extension")):
        assert clerk.get(address).status == 404, address
    assert "乙的" not in clerk.get("/ticket/").words
    assert clerk.post(step_url(theirs, "sign"), {"version": str(theirs.version)}).status == 404
    db.session.expire_all()
    assert not [event.who for event in theirs.events if cast.jia_clerk.name in event.who]


@pytest.mark.parametrize("how", ["taken back", "past its day", "role withdrawn", "lender switched off"])
def test_a_form_opened_while_standing_in_is_worth_nothing_once_that_is_over(desk, cast, lend, how):
    ticket = cast.accepted()
    row = lend(ends_on=today())
    clerk = desk("jia_clerk")
    url = step_url(ticket, "ask_extension")
    form = {"version": clerk.get(url).value("version"), "reason": "等批复", "until": f"{ticket.due_at + timedelta(days=3):%Y-%m-%d}"}
    match how:
        case "taken back":
            delegation.take_back(row, by=cast.jia_head)
        case "role withdrawn":
            cast.jia_head.roles = []
        case "lender switched off":
            cast.jia_head.is_active = False
    with as_of(now() + timedelta(days=how == "past its day")):
        assert clerk.post(url, form).status == 404
        assert "代 演示-甲负责" not in clerk.get("/ticket/").words
    db.session.expire_all()
    assert "演示-甲经办 代 演示-甲负责" not in [event.who for event in ticket.events]


def test_what_is_within_ones_own_role_is_done_in_ones_own_name(desk, cast, lend):
    ticket = cast.accepted()
    lend()
    desk("jia_clerk").does(ticket, "report_progress", progress="已联系")
    assert ticket.events[0].who == "演示-甲经办"


def test_it_begins_and_ends_by_itself(cast, lend):
    clerk = cast.jia_clerk.id
    lend(starts_on=today() + timedelta(days=2), ends_on=today() + timedelta(days=3))
    for days, holds in ((0, False), (1, False), (2, True), (3, True), (4, False)):
        with as_of(now() + timedelta(days=days)):
            db.session.expunge_all()
            assert db.session.get(User, clerk).may("ticket:ask_extension") is holds, days


def test_it_ends_with_the_lenders_role_and_account(cast, lend):
    lend()
    clerk, head = cast.jia_clerk.id, cast.jia_head.id
    db.session.get(User, head).is_active = False
    db.session.commit()
    db.session.expunge_all()
    assert not db.session.get(User, clerk).may("ticket:ask_extension")


def test_what_may_not_be_lent(cast, lend):
    with pytest.raises(Refused, match="三员"):
        lend(by=cast.secadmin, lender=cast.sysadmin, role=role("SYSADMIN"))
    with pytest.raises(Refused, match="没有“受理员”角色"):
        lend(role=role("INTAKE"))
    with pytest.raises(Refused, match="本单位"):
        lend(stand_in=cast.yi_clerk)
    with pytest.raises(Refused, match="本来就是"):
        lend(lender=cast.intake, by=cast.intake, stand_in=cast.intake2, role=role("INTAKE"))
    with pytest.raises(Refused, match="只能托付本人"):
        lend(by=cast.yi_head)
    with pytest.raises(Refused, match="只能托付本人"):
        lend(by=cast.jia_clerk)
    with pytest.raises(Invalid, match="最长30天"):
        lend(ends_on=today() + timedelta(days=30))
    with pytest.raises(Invalid, match="不能早于今天"):
        lend(starts_on=today() - timedelta(days=1))
    assert db.session.scalars(sa.select(Delegation)).all() == []


def test_what_is_borrowed_is_not_lent_on(cast, lend):
    third = User(username="jia_third", name="演示-甲三", unit=cast.jia, roles=[role("UNIT_CLERK")], must_change=False)
    db.session.add(third)
    lend()
    with pytest.raises(Refused, match="不能再转托"):
        lend(by=cast.jia_head, lender=cast.jia_clerk, stand_in=third)
    db.session.expunge_all()
    with pytest.raises(Refused, match="只能托付本人"):  # a borrowed head does not arrange for the unit either
        lend(by=cast.jia_clerk, lender=cast.jia_head, stand_in=db.session.merge(third))


def test_the_head_and_the_security_administrator_arrange_for_others(cast, lend):
    lend(by=cast.secadmin)
    third = User(username="jia_third", name="演示-甲三", unit=cast.jia, roles=[], must_change=False)
    db.session.add(third)
    db.session.flush()
    lend(lender=cast.jia_clerk, role=role("UNIT_CLERK"), stand_in=third)
    assert db.session.scalar(sa.select(sa.func.count(Delegation.id))) == 2


def test_one_lends_and_takes_back_on_ones_own_page(desk, cast):
    given = {"lender": cast.jia_head.id, "role": role("UNIT_HEAD").id, "stand_in": cast.jia_clerk.id, "starts_on": f"{today():%Y%m%d}",
             "ends_on": f"{today():%Y-%m-%d}", "reason": "会议"}
    wrong = desk("jia_head").post("/me/lend/", given | {"ends_on": f"{today() - timedelta(days=1)}"})
    assert "不能早于起始日期" in wrong.error("ends_on")
    assert desk("jia_head").post("/me/lend/", given | {"stand_in": cast.yi_clerk.id}).status == 200
    assert desk("jia_head").post("/me/lend/", given).status == 302
    row = db.session.scalars(sa.select(Delegation)).one()
    assert "代理中" in desk("jia_clerk").get("/me/").words
    assert "代 演示-甲负责" in desk("jia_clerk").get("/ticket/").words
    assert desk("yi_head").post("/me/lend/end/", {"id": row.id}).status == 404
    assert desk("jia_head").post("/me/lend/end/", {"id": row.id}).status == 302
    assert "已提前结束" in desk("jia_clerk").get("/me/").words
    assert desk("jia_clerk").get("/me/lend/").status == 200
    assert desk("sysadmin").get("/me/lend/").status == 404


def test_a_register_kept_for_somebody_says_for_whom(desk, cast, lend):
    """A plain form, no verb: 甲局's head enters an activity as only its clerk may."""
    form = {"title": "政企座谈", "held_on": "2024-08-05", "unit": cast.jia.id, "kind": "SERVICE_DAY", "enterprises": "3", "people": "9"}
    assert desk("jia_head").post("/activity/new/", form).status == 404
    lend(by=cast.jia_clerk, lender=cast.jia_clerk, stand_in=cast.jia_head, role=role("UNIT_CLERK"))
    page = desk("jia_head").post("/activity/new/", form)
    assert page.status == 302, page.said
    link = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.resource == "service_activity")).one()
    assert (link.user_name, json.loads(link.changes)["代"]) == ("演示-甲负责", "演示-甲经办")
    link_words = desk("auditor").get("/audit/?flt_resource=service_activity").words
    assert "代：演示-甲经办" in link_words
