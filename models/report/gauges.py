"""The rates of enterprise demands (T9, T10, T14, A4): what is counted, over what, up to which moment.

Each gauge is two conditions on :class:`Ticket` over a window, so that the figure and the list it opens are the
same question. An empty denominator is “—”. What an approved exemption took out is counted beside (users.md 8, 19).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.now import now
from models.report.period import Span, bounds, month_bounds
from models.setting import setting
from models.ticket import Callback, Channel, Resolution, Ticket
from models.ticket.states import GOOD

Clause = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Window:
    """From the first moment of a month to its end or to now, whichever is earlier."""

    start: datetime
    cut: datetime

    @classmethod
    def of(cls, period: str) -> "Window":
        """The window of a month (2024-08) or a year (2024)."""
        start, end = month_bounds(period) if len(period) > 4 else bounds(Span.YEAR, period)
        return cls(start, max(start, min(end, now())))

    def holds(self, column: sa.ColumnElement[datetime]) -> Clause:
        """The moment lies in the window."""
        return sa.and_(column >= self.start, column < self.cut)

    @property
    def quick_seconds(self) -> int:
        """Within how many seconds a three-way call counts as answered in time."""
        return int(setting("three_way_seconds"))


@dataclass(frozen=True)
class Gauge:
    """`part` of `whole`; `words` is the formula printed beside the figure."""

    code: str
    label: str
    whole: Callable[[Window], Clause]
    part: Callable[[Window], Clause]
    words: str
    good: bool = True  # a higher rate is better

    def clause(self, side: str, window: Window) -> Clause:
        """The rows of one side: part or whole."""
        whole = self.whole(window)
        return sa.and_(whole, self.part(window)) if side == "part" else whole


def _assessed() -> Clause:
    return Ticket.exempt.is_(False)


def _due(window: Window) -> Clause:
    return window.holds(Ticket.due_at) & _assessed()


def _closed(window: Window) -> Clause:
    return window.holds(Ticket.closed_at) & _assessed()


def _answered(window: Window) -> Clause:
    return Ticket.answered_at.is_not(None) & (Ticket.answered_at < window.cut)


def _rated(window: Window) -> Clause:
    return _closed(window) & Ticket.satisfaction.is_not(None)


def _satisfied(_window: Window) -> Clause:
    return Ticket.satisfaction.in_([level.value for level in GOOD])


def _linkage(window: Window) -> Clause:
    return window.holds(Ticket.opened_at) & _assessed() & (Ticket.channel == Channel.LINKAGE110)


def _quick(window: Window) -> Clause:
    return Ticket.answer_seconds <= window.quick_seconds


GAUGES = {gauge.code: gauge for gauge in (
    # M 二(七)2(2)⑥ and users.md 19: an open overdue ticket stays in the denominator.
    Gauge("on_time", "按期答复率", _due, lambda w: _answered(w) & (Ticket.answered_at <= Ticket.due_at),
          "本期到期件中按时答复的÷本期到期件（超期未答复的计入分母，核减件不计）"),
    Gauge("late", "超期回复", _due, lambda w: _answered(w) & (Ticket.answered_at > Ticket.due_at), "本期到期、答复晚于时限的件", False),
    Gauge("missing", "超期未回复", _due, lambda w: ~sa.func.coalesce(_answered(w), sa.false()), "本期到期、截至时点仍未答复的件", False),
    Gauge("once", "一次办好率", _closed, lambda _w: Ticket.reworks == 0, "本期办结件中没有重办的÷本期办结件"),
    Gauge("rework", "重办", _closed, lambda _w: Ticket.reworks > 0, "本期办结件中重办过的件", False),
    # W 三(三)
    Gauge("on_spot", "当场解决率", _closed, lambda _w: Ticket.resolution == Resolution.ON_SPOT, "本期办结件中当场解决的÷本期办结件"),
    Gauge("satisfaction", "满意率", _rated, _satisfied, "本期办结并已评价件中基本满意及以上的÷已评价件（联系不上的不算评价）"),
    # E 四(三)2
    Gauge("linkage_done", "110联动完成率", _linkage, lambda w: Ticket.closed_at < w.cut, "本期登记的110联动件中截至时点已办结的÷本期登记的110联动件"),
    Gauge("linkage_good", "110联动满意率", lambda w: _rated(w) & (Ticket.channel == Channel.LINKAGE110), _satisfied,
          "本期办结并已评价的110联动件中基本满意及以上的÷已评价件"),
    Gauge("exempt", "核减率", lambda w: w.holds(Ticket.closed_at), lambda _w: Ticket.exempt,
          "本期终结件中不予受理、移交、撤回、并案的÷本期终结件", False),
    # M 二(七)2(2)③
    Gauge("three_way", "三方通话及时接听率", lambda w: w.holds(Ticket.opened_at) & Ticket.answer_seconds.is_not(None), _quick,
          "本期登记件中响铃规定秒数内接听的三方通话÷有接听记录的三方通话"),
)}

_second = sa.select(Callback.ticket_id).where(Callback.second, Callback.reached)
# users.md 10; counted by call, not by the month the ticket fell due or was closed in.
SECOND = Gauge("second", "二次回访符合率", lambda w: Ticket.id.in_(_second.where(w.holds(Callback.at))),
               lambda w: Ticket.id.in_(_second.where(w.holds(Callback.at), Callback.solved, Callback.satisfaction.in_([s.value for s in GOOD]))),
               "本期二次回访联系上并符合初次回访的÷本期二次回访联系上的；不符合的已转重办")


def rows_clause(value: str) -> Clause:
    """The tickets behind a figure, written ``on_time.part.2024-08``; ValueError or KeyError when it means nothing."""
    code, side, period = value.split(".")
    if side not in ("part", "whole"):
        raise ValueError(value)
    return (GAUGES | {SECOND.code: SECOND})[code].clause(side, Window.of(period))


def rows_url(code: str, side: str, period: str, unit_id: int | None = None) -> str:
    """The list of the tickets behind a figure."""
    unit = "" if unit_id is None else f"&flt_unit={unit_id}"
    return f"/ticket/?tab=all&flt_gauge={code}.{side}.{period}{unit}"
