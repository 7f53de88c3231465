"""One visit instead of many: plans of several units that touch the same enterprise (I2).

The park committee arranges, the units confirm or object, the enterprise is told beforehand by letter, the lead
unit goes with the others, hidden dangers are looked at again together. Y 三(三)1–3
"""

from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.asks import Ask
from models.base import db
from models.calendar import work_calendar
from models.deadline import Cause
from models.enterprise import Enterprise
from models.errors import Invalid, Refused
from models.flow import transition
from models.inspection.joint_visit import LETTER, JointVisit
from models.inspection.quiet import WHO_MAY, may_inspect, protection
from models.inspection.states import JOINT_VISITS, LIVE_JOINTS
from models.inspection.states import InspectionState as IS
from models.inspection.states import JointState as S
from models.inspection.target import Hazard, InspectionTarget
from models.matter import Matter, check_states
from models.matter_unit import Part, PartState
from models.notice import OUT
from models.now import now
from models.unit import Unit
from models.user import User

OPEN = frozenset({S.PROPOSED, S.ARRANGED, S.AGREED, S.NOTIFIED})


def _pending_part(joint: Any, by: User | None) -> str | None:
    part = joint.part_of(by.unit_id)
    return None if part is None or part.state == PartState.PENDING else "本单位已确认参加"


class JointInspection(JointVisit, Matter):
    """A joint visit to one enterprise with a lead unit and co-units."""

    __tablename__ = "joint_inspection"
    __mapper_args__ = {"polymorphic_identity": "joint"}

    PREFIX = "LJ"
    KIND_LABEL = "联合检查"
    ANSWER = "实施"
    STATES = S

    id: Mapped[int] = c.child_key("matter.id")
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    planned_on: Mapped[date] = c.day("检查日期", required=True, index=True)
    place: Mapped[str | None] = c.text("集合时间地点", 120)
    plan_note: Mapped[str | None] = c.long("检查方式和流程")
    contact: Mapped[str | None] = c.personal("联系人及电话", "words", 60)
    visited_on: Mapped[date | None] = c.day("实施日期", index=True)
    inspectors: Mapped[str | None] = c.text("检查人员", 200)
    result: Mapped[str | None] = c.long("联合检查情况")
    summary: Mapped[str | None] = c.long("总结")
    decline_reason: Mapped[str | None] = c.text("不合并理由", 200)

    enterprise: Mapped[Enterprise] = relationship()
    targets: Mapped[list[InspectionTarget]] = relationship(back_populates="joint", order_by=InspectionTarget.id)

    __table_args__ = (
        sa.CheckConstraint("visited_on IS NULL OR inspectors IS NOT NULL", name="visited_by_somebody"),
    )

    @property
    def who(self) -> str:
        """The enterprise."""
        return self.enterprise.name

    @property
    def content(self) -> str:
        """What letters say about it."""
        return "；".join(self.items())

    @property
    def is_live(self) -> bool:
        """Arranged, so that its members are not visited one by one."""
        return self.state in LIVE_JOINTS

    @property
    def is_over(self) -> bool:
        """Nothing moves any more."""
        return self.state in JOINT_VISITS or self.state == S.DECLINED

    @property
    def letter(self) -> Any:
        """The letter that told the enterprise, once it is out."""
        return next((n for n in self.notices if n.kind == LETTER and n.state in OUT), None)

    def units(self) -> list[Unit]:
        """Lead first, then the co-units."""
        return [part.unit for part in sorted(self.parts, key=lambda p: (p.role != Part.LEAD, p.id)) if part.active]

    def items(self) -> list[str]:
        """What is looked at, unit by unit."""
        return [f"{target.inspection.items}（{target.inspection.unit}）" for target in self.targets]

    def fields(self) -> set[int]:
        """Ids of the fields covered."""
        return {target.inspection.field_id for target in self.targets}

    def open_hazards(self) -> list[Hazard]:
        """Hidden dangers of this enterprise in the member inspections."""
        return [h for t in self.targets for h in t.inspection.open_hazards() if h.enterprise_id == self.enterprise_id]

    # -- proposing --------------------------------------------------------------------------

    @classmethod
    def propose(cls, targets: list[InspectionTarget], *, by: User | None = None) -> "JointInspection":
        """A joint visit for targets of one enterprise; the unit that filed first leads, the last date is taken."""
        first = min(targets, key=lambda target: (target.inspection.filed_at, target.id)).inspection
        enterprise = targets[0].enterprise
        joint = cls(
            number=cls.next_number(), title=f"{enterprise.name}联合检查"[:120], state=S.PROPOSED, enterprise=enterprise,
            planned_on=max(target.planned_on for target in targets), created_by=by, opened_at=now(),
        )
        db.session.add(joint)
        joint.take_in(targets)
        joint.log("register", "拟议合并", by=by, note="；".join(f"{t.inspection.unit} {t.planned_on:%m-%d} {t.inspection.title}" for t in targets))
        joint.assign_units(first.unit)
        db.session.flush()
        return joint

    def take_in(self, targets: list[InspectionTarget]) -> None:
        """More plans for the same visit."""
        for target in targets:
            target.joint = self

    def assign_units(self, lead: Unit) -> None:
        """A part for each member unit; what was confirmed before is asked anew."""
        units = {target.inspection.unit_id: target.inspection.unit for target in self.targets}
        if lead.id not in units:
            raise Invalid("lead", "牵头单位应是提出检查计划的单位：" + "、".join(map(str, units.values())))
        for part in self.parts:
            if part.active:
                part.leave(PartState.RELEASED)
        db.session.flush()
        self.assign(lead, Part.LEAD)
        for unit in units.values():
            if unit.id != lead.id:
                self.assign(unit, Part.CO)

    def lapse_if_alone(self) -> None:
        """With one unit left there is nothing to join."""
        db.session.flush()
        db.session.refresh(self, ["targets"])
        if self.state in OPEN and len({t.inspection.unit_id for t in self.targets}) < 2:
            before = self.state
            self.decline_reason, self.state = "只剩一个单位的检查，不再合并", S.DECLINED
            self._release()
            self.finish()
            self.log("lapse", "不再合并", by=None, note=self.decline_reason, before=before)

    def _release(self) -> None:
        """Members go their own way; their link to the declined proposal stays, so that it is not proposed again."""
        for target in self.targets:
            if target.inspection.state == IS.MERGED and not any(
                other.joint and other.joint is not self and other.joint.is_live for other in target.inspection.targets
            ):
                self._move(target.inspection, IS.FILED, "不合并，自行实施")

    def _move(self, inspection: Any, state: IS, words: str) -> None:
        before = inspection.state
        inspection.state = state
        inspection.log("joint", words, by=None, note=self.number, before=before)

    # -- verbs ------------------------------------------------------------------------------

    @transition(
        "安排联合检查", source={S.PROPOSED, S.ARRANGED}, target=S.ARRANGED, permission="joint:arrange", order=10,
        hint="并为一次检查，送各单位确认；各单位不再单独进企",
    )
    def arrange(
        self, *, by: User,
        lead: Annotated[Unit, Ask("牵头单位")],
        planned_on: Annotated[date, Ask("检查日期")],
        place: Annotated[str, Ask("集合时间地点", limit=120)] = "",
        plan_note: Annotated[str, Ask("检查方式和流程", long=True)] = "",
    ) -> None:
        """One date, one lead. Y 三(三)1"""
        if planned_on <= now().date():
            raise Invalid("planned_on", "检查日期应在今天以后，以便提前告知企业")
        self._may_go(planned_on)
        self.planned_on, self.place, self.plan_note = planned_on, place, plan_note
        self.assign_units(lead)
        for target in self.targets:
            if why := may_inspect(target.inspection.unit):
                raise Refused(why)
            target.planned_on = planned_on
            if target.inspection.state == IS.FILED:
                self._move(target.inspection, IS.MERGED, "并入联合检查")

    def _may_go(self, day: date) -> None:
        """Leave given to every member's target holds for the joint visit."""
        protected = [target for target in self.targets if target.passing is None]
        own = [target.id for target in self.targets]
        if protected and (why := protection(self.enterprise, day, own=own)):
            raise Invalid("planned_on", f"{self.enterprise}：{why}。{WHO_MAY}")

    @transition("不合并", done="已定不合并",
                source={S.PROPOSED, S.ARRANGED}, target=S.DECLINED, permission="joint:decline", order=20, hint="各单位按原计划实施")
    def decline(self, *, by: User, reason: Annotated[str, Ask("不合并理由", limit=200, bare=True)]) -> None:
        """They really are different visits."""
        self.decline_reason = reason
        self._release()
        self.finish()

    @transition(
        "确认参加", source={S.ARRANGED}, target={S.ARRANGED, S.AGREED}, permission="joint:confirm", when=_pending_part, order=10,
        hint="全部单位确认后告知企业",
    )
    def confirm(self, *, by: User) -> S:
        """A unit comes along at the lead's time and place. Y 三(三)2"""
        part = self.part_of(by.unit_id)
        if part is None:
            raise Refused("本单位不在参加单位之列")
        part.sign(by)
        if any(p.active and p.state == PartState.PENDING for p in self.parts):
            return S.ARRANGED
        self.set_due(work_calendar().close(self.planned_on), Cause.GIVEN, start=now(), note="商定的联合检查日期")
        return S.AGREED

    @transition(
        "提出异议", source={S.ARRANGED}, target=S.PROPOSED, permission="joint:confirm", when=_pending_part, order=30,
        hint="退园区重新统筹：改时间、换牵头或不合并",
    )
    def object(self, *, by: User, reason: Annotated[str, Ask("理由", long=True, bare=True)]) -> None:
        """Back to the park committee with a reason."""
        self.returns += 1


check_states(JointInspection, S)
