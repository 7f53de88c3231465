"""What a meeting decided: one row a unit, each with its task (D2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.base import db
from models.matter import Matter
from models.setting import setting
from models.task import Task
from models.unit import Unit

if TYPE_CHECKING:
    from models.meeting.carry import DecisionCarry
    from models.meeting.meeting import Meeting


class Decision(db.Model):
    """One thing decided (议定事项); done when its task is."""

    __tablename__ = "decision"

    id: Mapped[int] = c.key()
    meeting_id: Mapped[int] = c.ref("meeting.id", "会议", required=True)
    content: Mapped[str] = c.text("议定事项", 300, required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "责任单位", required=True)
    task_id: Mapped[int] = c.ref("task.id", "任务", required=True, index=False, unique=True)
    decided_at: Mapped[datetime] = c.stamp("议定时间")
    carries: Mapped[int] = c.whole("结转次数", default=0)
    stalled_at: Mapped[datetime | None] = c.when("列入久拖时间", help="结转达到规定次数仍未完成的时刻")

    meeting: Mapped["Meeting"] = relationship(back_populates="decisions")
    unit: Mapped[Unit] = relationship()
    task: Mapped[Task] = relationship()
    carried: Mapped[list["DecisionCarry"]] = relationship(back_populates="decision", order_by="DecisionCarry.id")

    __table_args__ = (sa.CheckConstraint("carries >= 0", name="carries_not_negative"),)

    def order(self) -> Task:
        """The task, whoever asks: how a decision stands is for all who see the meeting."""
        with scope.everything():
            return db.session.get_one(Task, self.task_id)

    @staticmethod
    def orders(decisions: Sequence["Decision"]) -> list[Task]:
        """The tasks of several in one question; while the list is held, :meth:`order` asks no more."""
        with scope.everything():
            return list(db.session.scalars(sa.select(Task).where(Task.id.in_([row.task_id for row in decisions]))))

    @hybrid_property
    def is_open(self) -> bool:
        """Neither done nor handed in: it is still the unit's turn."""
        task = self.order()
        return task.closed_at is None and task.answered_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open_sql(cls) -> sa.ColumnElement[bool]:
        matter = Matter.__table__.alias()
        return sa.exists().where(matter.c.id == cls.task_id, matter.c.closed_at.is_(None), matter.c.answered_at.is_(None))

    @hybrid_property
    def is_stalled(self) -> bool:
        """久拖未完成: listed, and still not done."""
        return self.stalled_at is not None and self.is_open

    @is_stalled.inplace.expression
    @classmethod
    def _is_stalled_sql(cls) -> sa.ColumnElement[bool]:
        return cls.stalled_at.is_not(None) & cls.is_open

    @property
    def standing(self) -> str:
        """How it stands, in words."""
        if self.is_stalled:
            return "久拖未完成"
        if self.is_open:
            return f"结转{self.carries}次" if self.carries else "办理中"
        return self.order().state.label

    def __str__(self) -> str:
        return self.content


def carries_allowed() -> int:
    """After how many carries a decision counts as 久拖未完成."""
    return max(1, int(setting("decision_carries")))
