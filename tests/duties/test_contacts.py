"""New enterprises: the list, the push, 72 natural hours, the three looks, the rates (N1–N3)."""

import pytest

from models import Contact, Difficulty, Enterprise, ImportRow, NewFirm, Task, db
from models.contact import ContactCheck, ContactState, look_at_contacts
from models.contact.figures import month_of, month_rates
from models.errors import Invalid, NotPermitted, Refused
from models.matter import Light
from models.sweep.ladder import propose_overdue
from models.ticket import Channel
from tests.duties.desk import at, batch, contact, contacted, day, row, uploaded

S = ContactState


def test_only_the_three_kinds_of_enterprise_are_entered(cast):
    rows = [row(1), row(2, kind="个体工商户"), row(3, kind="股份有限公司"), row(4, kind="有限合伙企业"), row(5, kind="有限责任公司(自然人独资)")]
    made = batch(cast, *rows, announced=4)
    assert [firm.enterprise.credit_code for firm in made.firms] == [rows[i]["credit_code"] for i in (0, 2, 3, 4)]


@pytest.mark.parametrize(("wrong", "why"), [
    ({"credit_code": "91440300192317458G"}, "校验位"), ({"registered_on": "8月"}, "成立日期"), ({"registered_on": "2024-09-01"}, "晚于今天"),
    ({"lead": "没有的局"}, "没有“没有的局”这个单位"), ({"name": ""}, "缺少企业名称"), ({"contact_phone": "12"}, "电话号码不对"),
])
def test_a_bad_row_says_why_and_is_not_entered(cast, wrong, why):
    made = uploaded(cast, row(1), row(2, **wrong), announced=2)
    bad = db.session.scalars(db.select(ImportRow).where(ImportRow.verdict == "BAD")).one()
    assert why in bad.reasons
    made.confirm(by=cast.intake)
    assert [firm.enterprise.credit_code for firm in db.session.scalars(db.select(NewFirm))] == [row(1)["credit_code"]]


def test_a_firm_is_new_only_once_and_a_known_one_is_updated(cast):
    known = db.session.scalars(db.select(Enterprise)).first()
    first = batch(cast, row(1, credit_code=known.credit_code, name="演示恒达精密制造（更名）有限公司"))
    assert first.firms[0].enterprise is known
    assert known.name.startswith("演示恒达精密制造（更名）")
    with pytest.raises(Refused, match="没有可以导入的行"):
        batch(cast, row(1, credit_code=known.credit_code))


def test_without_a_lead_unit_the_firm_waits_to_be_pushed(cast):
    firm = batch(cast, row(1, lead="")).firms[0]
    assert firm.contact is None
    one = firm.push(by=cast.coordinator, unit=cast.yi)
    assert (one.unit, one.state) == (cast.yi, S.PUSHED)
    with pytest.raises(Refused, match="已推送"):
        firm.push(by=cast.coordinator, unit=cast.jia)


def test_the_clock_is_72_natural_hours_over_the_weekend(cast):
    with at("2024-08-09 10:30"):  # a Friday
        one = contact(cast)
    assert one.due_at == day("2024-08-12 10:30")
    assert one.number.startswith("XQ202408-")


def test_only_the_lead_unit_records_the_contact(cast):
    one = contact(cast)
    with pytest.raises(NotPermitted):
        one.record_contact(by=cast.yi_clerk, section="股", person="人", way="PHONE", contacted_at=day("2024-08-05 10:10"), record="已联系")
    contacted(cast, one)
    assert (one.state, one.light) == (S.CONTACTED, Light.DONE)


def test_the_contact_lies_between_the_push_and_now(cast):
    one = contact(cast)
    for wrong in ("2024-08-05 10:00", "2024-08-05 10:11"):
        with pytest.raises(Invalid, match="推送之后、现在之前"):
            contacted(cast, one, contacted_at=day(wrong))
    assert one.state == S.PUSHED


def test_a_need_told_in_the_contact_becomes_a_ticket_in_the_ledger(cast):
    one = contacted(cast, contact(cast), need_title="厂房消防验收排不上", need="申请两周没有回音")
    need = db.session.scalars(db.select(Difficulty)).one()
    assert (need.contact_id, need.unit, need.ticket.channel, need.ticket.enterprise) == (one.id, cast.jia, Channel.VISIT, one.enterprise)


def test_three_looks_remind_and_the_third_lists_the_missing_units(cast):
    first, second = batch(cast, row(1), row(2, "区财政局")).firms
    third = contact(cast, 3)
    with at("2024-08-05 14:59"):
        assert look_at_contacts() == 0
    with at("2024-08-05 15:00"):
        assert look_at_contacts() == 3
        assert look_at_contacts() == 0
        contacted(cast, third)
    with at("2024-08-05 18:05"):
        assert look_at_contacts() == 2
    with at("2024-08-06 08:00"):
        assert look_at_contacts() == 2
    with at("2024-08-06 23:00"):
        assert look_at_contacts() == 0
    assert [c.place for c in first.contact.checks] == [1, 2, 3]
    assert [c.planned_at for c in second.contact.checks] == [day("2024-08-05 15:00"), day("2024-08-05 18:00"), day("2024-08-06 08:00")]
    assert (first.contact.reminders, third.reminders) == (3, 1)
    task = db.session.scalars(db.select(Task).where(Task.title.contains("未联系部门"))).one()
    assert "区人社局" in task.content
    assert "区财政局" in task.content
    assert third.who not in task.content
    assert task.unit.code == "yingshangban"


def test_looks_missed_by_the_sweep_are_caught_up_once(cast):
    one = contact(cast)
    with at("2024-08-06 09:00"):
        assert look_at_contacts() == 3
        assert look_at_contacts() == 0
    assert db.session.scalar(db.select(db.func.count(ContactCheck.id))) == 3
    assert one.next_look_at is None


def test_a_wrong_push_goes_back_and_gets_a_new_clock_and_new_looks(cast):
    one = contact(cast)
    one.send_back(by=cast.jia_clerk, reason="属财政业务")
    with at("2024-08-05 16:00"):
        assert look_at_contacts() == 0
        one.reassign(by=cast.intake, unit=cast.yi, reason="财政局牵头")
        assert one.due_at == day("2024-08-08 16:00")
        assert one.next_look_at == day("2024-08-05 18:00")
    assert (one.returns, one.firm.lead) == (1, cast.yi)


def test_a_spot_check_that_fails_opens_it_again_on_the_old_clock(cast):
    one = contacted(cast, contact(cast))
    due = one.due_at
    one.spot_check(by=cast.intake, verdict="REDO", note="没有写联系人")
    assert (one.state, one.due_at, one.closed_at, one.answered_at) == (S.PUSHED, due, None, None)
    contacted(cast, one)
    one.spot_check(by=cast.intake, verdict="PASS")
    assert one.spot_checked


def test_after_72_hours_the_ladder_proposes_supervision(cast):
    one = contact(cast)
    with at("2024-08-08 10:11"):
        assert propose_overdue() == 1
        assert one.actions[0].rung == 1


def test_the_rates_are_those_a_recount_gives(cast):
    batch(cast, row(1), row(2), row(3, "区财政局"), row(4, lead=""), announced=5)
    one, two, three = db.session.scalars(db.select(Contact).order_by(Contact.id)).all()
    contacted(cast, one)
    three.send_back(by=cast.yi_clerk, reason="推送不准")
    three.reassign(by=cast.intake, unit=cast.jia, reason="人社牵头")
    with at("2024-08-09 10:00"):
        contacted(cast, two)
        district, units = month_rates(*month_of("2024-08"))
    rows = [(c.answered_at, c.due_at) for c in (one, two, three)]
    assert district.on_time == sum(1 for a, d in rows if a and a <= d) == 1
    assert district.late == sum(1 for a, d in rows if (a and a > d) or (a is None and d < day("2024-08-09 10:00"))) == 2
    assert (district.announced, district.entered, district.firms_pushed, district.precise) == (5, 4, 3, 2)
    assert (district.entry_rate, district.push_rate, district.precise_rate, district.contact_rate) == ("80.0%", "75.0%", "50.0%", "33.3%")
    assert [(unit, rates.pushed) for unit, rates in units] == [(cast.jia, 3)]


def test_a_month_without_anything_prints_dashes(cast):
    district, units = month_rates(*month_of("2024-01"))
    assert (district.entry_rate, district.contact_rate, units) == ("—", "—", [])


def test_the_database_refuses_a_state_no_contact_has(cast):
    one = contact(cast)
    with pytest.raises(Exception, match="ck_matter_contact_state"):
        db.session.execute(db.text("UPDATE matter SET state = 'CLOSED' WHERE id = :id"), {"id": one.id})
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count(NewFirm.id))) == 0
