"""Approval items with promised days, cases with a clock, the random test of online items (S7)."""

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.asks import Ask
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit
from models.deadline import Cause
from models.enterprise import Enterprise
from models.errors import Invalid, NotPermitted
from models.flow import transition
from models.matter import Matter, check_states
from models.matter_unit import Part, PartState
from models.now import now
from models.nudging import nudging
from models.supervision.project import MajorProject
from models.supervision.states import ApprovalState as S
from models.supervision.states import Verdict
from models.unit import Unit
from models.user import User


class ApprovalItem(db.Model):
    """What a department approves, and within how many working days it has promised to. E 三(一)"""

    __tablename__ = "approval_item"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("事项编码", 40, required=True, unique=True)
    name: Mapped[str] = c.text("审批事项", 120, required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "审批单位", required=True)
    legal_days: Mapped[int | None] = c.whole("法定时限（工作日）")
    promised_days: Mapped[int] = c.whole("承诺时限（工作日）", required=True)
    green_days: Mapped[int | None] = c.whole("绿色通道时限（工作日）", help="重大项目绿色通道适用，不填同承诺时限")
    online: Mapped[bool] = c.flag("可网办", default=True)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.CheckConstraint("promised_days BETWEEN 1 AND 250", name="promise_sane"),
        sa.CheckConstraint("legal_days IS NULL OR promised_days <= legal_days", name="promise_within_law"),
        sa.CheckConstraint("green_days IS NULL OR green_days BETWEEN 1 AND promised_days", name="green_is_quicker"),
    )

    def days(self, project: MajorProject | None) -> int:
        """The promise for a case: the green channel's for a project that has it."""
        green = project is not None and project.green_channel and self.green_days is not None
        return self.green_days if green else self.promised_days

    def __str__(self) -> str:
        return self.name


class ApprovalCase(Matter):
    """One application: the promise is its clock; warned before it and at it. E 四(三)4"""

    __tablename__ = "approval_case"
    __mapper_args__ = {"polymorphic_identity": "approval"}

    PREFIX = "SP"
    KIND_LABEL = "审批办件"
    STATES = S

    id: Mapped[int] = c.child_key("matter.id")
    item_id: Mapped[int] = c.ref("approval_item.id", "审批事项", required=True)
    project_id: Mapped[int | None] = c.ref("major_project.id", "重大项目")
    enterprise_id: Mapped[int | None] = c.ref("enterprise.id", "申请企业")
    applicant: Mapped[str] = c.text("申请人", 120, required=True)
    promised_days: Mapped[int] = c.whole("承诺工作日", required=True)
    paused_at: Mapped[datetime | None] = c.when("中止时间")
    paused_days: Mapped[int] = c.whole("扣除工作日", default=0, help="补正、听证、检验、鉴定等不计入的时间")
    verdict: Mapped[Verdict | None] = c.choice("审批结果", Verdict, required=False)
    result: Mapped[str | None] = c.long("结果说明")

    item: Mapped[ApprovalItem] = relationship()
    project: Mapped[MajorProject | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()

    __table_args__ = (sa.CheckConstraint("paused_days >= 0", name="pause_not_negative"),)

    @property
    def who(self) -> str:
        """The applicant as letters and lists name it."""
        return self.enterprise.name if self.enterprise else self.applicant

    @classmethod
    def accept(
        cls, *, by: User, item: ApprovalItem, applicant: str = "", enterprise: Enterprise | None = None,
        project: MajorProject | None = None,
    ) -> "ApprovalCase":
        """An application is accepted; the promise runs from now."""
        if not by.may("approval:create"):
            raise NotPermitted("您的角色不能登记审批办件")
        if not item.is_active:
            raise Invalid("item", f"{item}已停用")
        applicant = enterprise.name if enterprise else applicant.strip()
        if not applicant:
            raise Invalid("applicant", "请填写申请人")
        days = item.days(project)
        with scope.everything():
            row = cls(
                number=cls.next_number(), title=f"{applicant}·{item.name}"[:120], state=S.RUNNING, item=item, applicant=applicant,
                enterprise=enterprise, project=project, promised_days=days, created_by=by, opened_at=now(),
            )
            db.session.add(row)
            row.assign(item.unit, Part.LEAD).resume()
            note = "绿色通道时限" if days < item.promised_days else "承诺时限"
            row.start_clock(Limit(days, LimitUnit.WORKDAY), Cause.DISPATCH, by=by, note=note)
            row.log("accept", "受理", by=by, note=f"{note}{days}个工作日")
            db.session.flush()
        return row

    @transition(
        "办结", source={S.RUNNING}, target={S.GRANTED, S.REFUSED}, permission="approval:decide", party=Part.LEAD, order=10,
        hint="办结时间与承诺时限比较，超出即为超承诺",
    )
    def decide(
        self, *, by: User,
        verdict: Annotated[Verdict, Ask("审批结果")],
        result: Annotated[str, Ask("结果说明", long=True, bare=True, files="审批材料")] = "",
    ) -> S:
        """Granted, or refused with reasons."""
        if verdict == Verdict.REFUSE and not result:
            raise Invalid("result", "不予许可请写明理由和依据")
        self.verdict, self.result, self.handler = verdict, result, by
        self.part_of(self.unit_id).state = PartState.REPLIED
        self.finish()
        return S.GRANTED if verdict == Verdict.GRANT else S.REFUSED

    @transition(
        "中止办理", done="办理时限已中止", source={S.RUNNING}, target=S.PAUSED, permission="approval:decide", party=Part.LEAD, order=60,
        hint="一次告知补正，或依法听证、检验、检测、鉴定；恢复后扣除中止的工作日",
    )
    def pause(self, *, by: User, reason: Annotated[str, Ask("中止事由", long=True, bare=True, files="告知材料")]) -> None:
        """Time that does not count, by law."""
        if self.due_at and self.due_at <= now():
            raise Invalid("reason", "已超承诺时限，不能中止")
        self.paused_at = now()
        self.stop_clock()

    @transition("恢复办理", done="办理时限已恢复计算", source={S.PAUSED}, target=S.RUNNING, permission="approval:decide", party=Part.LEAD, order=10)
    def resume(self, *, by: User, note: Annotated[str, Ask("说明", long=True, bare=True)] = "") -> None:
        """The due date moves by the working days that were stopped."""
        calendar = work_calendar()
        days = calendar.working_days_between(self.paused_at, now())
        self.paused_days += days
        due = calendar.close(calendar.add(self.due_at.date(), days)) if days else self.due_at
        self.set_due(due, Cause.EXTENSION, by=by, start=self.started_at, note=f"扣除中止{days}个工作日")
        self.paused_at = None

    @transition("申请撤回", source={S.RUNNING, S.PAUSED}, target=S.WITHDRAWN, permission="approval:decide", party=Part.LEAD, order=200)
    def withdraw(self, *, by: User, reason: Annotated[str, Ask("撤回原因", long=True, bare=True)]) -> None:
        """The applicant takes it back."""
        self.finish()

    nudge = nudging({S.RUNNING}, "approval:nudge")

    @property
    def is_late(self) -> bool:
        """Decided, or still running, after the promise."""
        return self.due_at is not None and (self.answered_at or now()) > self.due_at


check_states(ApprovalCase, S)
