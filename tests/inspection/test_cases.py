"""Case files: drawn every working day and every month, reviewed, put right, told of every quarter (I10)."""

from datetime import date

import pytest
import sqlalchemy as sa

from models import CaseFile, CaseReview, db
from models.errors import Invalid, NotPermitted
from models.inspection import ReviewState as S
from models.inspection.casefile import CaseKind, Rhythm
from models.report import kind_of
from models.sweep import sweep
from tests.inspection.desk import at, day


@pytest.fixture
def files(desk):
    """Eight files of 甲局, closed in July."""
    for n in range(8):
        db.session.add(CaseFile(number=f"演示案{n}", unit=desk.cast.jia, kind=CaseKind.PENALTY, title="未按期报告", closed_on=date(2024, 7, 10 + n)))
    db.session.flush()
    return desk


def _reviews(rhythm):
    return list(db.session.scalars(sa.select(CaseReview).where(CaseReview.rhythm == rhythm).order_by(CaseReview.id)))


def test_every_working_day_two_files_and_every_month_five_once(files):
    assert sweep()["抽取评查案卷"] == 7
    assert sweep()["抽取评查案卷"] == 0
    daily, monthly = _reviews(Rhythm.DAILY), _reviews(Rhythm.MONTHLY)
    assert (len(daily), {row.period for row in daily}, daily[0].due_at) == (2, {"2024-08-05"}, day("2024-08-05 17:30"))
    assert (len(monthly), {row.period for row in monthly}, monthly[0].due_at) == (5, {"2024-07"}, day("2024-08-30 17:30"))
    with at("2024-08-10 09:00"):  # a Saturday
        assert sweep()["抽取评查案卷"] == 0
    with at("2024-08-12 09:00"):
        sweep()
    assert len({row.case_id for row in _reviews(Rhythm.DAILY)}) == 4  # no file twice


def _faulty(desk):
    sweep()
    row = _reviews(Rhythm.DAILY)[0]
    row.review(by=desk.user("justice"), score=72, grade="FLAWED", findings="裁量理由未写明", fault="LAW")
    return row


def test_a_good_file_ends_the_review(files):
    sweep()
    row = _reviews(Rhythm.DAILY)[0]
    row.review(by=files.user("justice"), score=96, grade="GOOD", findings="规范")
    assert (row.state, row.reviewed_on) == (S.CLOSED, date(2024, 8, 5))


def test_a_flawed_one_goes_to_its_unit_with_a_clock_and_back_to_the_reviewer(files):
    row = _faulty(files)
    assert (row.state, row.unit, row.due_at) == (S.RECTIFYING, files.cast.jia, day("2024-08-19 17:30"))
    row.rectify(by=files.cast.jia_clerk, rectified="已补正并通报")
    with pytest.raises(NotPermitted):
        row.accept(by=files.cast.jia_clerk)
    row.send_back(by=files.user("justice"), reason="补正不完整")
    assert (row.state, row.answered_at) == (S.RECTIFYING, None)
    row.rectify(by=files.cast.jia_clerk, rectified="已完整补正")
    row.accept(by=files.user("justice"))
    assert row.state == S.CLOSED


def test_a_fault_is_named_and_only_the_reviewer_reviews(files):
    sweep()
    row = _reviews(Rhythm.DAILY)[0]
    with pytest.raises(Invalid, match="主要问题"):
        row.review(by=files.user("justice"), score=50, grade="BAD", findings="差")
    with pytest.raises(NotPermitted):
        row.review(by=files.cast.jia_clerk, score=99, grade="GOOD", findings="自评")


def test_the_quarterly_notice_counts_what_was_read(files):
    _faulty(files)
    rows = _reviews(Rhythm.DAILY) + _reviews(Rhythm.MONTHLY)
    for row in rows[1:4]:
        row.review(by=files.user("justice"), score=90, grade="GOOD", findings="规范")
    found = kind_of("case-quarter").build("2024-Q3")
    mine = [r for r in db.session.scalars(sa.select(CaseReview)) if r.reviewed_on and date(2024, 7, 1) <= r.reviewed_on <= date(2024, 9, 30)]
    good = [r for r in mine if r.grade == "GOOD"]
    name, read, rate, bad, open_, mean = found.sheets[0].rows[0]
    assert (name, read.value, rate, bad.value, open_) == ("区人社局", len(mine), f"{100 * len(good) / len(mine):.1f}%", len(mine) - len(good), 1)
    assert mean == f"{sum(r.score for r in mine) / len(mine):.1f}"
    assert [(row[0], row[1].value) for row in found.sheets[1].rows] == [("适用依据或裁量不当", 1)]
    assert found.gaps == ["还有3卷已抽取未评查"]
    assert kind_of("case-quarter").build("2024-Q1").sheets[0].rows == []
