"""Planning an inspection: drawn up, approved by the head, filed a week ahead, or straight to the enterprise (I1, I3, I6)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from models import scope
from models.asks import Ask
from models.base import db
from models.clock import Limit, LimitUnit
from models.deadline import Cause
from models.enterprise import Enterprise
from models.errors import Invalid, NotPermitted, Refused
from models.flow import transition
from models.inspection.quiet import earliest_visit, may_inspect, protection, refusal_for
from models.inspection.states import COMING_STATES, PLAN_STATES, Finding, Passing, UrgentGround
from models.inspection.states import InspectionState as S
from models.inspection.target import InspectionTarget
from models.matter_unit import Part
from models.now import now
from models.standard import Stage, find_standard
from models.unit import Unit
from models.user import Level, User

if TYPE_CHECKING:
    from models.inspection.draw import RandomDraw
    from models.inspection.field import InspectionField

Dates = Sequence[tuple[Enterprise, date]]
REPORT_LIMIT = Limit(3, LimitUnit.WORKDAY)
_REQUIRED = {"title": "检查名称", "items": "检查事项", "basis": "检查依据"}


def _may_plan(by: User, unit: Unit, action: str) -> None:
    level = by.level(f"inspection:{action}")
    if level is None or (level != Level.ALL and unit.id != by.unit_id):
        raise NotPermitted("您的角色不能为该单位编制检查计划")
    if why := may_inspect(unit):
        raise Invalid("unit", why)


def _checked(texts: dict[str, str], dates: Dates) -> dict[str, str]:
    texts = {name: text.strip() for name, text in texts.items()}
    if missing := next((name for name, label in _REQUIRED.items() if not texts[name]), None):
        raise Invalid(missing, f"请填写{_REQUIRED[missing]}")
    if len(texts["title"]) > 120:
        raise Invalid("title", "检查名称请控制在120字以内")
    if not dates:
        raise Invalid("targets", "请至少填写一家企业和日期")
    firms = [enterprise.id for enterprise, _day in dates]
    if len(set(firms)) < len(firms):
        raise Invalid("targets", "同一家企业在一份计划中只写一次")
    return texts


def _in_time(dates: Dates) -> None:
    """Y 三(三)1: filed a week ahead."""
    first, allowed = min(day for _enterprise, day in dates), earliest_visit()
    if first < allowed:
        raise Invalid(
            "targets", f"检查计划应提前7天报备（Y 三(三)1），现在报备最早可安排{allowed:%Y-%m-%d}；有法定紧急情形的走径直检查"
        )


def _timely_and_unprotected(inspection: Any, by: User | None) -> str | None:
    """Before filing: the notice period again, and what protects the enterprises."""
    try:
        _in_time([(t.enterprise, t.planned_on) for t in inspection.targets])
    except Invalid as why:
        return str(why)
    return refusal_for(inspection.targets)


def _unprotected(inspection: Any, by: User | None) -> str | None:
    return refusal_for(inspection.targets)


def _needs_leave(inspection: Any, by: User | None) -> str | None:
    return None if refusal_for(inspection.open_targets()) else "没有需要准予例外的企业"


def _not_joined(inspection: Any, by: User | None) -> str | None:
    return "本件有企业已并入联合检查，请先由园区调整" if any(t.joint and t.joint.is_live for t in inspection.targets) else None


class Planning:
    """From the draft to the filed plan; the urgent path."""

    @classmethod
    def _new(cls, state: S, by: User, unit: Unit, field: Any, texts: dict[str, str], **more: Any) -> Any:
        row = cls(number=cls.next_number(), state=state, created_by=by, opened_at=now(), field=field, **texts, **more)
        db.session.add(row)
        row.assign(unit, Part.LEAD).resume()
        return row

    @classmethod
    def plan(
        cls, *, by: User, unit: Unit, title: str, field: "InspectionField", items: str, basis: str, dates: Dates,
        draw: "RandomDraw | None" = None,
    ) -> Any:
        """Draw up an ordinary plan (I1). Raises NotPermitted, or Invalid naming the field."""
        with scope.everything():
            _may_plan(by, unit, "plan")
            texts = _checked({"title": title, "items": items, "basis": basis}, dates)
            _in_time(dates)
            row = cls._new(S.DRAFTED, by, unit, field, texts, draw=draw)
            row.targets = [InspectionTarget(enterprise=enterprise, planned_on=day) for enterprise, day in dates]
            row.log("register", "编制计划", by=by, note=f"{len(dates)}家企业" + (f"，依据抽取{draw.number}" if draw else ""))
            db.session.flush()
        return row

    @classmethod
    def direct(
        cls, *, by: User, unit: Unit, title: str, field: "InspectionField", items: str, basis: str, dates: Dates,
        ground: UrgentGround, reason: str, inspectors: str,
    ) -> Any:
        """Straight to the enterprise on a lawful ground; `dates` are the days it was visited.

        To be reported within three working days after the visit (I3). Y 三(三)1、4
        """
        with scope.everything():
            _may_plan(by, unit, "direct")
            texts = _checked({"title": title, "items": items, "basis": basis}, dates)
            if not reason.strip():
                raise Invalid("reason", "径直检查请写明情形和依据，如上级通知文号、举报编号")
            two_inspectors(inspectors)
            if any(day > now().date() for _enterprise, day in dates):
                raise Invalid("targets", "径直检查在实施后登记，检查日期不能晚于今天")
            row = cls._new(S.CARRIED_OUT, by, unit, field, texts, urgent=True, ground=ground, ground_note=reason.strip())
            row.targets = [_visited(enterprise, day, inspectors, ground, reason) for enterprise, day in dates]
            standard = find_standard("inspection-direct", Stage.REPORT)
            row.start_clock(
                standard.limit if standard else REPORT_LIMIT, Cause.GIVEN, standard=standard, by=by,
                start=row.moment_of(max(day for _enterprise, day in dates)), note="检查完成后报送",
            )
            row.log("register", "径直检查", by=by, note=f"{ground.label}：{reason.strip()}", mark="act")
            db.session.flush()
        return row

    @transition(
        "修改计划", source={S.RETURNED}, target=S.DRAFTED, permission="inspection:plan", party=Part.LEAD, order=10,
        hint="重新送负责人审批；企业和日期用“改期”“撤销企业”调整",
    )
    def revise(
        self, *, by: User,
        items: Annotated[str, Ask("检查事项", long=True, bare=True)],
        basis: Annotated[str, Ask("检查依据", long=True)],
    ) -> None:
        """Answer the head's remarks."""
        self.items, self.basis = items, basis

    @transition(
        "批准检查", source={S.DRAFTED}, target=S.APPROVED, permission="inspection:approve", party=Part.LEAD, when=_unprotected, order=10,
        hint="谁组织、谁负责：主要负责人批准后由编制人报备，报备后方可实施",
    )
    def approve(self, *, by: User, opinion: Annotated[str, Ask("审批意见", long=True, bare=True, phrases=True)] = "") -> None:
        """The head answers for it. Y 三(二)1"""
        if by.id == self.created_by_id:
            raise Refused("不能审批自己编制的检查计划")
        self.approved_by, self.approved_at = by, now()

    @transition("退回修改", source={S.DRAFTED}, target=S.RETURNED, permission="inspection:approve", party=Part.LEAD, order=15)
    def send_back(self, *, by: User, reason: Annotated[str, Ask("修改意见", long=True, bare=True)]) -> None:
        """Not like this."""

    @transition(
        "报备", source={S.APPROVED}, target=S.FILED, permission="inspection:file", party=Part.LEAD, when=_timely_and_unprotected, order=10,
        hint="报区工业园管委会统筹，至少提前7天；与别的部门重合的并为一次联合检查",
    )
    def file(self, *, by: User) -> None:
        """To the park committee, which coordinates. Y 三(三)1"""
        self.filed_at = now()

    @transition(
        "准予例外", source={S.DRAFTED, S.APPROVED, *COMING_STATES}, permission="inspection:permit", when=_needs_leave, order=16, mark="act",
        hint="仅对白名单、静工日、频次上限内的企业；例外检查单独统计",
    )
    def permit(
        self, *, by: User,
        reason: Annotated[str, Ask("批准理由", limit=200)],
        enterprise: Annotated[str, Ask("企业", help="不填即本件全部受保护的企业")] = "",
    ) -> None:
        """The district's leave to visit a protected enterprise. W 二(三)"""
        for target in [self.target_named(enterprise)] if enterprise else self.open_targets():
            if target.passing is None and protection(target.enterprise, target.planned_on, own=[t.id for t in self.targets]):
                target.passing, target.passing_note, target.passed_by = Passing.LEADER, reason, by

    @transition(
        "不予准予", source={S.DRAFTED, S.APPROVED, S.FILED}, target=S.RETURNED, permission="inspection:permit", when=_needs_leave, order=25,
        hint="退回编制单位：改期、撤销该企业或撤回计划后重新送审", done="已不予准予例外，退回编制单位",
    )
    def refuse_leave(self, *, by: User, reason: Annotated[str, Ask("不予准予的理由", long=True, bare=True)]) -> None:
        """No leave: the unit plans anew, and its head answers for the new plan. W 二(三)"""
        self.approved_at = self.approved_by = self.filed_at = None

    @transition("改期", source=PLAN_STATES | COMING_STATES, permission="inspection:plan", party=Part.LEAD, order=60, hint="改期同样应提前7天")
    def reschedule(
        self, *, by: User,
        until: Annotated[date, Ask("改至")],
        reason: Annotated[str, Ask("理由", limit=200)],
        enterprise: Annotated[str, Ask("企业", help="只有一家企业时不填")] = "",
    ) -> None:
        """Another day; leave given for the old day does not hold for the new one."""
        target = self.target_named(enterprise)
        if target.joint and target.joint.is_live:
            raise Refused(f"已并入{target.joint.number}，由园区统一调整时间")
        if until < (allowed := earliest_visit()):
            raise Invalid("until", f"应提前7天报备，最早可安排{allowed:%Y-%m-%d}")
        target.planned_on, target.passing, target.passing_note, target.passed_by = until, None, None, None
        if self.state in COMING_STATES and (why := refusal_for([target])):
            raise Invalid("until", why)

    @transition("撤销企业", source=PLAN_STATES | COMING_STATES, permission="inspection:plan", party=Part.LEAD, order=65, hint="不再检查这家企业")
    def drop(
        self, *, by: User,
        enterprise: Annotated[str, Ask("企业")],
        reason: Annotated[str, Ask("理由", limit=200)],
    ) -> None:
        """One enterprise fewer; the last one goes with the plan."""
        target = self.target_named(enterprise)
        if target.joint and target.joint.is_live:
            raise Refused(f"已并入{target.joint.number}，请在联合检查中提出异议")
        if len(self.open_targets()) == 1:
            raise Refused("只剩这一家企业，请撤回整份计划")
        target.finding, target.note = Finding.NOT_DONE, reason
        target.leave_joint()

    @transition(
        "撤回计划", source=PLAN_STATES | COMING_STATES, target=S.WITHDRAWN, permission="inspection:withdraw", when=_not_joined, order=90
    )
    def withdraw(self, *, by: User, reason: Annotated[str, Ask("撤回理由", long=True, bare=True)]) -> None:
        """Not carried out at all."""
        for target in self.targets:
            target.leave_joint()
        self.finish()


def _visited(enterprise: Enterprise, day: date, inspectors: str, ground: UrgentGround, reason: str) -> InspectionTarget:
    """A target of an urgent inspection; where something protected it, the lawful exception is on record."""
    protected = protection(enterprise, day)
    return InspectionTarget(
        enterprise=enterprise, planned_on=day, visited_on=day, inspectors=inspectors.strip(), finding=Finding.CLEAN,
        passing=Passing.LAWFUL if protected else None, passing_note=f"{ground.label}：{reason}"[:200] if protected else None,
    )


def two_inspectors(names: str) -> None:
    """At least two people with certificates go (行政处罚法 42)."""
    found = [name for name in names.replace("，", "、").replace(",", "、").split("、") if name.strip()]
    if len(found) < 2:
        raise Invalid("inspectors", "检查人员不少于两人，用顿号隔开")
