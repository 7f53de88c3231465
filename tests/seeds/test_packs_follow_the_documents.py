"""Groups, units, duties, indicators and categories are the documents', no more and no fewer."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Category,
    EscalationRule,
    Indicator,
    Responsibility,
    ServiceStandard,
    SourceDocument,
    Unit,
    UnitAlias,
    WorkGroup,
)
from models.group import MemberRole
from models.unit import find_unit

HAN = "一二三四五六七八九十"
CIRCLED = "①②③④⑤⑥⑦⑧⑨"


def _parts(division: str) -> list[str]:
    """``(一) 11`` → (一) … (十一)."""
    if not division:
        return []
    first, most = division.split()
    numbers = range(1, int(most) + 1)
    if first == "①":
        return [CIRCLED[n - 1] for n in numbers]
    han = ["", *HAN, *("十" + digit for digit in HAN)]
    return [first.replace("一", han[n]).replace("1", str(n)) for n in numbers]


@pytest.fixture(scope="module")
def clauses(facts: dict[str, Any]) -> set[str]:
    """Every clause of the five documents, ``M 二(七)2(2)⑥``."""
    found = set()
    for key, tree in facts["clauses"].items():
        for clause, division in tree.items():
            found |= {f"{key} {clause}"} | {f"{key} {clause}{part}" for part in _parts(division)}
    return found


def _cited(session: Session) -> dict[str, str]:
    """Every clause a loaded row cites, with the row that does."""
    cited = {}
    for model in (WorkGroup, Responsibility, Indicator, Category, ServiceStandard, EscalationRule):
        for row in session.scalars(sa.select(model).where(model.clause.is_not(None))):
            cited[row.clause] = f"{model.__name__} {row.code}"
    return cited


def test_every_cited_clause_exists_in_its_document(district: Session, clauses: set[str]) -> None:
    wrong = {clause: row for clause, row in _cited(district).items() if clause not in clauses}
    assert not wrong


def test_every_duty_names_the_document_its_clause_is_from(district: Session) -> None:
    duties = district.scalars(sa.select(Responsibility)).all()
    assert all(duty.document.key == duty.clause.split()[0] for duty in duties)


def test_every_undivided_clause_that_lays_down_duties_has_one(
    district: Session, clauses: set[str], facts: dict[str, Any]
) -> None:
    covered = set(district.scalars(sa.select(Responsibility.clause)))
    divided = {f"{key} {clause}" for key, tree in facts["clauses"].items() for clause, parts in tree.items() if parts}
    due = {clause for clause in clauses - divided if any(clause.startswith(head) for head in facts["duties"])}
    assert due - covered == set()


def test_the_eleven_bodies_of_the_joint_mechanism_all_have_duties(district: Session, facts: dict[str, Any]) -> None:
    bodies = [find_unit(name) for name in facts["supervising_bodies"]]
    assert len({body.id for body in bodies}) == 11
    group = district.scalar(sa.select(WorkGroup).where(WorkGroup.code == "liandong"))
    assert {unit.id for unit in group.units()} == {body.id for body in bodies}
    for place, body in enumerate(bodies):
        clause = f"J 三({_parts('(一) 11')[place].strip('()')})"
        duties = district.scalars(sa.select(Responsibility).where(Responsibility.clause == clause)).all()
        assert duties, clause
        assert {duty.unit_id for duty in duties} == {body.id}, clause


def test_the_groups_of_m_are_the_eleven_it_lists_with_their_units(district: Session, facts: dict[str, Any]) -> None:
    document = district.scalar(sa.select(SourceDocument).where(SourceDocument.key == "M"))
    groups = {g.clause: g for g in district.scalars(sa.select(WorkGroup).where(WorkGroup.document_id == document.id))}
    assert list(groups) == [group["clause"] for group in facts["groups"]]
    assert len(groups) == 11
    for listed in facts["groups"]:
        group = groups[listed["clause"]]
        assert (group.all_members, group.towns) == (listed["all_members"], listed["towns"])
        for name, role in (("leads", MemberRole.LEAD), ("members", MemberRole.MEMBER)):
            held = {m.unit_id for m in group.memberships if m.role == role}
            assert held == {find_unit(unit).id for unit in listed[name]}, (group.name, name)


def test_the_nine_indicators_aim_at_five_three_and_one(district: Session, facts: dict[str, Any]) -> None:
    indicators = district.scalars(sa.select(Indicator).order_by(Indicator.sort)).all()
    assert sorted(i.name for i in indicators) == sorted(facts["indicators"])
    assert len(indicators) == 9
    assert {(i.target_rank, i.stretch_rank, i.best_rank) for i in indicators} == {(5, 3, 1)}
    assert all(i.group for i in indicators)


def test_there_are_nine_kinds_of_demand_and_eight_of_disturbance(district: Session) -> None:
    counts = dict(district.execute(sa.select(Category.family, sa.func.count()).group_by(Category.family)).all())
    assert counts == {"DEMAND": 9, "DISTURBANCE": 8}


def test_every_spelling_of_a_unit_in_the_documents_finds_exactly_one_unit(
    district: Session, facts: dict[str, Any]
) -> None:
    owners: dict[str, set[int]] = {}
    for unit in district.scalars(sa.select(Unit)):
        for name in {unit.name, unit.full_name, unit.short_name} - {None}:
            owners.setdefault(name, set()).add(unit.id)
    for alias in district.scalars(sa.select(UnitAlias)):
        owners.setdefault(alias.alias, set()).add(alias.unit_id)
    assert {name for name, ids in owners.items() if len(ids) > 1} == set()
    named = {name for names in facts["units"].values() for name in names}
    assert {name for name in named if name not in owners} == set()
    assert all(find_unit(name).id in owners[name] for name in named)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("区人社局", "人社局"),
        ("区法院", "区人民法院"),
        ("区信访办", "区信访局"),
        ("区营商环境办", "区营商办"),
        ("区营转办", "区营商办"),
        ("区纪委监委", "区纪委监委机关"),
        ("工业和信息化局", "区工信局"),
        ("区金融局", "区金融服务中心"),
        ("区委政法委", "区政法委"),
        ("源城区工业园企业服务中心", "区企业服务中心"),
    ],
)
def test_two_spellings_are_one_unit(district: Session, one: str, other: str) -> None:
    assert find_unit(one).id == find_unit(other).id


def test_the_grid_centre_and_the_city_operation_centre_are_two_units(district: Session) -> None:
    assert find_unit("区网格中心").id != find_unit("区城市运行中心").id


@pytest.mark.parametrize(
    ("code", "amount", "unit"),
    [
        ("contact-first", 72, "HOUR"),
        ("ticket-handle-disclosure", 20, "WORKDAY"),
        ("ticket-handle-minsheng", 5, "WORKDAY"),
        ("task-report-city", 2, "DAY"),
        ("media-update", 10, "DAY"),
        ("media-original", 14, "DAY"),
        ("inspection-plan", 7, "DAY"),
        ("inspection-report", 3, "WORKDAY"),
        ("inspection-report-direct", 3, "WORKDAY"),
    ],
)
def test_the_limits_the_documents_fix_are_theirs(district: Session, code: str, amount: int, unit: str) -> None:
    standard = district.scalar(sa.select(ServiceStandard).where(ServiceStandard.code == code))
    assert (standard.amount, standard.unit) == (amount, unit)
    assert standard.clause
    assert standard.document


def test_limits_the_documents_leave_open_say_so(district: Session) -> None:
    open_limits = district.scalars(sa.select(ServiceStandard).where(ServiceStandard.clause.is_(None))).all()
    assert open_limits
    assert all("文件" in row.note or "可修改" in row.note for row in open_limits)
