"""A4, A7: colours by rules that are data, counted a second time by hand."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models import Indicator, IndicatorResult, RatingRule, UnitRating, db
from models.indicator import Colour
from models.rating import rate_month
from models.rating.monthly import moved
from models.rating.rule import Rated, rank_colour
from models.rating.sweeping import rate_running_months
from models.report import REPORTS
from tests.cast import login
from tests.report.conftest import put

AUGUST = "2024-08"


def _indicator(code):
    return db.session.scalars(sa.select(Indicator).where(Indicator.code == code)).one()


def _rating(unit, code=None):
    wanted = _indicator(code).id if code else None
    query = sa.select(UnitRating).where(UnitRating.period == AUGUST, UnitRating.unit_id == unit.id, UnitRating.indicator_id.is_not_distinct_from(wanted))
    return db.session.scalars(query).one()


def _demands(cast):
    """甲局: on time 3 of 4, once 2 of 3, satisfied 2 of 3."""
    good = {"satisfaction": "SATISFIED", "unit": cast.jia}
    put(cast, 1, due=10, answered=9, closed=11, **good)
    put(cast, 2, due=10, answered=9, closed=11, **good)
    put(cast, 3, due=10, answered=9, closed=12, reworks=1, satisfaction="NOT", unit=cast.jia)
    put(cast, 4, due=10, unit=cast.jia)


def test_a_score_is_the_weighted_mean_of_what_was_measured(cast):
    _demands(cast)
    rate_month(AUGUST)
    row = _rating(cast.jia, "zhengqitong")
    # weights 3, 2, 2; no tasks were due, so that measure takes no part
    expected = (3 * Decimal(75) + 2 * Decimal(200) / 3 + 2 * Decimal(200) / 3) / 7
    assert row.score == expected.quantize(Decimal("0.01"))
    assert row.parts["ON_TIME"] == [3, 4, 3]
    assert "TASK_ON_TIME" not in row.parts
    assert row.colour == Colour.RED


def test_changing_a_rule_changes_the_colour_and_nothing_else(cast):
    _demands(cast)
    rate_month(AUGUST)
    before = _rating(cast.jia, "zhengqitong").score
    for rule in db.session.scalars(sa.select(RatingRule).where(RatingRule.indicator_id == _indicator("zhengqitong").id)):
        rule.yellow_from, rule.blue_from = 50, 70
    rate_month(AUGUST)
    row = _rating(cast.jia, "zhengqitong")
    assert (row.score, row.colour) == (before, Colour.BLUE)


def test_a_unit_without_data_has_no_score_instead_of_a_hundred(cast):
    rate_month(AUGUST)
    row = _rating(cast.yi, "zhengqitong")
    assert (row.score, row.colour) == (None, None)
    assert _rating(cast.yi).place is None or _rating(cast.yi).score is not None


def test_a_unit_outside_the_group_is_not_concerned(cast):
    rate_month(AUGUST)
    lead = _indicator("xuanchuan")
    query = sa.select(UnitRating).where(UnitRating.indicator_id == lead.id, UnitRating.period == AUGUST)
    assert {row.unit_id for row in db.session.scalars(query)} == {unit.id for unit in lead.group.units()}


def test_the_exemption_rate_stands_beside_the_score(cast):
    _demands(cast)
    put(cast, 5, due=10, answered=9, closed=11, unit=cast.jia, exempt=True)
    rate_month(AUGUST)
    row = _rating(cast.jia)
    assert (row.exempt_part, row.exempt_whole) == (1, 4)
    assert "核减率" in REPORTS["rating-month"].build(AUGUST).sheets[0].head


def test_equal_scores_share_a_place(cast):
    for unit, points in ((cast.jia, 95), (cast.yi, 95), (cast.supervisor.unit, 80)):
        db.session.add(IndicatorResult(indicator=_indicator("manyidu"), period=AUGUST, unit=unit, value=points))
    db.session.flush()
    for rule in db.session.scalars(sa.select(RatingRule).where(RatingRule.measure == Rated.PUBLICITY)):
        rule.is_active = False  # a quota nobody has met would add to the means
    rate_month(AUGUST)
    assert (_rating(cast.jia).place, _rating(cast.yi).place, _rating(cast.supervisor.unit).place) == (1, 1, 3)


def test_the_ranking_shows_movement_and_marks_first_and_last(cast):
    for period, points in (("2024-07", (70, 90)), (AUGUST, (95, 85))):
        for unit, value in zip((cast.jia, cast.yi), points, strict=True):
            db.session.add(IndicatorResult(indicator=_indicator("manyidu"), period=period, unit=unit, value=value))
    for rule in db.session.scalars(sa.select(RatingRule).where(RatingRule.measure == Rated.PUBLICITY)):
        rule.is_active = False
    db.session.flush()
    rate_month("2024-07")
    rate_month(AUGUST)
    rows = {row[1]: row for row in REPORTS["rating-month"].build(AUGUST).sheets[0].rows}
    assert rows[cast.jia.name][0] == 1
    assert rows[cast.jia.name][4:6] == ["↑1", "前三名"]
    assert rows[cast.yi.name][4] == "↓1"


def test_the_circular_names_the_first_three_and_the_last_three(cast):
    units = _indicator("manyidu").group.units()[:7]
    for unit, value in zip(units, range(98, 28, -10), strict=True):
        db.session.add(IndicatorResult(indicator=_indicator("manyidu"), period=AUGUST, unit=unit, value=value))
    for rule in db.session.scalars(sa.select(RatingRule).where(RatingRule.measure == Rated.PUBLICITY)):
        rule.is_active = False
    db.session.flush()
    rate_month(AUGUST)
    names = [unit.name for unit in units]
    assert f"单位总评前三名：{'、'.join(names[:3])}；后三名：{'、'.join(names[4:])}。" in REPORTS["circular"].build(AUGUST).lead
    rows = {row[1]: row[5] for row in REPORTS["rating-month"].build(AUGUST).sheets[0].rows}
    assert [rows[name] for name in names] == ["前三名"] * 3 + [rows[names[3]]] + ["后三名"] * 3
    assert rows[names[3]] not in ("前三名", "后三名")


@pytest.mark.parametrize(("before", "after", "words"), [(5, 3, "↑2"), (3, 5, "↓2"), (3, 3, "—"), (None, 3, "—"), (3, None, "—")])
def test_movement_is_told_by_arrows(before, after, words):
    assert moved(before, after) == words


def test_the_city_rank_colours_the_indicator_by_its_own_rule(cast):
    rules = list(db.session.scalars(sa.select(RatingRule)))
    assert [rank_colour(rank, rules) for rank in (1, 5, 6, 8, 9)] == [Colour.BLUE, Colour.BLUE, Colour.YELLOW, Colour.YELLOW, Colour.RED]
    assert rank_colour(1, []) is None


@pytest.mark.parametrize(("measure", "blue", "yellow"), [("ON_TIME", 80, 90), ("CITY_RANK", 8, 5)])
def test_thresholds_must_be_in_order(cast, measure, blue, yellow):
    db.session.add(RatingRule(code="x", measure=measure, blue_from=blue, yellow_from=yellow))
    with pytest.raises(IntegrityError, match="thresholds_in_order"):
        db.session.flush()


def test_a_second_pass_of_the_sweep_changes_no_colour(cast):
    _demands(cast)
    assert rate_running_months() > 0
    assert rate_running_months() == 0


def test_only_the_coordinator_presses_the_button(cast, client):
    assert login(client, "coordinator").post("/rating/month/", data={"period": AUGUST}).status_code == 302
    assert _rating(cast.jia).period == AUGUST


def test_a_supervisor_sees_the_colours_and_cannot_compute_them(cast, client):
    login(client, "supervisor")
    assert client.get("/rating/").status_code == 200
    assert client.get("/rating/month/").status_code == 404


def test_a_unit_head_sees_the_own_colours_only(cast, client):
    rate_month(AUGUST)
    page = login(client, "jia_head").get("/rating/?page_size=100").text.split("<tbody>")[1]
    assert cast.jia.name in page
    assert cast.yi.name not in page
