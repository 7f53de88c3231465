"""评价与排名: rules, stored colours and their computing, problems in writing, the groups' slices (A4–A7, K1)."""

from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField

from models import GroupMembership, GroupSlice, Indicator, IndicatorProblem, RatingRule, Unit, WorkGroup, db
from models.errors import Refused
from models.group import MemberRole
from models.indicator import Colour
from models.rating import UnitRating, rate_month
from models.rating.monthly import moved
from models.rating.rule import Rated
from models.remembered import remembered
from models.report.group_slice import SliceKind, open_slices
from models.report.period import Span, previous, recent
from models.user import Level
from views.cells import light
from views.filters import Where, by_row, contains, one_of
from views.owned import OwnedPanel
from views.rehearsing import RatingRehearsal


class MonthForm(FlaskForm):
    """Which month."""

    period = SelectField("月份")


class MonthlyPanel(OwnedPanel):
    """A panel with one more button that works on a month."""

    job = ("", "", "", "")  # permission action, button, icon, what it does

    def work(self, period: str) -> str:
        """Do it; the words to show."""
        raise NotImplementedError

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """The button, for those who may."""
        action, label, icon, _ = self.job
        shown = super().list_context(context)
        if self._may(action):
            shown["secondary_actions"] = [(label, url_for(".month"), icon), *shown.get("secondary_actions", [])]
        return shown

    @expose("/month/", methods=("GET", "POST"))
    def month(self) -> Any:
        """Pick a month and do it."""
        action, label, icon, words = self.job
        if not self._may(action):
            return self.inaccessible_callback("month")
        form, errors = MonthForm(), []
        form.period.choices = recent(Span.MONTH)
        if form.validate_on_submit():
            try:
                flash(self.work(form.period.data), "success")
                db.session.commit()
                return redirect(url_for(".index_view", flt_period=form.period.data))
            except Refused as wrong:
                db.session.rollback()
                errors = [str(wrong)]
        return self.render(
            "admin/transition.html", title=label, form=form, back={"url": url_for(".index_view"), "label": "返回列表"}, after_note=words,
            verb={"label": label, "short": label, "icon": icon}, draft=False, general_errors=errors,
        ), 409 if errors else 422 if form.is_submitted() else 200


class RatingRulePanel(RatingRehearsal, OwnedPanel):
    resource = "rating_rule"
    hidden = True
    columns = ["indicator", "measure", "weight", "blue_from", "yellow_from", "clause", "is_active"]
    fields = ["code", "indicator", "measure", "weight", "blue_from", "yellow_from", "document", "clause", "is_active"]
    classes = {"measure": "col-title", "weight": "num", "blue_from": "num", "yellow_from": "num", "clause": "muted"}
    filters = [by_row("indicator", "指标", RatingRule.indicator_id, Indicator), one_of("measure", "测度", RatingRule.measure, Rated)]
    order = ("id", False)


def _parts(row: UnitRating) -> str:
    words = []
    for key, value in row.parts.items():
        words.append(f"{Rated[key].label} {value[0]:g}/{value[1]:g}（权重{value[2]}）" if key in Rated.__members__ else f"{value}个指标平均")
    return "；".join(words)


def _scored(row: UnitRating) -> str:
    return "" if row.score is None else f"{row.colour.label} {row.score:.2f}"


def _months_before(periods: set[str]) -> dict[str, dict[Any, Any]]:
    """What each of these months is compared with; asked once for all of them, kept until the answer is sent."""
    known = g.setdefault("months_before", {})
    if missing := periods - known.keys():
        before = {previous(Span.MONTH, period): period for period in missing}
        known |= {period: {} for period in missing}
        query = sa.select(UnitRating.period, UnitRating.unit_id, UnitRating.indicator_id, UnitRating.place, UnitRating.score)
        for found in db.session.execute(query.where(UnitRating.period.in_(before))):
            known[before[found.period]][found.unit_id, found.indicator_id] = (found.place, found.score)
    return known


def _moved(row: UnitRating) -> str:
    """A unit's place against the month before, an indicator's points; "—" when one of the two is missing."""
    place, score = _months_before({row.period})[row.period].get((row.unit_id, row.indicator_id), (None, None))
    if row.indicator_id is None:
        words = moved(place, row.place)
        return words if words == "—" else f"{words} 位"
    if score is None or row.score is None or score == row.score:
        return "—"
    return f"{'↑' if row.score > score else '↓'}{abs(row.score - score):.2f} 分"


class RatingPanel(MonthlyPanel):
    """Computed by the sweep, or by pressing the button; never edited."""

    resource = "rating"
    siblings = [("评价规则", "rating_rule", "stopwatch")]
    columns = ["period", "unit", "indicator", "score", "place", "moved", "exempt_part", "exempt_whole", "parts", "computed_at", "frozen_at"]
    labels = {"score": "评价", "moved": "比上月"}
    classes = {"unit": "col-title", "score": "nowrap", "place": "num", "moved": "nowrap", "exempt_part": "num opt", "exempt_whole": "num opt", "parts": "cut-s",
               "computed_at": "muted opt", "frozen_at": "muted"}
    filters = [contains("period", "月份", UnitRating.period, placeholder="如 2024-08"), by_row("unit", "单位", UnitRating.unit_id, Unit),
               by_row("indicator", "指标", UnitRating.indicator_id, Indicator), one_of("colour", "评价", UnitRating.colour, Colour),
               Where("whole", "范围", lambda value: UnitRating.indicator_id.is_(None).is_({"1": True, "0": False}[value]), kind="select",
                     choices=lambda: [("1", "总评"), ("0", "分指标")])]
    order = ("period", True)
    column_formatters = {
        "parts": lambda _v, _c, row, _n: _parts(row), "indicator": lambda _v, _c, row, _n: str(row.indicator or "总评"),
        "score": lambda _v, _c, row, _n: "—" if row.score is None else light(row.colour, _scored(row)),
        "moved": lambda _v, _c, row, _n: _moved(row),
    }
    export_formatters = {"score": lambda _v, _c, row, _n: _scored(row), "moved": lambda _v, _c, row, _n: _moved(row)}

    def warm(self, rows: list[UnitRating]) -> Any:
        """The months before those of the page."""
        return _months_before({row.period for row in rows})

    def _get_default_order(self) -> Any:
        yield UnitRating.period, [], True
        yield UnitRating.indicator_id.is_not(None), [], False
        yield UnitRating.place.is_(None), [], False
        yield UnitRating.place, [], False
        yield UnitRating.id, [], False

    job = ("compute", "计算评价", "arrow-repeat", "按现行规则重新计算这个月各单位、各指标的得分和颜色；通报印发后锁定，不能再算。")

    def work(self, period: str) -> str:
        """Compute the month."""
        return f"{period} 评价已计算，变动 {rate_month(period)} 行"


def _leads_nothing() -> bool:
    """Whether the reader speaks for one unit, and that unit leads no group with an indicator of its own."""
    if current_user.level("problem_paper:view") != Level.UNIT:
        return False
    led = sa.select(Indicator.id).join(GroupMembership, GroupMembership.group_id == Indicator.group_id).where(
        GroupMembership.unit_id == current_user.unit_id, GroupMembership.role == MemberRole.LEAD)
    return remembered(("leads_nothing", current_user.unit_id), lambda: db.session.scalar(led.limit(1)) is None)


def _has_slices() -> bool:
    """Whether there is anything to fill in for the reader; the scope narrows it to the own unit."""
    return remembered(("has_slices", current_user.id), lambda: db.session.scalar(sa.select(GroupSlice.id).limit(1)) is not None)


class ProblemPaperPanel(OwnedPanel):
    """Handed in by the 20th. M 三(二)"""

    resource = "problem_paper"
    columns = ["period", "indicator", "unit", "problem", "measures", "handed_in_at", "on_time"]
    fields = ["indicator", "period", "unit", "problem", "measures"]
    classes = {"indicator": "col-title", "unit": "col-unit", "problem": "cut-s", "measures": "cut-s"}
    labels = {"on_time": "20日前"}
    filters = [contains("period", "月份", IndicatorProblem.period, placeholder="如 2024-08"),
               by_row("indicator", "指标", IndicatorProblem.indicator_id, Indicator)]
    order = ("period", True)
    column_formatters = {"on_time": lambda _v, _c, row, _n: "按时" if row.on_time else "迟报"}

    def is_visible(self) -> bool:
        """Not in the menu of a unit that leads no group: it hands in nothing."""
        return not _leads_nothing()


class SlicePanel(MonthlyPanel):
    """The groups fill their part in; the documents are put together from them."""

    resource = "slice"
    columns = ["period", "kind", "group", "unit", "due_at", "content", "filled_at", "is_late"]
    fields = ["content"]
    classes = {"kind": "col-title cut", "unit": "col-unit", "content": "cut-s"}
    labels = {"is_late": "时限"}
    filters = [contains("period", "月份", GroupSlice.period, placeholder="如 2024-08"), one_of("kind", "材料", GroupSlice.kind, SliceKind),
               by_row("group", "工作组", GroupSlice.group_id, WorkGroup), by_row("unit", "填报单位", GroupSlice.unit_id, Unit)]
    order = ("due_at", True)
    column_formatters = {"is_late": lambda _v, _c, row, _n: ("迟报" if row.filled_at else "逾期未报") if row.is_late else "按时" if row.filled_at else "待填报"}
    can_create = False
    job = ("lay_out", "布置填报", "send", "按各组每月报送职责生成这个月的填报项，已有的不重复。")

    def work(self, period: str) -> str:
        """Lay the month out."""
        return f"{period} 新布置 {open_slices(period)} 项填报"

    def row_verb(self, row: GroupSlice) -> tuple[str, str]:
        """Fill in, or look."""
        if self.can_edit and not row.content:
            return "填报", url_for(".edit_view", id=row.id, url=request.full_path)
        return "查看", url_for(".details_view", id=row.id, url=request.full_path)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """The next step of each row."""
        return super().list_context(context) | {"row_verb": self.row_verb}

    def is_visible(self) -> bool:
        """In the menu of whoever fills in or lays out."""
        return (self._may("edit") and _has_slices()) or current_user.may("report:create")
