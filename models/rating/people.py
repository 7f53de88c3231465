"""A record per unit and per person, usable for assessing cadres (A7, A8; E 四(五), J 三(二))."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from models.accountability import AccountabilityAction, ActionState
from models.base import db
from models.indicator import Colour
from models.openness.publicity import Highlight, Side
from models.rating.score import UnitRating
from models.report.frame import Figure, Report, Sheet, counted, rate, report
from models.report.gauges import rows_url
from models.report.period import Span, bounds
from models.report.tickets import unit_names
from models.ticket import Ticket
from models.ticket.states import GOOD
from models.user import User

OUT = [ActionState.ISSUED, ActionState.ANSWERED, ActionState.CLOSED]


def _work(column: sa.ColumnElement[int], year: str) -> dict[int, list[int]]:
    """Per unit or handler: closed, on time, without rework, rated, satisfied."""
    start, end = bounds(Span.YEAR, year)
    conditions = [
        sa.true(), Ticket.answered_at <= Ticket.due_at, Ticket.reworks == 0, Ticket.satisfaction.is_not(None),
        Ticket.satisfaction.in_([level.value for level in GOOD]),
    ]
    sums = [sa.func.sum(sa.case((condition, 1), else_=0)) for condition in conditions]
    query = sa.select(column, *sums).where(Ticket.closed_at >= start, Ticket.closed_at < end, Ticket.exempt.is_(False), column.is_not(None))
    return {row[0]: [int(n or 0) for n in row[1:]] for row in db.session.execute(query.group_by(column))}


Rows = dict[int, dict[Any, list[Any]]]  # unit → kind → the rows counted


def _by_unit(query: sa.Select[Any]) -> Rows:
    """Of rows (unit, kind, id)."""
    found: Rows = defaultdict(lambda: defaultdict(list))
    for row in db.session.execute(query):
        found[row[0]][row[1]].append(row)
    return found


def _rungs(year: str) -> Rows:
    start, end = bounds(Span.YEAR, year)
    out = AccountabilityAction.state.in_(OUT) & (AccountabilityAction.decided_at >= start) & (AccountabilityAction.decided_at < end)
    return _by_unit(sa.select(AccountabilityAction.unit_id, AccountabilityAction.rung, AccountabilityAction.id).where(out))


def _colours(year: str) -> Rows:
    return _by_unit(
        sa.select(UnitRating.unit_id, UnitRating.colour, UnitRating.id)
        .where(UnitRating.period.startswith(f"{year}-"), UnitRating.indicator_id.is_(None), UnitRating.colour.is_not(None))
    )


def _sides(year: str) -> Rows:
    start, end = bounds(Span.YEAR, year)
    inside = (Highlight.found_on >= start.date()) & (Highlight.found_on < end.date())
    return _by_unit(sa.select(Highlight.unit_id, Highlight.side, Highlight.id).where(inside))


def _rates(counts: list[int]) -> list[object]:
    closed, on_time, once, rated, good = counts
    return [rate(on_time, closed), rate(once, closed), rate(good, rated)]


@report("unit-record", "单位年度实绩", period="year", clause="E 四(五)；J 三(二)")
def unit_record(year: str) -> Report:
    """One line a unit: demands, colours of the months, the ladder, bright spots and shortcomings."""
    work, rungs, colours, sides = _work(Ticket.unit_id, year), _rungs(year), _colours(year), _sides(year)
    rows = []
    for unit, name in unit_names([*{*work, *rungs, *colours, *sides}]).items():
        counts = work.get(unit, [0] * 5)
        rows.append([
            name, Figure(counts[0], rows_url("once", "whole", year, unit) if counts[0] else ""), *_rates(counts),
            *(counted("/rating/", colours[unit][colour]) for colour in Colour), *(counted("/accountability/", rungs[unit][rung]) for rung in range(1, 5)),
            *(counted("/highlight/", sides[unit][side]) for side in (Side.BRIGHT, Side.SHORT)),
        ])
    head = ["单位", "办结", "按期率", "一次办好率", "满意率", "蓝（月）", "黄（月）", "红（月）", "督办", "挂牌", "约谈", "问责", "亮点", "短板"]
    return Report(f"{year}年单位营商环境工作实绩", ["供年度考核评价参考。"], [Sheet("单位实绩", head, rows)], [],
                  "办结按办结日期统计，核减件不计；三色为各月总评；督办问责按发出日期统计，含已销号")


@report("person-record", "人员年度实绩", period="year", permission="report:person", clause="E 四(四)3；E 四(五)")
def person_record(year: str) -> Report:
    """One line a handler, and one a person named in a measure (A8)."""
    work = _work(Ticket.handler_id, year)
    people = db.session.scalars(sa.select(User).where(User.id.in_(list(work))).order_by(User.unit_id, User.id))
    closed = rows_url("once", "whole", year)
    rows = [
        [str(user.unit or "—"), user.name, Figure(work[user.id][0], f"{closed}&flt_handler={user.id}"), *_rates(work[user.id])] for user in people
    ]
    start, end = bounds(Span.YEAR, year)
    named = db.session.scalars(
        sa.select(AccountabilityAction).where(
            AccountabilityAction.person.is_not(None), AccountabilityAction.state.in_(OUT), AccountabilityAction.decided_at >= start,
            AccountabilityAction.decided_at < end).order_by(AccountabilityAction.id)
    )
    measures = [
        [row.unit.name, row.person, Figure(row.measure.label, f"/accountability/details/?id={row.id}"), row.decided_at, row.grounds,
         row.outcome or row.state.label] for row in named
    ]
    return Report(f"{year}年人员营商环境工作实绩", ["供干部考核参考，涉及个人，注意保管。"], [
        Sheet("经办人", ["单位", "姓名", "办结", "按期率", "一次办好率", "满意率"], rows),
        Sheet("责任人及处理", ["单位", "责任人", "措施", "发出时间", "事实", "处理结果"], measures),
    ], [], "按经办人和办结日期统计，核减件不计；责任人为督办措施所写")
