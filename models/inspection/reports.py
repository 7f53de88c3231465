"""Reports of inspections and of case files (I7, I8, I10)."""

from collections import Counter
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import called, cited
from models.inspection import tally
from models.inspection.casefile import CaseFault, CaseFile, CaseGrade, CaseReview, ReviewState
from models.inspection.coercion import CoerciveMeasure, Impact, ObservationPeriod
from models.inspection.inspection import Inspection
from models.inspection.request import EnterpriseRequest, RequestState
from models.inspection.states import Passing
from models.inspection.target import Hazard, Penalty
from models.report.frame import Figure, Report, Sheet, counted_ids, rate, report
from models.report.period import Span, bounds, words
from models.setting import setting
from models.unit import Unit

HEAVIEST = 20
_ONE_DAY = timedelta(days=1)


def _days(year: int) -> str:
    return f"{year}-01-01+to+{year}-12-31"


def _joint(year: int) -> Sheet:
    found, url = tally.joint_year(year), f"/joint/?tab=visits&flt_visited={_days(year)}"
    rows = [
        ["跨部门联合检查（个）", Figure(found.tasks, url), Figure(found.before, f"/joint/?tab=visits&flt_visited={_days(year - 1)}"), found.growth],
        ["参加单位（个）", counted_ids("/unit/", found.unit_ids), None, None],
        ["覆盖监管领域（个）", counted_ids("/inspection_field/", found.field_ids), None, None],
    ]
    return Sheet("跨部门联合检查", ["项目", "本年", "上年", "增长"], rows, "以已实施的联合检查计，一次进一家企业为一个。W 三(一)")


def _units(year: int) -> Sheet:
    names = {unit.id: unit.name for unit in db.session.scalars(sa.select(Unit))}
    rows = []
    for unit, visits, joint, urgent, found in tally.per_unit(year):
        url = f"/target/?flt_unit={unit}&flt_visited={_days(year)}"
        rows.append([
            names[unit], Figure(visits, url), Figure(joint, f"{url}&flt_joint=1"), rate(joint, visits), Figure(urgent, f"{url}&flt_urgent=1"),
            Figure(found, f"{url}&flt_found=1"), rate(found, visits),
        ])
    return Sheet("各单位入企检查", ["单位", "检查户次", "联合检查", "联合率", "径直检查", "查出问题", "问题检出率"], rows)


def _apart(year: int) -> Sheet:
    counts = tally.exceptions(year)
    rows = [[passing.label, Figure(counts[passing], f"/target/?flt_passing={passing}&flt_visited={_days(year)}")] for passing in Passing]
    return Sheet("例外检查（单独统计）", ["情形", "户次"], rows, "白名单、静工日、年度频次上限之外准予的检查。W 二(三)，E 三(三)")


def _load(year: int) -> Sheet:
    cap = int(setting("inspection_yearly_cap"))
    heaviest = tally.load(year)[:HEAVIEST]
    entries, rows = tally.entries(year, [firm.id for firm, *_ in heaviest]), []
    for firm, ordinary, urgent, times in heaviest:
        url = f"/target/?flt_enterprise_id={firm.id}&flt_visited={_days(year)}"
        rows.append([
            firm.name, counted_ids("/target/", entries[firm.id]), Figure(urgent, f"{url}&flt_urgent=1"), Figure(times, url),
            "已达上限" if cap and ordinary >= cap else f"还可{cap - ordinary}次" if cap else "不限",
        ])
    note = f"联合检查算一次进门，打开时列其中一家单位的记录；径直检查另列，不占频次。年度频次上限{cap or '不限'}次，只列最多的{HEAVIEST}家"
    return Sheet("企业受检频次", ["企业", "一般检查（次）", "径直检查（次）", "进企单位（户次）", "频次"], rows, note)


def _found(year: int) -> Sheet:
    span = tally.year_days(year)
    hazards = db.session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.case((Hazard.state == "CLEARED", 1)))).where(Hazard.found_on.between(*span))
    ).one()
    kinds = dict(db.session.execute(
        sa.select(Penalty.kind, sa.func.count()).where(Penalty.decided_on.between(*span)).group_by(Penalty.kind)
    ).all())
    total = sum(kinds.values())
    lenient = db.session.scalar(
        sa.select(sa.func.count(Penalty.id)).where(Penalty.decided_on.between(*span), Penalty.leniency_item_id.is_not(None))
    )
    url = f"/hazard/?flt_found={_days(year)}"
    rows = [
        ["发现隐患", Figure(hazards[0], url), rate(hazards[1], hazards[0]), "已销号占比"],
        ["处理决定", Figure(total, f"/penalty/?flt_decided={_days(year)}"), rate(lenient, total), "适用包容审慎清单占比"],
        *[[f"其中：{kind.label}", Figure(count, f"/penalty/?flt_decided={_days(year)}&flt_kind={kind}"), rate(count, total), "占处理决定"]
          for kind, count in kinds.items()],
    ]
    return Sheet("隐患和处理", ["项目", "件数", "比率", "说明"], rows)


def _gentle(year: int) -> Sheet:
    span = tally.year_days(year)
    started = CoerciveMeasure.starts_on.between(*span)
    total, left, heavy = db.session.execute(
        sa.select(
            sa.func.count(), sa.func.count(sa.case((CoerciveMeasure.capital_left & CoerciveMeasure.accounts_left, 1))),
            sa.func.count(sa.case((CoerciveMeasure.impact == Impact.HEAVY, 1))),
        ).where(started)
    ).one()
    watched = db.session.scalar(sa.select(sa.func.count(ObservationPeriod.id)).where(ObservationPeriod.starts_on.between(*span)))
    first, after = bounds(Span.YEAR, str(year))
    asked = db.session.execute(
        sa.select(EnterpriseRequest.id, EnterpriseRequest.state, EnterpriseRequest.enterprise_count)
        .where(EnterpriseRequest.opened_at >= first, EnterpriseRequest.opened_at < after)
    ).all()
    refused = sum(row.state == RequestState.REFUSED for row in asked)
    granted = {row.id: row.enterprise_count for row in asked if row.state in (RequestState.APPROVED, RequestState.FINISHED)}
    url = f"/coercion/?flt_started={_days(year)}"
    rows = [
        ["查封、扣押、冻结等措施", Figure(total, url), rate(left, total), "预留流动资金并保留往来账户"],
        ["其中严重影响经营", Figure(heavy, f"{url}&flt_impact=HEAVY"), rate(heavy, total), "占全部措施"],
        ["新设执法观察期", Figure(watched, f"/observation/?flt_started={_days(year)}"), None, ""],
        ["涉企报送、考评、调查事项", counted_ids("/request/?tab=all", [row.id for row in asked]), rate(refused, len(asked)), "负责人不予批准"],
        ["批准事项涉及企业（户次）", counted_ids("/request/?tab=all", granted, sum(granted.values())), None, f"{len(granted)}个事项所涉企业数之和"],
    ]
    return Sheet("柔性执法和减负", ["项目", "数量", "比率", "说明"], rows, f"依据：{cited('Y 三(二)1、3', called())}")


@report("inspection-year", "涉企检查年度统计", period="year", permission="inspection:tally", clause="W 三(一)；Y 三(二)(三)")
def inspection_year(period: str) -> Report:
    """Joint tasks and their growth, units, fields; visits; exceptions apart; load per enterprise; hazards; coercion."""
    year, found = int(period), tally.joint_year(int(period))
    open_plans = db.session.scalar(sa.select(sa.func.count(Inspection.id)).where(Inspection.closed_at.is_(None)))
    grown = f"，较上年{'增长' if found.tasks >= found.before else '下降'}{found.growth.strip('+-')}" if found.before else ""
    lead = [
        f"{year}年，全区实施跨部门联合检查{found.tasks}个{grown}，{found.units}个单位参加，覆盖{found.fields}个监管领域。"
        f"目前在办检查{open_plans}件。",
    ]
    sheets = [_joint(year), _units(year), _apart(year), _load(year), _found(year), _gentle(year)]
    return Report(f"{year}年涉企检查统计", lead, sheets, footnote="增长率＝（本年联合检查－上年）÷上年；户次＝一个单位进一家企业一次；没有分母的写“—”")


# -- case files ---------------------------------------------------------------------------------


def _case_rows(reviews: list[Any], units: dict[int, str], link: str) -> list[list[Any]]:
    rows = []
    for unit, name in units.items():
        mine = [row for row in reviews if row.unit_id == unit]
        good = sum(1 for row in mine if row.grade == CaseGrade.GOOD)
        open_ = sum(1 for row in mine if row.state_code in (ReviewState.RECTIFYING, ReviewState.RECTIFIED))
        scores = [row.score for row in mine]
        rows.append([
            name, Figure(len(mine), f"{link}&flt_owner={unit}"), rate(good, len(mine)),
            Figure(len(mine) - good, f"{link}&flt_owner={unit}&flt_bad=1"), open_, f"{sum(scores) / len(scores):.1f}",
        ])
    return rows


@report("case-quarter", "执法案卷评查季度通报", period="quarter", permission="review:tally", clause="J 三(八)")
def case_quarter(period: str) -> Report:
    """日抽查、月评查、季通报: per unit what was read, how much of it is good, what is still to be put right."""
    first, after = bounds(Span.QUARTER, period)
    days = (first.date(), after.date())
    query = (
        sa.select(CaseFile.unit_id, CaseReview.rhythm, CaseReview.grade, CaseReview.fault, CaseReview.score, CaseReview.state_code)
        .join(CaseFile, CaseFile.id == CaseReview.case_id)
        .where(CaseReview.reviewed_on >= days[0], CaseReview.reviewed_on < days[1])
    )
    reviews = list(db.session.execute(query))
    ids = {row.unit_id for row in reviews}
    units = dict(db.session.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(ids)).order_by(Unit.sort, Unit.id)).all())
    link = f"/review/?tab=all&flt_reviewed={days[0]}+to+{days[1] - _ONE_DAY}"
    faults, rhythms = Counter(row.fault for row in reviews if row.fault), Counter(row.rhythm for row in reviews)
    good = sum(1 for row in reviews if row.grade == CaseGrade.GOOD)
    lead = [
        f"{words(Span.QUARTER, period)}共评查执法案卷{len(reviews)}卷，其中日抽查{rhythms['DAILY']}卷、月评查{rhythms['MONTHLY']}卷，"
        f"涉及{len(ids)}个单位，合格率{rate(good, len(reviews))}。"
    ]
    fault_rows = [[fault.label, Figure(faults[fault], f"{link}&flt_fault={fault}"), rate(faults[fault], len(reviews) - good)]
                  for fault in CaseFault if faults[fault]]
    sheets = [
        Sheet("各单位评查结果", ["办案单位", "评查卷数", "合格率", "有问题", "尚在整改", "平均分"], _case_rows(reviews, units, link)),
        Sheet("主要问题", ["问题", "卷数", "占问题案卷"], fault_rows),
    ]
    waiting = db.session.scalar(sa.select(sa.func.count(CaseReview.id)).where(CaseReview.state == ReviewState.WAITING.value))
    gaps = [f"还有{waiting}卷已抽取未评查"] if waiting else []
    return Report(f"{words(Span.QUARTER, period)}行政执法案卷评查通报", lead, sheets, gaps, "合格率＝等次为合格的卷数÷评查卷数")
