"""Computing a month: score = weighted mean of the measured rates, thresholds by the same weights, colour, place."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from models import scope
from models.base import db
from models.errors import Refused
from models.indicator import Indicator
from models.now import now
from models.rating.measures import MEASURES, Fractions, Month
from models.rating.rule import Rated, RatingRule, colour_of
from models.rating.score import UnitRating
from models.unit import Unit

Cell = dict[str, Any]


def is_frozen(period: str) -> bool:
    """Whether the month's circular is out."""
    return bool(db.session.scalar(sa.select(UnitRating.id).where(UnitRating.period == period, UnitRating.frozen_at.is_not(None)).limit(1)))


def rules_of(indicator: Indicator, rules: Sequence[RatingRule]) -> list[RatingRule]:
    """The indicator's own rules, or those for every indicator."""
    own = [rule for rule in rules if rule.indicator_id == indicator.id]
    return own or [rule for rule in rules if rule.indicator_id is None]


def rate_month(period: str) -> int:
    """(Re)compute every unit and indicator of a month; how many rows changed. Refused once the month is published."""
    with scope.everything():
        if is_frozen(period):
            raise Refused(f"{period} 的评价已随通报印发，不再变动；有误请作更正说明")
        month = Month(period)
        rules = db.session.scalars(sa.select(RatingRule).where(RatingRule.is_active).order_by(RatingRule.id)).all()
        indicators = db.session.scalars(sa.select(Indicator).where(Indicator.is_active).order_by(Indicator.sort, Indicator.id)).all()
        cells: dict[tuple[int, int | None], Cell] = {}
        for indicator in indicators:
            for unit, cell in _indicator_cells(month, indicator, rules_of(indicator, rules)).items():
                cells[unit, indicator.id] = cell
        for unit, cell in _totals(month, cells).items():
            cells[unit, None] = cell
        return _store(period, cells)


def _indicator_cells(month: Month, indicator: Indicator, rules: list[RatingRule]) -> dict[int, Cell]:
    measured: list[tuple[RatingRule, Fractions]] = [
        (rule, MEASURES[rule.measure](month, indicator)) for rule in rules if rule.measure != Rated.CITY_RANK
    ]
    members = {unit.id for unit in indicator.group.units()} if indicator.group else set()
    return {unit: _cell([(rule, found[unit]) for rule, found in measured if unit in found]) for unit in members}


def _cell(found: list[tuple[RatingRule, tuple[float, float]]]) -> Cell:
    """The weighted mean of what has a denominator; nothing measured is nothing said."""
    weight = sum(rule.weight for rule, _ in found)
    if not weight:
        return {"score": None, "colour": None, "parts": {}}
    score = sum(rule.weight * 100 * part / whole for rule, (part, whole) in found) / weight
    blue = sum(rule.weight * float(rule.blue_from) for rule, _ in found) / weight
    yellow = sum(rule.weight * float(rule.yellow_from) for rule, _ in found) / weight
    parts = {rule.measure.value: [part, whole, rule.weight] for rule, (part, whole) in found}
    return {"score": _points(score), "colour": colour_of(float(_points(score)), blue, yellow), "parts": parts, "limits": (blue, yellow)}


def lines(rules: list[RatingRule], parts: dict[str, Any] | None = None) -> set[tuple[float, float]]:
    """Where blue and yellow begin for an indicator by the rules in force: one pair when its measures agree, else one for each.

    With the `parts` of a computed cell it is the pair that cell was coloured by: the same weights over what was measured.
    """
    found = [rule for rule in rules if rule.measure != Rated.CITY_RANK and (parts is None or rule.measure.value in parts)]
    if parts is None:
        return {(float(rule.blue_from), float(rule.yellow_from)) for rule in found}
    weight = sum(rule.weight for rule in found)
    pairs = zip(*((rule.weight * float(rule.blue_from), rule.weight * float(rule.yellow_from)) for rule in found), strict=True)
    return {tuple(round(sum(side) / weight, 2) for side in pairs)} if weight else set()


def _points(score: float) -> Decimal:
    return Decimal(str(score)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _totals(month: Month, cells: dict[tuple[int, int | None], Cell]) -> dict[int, Cell]:
    """The plain mean of a unit's indicators, placed: equal scores share a place."""
    by_unit: dict[int, list[Cell]] = {}
    for (unit, _indicator), cell in cells.items():
        by_unit.setdefault(unit, []).append(cell)
    found = {}
    for unit, own in by_unit.items():
        scored = [cell for cell in own if cell["score"] is not None]
        total: Cell = {"score": None, "colour": None, "parts": {}}
        if scored:
            score = _points(float(sum(cell["score"] for cell in scored)) / len(scored))
            blue, yellow = (sum(cell["limits"][n] for cell in scored) / len(scored) for n in (0, 1))
            total = {"score": score, "colour": colour_of(float(score), blue, yellow), "parts": {"indicators": len(scored)}}
        exempt = month.tickets.get(unit, {}).get("exempt", (0, 0))
        found[unit] = total | {"exempt_part": exempt[0], "exempt_whole": exempt[1]}
    scores = sorted((cell["score"] for cell in found.values() if cell["score"] is not None), reverse=True)
    for cell in found.values():
        cell["place"] = scores.index(cell["score"]) + 1 if cell["score"] is not None else None
    return found


def _store(period: str, cells: dict[tuple[int, int | None], Cell]) -> int:
    rows = {(row.unit_id, row.indicator_id): row for row in db.session.scalars(sa.select(UnitRating).where(UnitRating.period == period))}
    changed = 0
    for key, cell in cells.items():
        values = {name: cell.get(name) for name in ("score", "colour", "place")} | {
            "parts": cell["parts"], "exempt_part": cell.get("exempt_part", 0), "exempt_whole": cell.get("exempt_whole", 0),
        }
        row = rows.pop(key, None)
        if row is None:
            row = UnitRating(period=period, unit_id=key[0], indicator_id=key[1], computed_at=now(), **values)
            db.session.add(row)
            changed += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.computed_at = now()
            changed += 1
    for row in rows.values():  # left the group since
        db.session.delete(row)
        changed += 1
    db.session.flush()
    return changed


def places(period: str) -> dict[int, UnitRating]:
    """The totals of a month by unit, best first, under the scope in force."""
    query = (
        sa.select(UnitRating).join(Unit, Unit.id == UnitRating.unit_id)
        .where(UnitRating.period == period, UnitRating.indicator_id.is_(None))
        .order_by(UnitRating.place.is_(None), UnitRating.place, Unit.sort, Unit.id)
    )
    return {row.unit_id: row for row in db.session.scalars(query)}
