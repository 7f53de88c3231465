"""The joint visit itself: telling the enterprise, going together, looking again, summing up. Y 三(三)2–3"""

from datetime import date
from typing import Annotated, Any

from models import drafting
from models.asks import Ask
from models.errors import Invalid
from models.flow import transition
from models.inspection.planning import two_inspectors
from models.inspection.states import JointState as S
from models.inspection.visiting import HazardsLeft, LookAgain, RecheckNote, settle
from models.matter_unit import Part, PartState
from models.now import now
from models.setting import setting
from models.unit import find_unit
from models.user import User

LETTER = "JOINT_INSPECTION"


def _told(joint: Any, by: User | None) -> str | None:
    return None if joint.letter else "联合检查通知书尚未签发，应提前告知企业（Y 三(三)2）"


def _has_hazards(joint: Any, by: User | None) -> str | None:
    return None if joint.open_hazards() else "没有待复查的隐患"


def _all_reported(joint: Any, by: User | None) -> str | None:
    waiting = [part.unit.name for part in joint.parts if part.active and part.state != PartState.REPLIED]
    return f"{'、'.join(waiting)}尚未报送复查和处罚情况" if waiting else None


class JointVisit:
    """Verbs of a joint inspection that is agreed."""

    @transition(
        "拟告知书", done="告知书已拟好", source={S.AGREED}, target=S.NOTIFIED, permission="joint:notify", order=10,
        hint="生成《联合检查通知书》草稿，签发送达后方可实施",
    )
    def notify(
        self, *, by: User, contact: Annotated[str, Ask("联系人及电话", limit=60)],
    ) -> None:
        """The enterprise is told beforehand by the printable letter. Y 三(三)2"""
        self.contact = contact
        drafting.draft(LETTER, by=None, unit=find_unit(setting("inspection_coordinator")), matter=self)

    def letter_facts(self) -> dict[str, dict[str, Any]]:
        """What the letter to the enterprise says; it is served through the park committee."""
        return {"inspection": {
            "enterprise": self.enterprise.name, "units": [unit.name for unit in self.units()], "date": self.planned_on,
            "items": self.items(), "contact": self.contact or "",
        }}

    @transition(
        "登记联合检查", source={S.NOTIFIED}, target=S.DONE, permission="joint:carry_out", party=Part.LEAD, when=_told, order=10,
        hint="由牵头单位登记；随后各单位在本单位检查件中登记结果并报送",
    )
    def carry_out(
        self, *, by: User,
        visited_on: Annotated[date, Ask("实施日期")],
        inspectors: Annotated[str, Ask("检查人员", limit=200, help="各单位人员，用顿号隔开")],
        result: Annotated[str, Ask("联合检查情况", long=True, bare=True, files="联合检查记录")],
    ) -> None:
        """Together, once."""
        if visited_on > now().date():
            raise Invalid("visited_on", "实施日期不能晚于今天")
        if visited_on < self.letter.issued_at.date():
            raise Invalid("visited_on", "应先告知企业后检查")
        two_inspectors(inspectors)
        if visited_on != self.planned_on:
            self._may_go(visited_on)
        self.visited_on, self.inspectors, self.result = visited_on, inspectors, result
        self.stop_clock()

    @transition(
        "联合复查", done="已登记联合复查", source={S.DONE}, permission="joint:carry_out", party=Part.LEAD, when=_has_hazards, order=12,
        hint="各单位发现的隐患一并复查；整改到位的销号",
    )
    def recheck(
        self, *, by: User, note: RecheckNote, left: HazardsLeft = "", again: LookAgain = None,
    ) -> None:
        """Every unit's findings looked at again in one visit. Y 三(三)3"""
        settle(self.open_hazards(), by, note, left, again, joint=True)
        for target in self.targets:
            target.inspection.watch_rechecks()
            target.inspection.log("joint_recheck", "联合复查", by=by, note=f"{self.number}：{note}")

    @transition("汇总办结", source={S.DONE}, target=S.CLOSED, permission="joint:close", when=_all_reported, order=20)
    def close(self, *, by: User, summary: Annotated[str, Ask("执法协作总结", long=True, bare=True)]) -> None:
        """The park committee sums up. Y 三(三)3"""
        self.summary = summary
        self.finish()
