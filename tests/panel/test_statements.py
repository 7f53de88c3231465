"""A list asks the database the same few questions, however many rows it shows."""

import pytest

from models import Enterprise, GroupMembership, Task, Unit, UnitAlias, UnitContact, User, WorkGroup, db, drafting
from models.accountability import AccountabilityAction, Measure
from models.group import GroupKind, MemberRole
from models.now import now
from models.unit import ContactPost, UnitKind
from models.user import Role
from tests.panel.statements import counted

MOST = 45  # statements a page may need at all, log-in and frame included


def grow(cast, first, last):
    """Rows `first` to `last` of everything, each with a unit of its own."""
    units = db.session.scalars(db.select(Unit).where(Unit.is_active).order_by(Unit.id)).all()
    role = db.session.scalars(db.select(Role).where(Role.code == "UNIT_CLERK")).one()
    for n in range(first, last):
        unit, other = units[n], units[n + 40]
        enterprise = Enterprise(name=f"演示第{n}企业", town=unit)
        db.session.add(enterprise)
        ticket = cast.ticket(title=f"事项{n}", enterprise=enterprise)
        ticket.dispatch(by=cast.coordinator, lead=unit, co=[other, cast.jia] if unit != cast.jia else [other])
        Task.give(by=cast.coordinator, unit=unit, title=f"任务{n}", due_at=ticket.due_at)
        action = AccountabilityAction(matter=ticket, unit=unit, measure=Measure.REMIND, occasion=f"x{n}", grounds="超期")
        db.session.add(action)
        db.session.flush()
        drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=unit, matter=ticket, action=action)
        group = WorkGroup(code=f"z{n}", name=f"演示组{n}", full_name=f"演示组{n}", kind=GroupKind.TASKFORCE)
        made = Unit(code=f"z{n}", name=f"演示单位{n}", full_name=f"演示单位{n}", kind=UnitKind.GOVERNMENT, sort=0)
        db.session.add_all([
            made, UnitAlias(unit=made, alias=f"演示别名{n}"), UnitContact(unit=made, post=ContactPost.HANDLER, name=f"演示-{n}"), group,
            GroupMembership(group=group, unit=made, role=MemberRole.LEAD), GroupMembership(group=group, unit=unit, role=MemberRole.MEMBER),
            User(username=f"z{n}", name=f"演示-{n}", unit=made, roles=[role], created_at=now()),
        ])
    db.session.commit()  # the audit of what was made here is written now, not with the first page


PAGES = [
    ("supervisor", "/ticket/?page_size=100"), ("coordinator", "/ticket/?page_size=100&tab=unsigned"), ("jia_clerk", "/ticket/?page_size=100"),
    ("coordinator", "/task/?page_size=100"), ("supervisor", "/notice/?page_size=100"), ("supervisor", "/accountability/?page_size=100"),
    ("intake", "/enterprise/?page_size=100"), ("sysadmin", "/unit/?page_size=100"), ("sysadmin", "/staff/?page_size=100"),
    ("sysadmin", "/alias/?page_size=100"), ("sysadmin", "/group/?page_size=100&sort=0&desc=1"), ("sysadmin", "/membership/?page_size=100"),
    ("sysadmin", "/user/?page_size=100"), ("secadmin", "/grant/?page_size=100"), ("supervisor", "/responsibility/?page_size=100"),
    ("secadmin", "/permission/?page_size=100"), ("auditor", "/audit/?page_size=100"), ("supervisor", "/"), ("coordinator", "/"),
    ("jia_clerk", "/"), ("supervisor", "/inbox/"), ("jia_clerk", "/inbox/"), ("supervisor", "/search/?q=事项"),
    ("jia_clerk", "/ticket/?page_size=100&tab=all"), ("coordinator", "/matter/?page_size=100&tab=all"), ("intake", "/ticket/register/"),
    ("supervisor", "/report/?kind=ticket-month"), ("supervisor", "/board/"),
    ("coordinator", "/ticket/export/csv/"), ("coordinator", "/task/export/csv/"), ("sysadmin", "/unit/export/csv/"), ("sysadmin", "/user/export/csv/"),
]


def test_the_number_of_statements_does_not_grow_with_the_rows(desk, cast):
    few, many = {}, {}
    for numbers, first, last in ((few, 0, 2), (many, 2, 16)):
        grow(cast, first, last)
        for who, address in PAGES:
            desk(who)
            with counted() as sent:
                answer = desk(who).raw(address)
            assert answer.status_code == 200, address
            numbers[who, address] = len(sent)
    # A page without rows saves the questions about rows; fourteen rows more must not bring fourteen questions more.
    grown = {page: (few[page], many[page]) for page in few if many[page] > few[page] + 9}
    assert grown == {}
    most = {page: 60 if page[1] == "/board/" else MOST for page in many}  # the wall shows several boards on one page
    assert {page: number for page, number in many.items() if number > most[page]} == {}


def stays_bounded(desk, address, grow):
    """Whether a page asks few statements, and after ten more rows no more than before."""
    numbers = []
    for _ in range(2):
        for _ in range(10):
            grow()
        db.session.commit()
        with counted() as sent:
            assert desk("supervisor").raw(address).status_code == 200
        numbers.append(len(sent))
    return numbers[1] <= numbers[0] + 2 and numbers[1] <= 60


def test_a_record_opened_from_a_list_asks_no_more_in_a_longer_list(desk, cast):
    ticket = cast.accepted()
    assert stays_bounded(desk, f"/ticket/details/?id={ticket.id}&url=/ticket/%3Ftab%3Dall", cast.accepted)


@pytest.mark.parametrize("verb", ["details", "step/nudge"])
def test_a_record_needs_a_bounded_number_of_statements(desk, cast, verb):
    ticket = cast.accepted()
    assert stays_bounded(
        desk, f"/ticket/{verb}/?id={ticket.id}", lambda: ticket.report_progress(by=cast.jia_clerk, progress="正在核实"))
