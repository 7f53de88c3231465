"""The letter (文书) and its life (A2).

A number is allocated when the letter is issued, in the same transaction as the frozen PDF: gapless,
unique, never reused; a void letter keeps its number.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, relationship

from models import columns as c
from models.accountability import AccountabilityAction, ActionState
from models.accountability.action import in_order
from models.asks import Ask
from models.base import Labelled, db
from models.errors import Invalid
from models.flow import Flow, Transition, transition
from models.matter import Matter
from models.notice.facts import reply_due, reword
from models.notice.receipt import Receipt
from models.notice.states import UNISSUED, Delivery, LetterForm
from models.notice.states import NoticeState as S
from models.notice.template import NoticeSeries
from models.now import now
from models.numbering import bump
from models.unit import Unit
from models.user import Level, User


def _issue_permission(notice: "Notice") -> str:
    return f"accountability:issue_{notice.action.rung}" if notice.action else "notice:issue"


def _measure_stands(notice: "Notice", by: User | None) -> str | None:
    """A draft measure must be next in order; one that is out may get a new letter for a void one."""
    if notice.action is None:
        return None
    if notice.action.state == ActionState.DRAFT:
        return in_order(notice.action, by)
    return f"所附措施{notice.action.state.label}，不再签发文书" if notice.action.is_over else None


def _is_addressee(notice: "Notice", by: User) -> str | None:
    if by.unit_id is None or by.unit_id != notice.addressee_id:
        return "由主送单位签收"
    signed = any(receipt.unit_id == by.unit_id for receipt in notice.receipts)
    return "本单位已签收过这份文书" if signed else None


class Notice(Flow, db.Model):
    """One letter: draft → (sent for signature) → issued and numbered → served → answered → struck off."""

    __tablename__ = "notice"

    id: Mapped[int] = c.key()
    kind: Mapped[str] = c.text("文书种类", 40, required=True)
    state: Mapped[S] = c.choice("状态", S, default=S.DRAFT)
    form: Mapped[LetterForm] = c.choice("版式", LetterForm, default=LetterForm.DOCUMENT)
    title: Mapped[str] = c.text("标题", 120, required=True)
    matter_id: Mapped[int | None] = c.ref("matter.id", "事项")
    action_id: Mapped[int | None] = c.ref("accountability_action.id", "督办措施", index=False)
    addressee_id: Mapped[int | None] = c.ref("unit.id", "主送单位")
    addressee: Mapped[str] = c.text("主送", 200, required=True)
    cc: Mapped[str | None] = c.text("抄送", 300)
    body: Mapped[str] = c.long("正文", required=True)
    agency: Mapped[str] = c.text("发文机关", 60, required=True)
    contact: Mapped[str | None] = c.text("联系方式", 80)
    word: Mapped[str | None] = c.text("代字", 20)
    year: Mapped[int | None] = c.whole("年份")
    serial: Mapped[int | None] = c.whole("序号")
    number: Mapped[str | None] = c.text("文号", 60, unique=True)
    reply_due_at: Mapped[datetime | None] = c.when("反馈时限")
    drafted_at: Mapped[datetime] = c.stamp("起草时间")
    drafted_by_id: Mapped[int | None] = c.ref("user_account.id", "起草人")
    signer_id: Mapped[int | None] = c.ref("user_account.id", "签发人")
    issued_at: Mapped[datetime | None] = c.when("签发时间")
    dated: Mapped[date | None] = c.day("成文日期")
    served_at: Mapped[datetime | None] = c.when("送达时间")
    closed_at: Mapped[datetime | None] = c.when("销号时间")
    void_reason: Mapped[str | None] = c.text("作废原因", 200)
    feedback: Mapped[str | None] = c.long("反馈情况")
    edited: Mapped[bool] = c.flag("正文已改动", help="未改动的草稿在签发时按最新事实重新生成")
    details: Mapped[dict] = c.data("补充要素", help="约谈时间地点、检查单位等")
    code: Mapped[str | None] = c.text("核验码", 24, unique=True)
    pdf: Mapped[bytes | None] = deferred(c.blob("印制件"))
    pdf_sha256: Mapped[str | None] = c.text("印制件摘要", 64)
    version: Mapped[int] = c.whole("版本", default=1)

    matter: Mapped[Matter | None] = relationship(back_populates="notices")
    action: Mapped[AccountabilityAction | None] = relationship(back_populates="notices")
    addressee_unit: Mapped[Unit | None] = relationship()
    drafted_by: Mapped[User | None] = relationship(foreign_keys=drafted_by_id)
    signer: Mapped[User | None] = relationship(foreign_keys=signer_id)
    receipts: Mapped[list[Receipt]] = relationship(back_populates="notice", order_by=Receipt.id)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.UniqueConstraint("word", "year", "serial"),
        sa.Index(
            "uq_notice_live_letter", "action_id", unique=True,
            sqlite_where=sa.text("state <> 'VOID'"), postgresql_where=sa.text("state <> 'VOID'"),
        ),
        sa.Index("ix_notice_list", "state", "id"),
        sa.CheckConstraint(
            "(number IS NULL) = (serial IS NULL) AND (serial IS NULL) = (year IS NULL)", name="number_whole"
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'VOID') OR (pdf IS NOT NULL AND pdf_sha256 IS NOT NULL AND issued_at IS NOT NULL)",
            name="issued_is_frozen",
        ),
        sa.CheckConstraint("state <> 'VOID' OR void_reason IS NOT NULL", name="void_has_reason"),
    )

    @property
    def is_void(self) -> bool:
        """Withdrawn; its number, if it had one, stays taken."""
        return self.state == S.VOID

    def held(self) -> list[Any]:
        """Matter, measure, letter: issuing climbs the ladder."""
        return [row for row in (self.matter, self.action, self) if row is not None]

    def reaches(self, by: User, level: Level, party: str | None) -> bool:
        """A unit sees letters addressed to it once they are out."""
        if level == Level.OWN:
            return self.drafted_by_id == by.id
        units = {by.unit_id} if level == Level.UNIT else by.group_units
        return self.addressee_id in units and self.state not in UNISSUED

    def note_step(self, step: Transition, by: User | None, before: Labelled, note: str) -> None:
        """On the matter's timeline; a letter without a matter has its own fields and the audit chain."""
        if self.matter:
            mark = "act" if step.name == "issue" else step.mark
            text = "；".join(part for part in (f"{self.title}{self.number or ''}", note) if part)
            self.matter.log(f"notice_{step.name}", step.label, by=by, note=text, mark=mark)

    @transition("修改", source=UNISSUED, permission="notice:edit", order=50)
    def edit(
        self, *, by: User,
        title: Annotated[str, Ask("标题", limit=120, secret=True)],
        addressee: Annotated[str, Ask("主送", limit=200, secret=True)],
        body: Annotated[str, Ask("正文", long=True, limit=20000, secret=True)],
        cc: Annotated[str, Ask("抄送", limit=300, secret=True)] = "",
        contact: Annotated[str, Ask("联系方式", limit=80, secret=True)] = "",
        until: Annotated[datetime | None, Ask("正文所写办理时限", help="督办类文书填写，须与正文一致；不填按原拟时限")] = None,
    ) -> None:
        """Change the wording of this letter before it is issued; `until` is the deadline its text states."""
        if until is not None and until <= now():
            raise Invalid("until", "办理时限应在现在之后")
        self.title, self.addressee, self.body, self.cc, self.contact = title, addressee, body, cc, contact
        self.edited = True
        if until is not None and self.action and self.action.state == ActionState.DRAFT:
            self.action.new_due_at = until

    @transition("重新生成", source=UNISSUED, permission="notice:edit", order=55, hint="放弃手工修改，按最新事实和模板重新生成")
    def regenerate(self, *, by: User) -> None:
        """Back to the template's words and today's facts."""
        self.edited = False
        reword(self)

    @transition("送签", source={S.DRAFT}, target=S.SUBMITTED, permission="notice:draft", order=20)
    def submit(self, *, by: User, note: Annotated[str, Ask("送签意见", long=True, bare=True)] = "") -> None:
        """To the leader for signature."""

    @transition("退回修改", source={S.SUBMITTED}, target=S.DRAFT, permission=_issue_permission, order=30)
    def hand_back(self, *, by: User, opinion: Annotated[str, Ask("修改意见", long=True, bare=True)]) -> None:
        """Not signed yet: the wording needs work."""

    @transition(
        "签发", source=UNISSUED, target=S.ISSUED, permission=_issue_permission, when=_measure_stands, order=10,
        hint="签发即编号、定稿，之后不能修改；作废的文号不再使用",
    )
    def issue(self, *, by: User, render: Callable[["Notice"], bytes]) -> None:
        """Climb (for a rung), word an unedited draft from today's facts, number, freeze.

        `render` turns the numbered letter into its PDF.
        """
        self.signer, self.issued_at, self.dated = by, now(), now().date()
        if self.action and self.action.state == ActionState.DRAFT:
            self.action.issue(by=by, stated_due=self.action.new_due_at if self.edited else None)
        self.reply_due_at = reply_due(self)
        reword(self)
        if self.word:
            self.year = self.dated.year
            self.serial = bump(NoticeSeries, word=self.word, year=self.year)
            self.number = f"{self.word}〔{self.year}〕{self.serial}号"
        self.code = secrets.token_hex(8)
        self.pdf = render(self)
        self.pdf_sha256 = hashlib.sha256(self.pdf).hexdigest()

    @transition("登记送达", source={S.ISSUED, S.SERVED}, target=S.SERVED, permission="notice:serve", order=10)
    def serve(
        self, *, by: User,
        unit: Annotated[Unit, Ask("送达单位")],
        method: Annotated[Delivery, Ask("送达方式")],
        received_by: Annotated[str, Ask("收件人", limit=30)],
        place: Annotated[str, Ask("送达地点", limit=80)] = "",
        witness: Annotated[str, Ask("见证人", limit=30, help="留置送达须有见证人")] = "",
        note: Annotated[str, Ask("备注", limit=200, files="送达回证")] = "",
    ) -> None:
        """A receipt per unit (送达回证)."""
        if method == Delivery.LEFT and not witness:
            raise Invalid("witness", "留置送达请填写见证人")
        self.served_at = self.served_at or now()
        self.receipts.append(
            Receipt(unit=unit, method=method, served_at=now(), received_by=received_by, place=place, witness=witness,
                    note=note, served_by=by)
        )

    @transition(
        "签收文书", source={S.ISSUED, S.SERVED}, target=S.SERVED, permission="notice:receipt", when=_is_addressee, order=10,
        hint="在系统内签收，作为系统送达回证",
    )
    def acknowledge(self, *, by: User) -> None:
        """The addressee signs in the system: that is its receipt, with the hash of what was signed."""
        self.served_at = self.served_at or now()
        self.receipts.append(
            Receipt(unit=by.unit, method=Delivery.SYSTEM, served_at=now(), received_by=by.name, served_by=by,
                    signed_hash=self.pdf_sha256)
        )

    @transition("反馈", source={S.ISSUED, S.SERVED}, target=S.ANSWERED, permission="accountability:feedback", order=20)
    def answer(
        self, *, by: User, feedback: Annotated[str, Ask("办理反馈", long=True, bare=True, files="督办反馈材料")]
    ) -> None:
        """The unit's written answer."""
        self.feedback = feedback
        if self.action and self.action.state == ActionState.ISSUED:
            self.action.answer(by=by, feedback=feedback)

    @transition("销号", source={S.ISSUED, S.SERVED, S.ANSWERED}, target=S.CLOSED, permission="accountability:close", order=30)
    def close(self, *, by: User, outcome: Annotated[str, Ask("核查结果", long=True, bare=True)]) -> None:
        """Checked; the letter's matter is settled."""
        self.closed_at = now()
        if self.action and self.action.state in (ActionState.ISSUED, ActionState.ANSWERED):
            self.action.close(by=by, outcome=outcome)

    @transition(
        "作废", source={S.DRAFT, S.SUBMITTED, S.ISSUED, S.SERVED}, target=S.VOID, permission="notice:void", order=200,
        hint="文号保留为作废，不再使用；所附措施可另行起草文书",
    )
    def void(self, *, by: User, reason: Annotated[str, Ask("作废原因", limit=200, bare=True)]) -> None:
        """Withdrawn; an issued number stays taken. The measure stands and may get another letter."""
        self.void_reason, self.closed_at = reason, now()

    def strike_off(self, why: str) -> None:
        """Its measure has ended: a draft is void, a letter that is out is struck off (销号)."""
        if self.state in UNISSUED:
            self.state, self.void_reason, self.closed_at = S.VOID, why[:200], now()
        elif self.state not in (S.CLOSED, S.VOID):
            self.state, self.closed_at = S.CLOSED, now()

    def __str__(self) -> str:
        return f"{self.title} {self.number or '（未编号）'}"
