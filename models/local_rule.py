"""Local rules to make, revise or abolish (废改立), each with its unit and date (D6, E 三(三)3)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.now import now
from models.unit import Unit


class RuleAction(Labelled):
    MAKE = "MAKE", "制定"
    REVISE = "REVISE", "修订"
    ABOLISH = "ABOLISH", "废止"


class LocalRule(db.Model):
    """One rule on the list; done when its date is filled in."""

    __tablename__ = "local_rule"

    id: Mapped[int] = c.key()
    title: Mapped[str] = c.text("文件名称", 160, required=True)
    number: Mapped[str | None] = c.text("文号", 60)
    action: Mapped[RuleAction] = c.choice("处理方式", RuleAction)
    unit_id: Mapped[int] = c.ref("unit.id", "责任单位", required=True)
    due_on: Mapped[date] = c.day("计划完成日期", required=True)
    done_on: Mapped[date | None] = c.day("实际完成日期")
    result: Mapped[str | None] = c.text("完成情况", 200, help="新文号、发布载体或废止公告")
    reason: Mapped[str | None] = c.text("理由", 200)

    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.UniqueConstraint("title", "action"),)

    @hybrid_property
    def is_late(self) -> bool:
        """Planned for a day that has gone by, and not done."""
        return self.done_on is None and self.due_on < now().date()

    @is_late.inplace.expression
    @classmethod
    def _is_late_sql(cls) -> sa.ColumnElement[bool]:
        return cls.done_on.is_(None) & (cls.due_on < sa.bindparam("today", callable_=lambda: now().date(), type_=sa.Date, unique=True))

    @property
    def standing(self) -> str:
        """已完成, 逾期 or 进行中."""
        return "已完成" if self.done_on else ("逾期" if self.is_late else "进行中")

    def __str__(self) -> str:
        return self.title
