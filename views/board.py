"""挂图作战: the wall board, 1920 × 1080, sixteen units a page, reloaded by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import abort, request, url_for
from flask_admin import BaseView, expose
from flask_login import current_user

from models import Heartbeat, RatingRule, db
from models.accountability import RUNGS
from models.calendar import work_calendar
from models.clock import remaining
from models.indicator import Colour, Indicator
from models.matter import Matter
from models.now import now
from models.rating.compute import lines, rules_of
from models.rating.monthly import active_indicators, city_ranks, last_months, moved
from models.rating.score import UnitRating
from models.report import board, month_words, rate
from models.report.gauges import Window, rows_url
from models.report.period import Span, recent
from models.report.snapshot import chain_head
from models.unit import Unit

PER_PAGE, TURN, RELOAD = 16, 20, 60
STALE_AFTER = 24 * 3600  # seconds
RUNG_WORDS = ("督办", "挂牌", "约谈", "问责")
WEEK = "一二三四五六日"
# The column heads have room for six characters.
SHORT = {
    "lingyu": "领域优化提升", "jianzheng": "减证便民", "fazhi": "法治保障", "fangguanfu": "放管服改革", "gongkai": "政务公开", "zhengqitong": "政企通",
    "quanzhouqi": "全生命周期", "manyidu": "满意度回访", "xuanchuan": "宣传",
}
WORST_RANK = 13  # the lower edge of the sparkline


@dataclass(frozen=True)
class Head:
    """A column: the indicator, its city rank with movement, its last six ranks as a line."""

    name: str
    full: str
    url: str
    rank: int | None
    move: str
    points: str
    end: tuple[float, float] | None
    words: str
    lines: str  # where blue and yellow begin, e.g. 90／80


class BoardView(BaseView):
    """One page for the wall and for leaders."""

    def is_accessible(self) -> bool:
        """By permission."""
        return current_user.is_authenticated and current_user.may("board:view")

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """What one may not see does not exist."""
        return abort(404)

    @expose("/")
    def index(self) -> str:
        """Units × indicators, overdue bars, ladder."""
        period = request.args.get("period") or self._latest()
        if period not in {value for value, _ in recent(Span.MONTH)}:
            abort(404)
        indicators, rules, ranks = active_indicators(), _rules(), city_ranks(period)
        units, cells, computed = self._matrix(period)
        pages = max(1, -(-len(units) // PER_PAGE))
        page = min(max(request.args.get("page", 1, int), 1), pages)
        moment, beat = now(), db.session.scalar(sa.select(Heartbeat).order_by(Heartbeat.id.desc()).limit(1))
        following = url_for(".index", period=period, page=page % pages + 1)
        return self.render(
            "board/wall.html", period=period, period_words=month_words(period), running=period == board.current_period(), moment=moment,
            weekday=WEEK[moment.weekday()], kpi=_kpi(period), heads=[_head(i, period, rules, ranks.get(i.id, {})) for i in indicators],
            rows=[_row(unit, indicators, cells, period, rules) for unit in units[(page - 1) * PER_PAGE:page * PER_PAGE]], page=page, pages=pages,
            refresh=TURN if pages > 1 else RELOAD, following=following, bars=_bars(), rungs=_rungs(period),
            listed=[_listed(row) for row in board.listed()], limits=_limits(indicators, rules), computed=computed,
            stale=computed is None or (moment - computed).total_seconds() > STALE_AFTER,
            patrol="巡查正常" if beat and beat.ok else "巡查失败" if beat else "巡查尚未运行", head=chain_head()[:8],
        )

    def _latest(self) -> str:
        this, months = board.current_period(), [value for value, _ in recent(Span.MONTH)]
        return db.session.scalar(sa.select(sa.func.max(UnitRating.period)).where(UnitRating.period <= this, UnitRating.period.in_(months))) or this

    def _matrix(self, period: str) -> tuple[list[Unit], dict[tuple[int, int | None], UnitRating], Any]:
        rows = db.session.scalars(sa.select(UnitRating).where(UnitRating.period == period)).all()
        cells = {(row.unit_id, row.indicator_id): row for row in rows}
        scored = [row.unit_id for row in rows if row.indicator_id is None and row.score is not None]
        involved = Counter(row.unit_id for row in rows if row.indicator_id is not None)
        units = db.session.scalars(sa.select(Unit).where(Unit.id.in_(scored)).order_by(Unit.sort, Unit.id)).all()
        # Those with the most indicators stand on the first page.
        return sorted(units, key=lambda unit: -involved[unit.id]), cells, max((row.computed_at for row in rows), default=None)


def _kpi(period: str) -> list[dict[str, Any]]:
    found = board.pulse(period)

    def percent(code: str) -> str:
        return rate(*found.rates[code]).rstrip("%")

    reworked = found.rates["rework"][0]
    unrated = found.rates["once"][1] - found.rates["satisfaction"][1]
    tickets, late = "/ticket/", "/matter/?tab=late"
    return [
        {"label": "本月受理诉求", "value": found.opened, "unit": "条", "note": f"上月同期 {found.opened_before}",
         "url": f"{tickets}?tab=all&flt_opened={_days(found.window)}", "note_url": f"{tickets}?tab=all&flt_opened={_days(found.before)}"},
        {"label": "在办", "value": found.open, "unit": "条", "note": f"承诺办理 {found.paused}", "url": f"{tickets}?tab=open",
         "note_url": f"{tickets}?flt_state=DEFERRED"},
        {"label": "按期答复率", "value": percent("on_time"), "unit": "%", "note": "含超期在办", "url": rows_url("on_time", "whole", period)},
        {"label": "一次办好率", "value": percent("once"), "unit": "%", "note": f"重办 {reworked} 条", "url": rows_url("once", "whole", period),
         "note_url": rows_url("rework", "part", period)},
        {"label": "企业满意率", "value": percent("satisfaction"), "unit": "%", "note": f"未评价 {unrated} 条",
         "url": rows_url("satisfaction", "whole", period), "note_url": rows_url("once", "whole", period) + "&flt_rated=0"},
        {"label": "超期在办", "value": found.overdue, "unit": "条", "note": f"其中诉求 {found.overdue_tickets}", "url": late,
         "note_url": f"{late}&flt_kind=ticket", "hot": found.overdue > 0},
    ]


def _days(window: Window) -> str:
    """The days of a window as the query bar writes them."""
    return quote(f"{window.start:%Y-%m-%d} to {window.cut - timedelta(microseconds=1):%Y-%m-%d}")


def _rungs(period: str) -> list[dict[str, Any]]:
    """The ladder: in force, and issued this month; each with its rows."""
    month = _days(Window.of(period))
    return [
        {"label": words, "n": live, "fresh": new, "url": f"/accountability/?tab=in_force&flt_measure={measure.value}",
         "fresh_url": f"/accountability/?tab=issued&flt_measure={measure.value}&flt_decided={month}"}
        for words, measure, (live, new) in zip(RUNG_WORDS, RUNGS[1:], board.rungs(period), strict=True)
    ]


def _head(indicator: Indicator, period: str, rules: Sequence[RatingRule], known: dict[str, int]) -> Head:
    """City ranks come later than the month itself: the column shows the latest one known."""
    ranks = [known.get(month) for month in last_months(max(known, default=period))]
    points = [(4 + 18 * place, _height(rank)) for place, rank in enumerate(ranks) if rank]
    return Head(
        SHORT.get(indicator.code, indicator.name[:6]), indicator.name, f"/result/?flt_indicator={indicator.id}", ranks[-1],
        moved(ranks[-2], ranks[-1]), " ".join(f"{x},{y:.1f}" for x, y in points), points[-1] if points else None,
        "、".join(str(rank or "—") for rank in ranks), _lines(lines(rules_of(indicator, rules))),
    )


def _height(rank: int) -> float:
    """Rank 1 at the top (5), the last at the bottom (26)."""
    return 5 + 21 * (min(rank, WORST_RANK) - 1) / (WORST_RANK - 1)


def _row(
    unit: Unit, indicators: list[Indicator], cells: dict[tuple[int, int | None], UnitRating], period: str, rules: Sequence[RatingRule],
) -> dict[str, Any]:
    shown = []
    for indicator in indicators:
        cell = cells.get((unit.id, indicator.id))
        if cell is None:
            shown.append({"css": "na", "text": "不涉及"})
        elif cell.score is None:
            shown.append({"css": "na", "text": "无数据"})
        else:
            url = f"/rating/?flt_period={period}&flt_unit={unit.id}&flt_indicator={indicator.id}"
            drawn = _lines(lines(rules_of(indicator, rules), cell.parts))
            shown.append({"css": cell.colour.value.lower(), "text": f"{cell.colour.label} {cell.score:.1f}", "url": url,
                          "title": f"{indicator.name} {cell.score:.2f} 分，现行蓝线／黄线 {drawn}"})
    return {"name": unit.name, "url": f"/rating/?flt_period={period}&flt_unit={unit.id}", "cells": shown}


def _bars() -> list[dict[str, Any]]:
    rows = board.overdue_bars()
    longest = max((row[2] for row in rows), default=1)
    scale = min(42.0, 378 / longest)
    return [
        {"name": name, "n": whole, "y": 6 + 30 * place, "w": round(whole * scale, 1), "hot": round(part * scale, 1),
         "url": f"/matter/?tab=late&flt_unit={unit}" if unit else "/matter/?tab=late"}
        for place, (name, unit, whole, part) in enumerate(rows)
    ]


def _listed(row: Matter) -> dict[str, str]:
    """Days until, or since, the rung's own deadline."""
    due = row.ladder_due_at
    if due is None:
        colour, words = "blue", f"已{row.ANSWER}"
    else:
        words = remaining(now(), due, work_calendar()).text
        colour = "red" if due <= now() else "yellow" if work_calendar().working_days_between(now().date(), due.date()) <= 2 else "blue"
        words = f"{Colour[colour.upper()].label} · {words}".replace("个工作日", "天")
    return {"unit": str(row.unit or "—"), "title": row.title, "colour": colour, "words": words, "url": url_for(f"{row.kind}.details_view", id=row.id)}


def _rules() -> Sequence[RatingRule]:
    return db.session.scalars(sa.select(RatingRule).where(RatingRule.is_active).order_by(RatingRule.id)).all()


def _lines(found: set[tuple[float, float]]) -> str:
    """90／80; what the measures do not agree on is said in each cell."""
    if len(found) != 1:
        return "按测度" if found else "—"
    blue, yellow = found.pop()
    return f"{blue:g}／{yellow:g}"


def _limits(indicators: list[Indicator], rules: Sequence[RatingRule]) -> tuple[float, float] | None:
    """Where blue and yellow begin, when it is the same for every indicator of the board; else each column says its own."""
    found = set().union(*(lines(rules_of(indicator, rules)) for indicator in indicators))
    return found.pop() if len(found) == 1 else None
