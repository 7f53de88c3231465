"""A5: the monthly circular is due two days after the city's; it names its last day, who reported and who did not."""

from datetime import date, datetime, timedelta

import pytest

from models import CityNotice, Indicator, db
from models.now import TZ, as_of
from models.report import REPORTS
from tests.report.conftest import FRIDAY
from views.report import paper_of

JULY = "2024-07"
RECEIVED = datetime(2024, 8, 28, 9, 0, tzinfo=TZ)  # a Wednesday


def _circular():
    return REPORTS["circular"].build(JULY)


def _notice(cast):
    return CityNotice.enter(by=cast.coordinator, title="市营商环境考核通报", issuer="市营转办", period=JULY, issued_on=date(2024, 8, 28), received_at=RECEIVED)


def test_it_says_by_which_day_it_has_to_be_out_and_when_that_day_has_passed(cast):
    _notice(cast)
    assert "市级通报2024年8月28日下发。" in _circular().lead
    assert _circular().aside[0].startswith("本通报应于2024年8月30日前印发。")
    with as_of(FRIDAY + timedelta(days=1)):
        assert _circular().aside[0].startswith("本通报应于2024年8月30日前印发，已超过时限。")


def test_its_own_lateness_is_not_printed(cast):
    _notice(cast)
    with as_of(FRIDAY + timedelta(days=1)):
        paper = paper_of(_circular(), issued=date(2024, 8, 31))
    assert "市级通报2024年8月28日下发" in paper.body
    assert "已超过时限" not in paper.body


@pytest.mark.parametrize(("issued", "received", "due"), [
    ("2024-08-26", "2024-08-28 09:00", "2024-08-28 17:30"),  # still in time: counted from the issue, however late in the two days it came
    ("2024-08-26", "2024-08-28 18:00", "2024-08-30 17:30"),  # the two days were over when it came
    ("2024-08-22", "2024-08-23 09:00", "2024-08-26 17:30"),  # the second day is a Saturday: the Monday after
])
def test_the_two_days_run_from_the_issue_unless_they_were_over_when_it_came(cast, issued, received, due):
    row = CityNotice.enter(by=cast.coordinator, title="市营商环境考核通报", issuer="市营转办", period=JULY,
                           issued_on=date.fromisoformat(issued), received_at=datetime.fromisoformat(received).replace(tzinfo=TZ))
    assert {task.due_at for task in row.tasks} == {row.due_at()} == {datetime.fromisoformat(due).replace(tzinfo=TZ)}


def test_without_the_citys_circular_it_says_that_nobody_can_check_the_two_days(cast):
    assert "未登记市级通报下发日期，无法核对2日时限" in _circular().gaps


def test_issuing_it_is_a_task_of_the_coordinator_and_each_indicator_is_asked_for(cast):
    asked = {task.responsibility.code for task in _notice(cast).tasks}
    assert {code for code in asked if not code.startswith("M-3-4-1-")} == {"M-3-4-2"}
    assert len(asked) == 1 + 9  # one for the circular itself, one for each group's indicator
    [table] = [sheet for sheet in _circular().sheets if sheet.title == "指标完成情况"]
    assert [row[0] for row in table.rows] == [row.name for row in db.session.scalars(db.select(Indicator).order_by(Indicator.sort, Indicator.id))]
    assert len(table.rows) == 9


def test_who_has_not_reported_in_the_two_days_is_named_until_it_has(cast):
    task = next(task for task in _notice(cast).tasks if task.responsibility.code == "M-3-4-1-fazhi")
    late = f"{task.unit}未报上月指标工作完成情况"
    assert late in _circular().gaps
    cast.jia_clerk.unit = task.unit
    task.submit(by=cast.jia_clerk, result="法治保障指标工作已完成。")
    report = _circular()
    assert late not in report.gaps
    [table] = [sheet for sheet in report.sheets if sheet.title == "各组上月指标工作完成情况"]
    assert "法治保障指标工作已完成。" in {row[1] for row in table.rows}
