"""The figures come out of the rows: W's 52 joint tasks, +225 %, 20 units, 35 fields (I7); load and exceptions apart."""

from collections import defaultdict
from datetime import date
from itertools import cycle

import pytest
import sqlalchemy as sa

from models import (
    CoerciveMeasure,
    Inspection,
    InspectionField,
    InspectionTarget,
    JointInspection,
    ObservationPeriod,
    Penalty,
    Unit,
    db,
)
from models.inspection import tally
from models.inspection.states import Finding, Passing
from models.inspection.states import InspectionState as S
from models.inspection.states import JointState as J
from models.report import kind_of
from tests.inspection.desk import PEOPLE, at, day


class District:
    """Joint visits of a past year, written as rows."""

    def __init__(self, desk, units, fields):
        names = sa.select(Unit).where(Unit.is_active, Unit.kind.in_(["GOVERNMENT", "VERTICAL"])).order_by(Unit.id).limit(units)
        self.units = list(db.session.scalars(names))
        for n in range(fields):
            db.session.add(InspectionField(code=f"test{n}", name=f"演示领域{n}"))
        db.session.flush()
        self.fields = list(db.session.scalars(sa.select(InspectionField).where(InspectionField.code.like("test%"))))
        self.firm, self.turn, self.field_turn = desk.firm(), cycle(self.units), cycle(self.fields)

    def member(self, joint, on):
        unit = next(self.turn)
        row = Inspection(
            number=Inspection.next_number(), title="联合检查", state=S.CLOSED, field=next(self.field_turn), items="一", basis="二", unit=unit,
            opened_at=day("2022-01-01 09:00"),
        )
        row.targets = [InspectionTarget(enterprise=self.firm, planned_on=on, visited_on=on, inspectors=PEOPLE, finding=Finding.CLEAN, joint=joint)]
        db.session.add(row)
        return unit

    def visits(self, year, count):
        for n in range(count):
            on = date(year, 1 + n % 12, 1 + n % 27)
            joint = JointInspection(
                number=JointInspection.next_number(), title="联合检查", state=J.CLOSED if n % 2 else J.DONE, enterprise=self.firm, planned_on=on,
                visited_on=on, inspectors=PEOPLE, opened_at=day("2022-01-01 09:00"),
            )
            db.session.add(joint)
            joint.unit = self.member(joint, on)
            self.member(joint, on)
        db.session.flush()


def test_the_figures_of_the_document_come_out_of_the_rows(desk):
    district = District(desk, 20, 35)
    district.visits(2022, 16)
    district.visits(2023, 52)
    found = tally.joint_year(2023)
    assert (found.tasks, found.before, found.growth, found.units, found.fields) == (52, 16, "+225%", 20, 35)
    report = kind_of("inspection-year").build("2023")
    assert "跨部门联合检查52个，较上年增长225%，20个单位参加，覆盖35个监管领域" in report.lead[0]


def test_nothing_in_the_year_before_prints_a_dash(desk):
    assert tally.joint_year(2021).growth == "—"
    assert kind_of("inspection-year").build("2021").sheets[1].rows == []


def test_what_was_only_arranged_does_not_count(desk):
    desk.told(desk.firm())
    assert tally.joint_year(2024).tasks == 0


@pytest.fixture
def year(desk):
    """A joint visit, an ordinary one, an urgent one and two exceptions in 2024."""
    firm, spared = desk.firm(), desk.firm(is_whitelisted=True)
    joint = desk.done(firm)
    with at("2024-08-20 17:00"):
        desk.visit(joint.targets[0].inspection)
        desk.visit(joint.targets[1].inspection, by="bing_clerk", finding=Finding.HAZARD, danger="堵塞", recheck_on=date(2024, 8, 30))
    later = desk.filed(firm, date(2024, 9, 3))
    with at("2024-09-03 17:00"):
        desk.visit(later, date(2024, 9, 3))
        desk.direct(firm, date(2024, 9, 3), by="yi_clerk")
        desk.direct(spared, date(2024, 9, 3))
        leave = desk.plan(spared, date(2024, 9, 20), by="yi_clerk")
        leave.permit(by=desk.cast.leader, reason="群众反映")
        leave.approve(by=desk.cast.yi_head)
        leave.file(by=desk.cast.yi_clerk)
    with at("2024-09-20 17:00"):
        desk.visit(leave, date(2024, 9, 20), by="yi_clerk")
    desk.firms = (firm, spared)
    return desk


def test_a_joint_visit_burdens_the_enterprise_once(year):
    firm, spared = year.firms
    rows = {enterprise: figures for enterprise, *figures in tally.load(2024, least=0)}
    assert rows[firm] == [2, 1, 4]  # one joint and one single visit, one urgent, four units at the door
    assert rows[spared] == [1, 1, 2]


def test_exceptions_are_counted_apart(year):
    assert tally.exceptions(2024) == {Passing.LAWFUL: 1, Passing.LEADER: 1}
    raw = [t.passing for t in db.session.scalars(sa.select(InspectionTarget)) if t.passing and t.visited_on]
    assert sorted(raw) == ["LAWFUL", "LEADER"]


def test_the_table_of_units_is_the_rows_counted_again(year):
    again = defaultdict(lambda: [0, 0, 0, 0])
    for target in db.session.scalars(sa.select(InspectionTarget)):
        if target.visited_on and target.visited_on.year == 2024:
            row = again[target.inspection.unit_id]
            for place, counted in enumerate((True, target.joint_id, target.inspection.urgent, target.finding in (Finding.HAZARD, Finding.VIOLATION))):
                row[place] += bool(counted)
    assert {unit: list(figures) for unit, *figures in tally.per_unit(2024)} == again


def test_penalties_coercion_and_observation_stand_in_the_report(year):
    unit, firm = year.cast.jia, year.firms[0]
    row = db.session.scalars(sa.select(Inspection).where(Inspection.urgent)).first()
    for n, kind in enumerate(("WARNING", "WARNING", "STOP")):
        row.penalties.append(Penalty(enterprise=firm, kind=kind, document_no=f"决{n}", decided_on=date(2024, 9, 5), violation="违法"))
    for n, left in enumerate((True, True, False)):
        db.session.add(CoerciveMeasure(
            unit=unit, enterprise=firm, kind="FREEZE", document_no=f"冻{n}", basis="法", property="账户", starts_on=date(2024, 9, 1),
            ends_on=date(2024, 9, 30), impact="HEAVY" if n else "NONE", capital_left=left, accounts_left=True, reason=None if left else "涉案资金",
        ))
    db.session.add(ObservationPeriod(
        unit=unit, enterprise=firm, business="直播电商", starts_on=date(2024, 9, 1), ends_on=date(2025, 3, 1), basis="省政策", is_lawful=True))
    db.session.flush()
    sheets = {sheet.title: {row[0]: row[1:3] for row in sheet.rows} for sheet in kind_of("inspection-year").build("2024").sheets}
    found = {name: (getattr(cells[0], "value", cells[0]), cells[1]) for name, cells in (sheets["隐患和处理"] | sheets["柔性执法和减负"]).items()}
    assert found["处理决定"] == (3, "0.0%")
    assert found["其中：警告、通报批评"] == (2, "66.7%")
    assert found["发现隐患"] == (1, "0.0%")
    assert found["查封、扣押、冻结等措施"] == (3, "66.7%")
    assert found["其中严重影响经营"] == (2, "66.7%")
    assert found["新设执法观察期"][0] == 1
    assert found["涉企报送、考评、调查事项"] == (0, "—")
