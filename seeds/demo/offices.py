"""The two departments whose log-ins are printed: something in every register their people open, beside the other stories."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from models import (
    CaseFile,
    CoerciveMeasure,
    Inspector,
    Investment,
    MajorProject,
    Milestone,
    ObservationPeriod,
    Task,
    db,
)
from models.inspection.casefile import CaseKind
from models.inspection.coercion import CoercionKind, Impact
from models.inspection.states import Finding
from models.inspection.states import JointState as J
from models.investment import InvestmentStage
from models.now import now
from models.supervision.states import Focus
from seeds.demo import bank, inspections
from seeds.demo.desk import Case, Desk, acting_as
from seeds.demo.duties import instruction
from seeds.demo.inspection_papers import asked
from seeds.demo.people import SHOWN
from seeds.demo.stories import ladder, newcomers

Story = Iterator[datetime]
# unit: subject of the leader's note, what it says, source, what is still wanted as a task, its product
WORK = {
    "gongxin": ("关于企业反映通信杆线迁移进度的专报", "请工信局牵头协调权属单位，限期拿出方案。", "政务信息专报", "报送规上工业企业用能预警情况",
                "用能预警清单"),
    "shichang": ("关于食品小作坊提升改造的调研报告", "请市场监管局研究帮扶措施，结果报我。", "调研报告", "报送信用修复告知事项清单", "告知事项清单"),
}
PROJECTS = {"gongxin": ("演示智能装备产业园项目", "演示启航装备集团", "26000"), "shichang": ("演示检验检测共享平台项目", "演示衡准检测公司", "3200")}


def begin(desk: Desk, start: Callable[[datetime, Story], None]) -> int:
    """Everything that happens at its own time; how many demands are among it."""
    if not all(code in desk.units and desk.has_staff(desk.units[code]) for code in SHOWN):
        return 0  # the packs with these departments are not loaded
    for place, code in enumerate(SHOWN):
        for name, back, story in (
            ("registers", 56, registers), ("climb", 13, climb), ("note", 3, note), ("task", 2, task), ("newcomer", 0, newcomer), ("review", 12, case_file),
        ):
            case = Case(desk, f"office:{code}:{name}")
            start(desk.back(back, case.rng), story(case, code, place))
    more = (
        (13, lambda case: inspections.single(case, 20, unit="gongxin", finding=Finding.HAZARD, end="rechecking")),
        (36, lambda case: inspections.single(case, 21, unit="gongxin", finding=Finding.VIOLATION)),
        (6, lambda case: inspections.joint(case, 22, J.AGREED, ("gongxin", "shengtai"))),
        (3, lambda case: asked(case, 4)), (30, node),
    )
    for place, (back, story) in enumerate(more):
        case = Case(desk, f"office:{place}")
        start(desk.back(back, case.rng), story(case))
    return len(SHOWN)


def registers(case: Case, code: str, place: int) -> Story:
    """What simply stands in the books."""
    desk, unit, today = case.desk, case.desk.unit(code), now().date()
    name, investor, amount = PROJECTS[code]
    with acting_as(clerk := desk.clerk(unit)):
        project = Investment(name=name, investor=investor, stage=InvestmentStage.TALKS, amount=Decimal(amount), unit=unit, unit_id=unit.id,
                             town=desk.towns[place], officer=clerk.name)
        db.session.add(project)
        db.session.flush()
        project.serve(by=clerk, served_on=today, person=clerk.name, content="上门对接选址需求，送达惠企政策汇编。")
        if code == "gongxin":
            db.session.add_all(_enforcement(case, unit, today))
    yield from ()


def _enforcement(case: Case, unit: Any, today: Any) -> Iterator[object]:
    """Energy inspectors, one sealed machine, one new form of business under observation."""
    firms = case.desk.firms
    for n in range(1, 5):
        yield Inspector(name=bank.person(case.rng), unit=unit, certificate=f"演示20{n:04d}")
    yield CoerciveMeasure(
        unit=unit, enterprise=firms[34], kind=CoercionKind.SEAL, document_no=f"演示强〔{today.year}〕11号", basis="节约能源法第七十一条",
        property="淘汰类电机一台", amount=Decimal(3), starts_on=today, ends_on=today + timedelta(days=30), lifted_on=today + timedelta(days=12),
        impact=Impact.NONE, capital_left=True, accounts_left=True, relief="只封存一台电机，其余设备照常生产")
    yield ObservationPeriod(
        enterprise=firms[42], unit=unit, business="共享制造", starts_on=today, ends_on=today + timedelta(days=180), basis="省支持新业态发展的意见",
        is_lawful=True, guidance="每季度上门指导一次")


def climb(case: Case, code: str, place: int) -> Story:
    """A demand the department forgot: the first rung, its letter received."""
    yield from ladder.climb(case, to=1, demand=bank.of(case.rng, code))


def note(case: Case, code: str, place: int) -> Story:
    """A leader's note on the department's desk."""
    title, content, source, *_rest = WORK[code]
    yield from instruction(case, "passed", title=title, content=content, source=source, unit=code)


def task(case: Case, code: str, place: int) -> Story:
    """Given by the coordinating office, not yet handed in."""
    chair, calendar = case.one("tongchou"), case.desk.calendar
    *_rest, title, deliverable = WORK[code]
    with acting_as(chair):
        Task.give(by=chair, unit=case.desk.unit(code), title=title, due_at=calendar.close(calendar.add(now().date(), 7)),
                  content="按附表格式填报，并注明联系人。", deliverable=deliverable, recipient=chair.unit)
    yield from ()


def newcomer(case: Case, code: str, place: int) -> Story:
    """A new enterprise nobody has called yet."""
    yield from newcomers.late_list(case, case.desk.unit(code), place)


def case_file(case: Case, code: str, place: int) -> Story:
    """A closed case, so that one of its own is among those drawn for review."""
    desk, unit = case.desk, case.desk.unit(code)
    with acting_as(clerk := desk.clerk(unit)):
        for n in range(4):
            db.session.add(CaseFile(
                number=f"演示案〔{now().year}〕{101 + 10 * place + n}号", unit=unit, kind=list(CaseKind)[n % len(CaseKind)], enterprise=desk.firms[20 + n],
                title=("能源利用状况报告逾期未报案", "企业未按规定公示信息案")[place], handlers=clerk.name, closed_on=now().date()))
    yield from ()


def node(case: Case) -> Story:
    """The market regulator leads a project as well."""
    user, today = case.one("ducha"), now().date()
    with acting_as(user):
        project = MajorProject(name="演示食品检验检测中心扩建", kind="CLUSTER", level="DISTRICT", lead=case.desk.unit("shichang"), owner="演示检测集团",
                               investment=4300, starts_on=today, ends_on=today + timedelta(days=200))
        db.session.add(project)
        db.session.flush()
        for title, focus, days in (("检测资质扩项受理", Focus.PROCEDURES, 14), ("设备采购资金到位", Focus.FUNDS, 60)):
            Milestone.plan(by=user, project=project, title=title, planned_on=case.desk.calendar.add(today, days), focus=focus)
    yield case.later(6)
    clerk = case.desk.clerk(project.lead)
    with acting_as(clerk):
        db.session.scalars(db.select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.id)).first().report(
            by=clerk, done_on=now().date(), result="已受理，材料附后。")
