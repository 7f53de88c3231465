"""S8: the weekly check, the monthly analysis and the quarterly summary count the checks of their own stretch."""

from datetime import date

import pytest

from models import Check, db
from models.report import kind_of, shown

DAYS = (("2024-08-05", "COVERT"), ("2024-08-02", "SURPRISE"), ("2024-08-02", "COVERT"), ("2024-07-15", "COVERT"), ("2024-05-15", "ROUTINE"))


@pytest.fixture
def checks(cast):
    """Five checks from May to August."""
    for day, method in DAYS:
        db.session.add(Check(held_on=date.fromisoformat(day), method=method, unit=cast.jia, interviewed=2, files_read=1, findings="已查看。"))
    db.session.flush()


@pytest.mark.parametrize(("code", "period", "title", "found"), [
    ("check-week", "2024-W32", "监督检查周报", 1), ("check-week", "2024-W31", "监督检查周报", 2), ("check-month", "2024-08", "监督检查月度分析", 3),
    ("check-quarter", "2024-Q3", "监督检查季度总结", 4), ("check-year", "2024", "监督检查年度总结", 5),
])
def test_each_stretch_counts_its_own_checks(checks, code, period, title, found):
    report = kind_of(code).build(period)
    assert report.title.endswith(title)
    assert f"监督检查{found}次，走访企业{2 * found}家，查阅涉企案卷{found}卷" in report.lead[0]
    methods = next(sheet for sheet in report.sheets if sheet.title == "检查方式")
    assert sum(int(shown(row[1])) for row in methods.rows) == found
    assert report.gaps == []


def test_a_week_without_checks_says_so(checks):
    assert kind_of("check-week").build("2024-W30").gaps == ["本期没有登记监督检查"]
