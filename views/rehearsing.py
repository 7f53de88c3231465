"""预演: before a threshold changes, what the last three months would have looked like (users.md 20)."""

from typing import Any

from flask import request, url_for
from flask_admin import expose

from models import rehearsal
from models.accountability import ThresholdUnit
from models.clock import LimitUnit
from models.matter import Matter
from models.standard import SpanUnit
from views.cells import short_time

SHOWN = 200  # matters listed of each kind
NOTE = "按近92天各事项现行时限重算，只预演，不改规则、不发措施；您看不到的事项不计入。"


class Rehearsing:
    """Mixin of a panel of rules. `trial(row)` gives the fields, `rehearsed(row, given)` the tables."""

    def rehearse_verb(self, row: Any) -> tuple[str, str]:
        """The last column of the list."""
        return "预演", url_for(".rehearse", id=row.id)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Each rule can be rehearsed by those who see it."""
        return super().list_context(context) | {"row_verb": self.rehearse_verb, "row_label": str}

    def trial(self, row: Any) -> list[dict[str, Any]]:
        """Fields of the little form, filled in as the rule is."""
        raise NotImplementedError

    def rehearsed(self, row: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Tables of what would have happened; ValueError with a sentence."""
        raise NotImplementedError

    @expose("/rehearse/")
    def rehearse(self) -> Any:
        """Before and after, with the matters that would be hit."""
        row = self.find()
        fields = self.trial(row)
        for field in fields:
            field["value"] = request.args.get(field["name"], field["value"])
        tables, error = [], ""
        try:
            tables = self.rehearsed(row, {field["name"]: field["value"] for field in fields})
        except (ValueError, KeyError, OverflowError) as wrong:
            error = str(wrong) if isinstance(wrong, _Wrong) else "请填写合理的整数"
        links = [("修改规则", url_for(".edit_view", id=row.id), "pencil-square")] if self.can_edit else []
        return self.render(
            "duties/figures.html", title=f"预演：{row}", back=url_for(".index_view"), fields=fields, hidden={"id": row.id}, error=error,
            tables=tables, notes=[NOTE], page_links=links,
        ), 422 if error else 200


class _Wrong(ValueError):
    """A sentence for the page."""


def whole(text: Any, label: str, least: int, most: int) -> int:
    """An integer in bounds, or a sentence."""
    number = int(str(text).strip())
    if not least <= number <= most:
        raise _Wrong(f"{label}应在{least}到{most}之间")
    return number


def matter_tables(found: rehearsal.Rehearsal) -> list[dict[str, Any]]:
    """The two numbers, the two differences, and every matter behind them."""
    cells = [("现行规则命中", len(found.before), None), ("修改后命中", len(found.after), None),
             ("新增命中", len(found.more), None), ("不再命中", len(found.fewer), None)]
    lists = [("新增命中的事项", found.more), ("不再命中的事项", found.fewer), ("前后都命中的事项", found.before & found.after)]
    return [{"title": "命中事项", "cells": cells}, *({"title": title, "head": HEAD, "rows": _rows(ids)} for title, ids in lists)]


HEAD = ["事项", "编号", "责任单位", "时限", "状态"]


def _rows(ids: frozenset[int]) -> list[list[tuple[Any, Any]]]:
    return [_row(matter) for matter in rehearsal.matters(ids)[:SHOWN]]


def _row(matter: Matter) -> list[tuple[Any, Any]]:
    return [
        (matter.title, url_for(f"{matter.kind}.details_view", id=matter.id)), (matter.number, None), (str(matter.unit or "—"), None),
        (short_time(matter.due_at) or "—", None), (matter.state.label, None),
    ]


class RuleRehearsal(Rehearsing):
    """Of an escalation rule: its threshold."""

    def trial(self, row: Any) -> list[dict[str, Any]]:
        """Threshold and unit."""
        return [
            {"name": "threshold", "label": "阈值", "kind": "text", "value": row.threshold},
            {"name": "threshold_unit", "label": "阈值单位", "kind": "select", "value": row.threshold_unit.value, "options": ThresholdUnit.choices()},
        ]

    def rehearsed(self, row: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Matters that would have been proposed."""
        threshold = whole(given["threshold"], "阈值", 0, 400)
        return matter_tables(rehearsal.rehearse_rule(row, threshold, ThresholdUnit[given["threshold_unit"]]))


class StandardRehearsal(Rehearsing):
    """Of a service standard: its length."""

    def trial(self, row: Any) -> list[dict[str, Any]]:
        """Amount and unit."""
        return [{"name": "amount", "label": "时限", "kind": "text", "value": row.amount},
                {"name": "unit", "label": "计时单位", "kind": "select", "value": row.unit.value, "options": SpanUnit.choices()}]

    def rehearsed(self, row: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Matters that would have been late."""
        amount = whole(given["amount"], "时限", 1, 1000)
        return matter_tables(rehearsal.rehearse_standard(row, amount, LimitUnit[SpanUnit[given["unit"]]]))


class RatingRehearsal(Rehearsing):
    """Of a rating rule: weight and thresholds."""

    def trial(self, row: Any) -> list[dict[str, Any]]:
        """Weight, where blue and yellow begin."""
        asked = (("weight", "权重"), ("blue_from", "蓝：不低于"), ("yellow_from", "黄：不低于"))
        return [{"name": name, "label": label, "kind": "text", "value": getattr(row, name)} for name, label in asked]

    def rehearsed(self, row: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Colours that would have been others."""
        weight, blue, yellow = whole(given["weight"], "权重", 1, 100), float(given["blue_from"]), float(given["yellow_from"])
        if not (0 <= blue <= 1000 and 0 <= yellow <= 1000):
            raise _Wrong("分值应在0到1000之间")
        changes = rehearsal.rehearse_rating(row, weight, blue, yellow)
        rows = [
            [(str(one.unit), url_for("rating.index_view", flt_period=one.period, flt_unit=one.unit.id)), (one.period, None), (str(one.indicator), None),
             (one.before.label if one.before else "—", None), (one.after.label if one.after else "—", None)] for one in changes
        ]
        return [{"title": "变色合计", "cells": [("变色", len(changes), None)]},
                {"title": "会变色的单位和指标", "head": ["单位", "月份", "指标", "现为", "改后"], "rows": rows}]
