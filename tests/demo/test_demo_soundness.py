"""The demo obeys the rules of the house: chain, numbers, order of time, people, codes; and it is made once."""

import sqlalchemy as sa

from models import (
    AuditEntry,
    Difficulty,
    Enterprise,
    Matter,
    MatterEvent,
    MatterUnit,
    Meeting,
    NewFirm,
    Role,
    Task,
    Ticket,
    UnitContact,
    User,
    db,
)
from models.audit import verify
from models.codes import check_credit_code, check_phone
from models.matter_unit import Part
from models.now import now
from models.numbering import NumberSequence
from seeds.demo.people import log_ins
from tests.conftest import make_app
from tests.demo.conftest import MOMENT, content

FIRST_STEP = {"task": "give", "problem": "find", "lead": "receive", "milestone": "plan", "approval": "accept"}  # the others: register


def test_the_audit_chain_is_whole_and_names_who_did_what(small):
    assert verify() == []
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.user_id.distinct()))) > 20
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.resource == "matter_event", AuditEntry.at > now())) == 0


def test_whose_part_is_the_leads_is_the_unit_of_the_matter(large):
    """A unit's list is read by `matter.unit_id`, its scope by its parts (models/visibility.py): they must say the same."""
    leads = sa.select(Matter.unit_id, MatterUnit.unit_id).join(Matter.parts).where(MatterUnit.active, MatterUnit.role == Part.LEAD)
    rows = db.session.execute(leads).all()
    assert len(rows) > 1000
    assert all(own == part for own, part in rows)


def test_numbers_are_unique_and_the_series_go_on_after_them(large):
    numbers = db.session.scalars(sa.select(Matter.number)).all()
    assert len(set(numbers)) == len(numbers) > 2000
    series = dict(db.session.execute(sa.select(NumberSequence.name, NumberSequence.last)).all())
    issues = {}
    for meeting in db.session.scalars(sa.select(Meeting).where(Meeting.issue.is_not(None))):
        issues.setdefault(f"JY-{meeting.kind}-{meeting.group_id or 0}-{meeting.starts_at.year}", []).append(meeting.issue)
    for stem, last in series.items():
        found = issues.get(stem) or [int(number.split("-")[1]) for number in numbers if number.startswith(f"{stem}-")]
        serials = sorted(found)
        assert serials == list(range(1, last + 1))


def test_the_light_in_python_is_the_light_in_sql(large):
    in_sql = dict(db.session.execute(sa.select(Matter.id, Matter.light)).all())
    assert {matter.id: matter.light for matter in db.session.scalars(sa.select(Matter))} == in_sql


def test_timelines_are_in_order_begin_with_registration_and_never_look_ahead(large):
    latest = {}
    for event in db.session.scalars(sa.select(MatterEvent).order_by(MatterEvent.id)):
        if event.matter_id not in latest:
            assert event.action == FIRST_STEP.get(event.matter.kind, "register")
        else:
            assert event.at >= latest[event.matter_id].at
            assert event.from_state == latest[event.matter_id].to_state or event.action == "callback"
        latest[event.matter_id] = event
    assert max(event.at for event in latest.values()) <= MOMENT
    states = dict(db.session.execute(sa.select(Matter.id, Matter.state)).all())
    assert {matter: event.to_state for matter, event in latest.items()} == states


def test_every_role_has_a_log_in_that_needs_no_change(small_place, small):
    users = db.session.scalars(sa.select(User).where(User.username.in_([name for _role, name in log_ins()]))).all()
    assert {role.code for user in users for role in user.roles} == set(db.session.scalars(sa.select(Role.code).where(~Role.code.startswith("INTERFACE"))))
    password = small_place[1].password
    assert all(user.check_password(password) and not user.must_change for user in users[:2])
    assert not any(user.must_change for user in users)


def test_the_three_administrators_are_three_people(small):
    for user in db.session.scalars(sa.select(User)):
        assert len({role.admin_kind for role in user.roles if role.admin_kind}) <= 1


def test_codes_and_phones_pass_the_checks_and_lie_outside_every_real_area(large):
    firms = db.session.scalars(sa.select(Enterprise).where(Enterprise.credit_code.startswith("91000000"))).all()
    assert len(firms) == len({firm.name for firm in firms}) == 300 + _newcomers()
    for firm in firms:
        assert check_credit_code(firm.credit_code) == firm.credit_code
        assert check_phone(firm.contact_phone) == firm.contact_phone
    for contact in db.session.scalars(sa.select(UnitContact)):
        assert check_phone(contact.phone) == contact.phone
        assert contact.phone.startswith("0000-")


def test_a_second_run_adds_nothing(small_place, small):
    before = content()
    db.session.rollback()
    built = small_place[0].build()
    assert (built.tickets, built.enterprises, built.rows, built.password) == (0, 0, 0, None)
    assert content() == before


def test_the_same_seed_and_moment_make_the_same_district(small, twin):
    first = content()
    small.close()
    twin.build()
    with twin.app.app_context():
        second = content()
    assert {name: rows == second[name] for name, rows in first.items()} == dict.fromkeys(first, True)


def test_tickets_are_as_many_as_announced(small_place, large_place, large):
    assert (small_place[1].tickets, small_place[1].enterprises) == (160, 60)
    assert (large_place[1].tickets, large_place[1].enterprises) == (1840, 240)
    assert db.session.scalar(sa.select(sa.func.count(Ticket.id))) == 2000 + _count(Difficulty)


def test_the_command_says_when_there_is_nothing_to_do(large):
    told = large.app.test_cli_runner().invoke(args=["demo"])
    now_there = f"现有企业{301 + _newcomers()}、诉求{2000 + _count(Difficulty):,}、任务{_count(Task)}"
    assert (told.exit_code, told.output.splitlines()) == (0, ["演示数据已经生成过，本次没有新增。", now_there])


def _count(model):
    return db.session.scalar(sa.select(sa.func.count(model.id)))


def _newcomers():
    """Firms of the new-enterprise lists come on top of the number ordered."""
    return _count(NewFirm)


def test_the_command_asks_for_the_packs_first(tmp_path):
    told = make_app(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}").test_cli_runner().invoke(args=["demo"])
    assert told.exit_code == 1
    assert "请先执行 flask init" in told.output
