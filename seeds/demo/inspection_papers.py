"""Requests to enterprises and closed case files of the demo, as their units handle them (I4, I7)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models import CaseFile, CaseReview, EnterpriseRequest, db
from models.inspection.casefile import CaseFault, CaseGrade, CaseKind, ReviewState
from models.inspection.request import RequestGround, RequestKind
from models.now import now
from seeds.demo.desk import Case, acting_as

Story = Iterator[datetime]
UNITS = ("shichang", "yingji", "xiaofang", "shengtai")


KEPT = ("104号", "114号")  # of the departments shown (seeds/demo/offices.py)


def do(user: Any, row: Any, verb: str, **given: Any) -> None:
    with acting_as(user):
        row.do(verb, by=user, **given)


def workday(case: Case, days: int) -> date:
    return case.desk.calendar.add(now().date(), days)


def asked(case: Case, place: int) -> Story:
    """Drawn up, approved, refused, finished."""
    titles = ("企业用工情况调查", "安全生产标准化创建评比", "上级交办的园区用电情况报送", "企业创新需求问卷", "诚信计量自愿承诺情况调查")
    kinds = (RequestKind.SURVEY, RequestKind.EVALUATION, RequestKind.MATERIAL, RequestKind.SURVEY, RequestKind.SURVEY)
    clerk = case.desk.clerk(case.desk.unit(("renshe", "yingji", "gongxin", "gongxin", "shichang")[place]))
    with acting_as(clerk):
        row = EnterpriseRequest.ask(
            by=clerk, unit=clerk.unit, title=titles[place], request_kind=kinds[place], content="填报一张表，约需半小时。", scope_note="园区规模以上工业企业",
            enterprise_count=32 - 4 * place, hours=1, wanted_on=workday(case, 12), basis={0: "统计法第七条", 4: "计量法第三条"}.get(place),
            ground=RequestGround.SUPERIOR if place == 2 else None, from_system=place != 1)
    yield case.later(0)
    head = case.desk.head(clerk.unit)
    if place == 1:
        do(head, row, "refuse", reason="没有法定依据，对企业发展无益。")
    elif place != 3:
        do(head, row, "approve", opinion="同意，能共享的不要求企业填报。")
        yield case.later(3)
        if place == 0:
            do(clerk, row, "complete", answered_count=30, note="已汇总，结果反馈参与企业。")


def filed_case(case: Case, place: int) -> Story:
    """One closed case."""
    unit, kinds = case.desk.unit(UNITS[place % 4]), list(CaseKind)
    with acting_as(clerk := case.desk.clerk(unit)):
        db.session.add(CaseFile(
            number=f"演示案〔{now().year}〕{place + 1:03d}号", unit=unit, kind=kinds[place % len(kinds)], title="企业未按规定报告变更事项案",
            enterprise=case.desk.firms[place], handlers=clerk.name, closed_on=now().date()))
    yield from ()


def justice(case: Case) -> Story:
    """The justice bureau reads what is drawn; units put right what is wrong; the last days are still open."""
    clerk = case.desk.clerk(case.desk.unit("sifa"))
    while True:
        yield case.later(2)
        reviews = list(db.session.scalars(sa.select(CaseReview).where(CaseReview.closed_at.is_(None)).order_by(CaseReview.id)))
        for row in reviews:
            kept = row.case.number.endswith(KEPT)
            if (row.id % 7 == 0 and not kept) or (kept and row.state != ReviewState.WAITING):  # some stay on the desk, so that the list of open ones has rows
                continue
            luck = case.rng.random()
            if row.state == ReviewState.WAITING and (kept or luck < 0.7):
                grade = CaseGrade.FLAWED if kept else case.rng.choices((CaseGrade.GOOD, CaseGrade.FLAWED, CaseGrade.BAD), (6, 3, 1))[0]
                fault = None if grade == CaseGrade.GOOD else case.rng.choice(list(CaseFault))
                do(clerk, row, "review", score={"GOOD": 94, "FLAWED": 78, "BAD": 52}[grade], grade=grade, fault=fault,
                    findings="卷宗规范。" if fault is None else f"存在{fault.label}问题，请说明并补正。")
            elif row.state == ReviewState.RECTIFYING and luck < 0.4:
                do(case.desk.clerk(row.unit), row, "rectify", rectified="已补正卷宗并组织办案人员学习。")
            elif row.state == ReviewState.RECTIFIED and luck < 0.6:
                do(clerk, row, "accept", opinion="整改到位。")
