"""Reports of supervision in the shared frame: campaign summary, week, month, quarter, outcomes, approvals (S5, S7, S8, T16)."""

from decimal import Decimal
from urllib.parse import urlencode

import sqlalchemy as sa

from models.base import db
from models.report.frame import Figure, Report, Sheet, counted, rate, report, shown
from models.report.period import Span, bounds, words
from models.supervision import outcomes
from models.supervision.campaign import Campaign, Check
from models.supervision.problem import TO_RECTIFY, Problem
from models.supervision.states import Method, ProblemState
from models.supervision.summary import Figures, Stretch, demands, figures
from models.ticket.records import Outcome
from models.unit import Unit

FORMULA = (
    "检查次数、走访企业、查阅案卷按监督检查登记合计；问题按登记时间计，不含已撤销；销号以回头看确认真改为准；"
    "建议采纳含部分采纳；成效按登记金额合计；线索数只对有权人员列示。"
)


def _link(endpoint: str, **query: object) -> str:
    return f"/{endpoint}/?{urlencode({key: value for key, value in query.items() if value is not None})}"


def _about(stretch: Stretch) -> dict[str, dict[str, object]]:
    """The conditions that open a stretch's rows, by list."""
    if stretch.campaign:
        return {name: {"flt_campaign": stretch.campaign.id} for name in ("check", "matter", "suggestion", "outcome")}
    last = stretch.end.fromordinal(stretch.end.toordinal() - 1)
    days = f"{stretch.first} to {last}"
    return {"check": {"flt_held": days}, "matter": {"flt_opened": days}, "suggestion": {"flt_made": days}, "outcome": {"flt_at": days}}


def _main_sheet(stretch: Stretch, found: Figures) -> Sheet:
    on = _about(stretch)
    problems = {"tab": "all", "flt_live": 1} | on["matter"]
    rows = [
        ["监督检查（次）", Figure(found.checks, _link("check", **on["check"]))],
        ["走访企业（家）", Figure(found.enterprises, _link("check", **on["check"]))],
        ["查阅案卷（卷）", Figure(found.files, _link("check", **on["check"]))],
        ["发现问题（个）", Figure(found.problems, _link("problem", **problems))],
        ["已销号（个）", Figure(found.closed, _link("problem", **problems | {"flt_state": "CLOSED"}))],
        ["回头看反弹（个）", Figure(found.relapsed, _link("problem", **problems | {"flt_relapsed": 1}))],
        ["工作建议（条）", Figure(found.suggestions, _link("suggestion", **on["suggestion"]))],
        ["建议采纳（条）", Figure(found.adopted, _link("suggestion", **on["suggestion"] | {"flt_taken": 1}))],
        ["问题线索（件）", "按权限不列示" if found.leads is None else Figure(found.leads, _link("lead", tab="all", **on["matter"]))],
        ["成效金额（万元）", Figure(found.amount, _link("outcome", **on["outcome"]))],
    ]
    return Sheet("监督情况", ["项目", "数量"], rows)


def _outcome_sheet(by: str, title: str, *where: sa.ColumnElement[bool], **query: object) -> Sheet:
    conditions = {"kind": "flt_kind", "unit": "flt_unit", "campaign": "flt_campaign"}
    rows, pieces, money = [], 0, Decimal("0.00")
    for key, name, number, total in outcomes.totals(by, *where):
        url = _link("outcome", **query | {conditions[by]: key or 0})
        rows.append([name, Figure(number, url), Figure(total, url)])
        pieces, money = pieces + number, money + total
    rows.append(["合计", Figure(pieces, _link("outcome", **query)), Figure(money, _link("outcome", **query))])
    return Sheet(title, [{"kind": "类别", "unit": "单位", "campaign": "专项监督"}[by], "件数", "金额（万元）"], rows)


def _unit_sheet(stretch: Stretch) -> Sheet:
    """Which unit has which problems, in which state."""
    inside = stretch.rows(Problem, stretch.moments(Problem.opened_at)) & (Problem.state != ProblemState.WITHDRAWN)
    late = Problem.answered_at.is_(None) & (Problem.light == "RED")
    query = sa.select(Problem.id, Unit.name, Problem.state, Problem.relapses, late.label("late")).join(Unit, Unit.id == Problem.unit_id)
    by_unit: dict[str, list[sa.Row]] = {}
    for row in db.session.execute(query.select_from(Problem).where(inside)):
        by_unit.setdefault(row.name, []).append(row)
    asked = (
        lambda row: row.state in TO_RECTIFY, lambda row: row.late, lambda row: row.state == ProblemState.LOOK_BACK,
        lambda row: row.state == ProblemState.CLOSED, lambda row: row.relapses > 0,
    )
    rows = [
        [name, counted("/problem/", own), *(counted("/problem/", filter(which, own)) for which in asked)]
        for name, own in sorted(by_unit.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    return Sheet("问题整改（按单位）", ["责任单位", "问题", "整改中", "其中超期", "待回头看", "已销号", "反弹"], rows)


def _sentence(found: Figures) -> str:
    leads = "" if found.leads is None else f"，处置问题线索{found.leads}件"
    return (
        f"共开展监督检查{found.checks}次，走访企业{found.enterprises}家，查阅涉企案卷{found.files}卷，发现问题{found.problems}个，"
        f"提出工作建议{found.suggestions}条{leads}。已销号{found.closed}个，回头看发现反弹{found.relapsed}个，"
        f"推动取得成效{shown(found.amount)}万元。"
    )


def _campaigns() -> list[tuple[str, str]]:
    rows = db.session.execute(sa.select(Campaign.code, Campaign.name).order_by(Campaign.starts_on.desc(), Campaign.id))
    return [(row.code, row.name) for row in rows]


@report("campaign-summary", "专项监督总结", period="campaign", options=_campaigns, permission="check:view", clause="W 二")
def campaign_summary(period: str) -> Report:
    """One campaign, computed from its own rows (S5)."""
    campaign = db.session.scalars(sa.select(Campaign).where(Campaign.code == period)).one()
    stretch = Stretch.of_campaign(campaign)
    found, unvisited = figures(stretch), _unvisited(campaign)
    span = f"{campaign.starts_on:%Y年%-m月%-d日}至{campaign.ends_on:%Y年%-m月%-d日}"
    of_campaign = outcomes.of_campaign(campaign)
    return Report(
        f"{campaign.name}总结", [f"{span}，{_sentence(found)}"],
        [_main_sheet(stretch, found), _unit_sheet(stretch), _item_sheet(campaign),
         _outcome_sheet("kind", "成效（按类别）", of_campaign, flt_campaign=campaign.id),
         _outcome_sheet("unit", "成效（按单位）", of_campaign, flt_campaign=campaign.id)],
        [f"尚未检查的被监督单位：{'、'.join(unvisited)}"] if unvisited else [], FORMULA,
    )


def _unvisited(campaign: Campaign) -> list[str]:
    visited = {check.unit_id for check in campaign.checks}
    return [unit.name for unit in campaign.units if unit.id not in visited]


def _item_sheet(campaign: Campaign) -> Sheet:
    """How often each line of the checklist was looked at."""
    times = {item.id: 0 for item in campaign.items}
    for check in campaign.checks:
        for item in check.items:
            times[item.id] = times.get(item.id, 0) + 1
    rows = [[item.content, Figure(times[item.id], _link("check", flt_item=item.id, flt_campaign=campaign.id))] for item in campaign.items]
    return Sheet("监督清单覆盖", ["监督事项", "检查次数"], rows)


# -- E 四(四): weekly check, monthly analysis, quarterly summary -------------------------------------


def _of_period(title: str, span: Span, period: str) -> Report:
    first, end = (moment.date() for moment in bounds(span, period))
    stretch = Stretch(first, end)
    found, asked = figures(stretch), demands(stretch)
    lead = [
        f"{words(span, period)}，{_sentence(found)}",
        f"同期受理企业诉求{asked.received}件，已办结{asked.closed}件，其中当场解决{asked.on_spot}件"
        f"（{rate(asked.on_spot, asked.closed)}），满意率{rate(asked.satisfied, asked.rated)}。",
    ]
    return Report(
        f"{words(span, period)}{title}", lead,
        [_main_sheet(stretch, found), _method_sheet(stretch), _unit_sheet(stretch)],
        [] if found.checks else ["本期没有登记监督检查"], FORMULA,
    )


def _method_sheet(stretch: Stretch) -> Sheet:
    inside = stretch.days(Check.held_on)
    query = sa.select(Check.method, sa.func.count(Check.id), sa.func.count(sa.distinct(Check.unit_id))).where(inside).group_by(Check.method)
    found = {row[0]: row[1:] for row in db.session.execute(query)}
    on = _about(stretch)["check"]
    rows = [
        [method, *(Figure(number, _link("check", flt_method=method.value, **on)) for number in found.get(method, (0, 0)))]
        for method in Method
    ]
    return Sheet("检查方式", ["方式", "次数", "单位数"], rows)


@report("check-week", "监督检查周报", period="week", permission="check:view", clause="E 四(四)")
def check_week(period: str) -> Report:
    """The weekly check (S8)."""
    return _of_period("监督检查周报", Span.WEEK, period)


@report("check-month", "监督检查月度分析", period="month", permission="check:view", clause="E 四(四)")
def check_month(period: str) -> Report:
    """The monthly analysis (S8)."""
    return _of_period("监督检查月度分析", Span.MONTH, period)


@report("check-quarter", "监督检查季度总结", period="quarter", permission="check:view", clause="E 四(四)")
def check_quarter(period: str) -> Report:
    """The quarterly summary (S8)."""
    return _of_period("监督检查季度总结", Span.QUARTER, period)


@report("check-year", "监督检查年度总结", period="year", permission="check:view", clause="W 二")
def check_year(period: str) -> Report:
    """A year of supervision in one page (S5)."""
    return _of_period("监督检查年度总结", Span.YEAR, period)


@report("outcome-year", "成效汇总", period="year", permission="outcome:view", clause="W 二(二)")
def outcome_year(period: str) -> Report:
    """Outcomes of a year in 万元, by kind, unit and campaign (T16)."""
    first, end = bounds(Span.YEAR, period)
    inside, days = outcomes.within(first, end), f"{first:%Y-%m-%d} to {period}-12-31"
    sheets = [
        _outcome_sheet(by, f"按{name}", inside, flt_at=days) for by, name in (("kind", "类别"), ("unit", "单位"), ("campaign", "专项监督"))
    ]
    empty = db.session.scalar(sa.select(sa.func.count(Outcome.id)).where(inside, Outcome.amount.is_(None)))
    return Report(
        f"{period}年成效汇总", [f"{period}年共登记成效{shown(outcomes.grand_total(inside))}万元。"], sheets,
        [f"{empty}件成效没有金额（化解纠纷等），计件数不计金额"] if empty else [], "金额为登记金额合计，单位万元；诉求办理成效与专项监督成效合并计算。",
    )
