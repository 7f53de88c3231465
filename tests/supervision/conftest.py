"""It is Monday, 5 August 2024, nine o'clock; a check in the office of 甲局 has been entered."""

from collections.abc import Callable
from datetime import date

import pytest

from models import Check, Problem, db
from models.supervision.states import ProblemSource
from tests.stagehand import grant, monday

__all__ = ["grant", "monday"]


@pytest.fixture
def check(cast) -> Check:
    """A covert visit to 甲局."""
    row = Check(held_on=date(2024, 8, 2), method="COVERT", unit=cast.jia, interviewed=3, files_read=2, findings="窗口无人值守。")
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def found(cast, check) -> Callable[..., Problem]:
    """`found()` is a problem of 甲局, found in the check."""

    def find(title: str = "窗口工作时间无人值守", **about: object) -> Problem:
        given = {"by": cast.supervisor, "unit": cast.jia, "content": "上午十时窗口空岗二十分钟。", "source": ProblemSource.CHECK, "check": check}
        return Problem.find(title=title, **given | about)

    return find


@pytest.fixture
def accepted(cast, found) -> Problem:
    """A problem 甲局 has rectified and the supervisor has accepted."""
    problem = found()
    problem.rectify(by=cast.jia_clerk, result="已调整排班。", person="演示-甲经办")
    problem.accept(by=cast.supervisor)
    return problem
