"""A8, K1: records usable for assessment; indicators with trend and the problems in writing by the 20th."""

from datetime import datetime

import sqlalchemy as sa

from models import Indicator, IndicatorProblem, IndicatorResult, db
from models.now import TZ
from models.rating.problem import problem_due
from models.report import REPORTS
from tests.cast import login
from tests.report.conftest import put


def _indicator():
    return db.session.scalars(sa.select(Indicator).where(Indicator.code == "fazhi")).one()


def test_the_record_of_a_unit_counts_its_year(cast):
    put(cast, 1, due=10, answered=9, closed=11, unit=cast.jia, satisfaction="VERY", handler=cast.jia_clerk)
    put(cast, 2, due=10, answered=12, closed=13, unit=cast.jia, reworks=1, satisfaction="NOT", handler=cast.jia_clerk)
    put(cast, 3, due=10, answered=9, closed=11, unit=cast.jia, exempt=True, handler=cast.jia_clerk)
    rows = {row[0]: row for row in REPORTS["unit-record"].build("2024").sheets[0].rows}
    assert [str(cell) for cell in rows[cast.jia.name][1:5]] == ["2", "50.0%", "50.0%", "50.0%"]
    people = {row[1]: row for row in REPORTS["person-record"].build("2024").sheets[0].rows}
    assert [str(cell) for cell in people["演示-甲经办"][2:]] == ["2", "50.0%", "50.0%", "50.0%"]


def test_the_record_of_persons_is_not_for_units(cast, client):
    assert login(client, "jia_head").get("/report/?kind=person-record&period=2024").status_code == 404


def test_the_twentieth_moves_to_the_working_day_before(cast):
    assert problem_due("2024-08") == datetime(2024, 8, 20, 17, 30, tzinfo=TZ)
    assert problem_due("2024-07") == datetime(2024, 7, 19, 17, 30, tzinfo=TZ)  # a Saturday


def test_problems_in_writing_are_on_time_late_or_missing(cast):
    late = datetime(2024, 8, 21, 9, 0, tzinfo=TZ)
    db.session.add(IndicatorProblem(indicator=_indicator(), period="2024-08", unit=cast.jia, problem="位次靠后", handed_in_at=late))
    db.session.flush()
    report = REPORTS["indicator-month"].build("2024-08")
    assert report.sheets[1].rows[0][-1] == "迟报"
    missing = [gap for gap in report.gaps if "20日前" in gap]
    assert len(missing) == 8
    assert not any("法治保障" in gap for gap in missing)


def test_the_indicator_table_shows_movement_colour_target_and_trend(cast):
    for month, rank in (("2024-07", 6), ("2024-08", 3)):
        db.session.add(IndicatorResult(indicator=_indicator(), period=month, value=91, city_rank=rank))
    db.session.flush()
    row = next(row for row in REPORTS["indicator-month"].build("2024-08").sheets[0].rows if row[0] == "法治保障")
    assert row[3:5] == [3, "↑3"]
    assert row[5].label == "蓝"
    assert row[6] == "达到“争三”"
    assert row[7] == "—、—、—、—、6、3"
