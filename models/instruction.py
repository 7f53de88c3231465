"""Leaders' written instructions (批示件): accepted, passed on, supervised (D4, M 二(十)3)."""

from datetime import date
from typing import Annotated

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
from models.supplementing import supplementing
from models.unit import Unit
from models.user import User


class InstructionState(Labelled):
    RECEIVED = "RECEIVED", "待受理"
    ACCEPTED = "ACCEPTED", "待转办"
    PASSED = "PASSED", "办理中"
    REPORTED = "REPORTED", "待核查"
    CLOSED = "CLOSED", "已办结"
    VOID = "VOID", "已撤销"


S = InstructionState
WITH_UNIT = frozenset({S.PASSED, S.REPORTED})


class Instruction(Matter):
    """What a leader wrote on a paper, and what came of it."""

    __tablename__ = "instruction"

    PREFIX = "PS"
    KIND_LABEL = "批示件"
    ANSWER = "反馈"
    STATES = InstructionState

    id: Mapped[int] = c.child_key("matter.id")
    leader: Mapped[str] = c.text("批示领导", 40, required=True)
    instructed_on: Mapped[date] = c.day("批示日期", required=True)
    source: Mapped[str | None] = c.text("来件", 120, help="批示在哪一份文件上")
    source_number: Mapped[str | None] = c.text("来件文号", 60)
    content: Mapped[str] = c.long("批示内容", required=True)
    about_id: Mapped[int | None] = c.ref("matter.id", "所涉事项")
    opinion: Mapped[str | None] = c.long("拟办意见")
    result: Mapped[str | None] = c.long("落实情况")

    about: Mapped[Matter | None] = relationship(foreign_keys=about_id)

    __mapper_args__ = {"polymorphic_identity": "instruction", "inherit_condition": id == Matter.id}

    @classmethod
    def register(
        cls, *, by: User, title: str, leader: str, instructed_on: date, content: str, source: str = "", source_number: str = "",
        about: Matter | None = None,
    ) -> "Instruction":
        """Enter a written instruction. Raises NotPermitted, or Invalid naming the field."""
        if not by.may("instruction:register"):
            raise NotPermitted("您的角色不能登记批示件")
        given = {"title": title.strip(), "leader": leader.strip(), "content": content.strip()}
        for name, label in (("title", "事由"), ("leader", "批示领导"), ("content", "批示内容")):
            if not given[name]:
                raise Invalid(name, f"请填写{label}")
        if len(given["title"]) > 120:
            raise Invalid("title", "事由请控制在120字以内")
        if instructed_on > now().date():
            raise Invalid("instructed_on", "批示日期不能晚于今天")
        with scope.everything():
            row = cls(
                number=cls.next_number(), state=S.RECEIVED, created_by=by, opened_at=now(), instructed_on=instructed_on,
                source=source.strip() or None, source_number=source_number.strip() or None, about=about, **given,
            )
            db.session.add(row)
            row.log("register", "登记批示", by=by, note=f"{row.leader}：{row.content}", mark="act")
            if about is not None:
                about.log("instructed", "领导批示", by=by, note=f"{row.leader}批示，见{row.number}", mark="act")
            db.session.flush()
        return row

    @transition("受理", source={S.RECEIVED}, target=S.ACCEPTED, permission="instruction:accept", order=10)
    def accept(self, *, by: User, opinion: Annotated[str, Ask("拟办意见", long=True, bare=True)] = "") -> None:
        """Taken on by the supervision office, with a proposal how to handle it."""
        self.opinion = opinion or None

    @transition(
        "转办", source={S.ACCEPTED}, target=S.PASSED, permission="instruction:pass_on", order=10, hint="自转办起算，到期未反馈进入督办",
    )
    def pass_on(
        self, *, by: User, lead: Annotated[Unit, Ask("主办单位")], due: Annotated[date, Ask("反馈时限")],
        co: Annotated[list[Unit], Ask("协办单位")] = (), note: Annotated[str, Ask("办理要求", long=True)] = "",
    ) -> None:
        """To the units that carry it out."""
        due_at = work_calendar().close(due)
        if due_at <= now():
            raise Invalid("due", "反馈时限应在今天之后")
        for unit in (lead, *co):
            if not unit.is_active:
                raise Invalid("lead", f"{unit}已停用，不能承办")
        self.assign(lead, Part.LEAD).resume()
        for unit in dict.fromkeys(co):
            if unit.id != lead.id:
                self.assign(unit, Part.CO).resume()
        self.set_due(due_at, Cause.GIVEN, by=by)

    @transition("反馈落实", done="已反馈落实情况", source={S.PASSED}, target=S.REPORTED, permission="instruction:report", party=Part.LEAD, order=10)
    def report(
        self, *, by: User, result: Annotated[str, Ask("落实情况", long=True, bare=True, phrases=True, files="落实材料")]
    ) -> None:
        """The lead unit says what it has done."""
        self.result, self.handler = result, by
        self.part_of(self.unit_id).state = PartState.REPLIED
        self.stop_clock()

    @transition("退回再办", source={S.REPORTED}, target=S.PASSED, permission="instruction:check", order=20, hint="原时限继续计算")
    def send_back(self, *, by: User, reason: Annotated[str, Ask("核查意见", long=True, bare=True)]) -> None:
        """Checked and not carried out: the old clock goes on."""
        self.answered_at = None
        self.returns += 1
        self.part_of(self.unit_id).resume()

    @transition("核查办结", source={S.REPORTED}, target=S.CLOSED, permission="instruction:check", order=10)
    def close(self, *, by: User, outcome: Annotated[str, Ask("核查结果", long=True, bare=True, files="核查材料")]) -> None:
        """Checked on the spot; reported to the leader."""
        self.finish()

    nudge = nudging({S.PASSED}, "instruction:nudge")
    supplement = supplementing({S.RECEIVED, S.PASSED, S.ACCEPTED})

    @transition("撤销", source={S.RECEIVED, S.ACCEPTED}, target=S.VOID, permission="instruction:check", order=90)
    def void(self, *, by: User, reason: Annotated[str, Ask("撤销理由", long=True, bare=True)]) -> None:
        """Entered twice or by mistake."""
        self.finish()


check_states(Instruction, InstructionState)
