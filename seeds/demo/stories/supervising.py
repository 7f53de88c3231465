"""Checks and what comes of them: problems in every state, leads, project nodes, approval cases (S2–S7)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from models import (
    ApprovalCase,
    ApprovalItem,
    Campaign,
    Check,
    ChecklistItem,
    InquirySession,
    Lead,
    MajorProject,
    Milestone,
    Problem,
    db,
)
from models.now import now
from models.supervision.lead import lead_of
from models.supervision.ledgers import Trade
from models.supervision.states import (
    Assessment,
    Focus,
    LeadOutcome,
    LeadSource,
    LookBackResult,
    ProblemSource,
    Supervised,
    Verdict,
)
from models.ticket.states import Organ
from seeds.demo.desk import Case, acting_as

Story = Iterator[datetime]
# How the problem of each check ends, in turn.
ENDINGS = ("closed", "relapsed", "closed", "again", "look_back", "accepted_late", "rectified", "open")


def checked(case: Case, told: tuple[Any, ...], place: int, items: tuple[str, ...]) -> Story:
    """A check is entered, its problem given to the unit."""
    _days, code, method, firms, files, finding = told
    user, unit = case.one("ducha"), case.desk.unit(code)
    with acting_as(user):
        campaign = db.session.scalars(db.select(Campaign).where(Campaign.code == "DEMO-ZX-01")).one()
        covered = db.session.scalars(db.select(ChecklistItem).where(ChecklistItem.content.in_(items)).order_by(ChecklistItem.sort)).all()
        check = Check(
            held_on=now().date(), method=method, campaign_id=campaign.id, unit=unit, inspectors=f"{user.name}等2人", interviewed=firms, files_read=files,
            findings=finding, created_by=user, items=[covered[place % len(covered)]],
        )
        db.session.add(check)
        db.session.flush()
    yield case.later()
    with acting_as(user):
        problem = Problem.find(
            by=user, unit=unit, title=finding.rstrip("。").split("，")[-1], content=finding, source=ProblemSource.CHECK, check=check, item=check.items[0],
        )
    yield from _course(case, problem, ENDINGS[place % len(ENDINGS)])


def _course(case: Case, problem: Problem, ending: str) -> Story:
    clerk, user = case.desk.clerk(problem.unit), case.one("ducha")
    if ending == "open":
        return
    yield case.later(1)
    with acting_as(clerk):
        problem.plan(by=clerk, measures="明确专人，逐条整改，完善制度。", person=case.desk.head(problem.unit).name)
    yield case.later(5)
    with acting_as(clerk):
        problem.rectify(by=clerk, result="已按要求整改，材料附后。")
    if ending == "rectified":
        return
    yield case.later(1)
    with acting_as(user):
        problem.accept(by=user, opinion="材料齐全，现场核实。")
    if ending in ("look_back", "accepted_late"):
        return
    yield case.later(14)
    result = {"closed": LookBackResult.REAL, "relapsed": LookBackResult.RELAPSE, "again": LookBackResult.PARTIAL}[ending]
    with acting_as(user):
        problem.look_back(by=user, result=result, note="再次走访企业并查看现场。" if ending == "closed" else "再次走访发现问题仍在。")


def raised(case: Case) -> Story:
    """A point of the public questioning becomes a problem."""
    user = case.one("tongchou")
    session = db.session.scalars(db.select(InquirySession).where(InquirySession.name == "上半年人民质询会")).one()
    with acting_as(user):
        problem = Problem.find(by=user, unit=session.units[0], title="施工许可多次补正材料", content="代表提问：同一项目三次补正，未一次告知。",
                               source=ProblemSource.QUESTIONING, session=session)
    yield from _course(case, problem, "rectified")


def lead(case: Case, ending: str) -> Story:
    """A special supervisor hands something in."""
    user, discipline = case.one("teyao"), case.one("jijian")
    with acting_as(user):
        row = Lead.receive(by=user, title="窗口办事推诿情况反映", content="企业连续三次到窗口均被要求另行补充材料，未出具书面告知。", source=LeadSource.SPECIAL,
                           reported_unit=case.desk.unit("zhujian"))
    if ending == "received":
        return
    yield case.later(2)
    conclusion = Assessment.DISMISS if ending == "dismissed" else Assessment.TRANSFER
    answer = "情况属一般咨询，已转窗口说明。" if ending == "dismissed" else ""
    with acting_as(discipline):
        row.assess(by=discipline, conclusion=conclusion, opinion="已电话核实基本情况。", answer=answer)
    if ending in ("dismissed", "assessed"):
        return
    yield case.later(1)
    with acting_as(discipline):
        row.transfer(by=discipline, organ=Organ.DISCIPLINE, handled="核对了叫号记录和监控时段，未接触被反映人。")
    if ending == "transferred":
        return
    yield case.later(8)
    with acting_as(discipline):
        row.feed_back(by=discipline, outcome=LeadOutcome.WARNED, result="对经办人批评教育，窗口公布一次告知单。")
    yield case.later(1)
    with acting_as(discipline):
        row.close(by=discipline, answer="已核查处理，感谢监督。")


def irregular(case: Case) -> Story:
    """The electronic supervision raises an alarm; the transaction becomes a lead."""
    user = case.one("ducha")
    with acting_as(user):
        trade = db.session.scalars(db.select(Trade).where(Trade.code == "演示交易-02")).one()
        trade.supervised, trade.irregularity = Supervised.IRREGULAR, "三家投标文件机器特征码一致。"
        db.session.flush()
        lead_of(trade, user)
    return
    yield


def nodes(case: Case) -> Story:
    """A project's nodes: done early, done late, being verified, in the way of a problem."""
    user = case.one("ducha")
    project = db.session.scalars(db.select(MajorProject).order_by(MajorProject.id)).first()
    calendar, clerk = case.desk.calendar, case.desk.clerk(project.lead)
    made = []
    for title, focus, days in (("用地手续办结", Focus.PROCEDURES, 8), ("临时用电接通", Focus.SERVICE, 12), ("首期配套资金拨付", Focus.FUNDS, 20),
                               ("廉政承诺书签订", Focus.INTEGRITY, 24), ("主体施工许可", Focus.PROCEDURES, 45)):
        with acting_as(user):
            made.append(Milestone.plan(by=user, project=project, title=title, planned_on=calendar.add(now().date(), days), focus=focus))
    yield case.later(7)
    yield from _done(case, made[0], clerk, user)
    yield case.later(9)
    yield from _done(case, made[1], clerk, user)
    with acting_as(user):
        Problem.find(by=user, unit=project.lead, title="配套资金拨付材料反复退回", content="资金拨付单两次退回，影响施工进度。", source=ProblemSource.PROJECT,
                     milestone=made[2], rapid=True)
    yield case.later(6)
    with acting_as(clerk):
        made[3].report(by=clerk, done_on=now().date(), result="参建各方均已签订。")


def _done(case: Case, node: Milestone, clerk: Any, user: Any) -> Story:
    with acting_as(clerk):
        node.report(by=clerk, done_on=now().date(), result="已完成，材料附后。")
    yield case.later(1)
    with acting_as(user):
        node.verify(by=user, opinion="现场核实。")


def approval(case: Case, code: str, ending: str, green: bool = False) -> Story:
    """An application with its promise: kept, missed, stopped, still running."""
    item = db.session.scalars(db.select(ApprovalItem).where(ApprovalItem.code == code)).one()
    clerk, firm = case.desk.clerk(item.unit), case.rng.choice(case.desk.firms)
    project = db.session.scalars(db.select(MajorProject).where(MajorProject.green_channel)).first() if green else None
    with acting_as(clerk):
        row = ApprovalCase.accept(by=clerk, item=item, enterprise=firm, project=project)
    if ending == "running":
        return
    if ending == "late":
        while now() <= row.due_at:
            yield case.morning()
        if code == "演示事项-02":
            return
    elif ending in ("paused", "resumed"):
        yield case.later(1)
        with acting_as(clerk):
            row.pause(by=clerk, reason="一次告知补正：缺平面布置图。")
        if ending == "paused":
            return
        yield case.later(2)
        with acting_as(clerk):
            row.resume(by=clerk, note="材料已补齐。")
    else:
        yield case.later(max(1, row.promised_days - 2)) if row.promised_days > 1 else now() + timedelta(hours=1)
    yield case.later(1) if ending == "late" else case.soon()
    with acting_as(clerk):
        row.decide(by=clerk, verdict=Verdict.GRANT, result="准予许可。")


Telling = Callable[[Case], Story]
tell = partial
SHOWN: list[tuple[int, Telling]] = [
    (27, raised), (30, tell(lead, ending="closed")), (14, tell(lead, ending="transferred")), (6, tell(lead, ending="assessed")),
    (1, tell(lead, ending="received")), (20, tell(lead, ending="dismissed")), (15, irregular), (40, nodes),
    (22, tell(approval, code="演示事项-01", ending="kept")), (20, tell(approval, code="演示事项-01", ending="kept", green=True)),
    (18, tell(approval, code="演示事项-03", ending="late")), (25, tell(approval, code="演示事项-02", ending="kept")),
    (10, tell(approval, code="演示事项-02", ending="late")), (6, tell(approval, code="演示事项-05", ending="paused")),
    (16, tell(approval, code="演示事项-05", ending="resumed")), (3, tell(approval, code="演示事项-04", ending="running", green=True)),
    (8, tell(approval, code="演示事项-06", ending="running")), (1, tell(approval, code="演示事项-07", ending="running")),
]
