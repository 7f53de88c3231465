"""Inspections of the demo: plans, joint visits in every state, urgent visits, a draw, requests, case files (I1–I10)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from models import (
    Enterprise,
    Inspection,
    InspectionField,
    Inspector,
    JointInspection,
    RandomDraw,
    db,
)
from models.inspection.merging import propose_joints
from models.inspection.quiet import quiet_day
from models.inspection.states import Finding, UrgentGround
from models.inspection.states import JointState as J
from models.now import now
from seeds.demo.desk import Case, Desk, acting_as
from seeds.demo.inspection_papers import UNITS, Story, asked, do, filed_case, justice, workday
from seeds.demo.inspection_registers import registers

PLANS = {  # what each unit looks at: title, field, items
    "shichang": ("生产企业产品质量检查", "chanpin", "生产许可、进货查验和出厂检验记录"),
    "yingji": ("企业安全生产专项检查", "anquan", "安全生产责任制、危险作业和仓储台账"),
    "xiaofang": ("消防安全检查", "xiaofang", "消防设施维护保养、疏散通道"),
    "shengtai": ("排污许可执行情况检查", "paiwu", "排污许可证载明事项、危险废物台账"),
    "gongxin": ("重点用能单位节能监察", "jieneng", "能源计量器具配备、淘汰类设备清单"),
}
FOOD = ("食品制造", "酒和饮料制造", "餐饮业", "农业", "渔业")
WORKS = (*FOOD[:2], "通用设备制造", "包装印刷", "非金属矿物制品", "生物医药", "电气机械制造", "化学原料制品", "汽车零部件", "纺织服装", "仪器仪表制造",
         "家具制造")
ENDS = (J.CLOSED, J.DONE, J.NOTIFIED, J.AGREED, J.ARRANGED, J.PROPOSED, J.DECLINED)


def begin(desk: Desk, start: Callable[[datetime, Story], None]) -> None:
    """Everything that happens at its own time."""
    if not all(unit in desk.units and desk.has_staff(desk.units[unit]) for unit in (*UNITS, "sifa", "gongyeyuan")):
        return  # the packs with the inspecting departments are not loaded
    case = Case(desk, "inspections:registers")
    start(desk.back(62, case.rng), registers(case))
    for place, end in enumerate(ENDS):
        case = Case(desk, f"joint:{place}")
        start(desk.back((34, 14, 7, 6, 5, 4, 20)[place], case.rng), joint(case, place, end))
    for place, (back, story) in enumerate(_SINGLE):
        case = Case(desk, f"inspection:{place}")
        start(desk.back(back, case.rng), story(case, place + 10))
    for place in range(4):
        case = Case(desk, f"request:{place}")
        start(desk.back(18 - 4 * place, case.rng), asked(case, place))
    for place in range(14):
        case = Case(desk, f"case:{place}")
        start(desk.back(58 - 4 * place, case.rng), filed_case(case, place))
    case = Case(desk, "justice")
    start(desk.back(57, case.rng), justice(case))


def _field(code: str) -> InspectionField:
    return db.session.scalars(sa.select(InspectionField).order_by(InspectionField.code != code, InspectionField.id)).first()


def _firm(case: Case, place: int, trades: tuple[str, ...] = WORKS) -> Enterprise:
    """Works nobody protects, or of another trade; counted from the end for negative places."""
    free = [firm for firm in case.desk.firms if not firm.is_whitelisted]
    fitting = [firm for firm in free if firm.industry in trades]
    return fitting[place % len(fitting)] if fitting else free[place % len(free)]


def _people(case: Case, unit: str) -> str:
    """Two inspectors of the unit."""
    rows = db.session.scalars(sa.select(Inspector.name).where(Inspector.unit == case.desk.unit(unit)).order_by(Inspector.id).limit(2))
    return "、".join(rows)


# -- plans ----------------------------------------------------------------------------------------


def _plan(case: Case, unit: str, firm: Enterprise, days: int) -> Inspection:
    title, field, items = PLANS[unit]
    clerk = case.desk.clerk(case.desk.unit(unit))
    on = open_day(case, days, firm)
    with acting_as(clerk):
        return Inspection.plan(
            by=clerk, unit=clerk.unit, title=title, field=_field(field), items=items, basis="年度行政检查计划",
            dates=[(firm, on)])


def open_day(case: Case, days: int, *firms: Enterprise) -> date:
    """The first working day in `days` days on which none of the firms is to be left in peace."""
    on = case.desk.calendar.add(now().date() + timedelta(days=days - 1), 1)
    while any(quiet_day(firm, on) for firm in firms):
        on = case.desk.calendar.add(on, 1)
    return on


def _file(case: Case, row: Inspection) -> None:
    do(case.desk.head(row.unit), row, "approve", opinion="同意，注意少打扰企业。")
    do(case.desk.clerk(row.unit), row, "file")


def _visit(case: Case, row: Inspection, on: date, finding: Finding = Finding.CLEAN, **more: Any) -> None:
    with acting_as(clerk := case.desk.clerk(row.unit)):
        row.visit(by=clerk, visited_on=on, inspectors=_people(case, row.unit.code), finding=finding, note="按检查事项逐项核查，制作现场笔录。", **more)


def _at(day: date, hour: int) -> datetime:
    return now().replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=10, second=0)


def single(case: Case, place: int, *, unit: str, finding: Finding = Finding.CLEAN, end: str = "closed") -> Story:
    """One unit's plan, as far as `end`."""
    row = _plan(case, unit, _firm(case, place), 8)
    if end == "drafted":
        return
    yield case.later(0)
    _file(case, row)
    if end == "filed":
        return
    yield _at(on := row.targets[0].planned_on, 15)
    danger = {"danger": "疏散通道被占用", "recheck_on": workday(case, 4)} if finding == Finding.HAZARD else {}
    _visit(case, row, on, finding, **danger)
    if end == "rechecking":
        return
    clerk = case.desk.clerk(row.unit)
    yield _at(workday(case, 3), 10)
    if finding == Finding.VIOLATION:
        do(clerk, row, "penalise", kind="NONE", document_no=f"演示免〔{on.year}〕{place}号", decided_on=now().date(), item="MF-02",
            violation="进货台账记录不全，当场改正")
    if finding == Finding.HAZARD:
        do(clerk, row, "recheck", note="通道已清理，隐患销号。")
    if row.concluded_at is None:
        do(clerk, row, "conclude", concluded_on=now().date())
    yield case.later(1)
    do(clerk, row, "report", summary="检查、复查和处理情况见附表，企业已签字确认。")
    if end == "closed":
        yield case.later(1)
        do(case.one("yuanqu"), row, "close", opinion="材料齐全。")


def direct(case: Case, place: int, *, ground: UrgentGround, report: bool) -> Story:
    """Straight to the enterprise; reported in time, or not."""
    clerk = case.desk.clerk(case.desk.unit("shichang"))
    with acting_as(clerk):
        row = Inspection.direct(
            by=clerk, unit=clerk.unit, title="投诉举报核查", field=_field("shipin"), items="举报反映的标签问题", basis="食品安全法第一百一十条",
            dates=[(_firm(case, place, FOOD), now().date())], ground=ground, reason=f"举报件{now():%Y}-{place:03d}号", inspectors=_people(case, "shichang"))
    yield case.later(1)
    if report:
        do(clerk, row, "report", summary="经查举报不属实，已答复举报人。")
        yield case.later(1)
        do(case.one("yuanqu"), row, "close")


def spared(case: Case, place: int, *, leave: bool) -> Story:
    """A whitelisted enterprise: the plan waits, or has the leader's leave."""
    firm = _firm(case, -1)
    with acting_as(case.one("shouli1")):
        firm.is_whitelisted = True
    row = _plan(case, "shengtai", firm, 9)
    yield case.later(0)
    if leave:
        do(case.one("lingdao"), row, "permit", reason="群众反映较多，同意检查一次。")
        yield case.later(0)
        _file(case, row)


def drawn(case: Case, place: int) -> Story:
    """A draw before a witness becomes a plan."""
    clerk = case.desk.clerk(case.desk.unit("yingji"))
    with acting_as(clerk):
        draw = RandomDraw.hold(
            by=clerk, unit=clerk.unit, title="安全生产双随机抽查", field=_field("anquan"), wanted=5, witness="演示-见证（区纪委监委）", seed=f"演示{place}")
    yield case.later(0)
    firms = {firm.id: firm for firm in case.desk.firms}
    chosen = [firms[i] for i in draw.result["enterprises"] if i in firms]
    on = open_day(case, 10, *chosen)
    with acting_as(clerk):
        row = Inspection.plan(
            by=clerk, unit=clerk.unit, title=draw.title, field=draw.field, items="安全生产责任制落实情况", basis=draw.number, draw=draw,
            dates=[(firm, on) for firm in chosen])
    yield case.later(0)
    do(case.desk.head(row.unit), row, "approve")


_SINGLE: tuple[tuple[int, Callable[[Case, int], Story]], ...] = (
    (40, partial(single, unit="xiaofang")), (36, partial(single, unit="shichang", finding=Finding.VIOLATION)),
    (32, partial(single, unit="xiaofang", finding=Finding.HAZARD)), (12, partial(single, unit="xiaofang", finding=Finding.HAZARD, end="rechecking")),
    (13, partial(single, unit="shengtai", end="reported")), (3, partial(single, unit="shengtai", end="filed")),
    (1, partial(single, unit="shichang", end="drafted")), (9, partial(direct, ground=UrgentGround.COMPLAINT, report=True)),
    (5, partial(direct, ground=UrgentGround.SAFETY, report=False)), (1, partial(direct, ground=UrgentGround.SUPERIOR, report=False)),
    (2, partial(spared, leave=False)), (3, partial(spared, leave=True)), (4, drawn),
)


# -- joint visits ---------------------------------------------------------------------------------


def joint(case: Case, place: int, end: J, pair: tuple[str, str] | None = None) -> Story:
    """Two units and one enterprise, as far as `end`."""
    park, pair = case.one("yuanqu"), pair or (UNITS[place % 4], UNITS[(place + 1) % 4])
    firm = _firm(case, place)
    rows = [_plan(case, unit, firm, 10) for unit in pair]
    yield case.later(0)
    for row in rows:
        _file(case, row)
    with acting_as(None):
        propose_joints()
    found: JointInspection = rows[0].targets[0].joint
    if end == J.PROPOSED:
        return
    yield case.later(0)
    if end == J.DECLINED:
        do(park, found, "decline", reason="检查内容和时间要求差别较大。")
        return
    do(park, found, "arrange", lead=found.unit, planned_on=found.planned_on, place="上午九时，园区管委会门口", plan_note="先听情况、再看现场，半天完成。")
    if end == J.ARRANGED:
        do(case.desk.clerk(rows[0].unit), found, "confirm")
        return
    yield case.later(0)
    for row in rows:
        do(case.desk.clerk(row.unit), found, "confirm")
    if end == J.AGREED:
        return
    do(park, found, "notify", contact="演示-园区统筹，0000-2000001")
    yield case.later(1)
    with acting_as(signer := case.one("ducha")):
        found.notices[0].issue(by=signer, render=case.desk.render)
    if end != J.NOTIFIED:
        yield from _carried_out(case, found, rows, end)


def _carried_out(case: Case, found: JointInspection, rows: list[Inspection], end: J) -> Story:
    lead, on = case.desk.clerk(found.unit), found.planned_on
    yield _at(on, 11)
    people = "、".join(_people(case, row.unit.code) for row in rows)
    do(lead, found, "carry_out", visited_on=on, inspectors=people, result="两个部门一次进门、半天完成，企业未停产。")
    yield _at(on, 16)
    recheck = workday(case, 5)
    _visit(case, rows[0], on, Finding.HAZARD, danger="危险废物贮存标识不清", recheck_on=recheck)
    _visit(case, rows[1], on)
    do(case.desk.clerk(rows[1].unit), rows[1], "report", summary="未发现问题。")
    if end == J.DONE:
        return
    yield _at(recheck, 10)
    do(lead, found, "recheck", note="标识已更换，隐患销号。")
    clerk = case.desk.clerk(rows[0].unit)
    do(clerk, rows[0], "conclude", concluded_on=now().date())
    yield case.later(1)
    do(clerk, rows[0], "report", summary="隐患一项，已复查销号。")
    yield case.later(1)
    for row in rows:
        do(case.one("yuanqu"), row, "close")
    do(case.one("yuanqu"), found, "close", summary="两部门合并检查，减少一次进企；隐患已闭环。")
