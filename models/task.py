"""Task (任务): given to a unit with a deadline; by hand, by a meeting, or by a recurring duty (D1)."""

from datetime import date, datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.asks import Ask
from models.base import Labelled, db
from models.calendar import work_calendar
from models.deadline import Cause
from models.errors import Invalid, NotPermitted
from models.flow import transition
from models.matter import Matter, check_states
from models.matter_unit import Part, PartState
from models.now import now
from models.nudging import nudging
from models.responsibility import Responsibility
from models.supplementing import supplementing
from models.unit import Unit
from models.user import User


class TaskState(Labelled):
    OPEN = "OPEN", "待报送"
    SUBMITTED = "SUBMITTED", "待验收"
    SENT_BACK = "SENT_BACK", "退回补正"
    ACCEPTED = "ACCEPTED", "已完成"
    WAIVED = "WAIVED", "免办"


S = TaskState
OPEN_TASKS = frozenset({S.OPEN, S.SUBMITTED, S.SENT_BACK})


class Task(Matter):
    """What a unit owes by a date. Generated tasks carry the duty and its period, once per unit."""

    __tablename__ = "task"
    __mapper_args__ = {"polymorphic_identity": "task"}

    PREFIX = "RW"
    KIND_LABEL = "任务"
    ANSWER = "报送"
    STATES = TaskState

    id: Mapped[int] = c.child_key("matter.id")
    content: Mapped[str | None] = c.long("任务要求")
    deliverable: Mapped[str | None] = c.text("成果", 80)
    responsibility_id: Mapped[int | None] = c.ref("responsibility.id", "来源职责", index=False)
    owed_by_id: Mapped[int | None] = c.ref("unit.id", "应报单位")
    period: Mapped[str | None] = c.text("期次", 12)
    quota: Mapped[int | None] = c.whole("定额")
    done: Mapped[int] = c.whole("已完成数", default=0)
    recipient_id: Mapped[int | None] = c.ref("unit.id", "报送单位")
    result: Mapped[str | None] = c.long("完成情况")

    responsibility: Mapped[Responsibility | None] = relationship()
    recipient: Mapped[Unit | None] = relationship(foreign_keys=recipient_id)
    owed_by: Mapped[Unit | None] = relationship(foreign_keys=owed_by_id)

    __table_args__ = (
        sa.UniqueConstraint("responsibility_id", "owed_by_id", "period"),
        sa.CheckConstraint("responsibility_id IS NULL OR (period IS NOT NULL AND owed_by_id IS NOT NULL)", name="period_known"),
        sa.CheckConstraint("done >= 0", name="done_not_negative"),
    )

    @property
    def shortfall(self) -> int:
        """How much of the quota is still missing."""
        return max(0, (self.quota or 0) - self.done)

    @property
    def wanting(self) -> str:
        """Quota, done, missing: the facts of the letter an unfilled quota leads to (D1, A1)."""
        if not self.shortfall:
            return ""
        unit = (self.responsibility.quota_unit if self.responsibility else None) or ""
        return f"定额{self.quota}{unit}，已完成{self.done}{unit}，尚缺{self.shortfall}{unit}。"

    @classmethod
    def give(
        cls, *, by: User | None, unit: Unit, title: str, due_at: datetime, content: str = "", deliverable: str | None = None,
        recipient: Unit | None = None, responsibility: Responsibility | None = None, period: str | None = None,
        quota: int | None = None,
    ) -> "Task":
        """A new task for a unit; `by` None is the sweep. Raises NotPermitted or Invalid."""
        if by is not None and not by.may("task:create"):
            raise NotPermitted("您的角色不能下达任务")
        if not title.strip() or len(title.strip()) > 120:
            raise Invalid("title", "请填写任务名称，120字以内")
        if not unit.is_active:
            raise Invalid("unit", f"{unit}已停用，不能承办")
        if by is not None and due_at <= now():
            raise Invalid("due_at", "完成时限应在今天之后")
        with scope.everything():
            task = cls(
                number=cls.next_number(), title=title.strip(), state=S.OPEN, content=content, deliverable=deliverable,
                recipient=recipient, responsibility=responsibility, period=period, quota=quota, created_by=by, opened_at=now(),
                owed_by=unit,
            )
            db.session.add(task)
            task.assign(unit, Part.LEAD).resume()
            task.set_due(due_at, Cause.RECURRING if responsibility else Cause.GIVEN, by=by)
            task.log("give", "下达", by=by, note=deliverable or "")
            db.session.flush()
        return task

    @transition(
        "报送", source={S.OPEN, S.SENT_BACK}, target=S.SUBMITTED, permission="task:submit", party=Part.LEAD, order=10,
        hint="办理时限算到报送为止；验收不通过的，原时限继续计算",
    )
    def submit(
        self, *, by: User,
        result: Annotated[str, Ask("完成情况", long=True, bare=True, phrases=True, files="成果材料")],
        count: Annotated[int | None, Ask("完成数", help="有定额的任务填写")] = None,
    ) -> None:
        """Hand the result in."""
        if self.quota and count is None:
            raise Invalid("count", f"本任务定额{self.quota}，请填写完成数")
        if count is not None and count < 0:
            raise Invalid("count", "完成数不能为负")
        self.result, self.handler = result, by
        if count is not None:
            self.done = count
        self.part_of(self.unit_id).state = PartState.REPLIED
        self.stop_clock()

    @transition(
        "登记进度", source={S.OPEN, S.SENT_BACK}, permission="task:progress", party=Part.LEAD, order=30,
        hint="有定额的任务随时登记，缺口随之更新；全部完成后报送",
    )
    def progress(
        self, *, by: User, count: Annotated[int, Ask("累计完成数", help="到今天为止一共完成多少")],
        note: Annotated[str, Ask("进展", long=True, bare=True)] = "",
    ) -> None:
        """How much of the quota is done so far (users.md idea 12)."""
        if count < 0:
            raise Invalid("count", "完成数不能为负")
        self.done = count

    @transition("验收", source={S.SUBMITTED}, target=S.ACCEPTED, permission="task:accept", order=10)
    def accept(self, *, by: User, opinion: Annotated[str, Ask("验收意见", long=True, bare=True)] = "") -> None:
        """Done; a quota not met is accepted only with an opinion, and is on record in the timeline and the figures."""
        if self.shortfall and not opinion:
            raise Invalid("opinion", f"定额{self.quota}，尚缺{self.shortfall}，验收请写明意见")
        self.finish()

    @transition(
        "退回补正", source={S.SUBMITTED}, target=S.SENT_BACK, permission="task:send_back", order=20, hint="原时限继续计算",
    )
    def send_back(self, *, by: User, reason: Annotated[str, Ask("补正要求", long=True, bare=True)]) -> None:
        """Not good enough: the old clock goes on."""
        self.answered_at = None
        self.returns += 1
        self.part_of(self.unit_id).resume()

    @transition("免办", done="已准予免办", source=OPEN_TASKS, target=S.WAIVED, permission="task:waive", order=90)
    def waive(self, *, by: User, reason: Annotated[str, Ask("免办理由", long=True, bare=True)]) -> None:
        """Excused, with a reason."""
        self.finish()

    nudge = nudging({S.OPEN, S.SENT_BACK}, "task:nudge")
    supplement = supplementing(OPEN_TASKS)

    @transition("调整时限", source={S.OPEN, S.SENT_BACK}, permission="task:reschedule", order=70)
    def reschedule(
        self, *, by: User, until: Annotated[date, Ask("新时限")], reason: Annotated[str, Ask("理由", long=True)]
    ) -> None:
        """The giver moves the date."""
        due = work_calendar().close(until)
        if due <= now():
            raise Invalid("until", "新时限应在今天之后")
        self.extensions += 1
        self.set_due(due, Cause.EXTENSION, by=by, start=self.started_at, note=reason[:200])


check_states(Task, TaskState)
