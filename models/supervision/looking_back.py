"""The look-back (回头看): a second due date on every accepted problem. Real, not in place, or relapsed (S3)."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.asks import Ask
from models.base import db
from models.clock import Limit, LimitUnit
from models.deadline import Cause
from models.errors import Invalid
from models.flow import transition
from models.now import now
from models.standard import Stage, find_standard
from models.supervision.states import LookBackResult
from models.supervision.states import ProblemState as S
from models.user import User

if TYPE_CHECKING:
    from models.supervision.problem import Problem

R = LookBackResult


class LookBack(db.Model):
    """One look-back with its verdict; nothing is overwritten."""

    __tablename__ = "look_back"

    id: Mapped[int] = c.key()
    problem_id: Mapped[int] = c.ref("problem.id", "问题", required=True)
    round: Mapped[int] = c.whole("第几次", default=1)
    due_at: Mapped[datetime | None] = c.when("回头看时限")
    at: Mapped[datetime] = c.stamp("回头看时间")
    by_id: Mapped[int] = c.ref("user_account.id", "回头看人员", required=True)
    result: Mapped[LookBackResult] = c.choice("结论", LookBackResult)
    note: Mapped[str] = c.long("核查情况", required=True)

    problem: Mapped["Problem"] = relationship(back_populates="look_backs")
    by: Mapped[User] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("problem_id", "round"),
        sa.CheckConstraint("round > 0", name="round_positive"),
    )


def _by_another(problem: "Problem", by: User) -> str | None:
    return "整改单位不能对本单位的整改回头看" if problem.part_of(by.unit_id) else None


class LookingBack:
    """Verbs after acceptance."""

    @transition(
        "回头看", done="已登记回头看结果", source={S.LOOK_BACK}, target={S.CLOSED, S.REOPENED}, permission="problem:look_back", when=_by_another, order=10,
        hint="真改即销号；未改到位重新计时整改；反弹即视为超期，由巡查按规则拟办督办",
    )
    def look_back(
        self, *, by: User,
        result: Annotated[LookBackResult, Ask("结论")],
        note: Annotated[str, Ask("核查情况", long=True, bare=True, files="回头看材料")],
    ) -> S:
        """Does the rectification hold? W 二(三)"""
        return self._judge(by, result, note)

    @transition(
        "发现反弹", done="已登记反弹，重新整改", source={S.CLOSED}, target=S.REOPENED, permission="problem:reopen", when=_by_another, order=90, mark="act",
        hint="已销号问题再次出现，重新整改并视为超期",
    )
    def reopen(self, *, by: User, note: Annotated[str, Ask("反弹情况", long=True, bare=True, files="回头看材料")]) -> None:
        """A closed problem has come back: found by a later check or look-back."""
        self._judge(by, R.RELAPSE, note)

    def _judge(self, by: User, result: LookBackResult, note: str) -> S:
        if not note:
            raise Invalid("note", "请填写核查情况")
        self.look_backs.append(
            LookBack(round=len(self.look_backs) + 1, due_at=self.look_back_due_at, at=now(), by=by, result=result, note=note)
        )
        if result == R.REAL:
            self.finish()
            return S.CLOSED
        self._again(by, result)
        return S.REOPENED

    def _again(self, by: User, result: LookBackResult) -> None:
        """Not in place: a new limit. Relapsed: due at once, so that the ladder takes it up."""
        self.reworks += 1
        self.closed_at = self.look_back_due_at = self.accepted_at = None
        self.part_of(self.unit_id).resume()
        if result == R.RELAPSE:
            self.relapses += 1
            self.set_due(now(), Cause.REWORK, by=by, note="回头看发现反弹，即行督办")
            return
        standard = find_standard("problem", Stage.REWORK)
        limit = standard.limit if standard else Limit(5, LimitUnit.WORKDAY)
        self.start_clock(limit, Cause.REWORK, standard=standard, by=by)
