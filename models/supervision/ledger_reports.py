"""Quarterly reports of two ledgers: the approval reform (S9), public-resource transactions under electronic supervision (S11)."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.now import now
from models.report.frame import Report, Sheet, counted, rate, report
from models.report.period import Span, bounds, words
from models.supervision.lead import Lead
from models.supervision.ledgers import Concentration, ParallelApproval, ReformItem, Trade
from models.supervision.states import LeadState, ReformKind, Supervised, TradeKind
from models.supervision.summary import may_count_leads

REFORM_FORMULA = (
    "落实率＝期末前已落实的事项数÷清单事项数；超期＝落实期限已过仍未落实；到位部门＝设科、进驻、事项、授权四步齐全且应进事项全部进驻；"
    "压缩比例＝压缩的工作日÷改革前的工作日。"
)
TRADE_FORMULA = "按交易日期计入本期；纳入率＝已纳入电子监察的宗数（含监察发现异常）÷交易宗数；异常交易均转为问题线索。"
STEPS = (("审批服务科设立", "section_on"), ("整建制进驻大厅", "stationed_on"), ("事项进驻到位", "items_on"), ("审批授权到位", "authorised_on"))


def _by(rows: Sequence[Any], key: Callable[[Any], str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


# -- S9 -----------------------------------------------------------------------------------------


def _before(day: date | None, end: date) -> bool:
    return day is not None and day < end


def _late(item: ReformItem, end: date) -> bool:
    return not _before(item.done_on, end) and _before(item.due_on, min(end, now().date()))


def _carried_out(items: Sequence[ReformItem], end: date) -> Sheet:
    by_kind = _by(items, lambda item: item.kind)

    def line(name: str, own: list[ReformItem]) -> list[Any]:
        done = [item for item in own if _before(item.done_on, end)]
        asked = own, done, [item for item in own if _late(item, end)], [item for item in done if item.published]
        return [name, *(counted("/reform/", some) for some in asked), rate(len(done), len(own))]

    rows = [line(kind.label, by_kind.get(kind, [])) for kind in ReformKind]
    return Sheet("清单和取消调整事项", ["清单", "事项", "已落实", "超期未落实", "已公布", "落实率"], [*rows, line("合计", list(items))])


def _in_place(row: Concentration, end: date) -> bool:
    return all(_before(getattr(row, column), end) for _name, column in STEPS) and row.items_in == row.items_total


def _steps(rows: Sequence[Concentration], end: date) -> Sheet:
    found = [(name, [row for row in rows if _before(getattr(row, column), end)]) for name, column in STEPS]
    found.append(("四步到位且事项全部进驻", [row for row in rows if _in_place(row, end)]))
    table = [
        [name, counted("/concentration/", some), counted("/concentration/", [row for row in rows if row not in some]), rate(len(some), len(rows))]
        for name, some in found
    ]
    return Sheet("两集中两到位（分步）", ["步骤", "到位部门", "尚缺部门", "到位率"], table)


def _departments(rows: Sequence[Concentration], end: date) -> Sheet:
    table = [
        [row.unit.name, row.batch, counted("/concentration/", [row], row.items_total), counted("/concentration/", [row], row.items_in),
         rate(row.items_in, row.items_total), "、".join(name for name, column in STEPS if not _before(getattr(row, column), end)) or "无"]
        for row in rows
    ]
    return Sheet("两集中两到位（逐部门）", ["部门", "批次", "应进事项", "已进事项", "进驻率", "尚缺"], table)


def _parallels(rows: Sequence[ParallelApproval], end: date) -> Sheet:
    table = []
    for row in rows:
        before, after = row.days_before, row.days_after
        table.append([
            row.name, row.lead.name, len(row.units), *(day and counted("/parallel/", [row], day) for day in (before, after)),
            rate(before - after, before) if before and after else None, row.running_on if _before(row.running_on, end) else "尚未实施",
        ])
    return Sheet("并联审批", ["事项", "牵头单位", "参与单位（个）", "改革前（工作日）", "并联后（工作日）", "压缩比例", "开始实施"], table)


@report("reform-quarter", "审批制度改革进展", period="quarter", permission="reform:view", clause="E 三(一)")
def reform_quarter(period: str) -> Report:
    """Lists carried out, departments in place, approvals run at once, as they stand when the quarter ends (S9)."""
    end = bounds(Span.QUARTER, period)[1].date()
    items = db.session.scalars(sa.select(ReformItem).options(joinedload(ReformItem.unit)).order_by(ReformItem.id)).all()
    places = db.session.scalars(sa.select(Concentration).options(joinedload(Concentration.unit)).order_by(Concentration.id)).all()
    parallel = db.session.scalars(sa.select(ParallelApproval).options(joinedload(ParallelApproval.lead)).order_by(ParallelApproval.id)).all()
    done, running = [item for item in items if _before(item.done_on, end)], [row for row in parallel if _before(row.running_on, end)]
    there = [row for row in places if _in_place(row, end)]
    lead = (
        f"截至{words(Span.QUARTER, period)}末，改革清单事项{len(items)}项，已落实{len(done)}项（{rate(len(done), len(items))}）；"
        f"“两集中、两到位”部门{len(places)}个，已到位{len(there)}个；并联审批事项{len(parallel)}项，已实施{len(running)}项。"
    )
    gaps = [f"{item.unit}超期未落实：{item.title}（期限{item.due_on:%Y-%m-%d}）" for item in items if _late(item, end)]
    return Report(
        f"{words(Span.QUARTER, period)}行政审批制度改革进展情况", [lead],
        [_carried_out(items, end), _steps(places, end), _departments(places, end), _parallels(parallel, end)], gaps, REFORM_FORMULA,
    )


# -- S11 ----------------------------------------------------------------------------------------


def _trade_line(name: str, own: Sequence[Trade]) -> list[Any]:
    def of(state: Supervised) -> list[Trade]:
        return [trade for trade in own if trade.supervised == state]

    priced = [trade for trade in own if trade.amount is not None]
    money = sum((Decimal(str(trade.amount)) for trade in priced), Decimal("0.00"))
    cells = [counted("/trade/", own), counted("/trade/", priced, money), *(counted("/trade/", of(state)) for state in Supervised)]
    return [name, *cells, rate(len(own) - len(of(Supervised.OUTSIDE)), len(own))]


def _trade_sheet(title: str, first: str, lines: list[tuple[str, Sequence[Trade]]]) -> Sheet:
    head = [first, "交易（宗）", "成交金额（万元）", "已纳入电子监察", "未纳入", "发现异常", "纳入率"]
    return Sheet(title, head, [_trade_line(name, own) for name, own in lines])


def _pursued(irregular: Sequence[Trade]) -> Sheet:
    """What became of the irregular ones; the number of leads is for those who may read all of them."""
    rows: list[list[Any]] = [["监察发现异常（宗）", counted("/trade/", irregular)]]
    if may_count_leads():
        leads = db.session.scalars(sa.select(Lead).where(Lead.trade_id.in_([trade.id for trade in irregular]))).all()
        passed = {LeadState.TRANSFERRED, LeadState.FED_BACK, LeadState.CLOSED}
        rows += [
            ["转为问题线索（件）", counted("/lead/?tab=all", leads)],
            ["其中：已移送（件）", counted("/lead/?tab=all", [row for row in leads if row.state in passed])],
        ]
    else:
        rows.append(["转为问题线索（件）", "按权限不列示"])
    return Sheet("异常交易处置", ["项目", "数量"], rows)


@report("trade-quarter", "公共资源交易电子监察", period="quarter", permission="trade:view", clause="E 四(三)3")
def trade_quarter(period: str) -> Report:
    """Transactions of a quarter with their electronic-supervision state, by kind and by owner; the irregular ones pursued (S11)."""
    first, end = (moment.date() for moment in bounds(Span.QUARTER, period))
    trades = db.session.scalars(
        sa.select(Trade).options(joinedload(Trade.owner)).where(Trade.held_on >= first, Trade.held_on < end).order_by(Trade.held_on, Trade.id)
    ).all()
    by_kind = _by(trades, lambda trade: trade.kind)
    by_owner = sorted(_by(trades, lambda trade: str(trade.owner or "未指定")).items(), key=lambda item: (-len(item[1]), item[0]))
    outside = [trade for trade in trades if trade.supervised == Supervised.OUTSIDE]
    irregular = [trade for trade in trades if trade.supervised == Supervised.IRREGULAR]
    undated = db.session.scalar(sa.select(sa.func.count(Trade.id)).where(Trade.held_on.is_(None)))
    lead = (
        f"{words(Span.QUARTER, period)}登记公共资源交易{len(trades)}宗，纳入电子监察{len(trades) - len(outside)}宗，"
        f"纳入率{rate(len(trades) - len(outside), len(trades))}；监察发现异常{len(irregular)}宗。"
    )
    gaps = [f"未纳入电子监察：{trade.code} {trade.title}" for trade in outside]
    gaps += [f"{undated}宗交易没有交易日期，未计入任何一季"] if undated else []
    return Report(
        f"{words(Span.QUARTER, period)}公共资源交易电子监察情况", [lead],
        [_trade_sheet("按类别", "类别", [*((kind.label, by_kind.get(kind, [])) for kind in TradeKind), ("合计", trades)]),
         _trade_sheet("按招标（采购）单位", "单位", by_owner), _pursued(irregular)],
        gaps, TRADE_FORMULA,
    )
