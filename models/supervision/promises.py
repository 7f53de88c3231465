"""How approvals keep their promises, and whether the online items work (S7)."""

from collections.abc import Sequence

import sqlalchemy as sa

from models.base import db
from models.now import now
from models.report.frame import Report, Sheet, counted, rate, report
from models.report.period import Span, bounds, words
from models.supervision.approval import ApprovalCase, ApprovalItem
from models.supervision.online import OnlineTest
from models.supervision.states import DrawResult
from models.unit import Unit

CASE_FORMULA = (
    "按期率＝承诺时限在本期内到期的办件中，在承诺时限内办结的件数÷到期件数；超期未办结的计入分母。中止时间依法扣除，撤回的不计。"
)
TEST_FORMULA = "网办通畅率＝抽查无问题事项数÷已测试事项数（M 二(三)9②）；待测试的不计入。"


def _sum(where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((where, 1), else_=0)), 0)


def promised() -> sa.ColumnElement[bool]:
    """Cases whose promise has fallen due, neither withdrawn nor stopped."""
    return (ApprovalCase.due_at <= now()) & ApprovalCase.state.not_in(["WITHDRAWN", "PAUSED"])


def _case_sheet(first: object, end: object) -> Sheet:
    due = (ApprovalCase.due_at >= first) & (ApprovalCase.due_at < end) & promised()
    kept = (ApprovalCase.closed_at.is_not(None) & (ApprovalCase.closed_at <= ApprovalCase.due_at)).label("kept")
    query = sa.select(ApprovalCase.id, Unit.name, kept, ApprovalCase.closed_at.is_(None).label("late")).join(Unit, Unit.id == ApprovalCase.unit_id)
    found = db.session.execute(query.select_from(ApprovalCase).where(due).order_by(Unit.name)).all()

    def line(name: str, own: list[sa.Row]) -> list[object]:
        on_time = [row for row in own if row.kept]
        cells = [counted("/approval/", some) for some in (own, on_time, [row for row in own if row.late])]
        return [name, *cells, rate(len(on_time), len(own))]

    rows = [line(name, own) for name, own in _by_name(found).items()] + [line("合计", found)]
    return Sheet("审批办件承诺兑现", ["审批单位", "到期办件", "按期办结", "超期未办结", "按期率"], rows, CASE_FORMULA)


def _by_name(rows: Sequence[sa.Row]) -> dict[str, list[sa.Row]]:
    found: dict[str, list[sa.Row]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(row)
    return found


def passable(first: object, end: object) -> tuple[int, int]:
    """(without fault, tested) of the items drawn and tested inside the days."""
    tested = (OnlineTest.tested_on >= first) & (OnlineTest.tested_on < end) & (OnlineTest.result != DrawResult.PENDING)
    row = db.session.execute(
        sa.select(_sum(OnlineTest.result == DrawResult.SMOOTH), sa.func.count(OnlineTest.id)).where(tested)
    ).one()
    return row[0], row[1]


def _test_sheet(first: object, end: object) -> Sheet:
    tested = (OnlineTest.tested_on >= first) & (OnlineTest.tested_on < end) & (OnlineTest.result != DrawResult.PENDING)
    query = (
        sa.select(OnlineTest.id, Unit.name, (OnlineTest.result == DrawResult.SMOOTH).label("smooth"))
        .select_from(OnlineTest).join(ApprovalItem, ApprovalItem.id == OnlineTest.item_id).join(Unit, Unit.id == ApprovalItem.unit_id)
        .where(tested).order_by(Unit.name)
    )
    found = db.session.execute(query).all()

    def line(name: str, own: list[sa.Row]) -> list[object]:
        smooth = [row for row in own if row.smooth]
        return [name, counted("/onlinetest/", own), counted("/onlinetest/", smooth), rate(len(smooth), len(own))]

    rows = [line(name, own) for name, own in _by_name(found).items()] + [line("合计", found)]
    return Sheet("网办通畅率随机测试", ["单位", "抽查事项", "无问题", "通畅率"], rows, TEST_FORMULA)


@report("approval-month", "审批时限与网办测试", period="month", permission="approval:view", clause="M 二(三)9②")
def approval_month(period: str) -> Report:
    """Promises kept and items passable online, by unit (S7)."""
    first, end = bounds(Span.MONTH, period)
    smooth, total = passable(first.date(), end.date())
    gaps = [] if total else ["本月没有已完成的网办随机测试"]
    lead = f"{words(Span.MONTH, period)}随机抽查网办事项{total}项，无问题{smooth}项，网办通畅率{rate(smooth, total)}。"
    return Report(
        f"{words(Span.MONTH, period)}审批时限与网办测试情况", [lead],
        [_case_sheet(first, end), _test_sheet(first.date(), end.date())], gaps,
    )
