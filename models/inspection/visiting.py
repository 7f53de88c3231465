"""The visit and what follows: findings, hidden dangers, re-checks, penalties, the report (I3, I4)."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa

from models.asks import Ask
from models.base import db
from models.calendar import work_calendar
from models.deadline import Cause
from models.errors import Invalid, Refused
from models.flow import transition
from models.inspection.coercion import LeniencyItem
from models.inspection.planning import REPORT_LIMIT, two_inspectors
from models.inspection.quiet import WHO_MAY, protection
from models.inspection.states import COMING_STATES, VISITED_STATES, Finding, HazardLevel, HazardState, PenaltyKind
from models.inspection.states import InspectionState as S
from models.inspection.states import JointState as J
from models.inspection.target import Hazard, Penalty
from models.matter_unit import Part, PartState
from models.now import now
from models.standard import Stage, find_standard
from models.user import User

# What every 复查 asks, of one unit or of several together.
RecheckNote = Annotated[str, Ask("复查情况", long=True, bare=True, files="复查记录")]
HazardsLeft = Annotated[str, Ask("未到位的隐患编号", help="如 12、15；全部整改到位不填")]
LookAgain = Annotated[date | None, Ask("再次复查日期", help="有未到位的填写")]


def _single_recheck(inspection: Any, by: User | None) -> str | None:
    hazards = inspection.open_hazards()
    if not hazards:
        return "没有待复查的隐患"
    alone = [hazard for hazard in hazards if inspection.joint_of(hazard) is None]
    return None if alone else f"隐患是{inspection.joint_of(hazards[0]).number}联合检查发现的，由牵头单位组织联合复查"


def _may_conclude(inspection: Any, by: User | None) -> str | None:
    if inspection.concluded_at:
        return "程序已经闭环"
    if inspection.urgent and not inspection.reported_at:
        return "径直检查应先在3个工作日内报送检查情况"
    if count := len(inspection.open_hazards()):
        return f"还有{count}项隐患未复查销号，程序尚未闭环"
    return None


def _may_report(inspection: Any, by: User | None) -> str | None:
    if inspection.state == S.CARRIED_OUT and not inspection.urgent:
        return "程序闭环后再报送"
    return None


def _concluded(inspection: Any, by: User | None) -> str | None:
    return None if inspection.concluded_at else "程序尚未闭环，复查和处罚情况报送后再核收"


class Visiting:
    """Results and the clock that runs over them."""

    @transition(
        "登记检查", source=COMING_STATES, target={*COMING_STATES, S.CARRIED_OUT, S.CONCLUDED}, permission="inspection:visit", party=Part.LEAD,
        order=10, hint="每家企业登记一次；全部登记后转入复查、处罚或报送",
    )
    def visit(
        self, *, by: User,
        visited_on: Annotated[date, Ask("检查日期")],
        inspectors: Annotated[str, Ask("检查人员", limit=120, help="不少于两人，用顿号隔开")],
        finding: Annotated[Finding, Ask("检查结果")],
        note: Annotated[str, Ask("检查情况", long=True, bare=True, files="现场检查笔录")],
        enterprise: Annotated[str, Ask("企业", help="本件只剩一家企业时不填")] = "",
        danger: Annotated[str, Ask("隐患问题", limit=300, help="发现隐患的填写，多项可再登记")] = "",
        recheck_on: Annotated[date | None, Ask("复查日期", help="发现隐患的填写")] = None,
    ) -> S:
        """One enterprise visited. Protected ones only with leave (I6)."""
        target = self.target_named(enterprise)
        self._may_visit(target, visited_on)
        two_inspectors(inspectors)
        if finding == Finding.HAZARD and not danger:
            raise Invalid("danger", "发现隐患的，请写明隐患问题和复查日期")
        target.visited_on = None if finding == Finding.NOT_DONE else visited_on
        target.inspectors, target.finding, target.note = inspectors, finding, note
        if target.joint and not target.joint.is_live:
            target.leave_joint()
        if finding == Finding.HAZARD:
            self._danger(target.enterprise, danger, HazardLevel.GENERAL, visited_on, recheck_on)
        if self.open_targets():
            return self.state
        return self._after_visits(by)

    def _may_visit(self, target: Any, day: date) -> None:
        if day > now().date():
            raise Invalid("visited_on", "检查日期不能晚于今天")
        joint = target.joint if target.joint and target.joint.is_live else None
        if joint and joint.state != J.DONE:
            raise Refused(f"{target.enterprise}已并入{joint.number}，由牵头单位{joint.unit}统一组织")
        if joint and day != joint.visited_on:
            raise Invalid("visited_on", f"联合检查于{joint.visited_on:%Y-%m-%d}实施")
        if not joint and day < target.planned_on:
            raise Invalid("visited_on", f"报备的日期是{target.planned_on:%Y-%m-%d}，提前检查请先改期")
        if target.passing is None and (why := protection(target.enterprise, day, own=[target.id])):
            raise Refused(f"{target.enterprise}：{why}。{WHO_MAY}")

    def _after_visits(self, by: User) -> S:
        """Nothing found: the procedure closes with the visit; nothing visited: it ends; else re-checks and penalties follow."""
        days = [target.visited_on for target in self.targets if target.visited_on]
        if not any(target.finding in (Finding.HAZARD, Finding.VIOLATION) for target in self.targets):
            self._conclude(by, max(days, default=now().date()))
            return S.CONCLUDED
        return S.CARRIED_OUT

    def _danger(self, enterprise: Any, text: str, level: HazardLevel, found_on: date, recheck_on: date | None) -> None:
        if recheck_on is None or recheck_on < found_on:
            raise Invalid("recheck_on", "请填写复查日期，不早于发现日期")
        self.hazards.append(
            Hazard(enterprise=enterprise, description=text, level=level, found_on=found_on, recheck_on=recheck_on, state=HazardState.OPEN,
                   rechecks=0)
        )
        self.concluded_at = None
        self.watch_rechecks()

    def watch_rechecks(self) -> None:
        """The earliest re-check is the matter's clock, so that the sweep reminds of it and climbs over it.

        An urgent inspection's report comes first.
        """
        if self.urgent and not self.reported_at:
            return
        days = [hazard.recheck_on for hazard in self.open_hazards()]
        if days:
            due = work_calendar().close(min(days))
            if self.due_at != due or self.answered_at:
                self.set_due(due, Cause.GIVEN, start=now(), note="隐患复查")
        elif self.due_at and not self.answered_at and self.concluded_at is None:
            self.stop_clock()

    @transition(
        "登记隐患", source=VISITED_STATES - {S.CONCLUDED}, permission="inspection:visit", party=Part.LEAD, order=30, hint="最早的复查日期即本件时限"
    )
    def add_hazard(
        self, *, by: User,
        danger: Annotated[str, Ask("隐患问题", limit=300, bare=True)],
        level: Annotated[HazardLevel, Ask("等级")],
        recheck_on: Annotated[date, Ask("复查日期")],
        enterprise: Annotated[str, Ask("企业", help="只有一家企业时不填")] = "",
    ) -> None:
        """One more hidden danger."""
        target = self.target_named(enterprise, visited=True)
        if target.finding == Finding.CLEAN:
            target.finding = Finding.HAZARD
        self._danger(target.enterprise, danger, level, target.visited_on, recheck_on)

    @transition(
        "复查", done="已登记复查结果", source=VISITED_STATES, permission="inspection:visit", party=Part.LEAD, when=_single_recheck, order=20,
        hint="整改到位的销号；未到位的约定再次复查日期",
    )
    def recheck(
        self, *, by: User, note: RecheckNote, left: HazardsLeft = "", again: LookAgain = None,
    ) -> None:
        """Look again at everything this unit found alone. Y 三(三)3"""
        settle([hazard for hazard in self.open_hazards() if self.joint_of(hazard) is None], by, note, left, again, joint=False)
        self.watch_rechecks()

    @transition("登记处罚", source=VISITED_STATES - {S.CONCLUDED}, permission="inspection:visit", party=Part.LEAD, order=40)
    def penalise(
        self, *, by: User,
        kind: Annotated[PenaltyKind, Ask("处理决定")],
        document_no: Annotated[str, Ask("决定书文号", limit=60)],
        decided_on: Annotated[date, Ask("决定日期")],
        violation: Annotated[str, Ask("违法事实", limit=300)],
        amount: Annotated[Decimal | None, Ask("罚没金额（万元）")] = None,
        item: Annotated[str, Ask("适用清单事项", help="免罚、减轻、从轻的填写清单事项编号")] = "",
        enterprise: Annotated[str, Ask("企业", help="只有一家企业时不填")] = "",
    ) -> None:
        """The decision, and the leniency item applied (W 二(一))."""
        target = self.target_named(enterprise, visited=True)
        if kind == PenaltyKind.FINE and amount is None:
            raise Invalid("amount", "罚款、没收请填写金额")
        if kind == PenaltyKind.NONE and not item:
            raise Invalid("item", "免予处罚请填写适用的清单事项编号")
        target.finding = Finding.VIOLATION
        self.penalties.append(
            Penalty(enterprise=target.enterprise, kind=kind, document_no=document_no, decided_on=decided_on, violation=violation,
                    amount=amount, leniency_item=_item(item))
        )

    @transition(
        "程序闭环", done="程序已闭环",
        source={S.CARRIED_OUT, S.REPORTED}, target=S.CONCLUDED, permission="inspection:visit", party=Part.LEAD, when=_may_conclude,
        order=12, hint="复查销号、处罚决定执行完毕后点此；3个工作日内报送",
    )
    def conclude(self, *, by: User, concluded_on: Annotated[date, Ask("闭环日期")]) -> None:
        """The procedure has closed; the report is due. Y 三(三)3"""
        latest = max((t.visited_on for t in self.targets if t.visited_on), default=concluded_on)
        if not latest <= concluded_on <= now().date():
            raise Invalid("concluded_on", "闭环日期应在检查之后、今天之前")
        self._conclude(by, concluded_on)

    def _conclude(self, by: User, day: date) -> None:
        self.concluded_at = self.moment_of(day)
        standard = find_standard("inspection", Stage.REPORT)
        self.start_clock(
            standard.limit if standard else REPORT_LIMIT, Cause.GIVEN, standard=standard, by=by, start=self.concluded_at, note="程序闭环后报送"
        )

    @transition(
        "报送检查情况", source={S.CARRIED_OUT, S.CONCLUDED}, target=S.REPORTED, permission="inspection:report", party=Part.LEAD,
        when=_may_report, order=11, hint="报牵头部门或区工业园管委会；径直检查在检查后3个工作日内",
    )
    def report(self, *, by: User, summary: Annotated[str, Ask("检查、复查和处罚情况", long=True, bare=True, files="检查报告")]) -> None:
        """What was found and done, in time."""
        self.summary, self.reported_at, self.handler = summary, now(), by
        if self.urgent and not self.hazards and not self.concluded_at and not self._violations():
            self.concluded_at = now()
        self.stop_clock()
        self.watch_rechecks()
        for joint in {target.joint for target in self.targets if target.joint and target.joint.is_live}:
            if part := joint.part_of(self.unit_id):
                part.state, part.replied_at, part.reply = PartState.REPLIED, now(), summary

    def _violations(self) -> bool:
        return any(target.finding == Finding.VIOLATION for target in self.targets)

    @transition("核收", source={S.REPORTED}, target=S.CLOSED, permission="inspection:close", when=_concluded, order=10)
    def close(self, *, by: User, opinion: Annotated[str, Ask("核收意见", long=True, bare=True)] = "") -> None:
        """The park committee takes the report in. Y 三(三)3"""
        self.finish()


def settle(hazards: list[Hazard], by: User, note: str, left: str, again: date | None, *, joint: bool) -> None:
    """Strike off what is put right; the rest gets another date."""
    wanted = set(re.findall(r"\d+", left))
    if unknown := wanted - {str(hazard.id) for hazard in hazards}:
        raise Invalid("left", f"没有编号为{'、'.join(sorted(unknown))}的待复查隐患")
    if wanted and (again is None or again <= now().date()):
        raise Invalid("again", "有未整改到位的隐患，请填写今天以后的复查日期")
    for hazard in hazards:
        hazard.recheck(by, now(), cleared=str(hazard.id) not in wanted, note=note, again=again, joint=joint)


def _item(code: str) -> LeniencyItem | None:
    if not code:
        return None
    row = db.session.scalar(sa.select(LeniencyItem).where(LeniencyItem.code == code, LeniencyItem.is_active))
    if row is None:
        raise Invalid("item", "清单中没有这个编号的事项，请核对")
    return row
