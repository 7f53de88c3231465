"""企业诉求办理情况: the rates of T9, T10 and T14 per unit and month, each figure opening its rows."""

import sqlalchemy as sa

from models.base import db
from models.report.frame import Figure, Report, Sheet, rate, report
from models.report.gauges import GAUGES, SECOND, Window, rows_url
from models.report.period import month_words
from models.report.tally import Counts, second_calls, tally, total
from models.setting import setting
from models.unit import Unit

SETTLED_FIRST = "未派发（窗口当场解决等）"
PER_UNIT = ("on_time", "late", "missing", "once", "rework", "satisfaction", "exempt")


def unit_names(ids: list[int]) -> dict[int, str]:
    """Names of units in the order people know."""
    table = Unit.__table__
    query = sa.select(table.c.id, table.c.name).where(table.c.id.in_(ids)).order_by(table.c.sort, table.c.id)
    return {row.id: row.name for row in db.session.execute(query)}


def figure(code: str, counts: Counts, period: str, unit_id: int | None = None, *, count: bool = False) -> Figure:
    """The number of a gauge's part, linked to its rows; the rate linked to the same, or to its whole when the part is empty."""
    part, whole = counts[code]
    if count:
        return Figure(part, rows_url(code, "part", period, unit_id) if part else "")
    return Figure(rate(part, whole), rows_url(code, "part" if part else "whole", period, unit_id) if whole else "")


def _row(label: str, counts: Counts, period: str, unit_id: int | None) -> list[object]:
    due, closed = counts["on_time"][1], counts["once"][1]
    return [
        label, Figure(due, rows_url("on_time", "whole", period, unit_id)), figure("on_time", counts, period, unit_id),
        figure("late", counts, period, unit_id, count=True), figure("missing", counts, period, unit_id, count=True),
        Figure(closed, rows_url("once", "whole", period, unit_id)), figure("once", counts, period, unit_id),
        figure("rework", counts, period, unit_id, count=True), figure("satisfaction", counts, period, unit_id),
        figure("exempt", counts, period, unit_id),
    ]


def ticket_sheets(period: str) -> list[Sheet]:
    """The district's rates against their targets, then every unit's."""
    found = tally(period)
    everything = total(found)
    targets = {
        "on_time": "100%", "once": "100%", "on_spot": f"{setting('on_spot_rate_target')}%", "linkage_done": f"{setting('linkage110_rate_target')}%",
        "linkage_good": f"{setting('linkage110_rate_target')}%", "three_way": "100%", "late": "0", "missing": "0", "rework": "0",
    }
    district = [
        [gauge.label, Figure(everything[code][0], rows_url(code, "part", period)), Figure(everything[code][1], rows_url(code, "whole", period)),
         rate(*everything[code]), targets.get(code, "—"), gauge.words]
        for code, gauge in GAUGES.items()
    ]
    second = second_calls(period)
    district.append([
        SECOND.label, *(Figure(n, rows_url(SECOND.code, side, period)) for n, side in zip(second, ("part", "whole"), strict=True)),
        rate(*second), "100%", SECOND.words,
    ])
    names = unit_names([unit for unit in found if unit])
    rows = [_row(name, found[unit], period, unit) for unit, name in names.items()]
    if None in found:
        rows.append(_row(SETTLED_FIRST, found[None], period, 0))
    if rows:
        rows.append(_row("合计", everything, period, None))
    head = ["单位", "到期件", "按期答复率", "超期回复", "超期未回复", "办结件", "一次办好率", "重办", "满意率", "核减率"]
    return [
        Sheet("全区", ["指标", "分子", "分母", "比率", "要求", "算法"], district),
        Sheet("分单位", head, rows),
    ]


FOOTNOTE = (
    "按主办单位统计；“到期”按现行时限，重办后按新时限；核减件须经审核，不计入分子分母，核减率并列；没有分母的写“—”"
)


@report("ticket-month", "企业诉求办理情况", period="month", clause="M 二(七)2(2)⑥；W 三(三)；E 四(三)2")
def ticket_month(period: str) -> Report:
    """On time, late, missing, once done, reworked, on the spot, satisfied, 110 linkage, exempted, three-way calls."""
    window, sheets = Window.of(period), ticket_sheets(period)
    due, closed = sheets[0].rows[0], sheets[0].rows[3]
    lead = [
        f"{month_words(period)}，全区到期诉求{due[2]}件，按时答复{due[1]}件，按期答复率{due[3]}；办结{closed[2]}件，一次办好率{closed[3]}。",
    ]
    return Report(
        f"{month_words(period)}企业诉求办理情况", lead, sheets, footnote=f"{FOOTNOTE}；截至时点 {window.cut:%Y-%m-%d %H:%M}",
    )
