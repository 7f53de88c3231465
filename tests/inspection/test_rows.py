"""What the database itself refuses, whoever asks, and the sentence that says so."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models import (
    CaseFile,
    CaseReview,
    CoerciveMeasure,
    Hazard,
    InspectionTarget,
    ObservationPeriod,
    Penalty,
    QuietDay,
    db,
)
from models.sentences import UNKNOWN, sentence_for

TODAY, LATER = date(2024, 8, 5), date(2024, 8, 6)


def _coercion(desk, **given):
    return CoerciveMeasure(**{"unit_id": desk.cast.jia.id, "enterprise_id": desk.firm().id, "kind": "SEAL", "document_no": "封1", "basis": "法",
                              "property": "库房", "starts_on": TODAY, "ends_on": LATER, "impact": "PART", "capital_left": True, "accounts_left": True} | given)


def _target(desk, **given):
    return InspectionTarget(**{"inspection_id": desk.plan(desk.firm()).id, "enterprise_id": desk.firm().id, "planned_on": LATER} | given)


def _hazard(desk, **given):
    return Hazard(**{"inspection_id": desk.plan(desk.firm()).id, "enterprise_id": desk.firm().id, "description": "堵塞",
                     "found_on": TODAY, "recheck_on": LATER} | given)


def _penalty(desk, **given):
    return Penalty(**{"inspection_id": desk.plan(desk.firm()).id, "enterprise_id": desk.firm().id, "kind": "WARNING", "document_no": "罚1", "decided_on": TODAY,
                      "violation": "违法"} | given)


def _review(desk, **given):
    case = CaseFile(number=f"案{desk.firm().id}", unit=desk.cast.jia, kind="PENALTY", title="案", closed_on=TODAY)
    db.session.add(case)
    db.session.flush()
    return CaseReview(**{"number": f"PC{case.id}", "title": "评查", "state": "WAITING", "case_id": case.id, "rhythm": "DAILY", "period": "2024-08-05"} | given)


BAD: list[tuple[str, Any]] = [
    ("未预留流动资金", lambda d: _coercion(d, capital_left=False)),
    ("不能早于起始日期", lambda d: _coercion(d, ends_on=date(2024, 8, 1))),
    ("不能为负", lambda d: _coercion(d, amount=-1)),
    ("有检查结果的须填检查日期", lambda d: _target(d, finding="CLEAN")),
    ("例外情形须写明理由", lambda d: _target(d, passing="LAWFUL")),
    ("须有批准人", lambda d: _target(d, passing="LEADER", passing_note="同意")),
    ("复查日期不能早于发现日期", lambda d: _hazard(d, recheck_on=date(2024, 8, 1))),
    ("销号的隐患须有复查时间", lambda d: _hazard(d, state="CLEARED")),
    ("须填写金额", lambda d: _penalty(d, kind="FINE")),
    ("免予处罚的不填", lambda d: _penalty(d, kind="NONE", amount=1)),
    ("得分应在0至100", lambda d: _review(d, score=101)),
    ("同时填写", lambda d: _review(d, grade="GOOD")),
    ("须选择主要问题", lambda d: _review(d, grade="BAD", reviewed_on=TODAY)),
    ("不设观察期", lambda d: ObservationPeriod(unit_id=d.cast.jia.id, enterprise_id=d.firm().id, business="新", starts_on=TODAY, ends_on=LATER, basis="策")),
    ("每月起止日要同时填写", lambda d: QuietDay(name="静", day_from=1)),
    ("在1至31之间", lambda d: QuietDay(name="静", day_from=20, day_to=10)),
    ("请填写起止日期", lambda d: QuietDay(name="静", starts_on=TODAY)),
    ("截止日期不能早于", lambda d: QuietDay(name="静", starts_on=LATER, ends_on=TODAY)),
]


def _refused(act: Any) -> str:
    """The sentence with which the database refuses, leaving the transaction as it was."""
    with pytest.raises(IntegrityError) as refused, db.session.begin_nested():
        act()
    return sentence_for(refused.value)


def test_rows_that_make_no_sense_are_refused_in_words(desk):
    for words, make in BAD:
        row = make(desk)
        sentence = _refused(lambda row=row: (db.session.add(row), db.session.flush()))
        assert words in sentence
        assert sentence != UNKNOWN


def test_a_state_of_another_kind_is_refused(desk):
    table = db.metadata.tables["matter"]
    for kind in ("inspection", "joint", "request", "review"):
        row = sa.insert(table).values(kind=kind, number=f"X-{kind}", title="x", state="REGISTERED", opened_at=sa.func.now(), version=1)
        assert _refused(lambda row=row: db.session.execute(row)) == "状态不在可选范围内"


def test_the_same_enterprise_stands_once_in_a_plan(desk):
    row = desk.plan(desk.firm())
    db.session.add(InspectionTarget(inspection_id=row.id, enterprise_id=row.targets[0].enterprise_id, planned_on=LATER))
    with pytest.raises(IntegrityError) as refused:
        db.session.flush()
    assert "只写一次" in sentence_for(refused.value)
