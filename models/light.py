"""The colour of a matter now: computed from its clock, in Python and in SQL, never stored."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property

from models.base import Labelled
from models.now import now


class Light(Labelled):
    """蓝 running, 黄 close to its deadline, 红 past it or answered late, 停 by agreement, 完 answered in time."""

    BLUE = "BLUE", "蓝"
    YELLOW = "YELLOW", "黄"
    RED = "RED", "红"
    PAUSED = "PAUSED", "停"
    DONE = "DONE", "完"


class Lit:
    """Mixin for what has `due_at`, `warn_at`, `answered_at` and `closed_at`."""

    if TYPE_CHECKING:
        due_at: datetime | None
        warn_at: datetime | None
        answered_at: datetime | None
        closed_at: datetime | None

    @hybrid_property
    def light(self) -> Light | None:
        """The colour now; None before there is a clock."""
        if self.due_at is None:
            return None
        stopped = self.answered_at or self.closed_at
        if stopped:
            return Light.RED if stopped > self.due_at else Light.DONE
        if now() >= self.due_at:
            return Light.RED
        return Light.YELLOW if self.warn_at and now() >= self.warn_at else Light.BLUE

    @light.inplace.expression
    @classmethod
    def _light_sql(cls) -> sa.ColumnElement[str]:
        stopped = sa.func.coalesce(cls.answered_at, cls.closed_at)
        moment = sa.bindparam("moment", callable_=now, type_=cls.due_at.type, unique=True)
        return sa.case(
            (cls.due_at.is_(None), sa.null()),
            (stopped > cls.due_at, Light.RED.value),
            (stopped.is_not(None), Light.DONE.value),
            (cls.due_at <= moment, Light.RED.value),
            (cls.warn_at <= moment, Light.YELLOW.value),
            else_=Light.BLUE.value,
        )
