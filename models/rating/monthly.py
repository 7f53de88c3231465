"""The month's own reports: indicators (K1), colours and places (A4, A7), the circular (A5)."""

from collections import defaultdict
from datetime import date

import sqlalchemy as sa

from models.accountability import AccountabilityAction, ActionState, Measure
from models.accountability.rule import RUNGS
from models.base import db
from models.city_notice import CityNotice
from models.document import called, cited
from models.indicator import Indicator, IndicatorResult
from models.now import now
from models.rating.compute import is_frozen, places, rate_month
from models.rating.problem import IndicatorProblem, problem_due
from models.rating.rule import RatingRule, rank_colour
from models.rating.score import UnitRating
from models.report.frame import Figure, Report, Sheet, counted_ids, rate, report
from models.report.period import Span, month_bounds, month_words, previous
from models.report.snapshot import chain_head
from models.report.tickets import ticket_sheets
from models.wording import chinese_date

FORMULA = (
    "指标得分＝各测度比率按权重加权平均×100，没有分母的测度不参与；阈值按同样权重加权；单位总评＝各指标得分的算术平均，"
    "没有数据的不计；名次按总评由高到低，同分同名次；核减率＝核减件÷终结件，与得分并列"
)


def moved(before: int | None, after: int | None) -> str:
    """↑2, ↓1, — ; a smaller number is a better place."""
    if before is None or after is None:
        return "—"
    return f"↑{before - after}" if after < before else f"↓{after - before}" if after > before else "—"


def district_results(period: str) -> dict[int, IndicatorResult]:
    """The district's own result of each indicator."""
    query = sa.select(IndicatorResult).where(IndicatorResult.period == period, IndicatorResult.unit_id.is_(None))
    return {row.indicator_id: row for row in db.session.scalars(query)}


def active_indicators() -> list[Indicator]:
    """In the order of the document."""
    return list(db.session.scalars(sa.select(Indicator).where(Indicator.is_active).order_by(Indicator.sort, Indicator.id)))


def target_words(indicator: Indicator, rank: int | None) -> str:
    """Which step of 保五 争三 奔第一 the rank reaches."""
    if rank is None:
        return "—"
    steps = ((indicator.best_rank, "奔第一"), (indicator.stretch_rank, "争三"), (indicator.target_rank, "保五"))
    return next((f"达到“{words}”" for limit, words in steps if rank <= limit), "未达目标")


def city_ranks(period: str) -> dict[int, dict[str, int]]:
    """Indicator → month → its rank in the city, as far as known up to this month; a dozen rows a month."""
    result, found = IndicatorResult, defaultdict(dict)
    query = sa.select(result.indicator_id, result.period, result.city_rank).where(
        result.unit_id.is_(None), result.city_rank.is_not(None), result.period <= period)
    for indicator, month, rank in db.session.execute(query):
        found[indicator][month] = rank
    return found


def last_months(period: str, count: int = 6) -> list[str]:
    """`count` months up to `period`, oldest first."""
    found = [period]
    while len(found) < count:
        found.insert(0, previous(Span.MONTH, found[0]))
    return found


def _problems(period: str) -> dict[int, list[IndicatorProblem]]:
    found: dict[int, list[IndicatorProblem]] = {}
    for row in db.session.scalars(sa.select(IndicatorProblem).where(IndicatorProblem.period == period).order_by(IndicatorProblem.id)):
        found.setdefault(row.indicator_id, []).append(row)
    return found


def indicator_sheets(period: str) -> tuple[list[Sheet], list[str]]:
    """Value, rank, movement, colour, target, trend; the problems in writing; and what is missing."""
    now_, before, problems = district_results(period), district_results(previous(Span.MONTH, period)), _problems(period)
    ranks = list(db.session.scalars(sa.select(RatingRule).where(RatingRule.is_active)))
    rows, papers, missing, known = [], [], [], city_ranks(period)
    for indicator in active_indicators():
        row, old = now_.get(indicator.id), before.get(indicator.id)
        rank = row.city_rank if row else None
        colour = (row.colour if row else None) or (rank_colour(rank, ranks) if rank else None)
        trend = "、".join(str(known.get(indicator.id, {}).get(month) or "—") for month in last_months(period))
        url = f"/result/?flt_period={period}&flt_indicator={indicator.id}"
        rows.append([indicator.name, str(indicator.group or "—"), Figure(row.value if row else None, url if row else ""), rank,
                     moved(old.city_rank if old else None, rank), colour, target_words(indicator, rank), trend])
        if row is None:
            missing.append(f"{indicator.name}指标没有{month_words(period)}结果")
        papers += [[indicator.name, p.unit.name, p.problem, p.measures, p.handed_in_at, "按时" if p.on_time else "迟报"]
                   for p in problems.get(indicator.id, [])]
        if indicator.id not in problems and now() > problem_due(period):
            missing.append(f"{indicator.name}指标未在20日前书面报送存在问题")
    head = ["指标", "牵头组", "得分", "全市位次", "比上月", "评价", "目标", "近6个月位次"]
    written = Sheet("存在问题（每月20日前书面报送）", ["指标", "牵头单位", "问题", "措施", "报送时间", "时限"], papers)
    return [Sheet("指标完成情况", head, rows), written], missing


@report("indicator-month", "指标完成情况", period="month", clause="M 一；M 三(二)")
def indicator_month(period: str) -> Report:
    """K1: every indicator's month with its trend, and the problems in writing by the 20th."""
    sheets, missing = indicator_sheets(period)
    ranked = [row for row in sheets[0].rows if row[3]]
    good = sum(1 for row in ranked if row[6].startswith("达到"))
    lead = [f"{month_words(period)}，{len(ranked)}个指标有全市位次，其中{good}个达到“保五”以上目标。"]
    return Report(f"{month_words(period)}营商环境指标完成情况", lead, sheets, missing,
                  f"位次以市级通报为准；评价未填的按评价规则由位次得出；存在问题应于{problem_due(period):%Y-%m-%d %H:%M}前报送")


def _marks(period: str) -> tuple[list[UnitRating], set[int], set[int]]:
    """Placed totals, the units among the first three, and among the last three."""
    placed = [row for row in places(period).values() if row.place]
    first = {row.unit_id for row in placed if row.place <= 3}
    last = {row.unit_id for row in placed if sum(1 for other in placed if other.place > row.place) < 3} - first
    return placed, first, last


def ranking_sheet(period: str) -> Sheet:
    """A7: place, movement against last month, first three and last three marked."""
    placed, first, last = _marks(period)
    before = {unit: row.place for unit, row in places(previous(Span.MONTH, period)).items()}
    rows = [
        [row.place, row.unit.name, Figure(row.score, f"/rating/?flt_period={period}&flt_unit={row.unit_id}"), row.colour,
         moved(before.get(row.unit_id), row.place), "前三名" if row.unit_id in first else "后三名" if row.unit_id in last else "",
         rate(row.exempt_part, row.exempt_whole)]
        for row in placed
    ]
    return Sheet("单位排名", ["名次", "单位", "总评得分", "评价", "比上月", "标记", "核减率"], rows)


def matrix_sheet(period: str) -> Sheet:
    """A4: units by indicators, colour and score."""
    indicators = active_indicators()
    cells = {(row.unit_id, row.indicator_id): row for row in db.session.scalars(sa.select(UnitRating).where(UnitRating.period == period))}
    rows = [
        [row.unit.name, *(_words(cells.get((unit, indicator.id)), period) for indicator in indicators)]
        for unit, row in places(period).items() if row.place
    ]
    note = "“／”指不属该指标工作组；“—”指没有可测数据；本月没有可测数据的单位不列"
    return Sheet("单位三色评价", ["单位", *(indicator.name for indicator in indicators)], rows, note)


def _words(cell: UnitRating | None, period: str) -> object:
    if cell is None:
        return "／"  # in a narrow column a word would break
    if cell.score is None:
        return None
    return Figure(f"{cell.colour.label} {cell.score:.1f}", f"/rating/?flt_period={period}&flt_unit={cell.unit_id}&flt_indicator={cell.indicator_id}")


def rule_sheet() -> Sheet:
    """The rules in force, so that whoever reads a colour can recompute it."""
    rules = db.session.scalars(sa.select(RatingRule).where(RatingRule.is_active).order_by(RatingRule.id)).all()
    documents = called()
    rows = [
        [str(rule.indicator or "没有专门规则的指标"), rule.measure, rule.weight, f"{float(rule.blue_from):g}", f"{float(rule.yellow_from):g}",
         cited(rule.clause, documents)]
        for rule in rules
    ]
    return Sheet("评价规则", ["指标", "测度", "权重", "蓝", "黄", "依据"], rows, "不低于“蓝”为蓝，不低于“黄”为黄，低于“黄”为红；全市位次以不大于计")


@report("rating-month", "三色评价和排名", period="month", clause="M 三(四)；E 四(五)；J 三(二)")
def rating_month(period: str) -> Report:
    """Colours of every unit and indicator, places with movement."""
    ranking = ranking_sheet(period)
    missing = [] if ranking.rows else [f"{month_words(period)}还没有计算评价，请在“评价与排名”中计算"]
    return Report(f"{month_words(period)}单位三色评价和排名", [], [ranking, matrix_sheet(period), rule_sheet()], missing, FORMULA)


def ladder_sheet(period: str) -> Sheet:
    """What went out in the month, rung by rung, and what is still open."""
    start, end = month_bounds(period)
    out, live = [ActionState.ISSUED, ActionState.ANSWERED, ActionState.CLOSED], [ActionState.ISSUED, ActionState.ANSWERED]
    rows = []
    for measure in (*RUNGS, Measure.DISPATCH_TALK, Measure.CIRCULAR):
        of_measure = sa.select(AccountabilityAction.id).where(AccountabilityAction.measure == measure)
        month = AccountabilityAction.decided_at >= start, AccountabilityAction.decided_at < end
        issued = db.session.scalars(of_measure.where(AccountabilityAction.state.in_(out), *month)).all()
        standing = db.session.scalars(of_measure.where(AccountabilityAction.state.in_(live))).all()
        rows.append([measure.label, counted_ids("/accountability/", issued), counted_ids("/accountability/", standing)])
    return Sheet("督办问责", ["措施", "本月发出", "仍未销号"], rows)


def _freeze(period: str) -> None:
    """Publishing the circular settles the month's colours."""
    if not is_frozen(period):
        rate_month(period)
        for row in db.session.scalars(sa.select(UnitRating).where(UnitRating.period == period)):
            row.frozen_at = now()
        db.session.flush()


@report("circular", "营商环境完成情况通报", period="month", clause="M 三(四)；M 二(一)1(4)", on_publish=_freeze)
def circular(period: str) -> Report:
    """A5: results, colours, demands and the ladder of a month, due two days after the city's own circular."""
    sheets, missing = indicator_sheets(period)
    city = db.session.scalar(sa.select(CityNotice).where(CityNotice.period == period))
    told, aside = _told(city), []
    lead = [f"按照月度通报制度，现将{month_words(period)}营商环境各项指标完成情况和三色评价结果通报如下。"]
    if city:
        due = _due(city)
        lead.append(f"市级通报{chinese_date(city.issued_on)}下发。")
        aside = [f"本通报应于{chinese_date(due)}前印发{'，已超过时限' if now().date() > due else ''}。此句只在屏幕上显示，不印发"]
        missing += [f"{row[0]}未报上月指标工作完成情况" for row in told.rows if not row[1]]
    else:
        missing.append("未登记市级通报下发日期，无法核对2日时限")
    firsts, lasts = _named(period)
    if firsts:
        lead.append(f"单位总评前三名：{firsts}；后三名：{lasts or '—'}。")
    return Report(
        f"{month_words(period)}营商环境完成情况通报", lead, [*sheets, ranking_sheet(period), matrix_sheet(period), ticket_sheets(period)[0],
                                                    ladder_sheet(period), *([told] if told.rows else []), rule_sheet()],
        missing, f"{FORMULA}；操作留痕链首 {chain_head()}", aside,
    )


def _told(city: CityNotice | None) -> Sheet:
    """What the lead units reported within the two days."""
    rows = [
        [str(task.unit), task.result, Figure(task.state.label, f"/task/details/?id={task.id}"), task.answered_at] for task in (city.tasks if city else [])
    ]
    return Sheet("各组上月指标工作完成情况", ["牵头单位", "完成情况", "状态", "报送时间"], rows)


def _due(city: CityNotice) -> date:
    """The last day of the two; the tasks the city's circular set off keep the deadline they were given."""
    return min([task.due_at for task in city.tasks if task.due_at], default=city.due_at()).date()


def _named(period: str) -> tuple[str, str]:
    placed, first, last = _marks(period)
    return "、".join(r.unit.name for r in placed if r.unit_id in first), "、".join(r.unit.name for r in placed if r.unit_id in last)
