"""Problem (问题): found, given to a unit with a deadline, rectified, accepted, looked back at (S3)."""

from datetime import date, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.asks import Ask
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.deadline import Cause
from models.errors import Invalid, NotPermitted
from models.flow import transition
from models.matter import Matter, check_states
from models.matter_unit import Part, PartState
from models.now import now
from models.nudging import nudging
from models.standard import ServiceStandard, Stage, find_standard
from models.supervision.campaign import Campaign, Check, ChecklistItem
from models.supervision.looking_back import LookBack, LookingBack
from models.supervision.project import Milestone
from models.supervision.session import InquirySession
from models.supervision.states import ProblemSource
from models.supervision.states import ProblemState as S
from models.supplementing import supplementing
from models.unit import Unit
from models.user import User

RAPID = "problem-rapid"  # the standard for problems of major projects has a kind of its own
TO_RECTIFY = frozenset({S.OPEN, S.RECTIFYING, S.REOPENED})
_DEFAULT = Limit(15, LimitUnit.WORKDAY)


def _not_own(problem: "Problem", by: User) -> str | None:
    """Nobody accepts their own unit's rectification."""
    return "整改单位不能验收本单位的整改" if problem.part_of(by.unit_id) else None


class Problem(LookingBack, Matter):
    """One problem on the list: facts, responsible unit and person, deadline, rectification. W 二(三)"""

    __tablename__ = "problem"

    PREFIX = "WT"
    KIND_LABEL = "问题整改"
    ANSWER = "整改"
    STATES = S

    id: Mapped[int] = c.child_key("matter.id")
    source: Mapped[ProblemSource] = c.choice("问题来源", ProblemSource, default=ProblemSource.CHECK)
    content: Mapped[str] = c.long("问题事实", required=True)
    requirement: Mapped[str | None] = c.long("整改要求")
    check_id: Mapped[int | None] = c.ref("supervision_check.id", "来源检查")
    campaign_id: Mapped[int | None] = c.ref("campaign.id", "专项监督")
    session_id: Mapped[int | None] = c.ref("inquiry_session.id", "质询评议")
    milestone_id: Mapped[int | None] = c.ref("milestone.id", "项目节点")
    item_id: Mapped[int | None] = c.ref("checklist_item.id", "清单事项")
    person: Mapped[str | None] = c.text("责任人", 30)
    measures: Mapped[str | None] = c.long("整改措施")
    result: Mapped[str | None] = c.long("整改结果")
    accepted_at: Mapped[datetime | None] = c.when("验收时间")
    look_back_due_at: Mapped[datetime | None] = c.when("回头看时限", index=True)
    relapses: Mapped[int] = c.whole("反弹次数", default=0)

    check: Mapped[Check | None] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    session: Mapped[InquirySession | None] = relationship(back_populates="problems")
    milestone: Mapped[Milestone | None] = relationship(
        foreign_keys=milestone_id, remote_side=Milestone.__table__.c.id, back_populates="problems"
    )
    item: Mapped[ChecklistItem | None] = relationship()
    look_backs: Mapped[list[LookBack]] = relationship(back_populates="problem", order_by=LookBack.id)

    __mapper_args__ = {"polymorphic_identity": "problem"}
    __table_args__ = (
        sa.CheckConstraint("relapses >= 0", name="relapses_not_negative"),
        sa.CheckConstraint("look_back_due_at IS NULL OR accepted_at IS NOT NULL", name="look_back_after_acceptance"),
        sa.CheckConstraint("source <> 'CHECK' OR check_id IS NOT NULL", name="check_is_named"),
        sa.CheckConstraint("source NOT IN ('QUESTIONING', 'RATING') OR session_id IS NOT NULL", name="session_is_named"),
    )

    @classmethod
    def find(
        cls, *, by: User, unit: Unit, title: str, content: str, due: date | None = None, rapid: bool = False, **about: Any,
    ) -> "Problem":
        """Enter a problem and give it to its unit (S3). `due` None takes the service standard; `rapid` the quick one.

        Raises NotPermitted, or Invalid naming the field.
        """
        if not by.may("problem:create"):
            raise NotPermitted("您的角色不能登记问题")
        title, content = title.strip(), content.strip()
        if not title or len(title) > 120:
            raise Invalid("title", "请填写问题名称，120字以内")
        if not content:
            raise Invalid("content", "请填写问题事实")
        if not unit.is_active:
            raise Invalid("unit", f"{unit}已停用，不能承担整改")
        due_at = work_calendar().close(due) if due else None
        if due_at and due_at <= now():
            raise Invalid("due", "整改期限应在今天之后")
        with scope.everything():
            problem = cls(
                number=cls.next_number(), title=title, content=content, state=S.OPEN, created_by=by, opened_at=now(), **_origin(about),
            )
            db.session.add(problem)
            problem.assign(unit, Part.LEAD).resume()
            problem._start(by, due_at, rapid)
            problem.log("find", "交办整改", by=by, note=f"来源：{problem.source.label}")
            db.session.flush()
        return problem

    def _start(self, by: User, due_at: datetime | None, rapid: bool) -> None:
        if due_at:
            self.set_due(due_at, Cause.GIVEN, by=by)
            return
        standard = find_standard(RAPID if rapid else "problem", Stage.HANDLE)
        self.start_clock(standard.limit if standard else _DEFAULT, Cause.DISPATCH, standard=standard, by=by)

    # -- the unit ---------------------------------------------------------------------------

    @transition(
        "制定整改措施", source={S.OPEN, S.REOPENED}, target=S.RECTIFYING, permission="problem:rectify", party=Part.LEAD, order=20,
        hint="整改期限不因制定措施而顺延",
    )
    def plan(
        self, *, by: User,
        measures: Annotated[str, Ask("整改措施", long=True, bare=True)],
        person: Annotated[str, Ask("责任人", limit=30)],
    ) -> None:
        """Measures and a responsible person, problem by problem. W 二(三)"""
        self.measures, self.person, self.handler = measures, person, by

    @transition(
        "报送整改结果", source=TO_RECTIFY, target=S.RECTIFIED, permission="problem:rectify", party=Part.LEAD, order=10,
        hint="整改期限算到报送为止；验收不通过的，原期限继续计算",
    )
    def rectify(
        self, *, by: User,
        result: Annotated[str, Ask("整改结果", long=True, bare=True, files="整改材料")],
        person: Annotated[str, Ask("责任人", limit=30, help="已填写过的可不填")] = "",
    ) -> None:
        """The unit says it is done."""
        if not (person or self.person):
            raise Invalid("person", "请填写责任人")
        self.result, self.person, self.handler = result, person or self.person, by
        self.part_of(self.unit_id).state = PartState.REPLIED
        self.stop_clock()

    # -- the supervisor ---------------------------------------------------------------------

    @transition(
        "验收", source={S.RECTIFIED}, target=S.LOOK_BACK, permission="problem:accept", when=_not_own, order=10,
        hint="验收后起算回头看时限，回头看确认真改方可销号",
    )
    def accept(self, *, by: User, opinion: Annotated[str, Ask("验收意见", long=True, bare=True, files="验收材料")] = "") -> None:
        """Good on the face of it; the second due date begins."""
        self.accepted_at = now()
        standard = self.look_back_standard()
        limit = standard.limit if standard else Limit(30, LimitUnit.DAY)
        self.look_back_due_at = deadline(now(), limit, work_calendar()).due_at

    @transition(
        "验收不通过", done="验收未通过，已退回整改", source={S.RECTIFIED}, target=S.RECTIFYING, permission="problem:accept", when=_not_own, order=20,
        hint="原整改期限继续计算",
    )
    def send_back(self, *, by: User, reason: Annotated[str, Ask("不通过理由", long=True, bare=True)]) -> None:
        """Not rectified: the old clock goes on."""
        self.answered_at = None
        self.returns += 1
        self.part_of(self.unit_id).resume()

    @transition("调整期限", source=TO_RECTIFY, permission="problem:reschedule", order=70)
    def reschedule(
        self, *, by: User, until: Annotated[date, Ask("新期限")], reason: Annotated[str, Ask("理由", long=True)]
    ) -> None:
        """The supervisor moves the date, and says why."""
        due = work_calendar().close(until)
        if due <= now():
            raise Invalid("until", "新期限应在今天之后")
        self.extensions += 1
        self.set_due(due, Cause.EXTENSION, by=by, start=self.started_at, note=reason[:200])

    nudge = nudging(TO_RECTIFY, "problem:nudge")
    supplement = supplementing(TO_RECTIFY | {S.RECTIFIED, S.LOOK_BACK})

    @transition("撤销", source=TO_RECTIFY, target=S.WITHDRAWN, permission="problem:withdraw", order=220)
    def withdraw(self, *, by: User, reason: Annotated[str, Ask("撤销理由", long=True, bare=True)]) -> None:
        """Wrongly found; stays on the list as withdrawn."""
        self.finish()

    def look_back_standard(self) -> ServiceStandard | None:
        """When the look-back falls due (默认整改后30日)."""
        return find_standard("problem", Stage.CALLBACK)


def _origin(about: dict[str, Any]) -> dict[str, Any]:
    """Where the problem comes from; a check brings its campaign along."""
    if not about.get("source"):
        raise Invalid("source", "请选择问题来源")
    source = about["source"] = ProblemSource[about["source"]]
    if source == ProblemSource.CHECK and not about.get("check"):
        raise Invalid("check", "监督检查发现的问题，请选择来源检查")
    if source in (ProblemSource.QUESTIONING, ProblemSource.RATING) and not about.get("session"):
        raise Invalid("session", "质询评议提出的问题，请选择场次")
    if about.get("check") and not about.get("campaign"):
        about["campaign"] = about["check"].campaign
    return about


check_states(Problem, S)
