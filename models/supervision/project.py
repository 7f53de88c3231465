"""Major projects and their nodes (重大项目节点): plan and real dates, four contents, green channel (S6)."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.asks import Ask
from models.base import db
from models.calendar import work_calendar
from models.deadline import Cause
from models.errors import Invalid, NotPermitted
from models.flow import transition
from models.matter import Matter, check_states
from models.matter_unit import Part, PartState
from models.now import now
from models.nudging import nudging
from models.supervision.states import Focus, ProjectKind, ProjectLevel
from models.supervision.states import MilestoneState as S
from models.unit import Unit
from models.user import User

if TYPE_CHECKING:
    from models.supervision.problem import Problem


class MajorProject(db.Model):
    """A project or a piece of a cluster's infrastructure under special supervision. E 三(二)、三(四)"""

    __tablename__ = "major_project"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("项目名称", 80, required=True, unique=True)
    kind: Mapped[ProjectKind] = c.choice("类型", ProjectKind, default=ProjectKind.GOVERNMENT)
    level: Mapped[ProjectLevel] = c.choice("级别", ProjectLevel, default=ProjectLevel.DISTRICT)
    lead_id: Mapped[int] = c.ref("unit.id", "责任单位", required=True)
    owner: Mapped[str | None] = c.text("建设单位", 80)
    place: Mapped[str | None] = c.text("建设地点", 120)
    investment: Mapped[float | None] = c.amount("总投资（万元）")
    green_channel: Mapped[bool] = c.flag("绿色通道", help="审批按绿色通道时限计时")
    starts_on: Mapped[date | None] = c.day("开工日期")
    ends_on: Mapped[date | None] = c.day("计划完工")
    is_active: Mapped[bool] = c.flag("在监督", default=True)

    lead: Mapped[Unit] = relationship()
    milestones: Mapped[list["Milestone"]] = relationship(back_populates="project", order_by="Milestone.id")

    __table_args__ = (
        sa.CheckConstraint("investment IS NULL OR investment >= 0", name="investment_not_negative"),
        sa.CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="days_in_order"),
    )

    def __str__(self) -> str:
        return self.name


class Milestone(Matter):
    """One node of a project: planned day, real day, one of the four contents."""

    __tablename__ = "milestone"
    __mapper_args__ = {"polymorphic_identity": "milestone"}

    PREFIX = "JD"
    KIND_LABEL = "项目节点"
    ANSWER = "完成"
    STATES = S

    id: Mapped[int] = c.child_key("matter.id")
    project_id: Mapped[int] = c.ref("major_project.id", "项目", required=True)
    focus: Mapped[Focus] = c.choice("监督内容", Focus, default=Focus.PROCEDURES)
    planned_on: Mapped[date] = c.day("计划日期", required=True, help="最初计划，调整后保留")
    done_on: Mapped[date | None] = c.day("实际日期")
    result: Mapped[str | None] = c.long("完成情况")

    project: Mapped[MajorProject] = relationship(back_populates="milestones")
    problems: Mapped[list["Problem"]] = relationship(
        foreign_keys="Problem.milestone_id", back_populates="milestone", order_by="Problem.id"
    )

    __table_args__ = (sa.CheckConstraint("result IS NULL OR done_on IS NOT NULL", name="result_has_day"),)

    @classmethod
    def plan(
        cls, *, by: User, project: MajorProject, title: str, planned_on: date, focus: Focus, unit: Unit | None = None
    ) -> "Milestone":
        """A node due at the end of its planned day; the project's own unit unless another is named."""
        if not by.may("milestone:create"):
            raise NotPermitted("您的角色不能设置项目节点")
        if not title.strip() or len(title.strip()) > 120:
            raise Invalid("title", "请填写节点名称，120字以内")
        unit = unit or project.lead
        if not unit.is_active:
            raise Invalid("unit", f"{unit}已停用，不能承担节点任务")
        due = work_calendar().close(planned_on)
        if due <= now():
            raise Invalid("planned_on", "计划日期应在今天之后")
        with scope.everything():
            row = cls(
                number=cls.next_number(), title=title.strip(), state=S.PLANNED, project=project, focus=focus, planned_on=planned_on,
                created_by=by, opened_at=now(),
            )
            db.session.add(row)
            row.assign(unit, Part.LEAD).resume()
            row.set_due(due, Cause.GIVEN, by=by)
            row.log("plan", "设置节点", by=by, note=f"{project.name}　{focus.label}")
            db.session.flush()
        return row

    @property
    def slip(self) -> int | None:
        """Calendar days the real day is after the first plan; negative when ahead; None before it is done."""
        return (self.done_on - self.planned_on).days if self.done_on else None

    @transition(
        "报告完成", source={S.PLANNED}, target=S.REPORTED, permission="milestone:report", party=Part.LEAD, order=10,
        hint="时限算到报告为止；核实不通过的，原计划日期继续有效",
    )
    def report(
        self, *, by: User,
        done_on: Annotated[date, Ask("实际完成日期")],
        result: Annotated[str, Ask("完成情况", long=True, bare=True, files="节点材料")],
    ) -> None:
        """Done on that day, says the unit."""
        if done_on > now().date():
            raise Invalid("done_on", "实际完成日期不能晚于今天")
        self.done_on, self.result, self.handler = done_on, result, by
        self.part_of(self.unit_id).state = PartState.REPLIED
        self.stop_clock()

    @transition("核实", source={S.REPORTED}, target=S.DONE, permission="milestone:verify", order=10)
    def verify(self, *, by: User, opinion: Annotated[str, Ask("核实意见", long=True, bare=True)] = "") -> None:
        """Seen on site or in the papers."""
        self.finish()

    @transition(
        "核实不通过", done="核实未通过，已退回", source={S.REPORTED}, target=S.PLANNED, permission="milestone:verify", order=20, hint="原计划日期继续有效",
    )
    def send_back(self, *, by: User, reason: Annotated[str, Ask("不通过理由", long=True, bare=True)]) -> None:
        """Not done: the old clock goes on."""
        self.answered_at = self.done_on = self.result = None
        self.returns += 1
        self.part_of(self.unit_id).resume()

    @transition("调整计划", source={S.PLANNED}, permission="milestone:reschedule", order=70, hint="最初计划日期保留，用于计算偏差")
    def reschedule(
        self, *, by: User, until: Annotated[date, Ask("新的计划日期")], reason: Annotated[str, Ask("理由", long=True)]
    ) -> None:
        """The due date moves; the first plan stays for the comparison."""
        due = work_calendar().close(until)
        if due <= now():
            raise Invalid("until", "新的计划日期应在今天之后")
        self.extensions += 1
        self.set_due(due, Cause.EXTENSION, by=by, start=self.started_at, note=reason[:200])

    nudge = nudging({S.PLANNED}, "milestone:nudge")

    @transition("取消节点", source={S.PLANNED}, target=S.DROPPED, permission="milestone:drop", order=220)
    def drop(self, *, by: User, reason: Annotated[str, Ask("取消理由", long=True, bare=True)]) -> None:
        """No longer part of the plan."""
        self.finish()


check_states(Milestone, S)
