"""Not accepted (T6) and cannot be solved now (T7): each with proof, each decided by somebody else."""

from datetime import date
from typing import Annotated

from models.asks import Ask
from models.calendar import work_calendar
from models.deadline import Cause
from models.errors import Invalid, Refused
from models.flow import transition
from models.matter_unit import Part
from models.now import now
from models.ticket.records import Deferral, Exemption
from models.ticket.states import EVIDENCE, WORKING_STATES, Decision, ExemptGround, Resolution
from models.ticket.states import TicketState as S
from models.user import User

EVIDENCE_FILES, CONSENT = "证明材料", "企业认可材料"  # labels under which the proof is kept


def _not_promised_yet(ticket: object, by: User) -> str | None:
    if any(row.decision == Decision.AGREE for row in ticket.deferrals):
        return "已承诺过一次，承诺时限不再更改"
    return None


def _not_own_exemption(ticket: object, by: User) -> str | None:
    row = ticket.pending(ticket.exemptions)
    if row is None:
        return "没有待审核的申请"
    if ticket.part_of(by.unit_id):
        return "承办单位不能审核本单位的申请"
    return "不能审核自己提出的申请" if row.asked_by_id == by.id else None


def _not_own_deferral(ticket: object, by: User) -> str | None:
    row = ticket.pending(ticket.deferrals)
    if row is None:
        return "没有待签批的承诺"
    return "不能签批自己提出的承诺" if row.asked_by_id == by.id else None


class Exits:
    """Requests that take a ticket out of the ordinary clock."""

    @transition(
        "申请不予受理", source=WORKING_STATES, target=S.EXEMPT_ASKED, permission="ticket:exempt", party=Part.LEAD, order=80,
        hint="说明理由并附证明材料，由受理方审核；审核期间原时限照走，通过后才不计入考核",
    )
    def exempt_ask(
        self, *, by: User,
        ground: Annotated[ExemptGround, Ask("不予受理理由")],
        explanation: Annotated[str, Ask("情况说明", long=True)],
        evidence: Annotated[str, Ask("证明材料", long=True, files=EVIDENCE_FILES, help="列明材料名称并上传")],
    ) -> None:
        """One of five grounds, explained and proved. M 二(七)2(2)②"""
        if ground != ExemptGround.SECRET and not self.files_of(EVIDENCE_FILES):
            raise Invalid("evidence", f"请上传证明材料：{EVIDENCE[ground]}")
        self.exemptions.append(
            Exemption(ground=ground, explanation=explanation, evidence=evidence, asked_by=by, asked_at=now())
        )

    @transition(
        "审核不予受理", source={S.EXEMPT_ASKED}, target={S.EXEMPTED, S.ACCEPTED, S.REWORK, S.DEFERRED},
        permission="ticket:check_exemption", when=_not_own_exemption, order=10, hint="同意后终结，不计入考核分母", done="已审核不予受理申请",
    )
    def check_exemption(
        self, *, by: User,
        decision: Annotated[Decision, Ask("审核结果")],
        opinion: Annotated[str, Ask("审核意见", long=True)],
    ) -> S:
        """Materials complete and convincing? Never by the person who asked."""
        row = self.pending(self.exemptions)
        row.decide(decision, opinion, by)
        if decision == Decision.REFUSE:
            return self.working_state
        self.resolution, self.exempt = Resolution.EXEMPTED, True
        self.finish()
        return S.EXEMPTED

    @transition(
        "转为承诺办理", source=WORKING_STATES - {S.DEFERRED}, target=S.DEFER_ASKED, permission="ticket:defer", party=Part.LEAD,
        when=_not_promised_yet, order=70, hint="送本单位主要负责人签批；签批后以承诺日期为时限，只能承诺一次",
        done="已提出承诺办理，待主要负责人签批",
    )
    def defer(
        self, *, by: User,
        measures: Annotated[str, Ask("解决措施", long=True)],
        plan: Annotated[str, Ask("解决方案", long=True)],
        steps: Annotated[str, Ask("解决步骤", long=True)],
        promised: Annotated[date, Ask("承诺解决日期")],
        consent: Annotated[str, Ask("企业认可情况", limit=200, help="认可人、时间、方式，并上传书面同意、录音记录等材料", files=CONSENT)],
    ) -> None:
        """Cannot be solved now; the enterprise has agreed to a date. M 二(七)2(2)④⑦"""
        if not self.files_of(CONSENT):
            raise Invalid("consent", "请上传企业认可材料：书面同意、盖章回执或通话记录")
        promised_at = work_calendar().close(promised)
        if promised_at <= now():
            raise Invalid("promised", "承诺日期应在今天之后")
        if (promised - now().date()).days > 366:
            raise Invalid("promised", "承诺日期最长一年；更久的请分步承诺，先写能办到的一步")
        self.deferrals.append(
            Deferral(
                measures=measures, plan=plan, steps=steps, promised_at=promised_at, consent=consent, asked_by=by, asked_at=now()
            )
        )

    @transition(
        "签批承诺", source={S.DEFER_ASKED}, target={S.DEFERRED, S.ACCEPTED, S.REWORK},
        permission="ticket:approve_deferral",
        party=Part.LEAD, when=_not_own_deferral, order=10, hint="同意即以承诺日期为办理时限；不同意退经办人继续办理",
    )
    def approve_deferral(
        self, *, by: User,
        decision: Annotated[Decision, Ask("主要负责人意见")],
        opinion: Annotated[str, Ask("签批意见", long=True)] = "",
    ) -> S:
        """The principal head signs (Y 三(一)2); the promised date becomes the clock."""
        row = self.pending(self.deferrals)
        row.decide(decision, opinion, by)
        if decision == Decision.REFUSE:
            return self.working_state
        if row.promised_at <= now():
            raise Refused("承诺日期已过，请不同意后由经办人重新提出")
        self.lapse("已转为承诺办理，申请自动失效")
        self.set_due(row.promised_at, Cause.COMMITMENT, by=by, note="经企业认可的承诺时限")
        return S.DEFERRED
