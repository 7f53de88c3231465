"""Taking a demand in and deciding where it goes (T2, T3, T12)."""

from typing import Annotated, Any

from sqlalchemy.exc import IntegrityError

from models import scope
from models.asks import Ask
from models.base import db
from models.errors import Invalid, NotPermitted, Refused
from models.flow import transition
from models.matter_unit import Part, PartState
from models.now import now
from models.ticket.states import OPEN_STATES, TRIAGE_STATES, Channel, Organ, Resolution, Tendency
from models.ticket.states import TicketState as S
from models.unit import Unit
from models.user import User

_REQUIRED = {"title": "标题", "content": "诉求内容", "channel": "来源渠道"}


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """The entry, trimmed; Invalid naming the first field that is missing or wrong."""
    fields = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if missing := next((name for name in _REQUIRED if not fields.get(name)), None):
        raise Invalid(missing, f"请填写{_REQUIRED[missing]}")
    if len(fields["title"]) > 120:
        raise Invalid("title", f"标题请控制在120字以内，现为{len(fields['title'])}字")
    if fields["channel"] not in Channel.__members__:
        raise Invalid("channel", "来源渠道不在可选范围内")
    if not fields.get("enterprise") and not fields.get("enterprise_name"):
        raise Invalid("enterprise", "请选择诉求企业，未入库的直接写企业名称")
    return fields | {"channel": Channel[fields["channel"]]}


class Intake:
    """Register, settle on the spot, consult, report up, refer, transfer, flag."""

    @classmethod
    def register(cls, *, by: User, **fields: Any) -> Any:
        """Enter a demand (T2). Returns the ticket; a repeated form token returns the first one.

        Raises NotPermitted, or Invalid naming the field that is missing.
        """
        if not by.may("ticket:register"):
            raise NotPermitted("您的角色不能登记诉求")
        return cls.take_in(by=by, **fields)

    @classmethod
    def take_in(cls, *, by: User, **fields: Any) -> Any:
        """Enter a demand that another record has brought up (a visit, a first contact) and that has checked who may."""
        fields = _checked(fields)
        with scope.everything():
            if first := cls._entered_before(by, fields):
                return first
            try:
                with db.session.begin_nested():
                    return cls._enter(by, fields)
            except IntegrityError:
                if first := cls._entered_before(by, fields):  # the other click was quicker
                    return first
                raise

    @classmethod
    def _entered_before(cls, by: User, fields: dict[str, Any]) -> Any:
        """The ticket this very form has made already, if any."""
        token = fields.get("form_token")
        query = db.select(cls).where(cls.form_token == token, cls.created_by_id == by.id)
        return db.session.scalar(query) if token else None

    @classmethod
    def _enter(cls, by: User, fields: dict[str, Any]) -> Any:
        ticket = cls.made(by, **fields)
        db.session.flush()
        return ticket

    @classmethod
    def made(cls, by: User, **fields: Any) -> Any:
        """A new ticket in the session, numbered and logged, not yet flushed; whoever calls has checked the entry."""
        ticket = cls(number=cls.next_number(), state=S.REGISTERED, created_by=by, **{"opened_at": now()} | fields)
        if ticket.enterprise:
            ticket.enterprise_name = ticket.enterprise.name
            ticket.town = ticket.town or ticket.enterprise.town
        db.session.add(ticket)
        ticket.log("register", "登记", by=by, note=f"来源：{ticket.channel.label}")
        return ticket

    @transition(
        "当场解决", source={S.REGISTERED}, target=S.APPROVED, permission="ticket:resolve_on_spot", order=30,
        hint="记为当场解决，转回访；由登记人以外的人回访",
    )
    def resolve_on_spot(
        self, *, by: User, result: Annotated[str, Ask("解决情况", long=True, bare=True, phrases=True)]
    ) -> None:
        """Settled at the window (T3, T10)."""
        self.result, self.resolution, self.handler = result, Resolution.ON_SPOT, by
        self.stop_clock()

    @transition(
        "会商", source={S.REGISTERED, S.RETURNED, S.DISTRICT}, target=S.CONSULTING, permission="ticket:consult", order=40,
        hint="参加单位可以看到本件；会商结束后填写结论再派发", done="已发起会商",
    )
    def consult(
        self, *, by: User,
        units: Annotated[list[Unit], Ask("参加单位")],
        topic: Annotated[str, Ask("会商事项", long=True)],
        meeting: Annotated[str, Ask("时间地点", limit=200)] = "",
    ) -> None:
        """Joint consultation before anybody is made responsible."""
        for unit in dict.fromkeys(units):
            if not unit.is_active:
                raise Invalid("units", f"{unit}已停用，不能参加会商")
            self.assign(unit, Part.CONSULT)

    @transition(
        "会商意见", source={S.CONSULTING}, permission="ticket:reply", party=Part.CONSULT, order=10, hint="参加会商的单位各写一份", done="已提交会商意见",
    )
    def give_opinion(self, *, by: User, opinion: Annotated[str, Ask("会商意见", long=True, bare=True, files="会商材料")]) -> None:
        """A consulted unit says what it thinks; its part is then answered."""
        part = self.part_of(by.unit_id)
        part.state, part.replied_at, part.reply = PartState.REPLIED, now(), opinion

    @transition("会商结论", source={S.CONSULTING}, target=S.REGISTERED, permission="ticket:consult", order=10, done="会商已形成结论")
    def conclude(self, *, by: User, conclusion: Annotated[str, Ask("会商结论", long=True, bare=True)]) -> None:
        """Back to triage with the conclusion on record."""
        self.release()

    @transition(
        "请示上报", source={S.REGISTERED, S.RETURNED, S.DISTRICT}, target=S.REPORTED_UP, permission="ticket:report_up", order=50,
        hint="情况复杂、一时难以解决的，向区委区政府请示报告", done="已上报请示",
    )
    def report_up(self, *, by: User, question: Annotated[str, Ask("请示内容", long=True, bare=True)]) -> None:
        """Ask the district leadership. J 四(一)"""

    @transition("批示", source={S.REPORTED_UP}, target=S.REGISTERED, permission="ticket:instruct", order=10, mark="act")
    def instruct(self, *, by: User, instruction: Annotated[str, Ask("批示意见", long=True, bare=True)]) -> None:
        """The leader's written answer; the ticket goes back to triage."""

    @transition(
        "提请营商办研究", source={S.REGISTERED, S.RETURNED, S.CONSULTING}, target=S.DISTRICT, permission="ticket:refer_district",
        order=60, hint="涉及营商环境建设的全局性重大问题",
    )
    def refer_district(self, *, by: User, reason: Annotated[str, Ask("提请理由", long=True, bare=True)]) -> None:
        """A matter of the whole district goes to the coordinator. Y 三(一)2"""
        self.is_district = True

    @transition(
        "移交", source=TRIAGE_STATES, target=S.TRANSFERRED, permission="ticket:transfer", order=70, mark="act",
        hint="涉法、涉诉、违纪问题移交有关机关，本件终结，出具移交函",
    )
    def transfer(
        self, *, by: User, organ: Annotated[Organ, Ask("移交机关")], reason: Annotated[str, Ask("移交理由", long=True)]
    ) -> None:
        """To discipline or the law organs; ends here (T3)."""
        self.resolution, self.exempt = Resolution.TRANSFERRED, True
        self.finish()

    @transition("标记倾向", source=OPEN_STATES, permission="ticket:flag", order=200, hint="标记后可向属地单位发预警通知")
    def flag(
        self, *, by: User,
        tendencies: Annotated[list[Tendency], Ask("倾向", help="都不选即取消标记")] = (),
        note: Annotated[str, Ask("研判意见", long=True)] = "",
    ) -> None:
        """Media, public order or petition risk (T12)."""
        self.media_risk = Tendency.MEDIA in tendencies
        self.order_risk = Tendency.ORDER in tendencies
        self.petition_risk = Tendency.PETITION in tendencies

    @transition("撤回", source=OPEN_STATES, target=S.WITHDRAWN, permission="ticket:withdraw", order=220)
    def withdraw(self, *, by: User, reason: Annotated[str, Ask("撤回原因", long=True, bare=True)]) -> None:
        """The enterprise takes its demand back."""
        self.resolution, self.exempt = Resolution.WITHDRAWN, True
        self.finish()

    @transition(
        "并案", source=TRIAGE_STATES, target=S.MERGED, permission="ticket:merge", order=80, hint="本件终结，进展看并入的那一件",
    )
    def merge(self, *, by: User, into: Annotated[str, Ask("并入编号", help="写另一件的编号")]) -> None:
        """The same demand entered twice."""
        other = db.session.scalar(db.select(type(self)).where(type(self).number == into))
        if other is None or other.id == self.id:
            raise Invalid("into", "没有这个编号的诉求，请核对")
        if other.state == S.MERGED:
            raise Refused(f"{other.number} 已并入别的件，请并入它所并入的件")
        self.merged_into, self.resolution, self.exempt = other, Resolution.MERGED, True
        other.log("merged_in", "并入", by=by, note=f"{self.number} 并入本件")
        self.finish()
