"""First contact with a newly registered enterprise: pushed, contacted within 72 natural hours (N2, M 二(七)1(2))."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.asks import Ask
from models.base import Labelled, db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, checkpoints
from models.codes import check_phone
from models.deadline import Cause
from models.enterprise import Enterprise
from models.errors import Invalid
from models.flow import transition
from models.matter import Matter, check_states
from models.matter_unit import Part, PartState
from models.now import now
from models.nudging import nudging
from models.setting import setting
from models.standard import Stage, find_standard
from models.unit import Unit
from models.user import User
from models.visit.difficulty import Difficulty, Origin, raise_difficulty

if TYPE_CHECKING:
    from models.contact.batch import NewFirm
    from models.contact.checks import ContactCheck

HOURS = Limit(72, LimitUnit.HOUR)  # when the table of service standards has none


class ContactState(Labelled):
    PUSHED = "PUSHED", "待联系"
    RETURNED = "RETURNED", "退回待派"
    CONTACTED = "CONTACTED", "已联系"
    VOID = "VOID", "已撤销"


class ContactWay(Labelled):
    PHONE = "PHONE", "电话"
    VISIT = "VISIT", "上门"
    ONLINE = "ONLINE", "网络"
    OFFICE = "OFFICE", "企业来访"


class SpotCheck(Labelled):
    PASS = "PASS", "规范"
    REDO = "REDO", "退回重填"


S = ContactState


def look_times() -> list[time]:
    """The times of day of the looks, from the setting: 15:00, 18:00, +1 08:00. M 二(七)1(3)"""
    return [time.fromisoformat(part.split()[-1]) for part in setting("contact_checks").split(",") if part.strip()]


class Contact(Matter):
    """One new enterprise on the desk of its lead service unit."""

    __tablename__ = "contact"
    __mapper_args__ = {"polymorphic_identity": "contact"}

    PREFIX = "XQ"
    KIND_LABEL = "新企业联系"
    ANSWER = "联系"
    STATES = ContactState

    id: Mapped[int] = c.child_key("matter.id")
    firm_id: Mapped[int] = c.ref("new_firm.id", "新注册企业", required=True, index=False, unique=True)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    section: Mapped[str | None] = c.text("责任科室", 60)
    person: Mapped[str | None] = c.text("责任人", 30)
    way: Mapped[ContactWay | None] = c.choice("联系方式", ContactWay, required=False)
    phone: Mapped[str | None] = c.personal("联系电话", help="责任人的电话")
    contacted_at: Mapped[datetime | None] = c.when("联系时间")
    record: Mapped[str | None] = c.long("联系记录")
    policies: Mapped[str | None] = c.long("宣传政策")
    spot_checked: Mapped[bool] = c.flag("已抽查")
    looks: Mapped[int] = c.whole("未联系查看次数", default=0)
    next_look_at: Mapped[datetime | None] = c.when("下次查看", index=True)

    firm: Mapped["NewFirm"] = relationship(back_populates="contact")
    enterprise: Mapped[Enterprise] = relationship()
    checks: Mapped[list["ContactCheck"]] = relationship(back_populates="contact", order_by="ContactCheck.id")
    difficulties: Mapped[list[Difficulty]] = relationship(foreign_keys=Difficulty.contact_id)

    __table_args__ = (sa.CheckConstraint("looks >= 0", name="looks_not_negative"),)

    @property
    def who(self) -> str:
        """The enterprise."""
        return self.enterprise.name

    @classmethod
    def push(cls, firm: "NewFirm", unit: Unit, *, by: User | None) -> "Contact":
        """To the lead service unit; the 72 hours begin now. Raises Invalid for a retired unit."""
        if not unit.is_active:
            raise Invalid("lead", f"{unit}已停用，不能牵头服务")
        contact = cls(
            number=cls.next_number(), title=f"首次联系{firm.enterprise.name}"[:120], state=S.PUSHED, created_by=by, opened_at=now(),
            firm=firm, enterprise=firm.enterprise, enterprise_id=firm.enterprise_id,
        )
        db.session.add(contact)
        contact._begin(unit, by)
        contact.log("register", "推送", by=by, note=f"牵头服务部门：{unit}")
        db.session.flush()
        return contact

    def _begin(self, unit: Unit, by: User | None) -> None:
        """Clock and looks start with each push."""
        self.assign(unit, Part.LEAD).resume()
        standard = find_standard("contact", Stage.CONTACT)
        self.start_clock(standard.limit if standard else HOURS, Cause.DISPATCH, standard=standard, by=by)
        self.looks, self.next_look_at = 0, self.marks()[0] if self.marks() else None

    @property
    def untouched(self) -> bool:
        """Pushed, and nobody has done anything about it; or already voided."""
        return self.state == S.VOID or (self.state == S.PUSHED and not (self.returns or self.reworks))

    def take_back(self, *, by: User, reason: str) -> None:
        """Void with the list it came from."""
        self.state, self.next_look_at = S.VOID, None
        self.finish()
        self.log("void", "撤销", by=by, note=reason)

    def marks(self) -> list[datetime]:
        """The moments of the looks, counted from the push in force."""
        return checkpoints(self.started_at, look_times(), work_calendar())

    @transition(
        "登记联系", source={S.PUSHED}, target=S.CONTACTED, permission="contact:record", party=Part.LEAD, order=10,
        hint="72小时按自然时计算，以登记时间为准；企业提出需求的同时转为诉求",
    )
    def record_contact(
        self, *, by: User,
        section: Annotated[str, Ask("责任科室", limit=60)],
        person: Annotated[str, Ask("责任人", limit=30)],
        way: Annotated[ContactWay, Ask("联系方式")],
        contacted_at: Annotated[datetime, Ask("联系时间", to_the_minute=True, help="推送之后、现在之前")],
        record: Annotated[str, Ask("联系记录", long=True, bare=True, files="佐证材料")],
        phone: Annotated[str, Ask("责任人电话", limit=30)] = "",
        policies: Annotated[str, Ask("宣传政策", long=True, help="向企业讲解了哪些涉企政策")] = "",
        need_title: Annotated[str, Ask("企业需求", limit=120, help="企业提出需求的，一句话写清，登记后即转为诉求")] = "",
        need: Annotated[str, Ask("需求内容", long=True)] = "",
    ) -> None:
        """Section, person, way, time and note, as the platform wants them. M 二(七)1(2)"""
        if not self.opened_at <= contacted_at <= now():
            raise Invalid("contacted_at", "联系时间应在推送之后、现在之前")
        self.section, self.person, self.way, self.contacted_at = section, person, way, contacted_at
        self.phone, self.record, self.policies = _phone(phone), record, policies or None
        self.handler, self.next_look_at = by, None
        self.part_of(self.unit_id).state = PartState.REPLIED
        self.finish()
        self._raise(by, need_title, need)

    @transition("跟踪服务", done="已登记跟踪服务", source={S.CONTACTED}, permission="contact:record", party=Part.LEAD, order=30)
    def follow_up(
        self, *, by: User, note: Annotated[str, Ask("服务情况", long=True, bare=True)],
        need_title: Annotated[str, Ask("企业需求", limit=120, help="填写后即转为诉求")] = "",
        need: Annotated[str, Ask("需求内容", long=True)] = "",
    ) -> None:
        """Later service, and what the enterprise asks for then."""
        self._raise(by, need_title, need)

    def _raise(self, by: User, title: str, need: str) -> None:
        if title or need:
            if not title:
                raise Invalid("need_title", "请用一句话写清企业需求")
            raise_difficulty(
                by=by, origin=Origin.CONTACT, enterprise=self.enterprise, unit=self.unit, title=title, content=need or title,
                contact_id=self.id,
            )

    @transition("退回", source={S.PUSHED}, target=S.RETURNED, permission="contact:send_back", party=Part.LEAD, order=40,
                hint="推送不准时退回改派，计入推送不精准")
    def send_back(self, *, by: User, reason: Annotated[str, Ask("退回理由", long=True, bare=True)]) -> None:
        """Not this unit's trade: the push was not precise."""
        self.returns += 1
        self.next_look_at = None
        self.stop_clock()

    @transition("改派", source={S.RETURNED}, target=S.PUSHED, permission="contact:reassign", order=10, hint="改派后72小时重新起算")
    def reassign(
        self, *, by: User, unit: Annotated[Unit, Ask("牵头服务部门")], reason: Annotated[str, Ask("改派理由", long=True)],
    ) -> None:
        """What came back goes to the unit whose trade it is."""
        self._hand_over(unit, by)

    @transition("改推", source={S.PUSHED}, target=S.PUSHED, permission="contact:reassign", order=70,
                hint="推送不准的直接改推，计入推送不精准，72小时重新起算")
    def redirect(
        self, *, by: User, unit: Annotated[Unit, Ask("牵头服务部门")], reason: Annotated[str, Ask("改推理由", long=True)],
    ) -> None:
        """Pushed to the wrong unit, and noticed before it came back."""
        if unit.id == self.unit_id:
            raise Invalid("unit", f"已在{unit}，不用改推")
        self.returns += 1
        self._hand_over(unit, by)

    def _hand_over(self, unit: Unit, by: User) -> None:
        if not unit.is_active:
            raise Invalid("unit", f"{unit}已停用，不能牵头服务")
        for part in self.parts:
            if part.active:
                part.leave(PartState.RELEASED)
        self.answered_at = None
        self.firm.lead = unit
        self._begin(unit, by)

    @transition("抽查", source={S.CONTACTED}, target={S.CONTACTED, S.PUSHED}, permission="contact:spot_check", order=40)
    def spot_check(
        self, *, by: User, verdict: Annotated[SpotCheck, Ask("抽查结论")],
        note: Annotated[str, Ask("抽查情况", long=True, bare=True)] = "",
    ) -> ContactState:
        """Whether the entry holds; if not it is open again and the old clock goes on. M 二(七)1(3)"""
        if verdict == SpotCheck.PASS:
            self.spot_checked = True
            return S.CONTACTED
        if not note:
            raise Invalid("note", "退回重填请写明问题")
        self.closed_at = self.answered_at = None
        self.reworks += 1
        self.part_of(self.unit_id).resume()
        return S.PUSHED

    nudge = nudging({S.PUSHED}, "contact:nudge")

    @transition("撤销", source={S.PUSHED, S.RETURNED}, target=S.VOID, permission="contact:void", order=90,
                hint="重复或误录时撤销，不计入联系率")
    def void(self, *, by: User, reason: Annotated[str, Ask("撤销理由", long=True, bare=True)]) -> None:
        """Entered twice or by mistake."""
        self.next_look_at = None
        self.finish()


def _phone(phone: str) -> str | None:
    try:
        return check_phone(phone) if phone else None
    except ValueError as error:
        raise Invalid("phone", str(error)) from error


check_states(Contact, ContactState)
