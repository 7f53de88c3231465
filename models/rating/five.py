"""The five monthly documents for the discipline commission (A6), from the groups' slices and the desk's own figures. M 二(一)1(5)"""

import sqlalchemy as sa

from models.base import db
from models.group import WorkGroup
from models.meeting import Decision, Meeting
from models.openness.publicity import Highlight, Side
from models.rating.monthly import indicator_sheets, ladder_sheet, ranking_sheet
from models.report.frame import Figure, Report, Sheet, rate, report
from models.report.gauges import Window, rows_url
from models.report.group_slice import GroupSlice, SliceKind, gaps, slices
from models.report.period import month_bounds, month_words
from models.report.tally import tally, total
from models.report.task_rows import LABELS as TASK_LABELS
from models.report.task_rows import task_clauses, task_url
from models.report.tickets import figure, ticket_sheets, unit_names
from models.survey import Survey, SurveyAnswer
from models.task import Task
from models.ticket.states import GOOD, Satisfaction
from models.unit import Unit

FIVE, CLAUSE = "report:five", "M 二(一)1(5)"


def _filled(kind: SliceKind, period: str) -> tuple[list[Sheet], list[str]]:
    """What the groups filled in, and whose part is missing."""
    rows = slices(kind, period)
    missing = gaps(rows) if rows else [f"{month_words(period)}还没有布置各组填报"]
    cells = [[row.group.name, row.unit.name, Figure(row.content, _link(row)), row.filled_at, "迟报" if row.is_late else "按时"] for row in rows]
    return [Sheet("各组填报", ["工作组", "填报单位", "内容", "填报时间", "时限"], cells)] if rows else [], missing


def _link(row: GroupSlice) -> str:
    return f"/slice/details/?id={row.id}"


def _title(kind: SliceKind, period: str) -> str:
    return f"{kind.label}（{month_words(period)}）"


@report("five-work", SliceKind.WORK.label, permission=FIVE, clause=CLAUSE)
def work(period: str) -> Report:
    """《每月营商环境工作情况通报》: indicators, demands, places, ladder, the groups' words."""
    filled, missing = _filled(SliceKind.WORK, period)
    indicators, short = indicator_sheets(period)
    counts = total(tally(period))
    lead = [
        f"{month_words(period)}，全区到期诉求{counts['on_time'][1]}件，按期答复率{rate(*counts['on_time'])}，一次办好率{rate(*counts['once'])}，"
        f"满意率{rate(*counts['satisfaction'])}。"
    ]
    sheets = [*filled, *indicators, ticket_sheets(period)[0], ranking_sheet(period), ladder_sheet(period)]
    return Report(_title(SliceKind.WORK, period), lead, sheets, missing + short)


@report("five-stale", SliceKind.STALE.label, permission=FIVE, clause=CLAUSE)
def stale(period: str) -> Report:
    """《营商环境每周例会部署事项久拖未完成情况》: decisions carried over too often and still not done."""
    filled, missing = _filled(SliceKind.STALE, period)
    end = month_bounds(period)[1]
    query = (
        sa.select(Decision, Meeting, WorkGroup).join(Meeting, Meeting.id == Decision.meeting_id)
        .outerjoin(WorkGroup, WorkGroup.id == Meeting.group_id).where(Decision.is_stalled, Decision.stalled_at < end).order_by(Decision.id)
    )
    rows = [
        [str(group or "全区"), decision.content, decision.unit.name, decision.decided_at.date(), decision.task.due_at,
         Figure(decision.carries, f"/task/details/?id={decision.task_id}")]
        for decision, _meeting, group in db.session.execute(query)
    ]
    lead = [f"截至统计时点，周例会部署事项中久拖未完成的{len(rows)}项。"]
    sheets = [Sheet("久拖未完成事项", ["工作组", "部署事项", "责任单位", "部署日期", "完成时限", "结转次数"], rows), *filled]
    return Report(_title(SliceKind.STALE, period), lead, sheets, missing, "结转次数达到规定次数仍未完成的列为久拖未完成；办结或报送即销")


@report("five-tasks", SliceKind.TASKS.label, permission=FIVE, clause=CLAUSE)
def tasks(period: str) -> Report:
    """《营商环境任务清单完成情况》: tasks due in the month, unit by unit."""
    filled, missing = _filled(SliceKind.TASKS, period)
    clauses = task_clauses(period)
    sums = [sa.func.sum(sa.case((clause, 1), else_=0)) for clause in clauses.values()]
    query = sa.select(Task.unit_id, *sums).where(clauses["due"]).group_by(Task.unit_id)
    found = {row[0]: [int(count or 0) for count in row[1:]] for row in db.session.execute(query)}
    rows = [_task_row(name, found[unit], period, unit) for unit, name in unit_names([unit for unit in found if unit]).items()]
    sums_all = [sum(values) for values in zip(*found.values(), strict=True)] or [0] * len(clauses)
    rows.append(_task_row("合计", sums_all, period, None))
    lead = [f"{month_words(period)}到期任务{sums_all[0]}项，按时报送{sums_all[1]}项，按期报送率{rate(sums_all[1], sums_all[0])}，未报送{sums_all[3]}项。"]
    head = ["单位", *TASK_LABELS.values(), "按期报送率"]
    return Report(_title(SliceKind.TASKS, period), lead, [Sheet("任务清单", head, rows), *filled], missing, "免办的任务不计；未报送的计入分母")


def _task_row(name: str, counts: list[int], period: str, unit: int | None) -> list[object]:
    linked = [Figure(count, task_url(key, period, unit) if count else "") for key, count in zip(TASK_LABELS, counts, strict=True)]
    return [name, *linked, rate(counts[1], counts[0])]


@report("five-survey", SliceKind.SURVEY.label, permission=FIVE, clause=CLAUSE)
def survey(period: str) -> Report:
    """《企业满意度调查情况通报》: the month's survey by level, and what the call-backs say beside it."""
    filled, missing = _filled(SliceKind.SURVEY, period)
    row = db.session.scalar(sa.select(Survey).where(Survey.period == period))
    counts = total(tally(period))
    calls = Sheet("诉求回访满意率", ["项目", "满意件", "已评价件", "满意率"],
                  [["办结诉求回访", figure("satisfaction", counts, period, count=True),
                    Figure(counts["satisfaction"][1], rows_url("satisfaction", "whole", period)), rate(*counts["satisfaction"])]])
    if row is None:
        return Report(_title(SliceKind.SURVEY, period), [], [*filled, calls], [f"{month_words(period)}没有开展满意度调查", *missing])
    query = (
        sa.select(Unit.id, Unit.name, SurveyAnswer.satisfaction, sa.func.count()).select_from(SurveyAnswer)
        .outerjoin(Unit, Unit.id == SurveyAnswer.unit_id).where(SurveyAnswer.survey_id == row.id).group_by(Unit.id, Unit.name, SurveyAnswer.satisfaction)
    )
    found: dict[tuple[str, int], dict[Satisfaction, int]] = {}
    for unit, name, level, count in db.session.execute(query):
        found.setdefault((name or "全区（未指名单位）", unit or 0), {})[level] = count
    url = f"/survey_answer/?flt_survey={row.id}"
    rows = [_levels(name, levels, f"{url}&flt_unit={unit}") for (name, unit), levels in sorted(found.items())]
    every = {level: sum(levels.get(level, 0) for levels in found.values()) for level in Satisfaction}
    rows.append(_levels("合计", every, url))
    part, whole = sum(every[level] for level in GOOD), sum(every.values())
    place = "全市位次尚未公布"
    if row.city_rank:
        place = f"全市第{row.city_rank}位，{'达到' if row.city_rank <= row.target_rank else '未达到'}前{row.target_rank}位目标"
    lead = [f"{row.title}共调查企业{whole}家，满意率{rate(part, whole)}，{place}。"]
    head = ["评价单位", *(level.label for level in Satisfaction), "合计", "满意率"]
    return Report(_title(SliceKind.SURVEY, period), lead, [Sheet("调查结果", head, rows), calls, *filled], missing, "基本满意及以上计为满意；未联系上的不计")


def _levels(name: str, levels: dict[Satisfaction, int], url: str) -> list[object]:
    counts = [levels.get(level, 0) for level in Satisfaction]
    linked = [Figure(count, f"{url}&flt_level={level.value}" if count else "") for level, count in zip(Satisfaction, counts, strict=True)]
    return [name, *linked, Figure(sum(counts), url if sum(counts) else ""), rate(sum(levels.get(level, 0) for level in GOOD), sum(counts))]


@report("five-bright", SliceKind.BRIGHT.label, permission=FIVE, clause=CLAUSE)
def bright(period: str) -> Report:
    """《“亮优揭短”有关问题线索》: exposed shortcomings handed on as leads, with what the publicity group wrote."""
    filled, missing = _filled(SliceKind.BRIGHT, period)
    window = Window.of(period)
    query = sa.select(Highlight).where(Highlight.found_on >= window.start.date(), Highlight.found_on < month_bounds(period)[1].date())
    found = list(db.session.scalars(query.order_by(Highlight.found_on, Highlight.id)))
    shorts = [row for row in found if row.side == Side.SHORT]
    rows = [[row.found_on, row.unit.name, Figure(row.title, f"/highlight/details/?id={row.id}"), row.content, row.source, row.outcome]
            for row in shorts if row.as_lead]
    lead = [f"{month_words(period)}挖掘亮点{len(found) - len(shorts)}条、揭示短板{len(shorts)}条，其中作为问题线索报送{len(rows)}条。"]
    return Report(_title(SliceKind.BRIGHT, period), lead, [Sheet("问题线索", ["日期", "涉及单位", "线索", "情况", "来源", "整改情况"], rows), *filled], missing)
