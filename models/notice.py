"""Letters (文书): series, wording, the letter itself with its life, and receipts (A2).

A number is allocated when the letter is issued, in the same transaction as the frozen PDF: gapless,
unique, never reused; a void letter keeps its number.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, relationship

from models import columns as c
from models.accountability import AccountabilityAction, ActionState
from models.asks import Ask
from models.base import Labelled, db
from models.errors import Invalid, Refused
from models.flow import Flow, Transition, transition
from models.matter import Matter
from models.now import now
from models.numbering import bump
from models.unit import Unit
from models.user import Level, User


class LetterForm(Labelled):
    DOCUMENT = "DOCUMENT", "文件格式"
    LETTER = "LETTER", "信函格式"
    SHEET = "SHEET", "表格单"
    MINUTES = "MINUTES", "纪要格式"


class NoticeSeries(db.Model):
    """One 代字; its serial restarts each year."""

    __tablename__ = "notice_series"

    id: Mapped[int] = c.key()
    word: Mapped[str] = c.text("代字", 20, required=True)
    year: Mapped[int] = c.whole("年份", required=True)
    last: Mapped[int] = c.whole("已用到", default=0)

    __table_args__ = (
        sa.UniqueConstraint("word", "year"),
        sa.CheckConstraint("last >= 0", name="serial_not_negative"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2999", name="year_sane"),
    )

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕"


class LetterTemplate(db.Model):
    """The wording of one kind of letter; edited in the panel, the layout is a file."""

    __tablename__ = "letter_template"

    id: Mapped[int] = c.key()
    kind: Mapped[str] = c.text("文书种类", 40, required=True, unique=True)
    label: Mapped[str] = c.text("文书名称", 30, required=True)
    form: Mapped[LetterForm] = c.choice("版式", LetterForm, default=LetterForm.DOCUMENT)
    series: Mapped[str | None] = c.text("代字", 20, help="不填则不编号")
    title: Mapped[str] = c.text("标题", 120, required=True, help="可用 {{ matter.title }} 等字段")
    addressee: Mapped[str] = c.text("主送", 120, required=True, default="{{ unit.name }}")
    wording: Mapped[str] = c.long("正文用语", required=True, help="可用字段见预览页；保存前请先预览")
    cc: Mapped[str | None] = c.text("抄送", 200, help="多个单位用顿号隔开")
    contact: Mapped[str | None] = c.text("联系方式", 120)
    clause: Mapped[str | None] = c.text("条款", 60)
    reply_days: Mapped[int | None] = c.whole("要求几个工作日内反馈")
    is_active: Mapped[bool] = c.flag("启用", default=True)

    __table_args__ = (sa.CheckConstraint("reply_days IS NULL OR reply_days BETWEEN 1 AND 250", name="reply_days_sane"),)

    def __str__(self) -> str:
        return self.label


class NoticeState(Labelled):
    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "待签发"
    ISSUED = "ISSUED", "已签发"
    SERVED = "SERVED", "已送达"
    ANSWERED = "ANSWERED", "已反馈"
    CLOSED = "CLOSED", "已销号"
    VOID = "VOID", "作废"


S = NoticeState
UNISSUED = frozenset({S.DRAFT, S.SUBMITTED})
OUT = frozenset({S.ISSUED, S.SERVED, S.ANSWERED, S.CLOSED})


class Delivery(Labelled):
    DIRECT = "DIRECT", "直接送达"
    SYSTEM = "SYSTEM", "系统送达"
    LEFT = "LEFT", "留置送达"
    POST = "POST", "邮寄送达"
    ELECTRONIC = "ELECTRONIC", "电子送达"


def _issue_permission(notice: "Notice") -> str:
    return f"accountability:issue_{notice.action.rung}" if notice.action else "notice:issue"


def _rung_in_order(notice: "Notice", by: User | None) -> str | None:
    step = AccountabilityAction.transitions()["issue"]
    if notice.action and notice.action.state == ActionState.DRAFT:
        return step.when(notice.action, by)
    if notice.action and notice.action.state == ActionState.DECLINED:
        return "拟办措施已不予采纳，不能签发"
    return None


class Notice(Flow, db.Model):
    """One letter: draft → (sent for signature) → issued and numbered → served → answered → struck off."""

    __tablename__ = "notice"

    id: Mapped[int] = c.key()
    kind: Mapped[str] = c.text("文书种类", 40, required=True)
    state: Mapped[NoticeState] = c.choice("状态", NoticeState, default=NoticeState.DRAFT)
    form: Mapped[LetterForm] = c.choice("版式", LetterForm, default=LetterForm.DOCUMENT)
    title: Mapped[str] = c.text("标题", 120, required=True)
    matter_id: Mapped[int | None] = c.ref("matter.id", "事项")
    action_id: Mapped[int | None] = c.ref("accountability_action.id", "督办措施", unique=True, index=False)
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
    action: Mapped[AccountabilityAction | None] = relationship(back_populates="notice")
    addressee_unit: Mapped[Unit | None] = relationship()
    drafted_by: Mapped[User | None] = relationship(foreign_keys=drafted_by_id)
    signer: Mapped[User | None] = relationship(foreign_keys=signer_id)
    receipts: Mapped[list["Receipt"]] = relationship(back_populates="notice", order_by="Receipt.id")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.UniqueConstraint("word", "year", "serial"),
        sa.Index("ix_notice_list", "state", "id"),
        sa.CheckConstraint(
            "(number IS NULL) = (serial IS NULL) AND (serial IS NULL) = (year IS NULL)", name="number_whole"
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'VOID') OR (pdf IS NOT NULL AND issued_at IS NOT NULL)", name="issued_is_frozen"
        ),
        sa.CheckConstraint("state <> 'VOID' OR void_reason IS NOT NULL", name="void_has_reason"),
    )

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
    ) -> None:
        """Change the wording of this letter before it is issued."""
        self.title, self.addressee, self.body, self.cc, self.contact = title, addressee, body, cc, contact
        self.edited = True

    @transition("送签", source={S.DRAFT}, target=S.SUBMITTED, permission="notice:draft", order=20)
    def submit(self, *, by: User, note: Annotated[str, Ask("送签意见", long=True, bare=True)] = "") -> None:
        """To the leader for signature."""

    @transition("退回修改", source={S.SUBMITTED}, target=S.DRAFT, permission=_issue_permission, order=30)
    def hand_back(self, *, by: User, opinion: Annotated[str, Ask("修改意见", long=True, bare=True)]) -> None:
        """Not signed yet: the wording needs work."""

    @transition(
        "签发", source=UNISSUED, target=S.ISSUED, permission=_issue_permission, when=_rung_in_order, order=10,
        hint="签发即编号、定稿，之后不能修改；作废的文号不再使用",
    )
    def issue(self, *, by: User, render: Callable[["Notice"], bytes]) -> None:
        """Number, freeze, and (for a rung) climb. `render` turns the numbered letter into its PDF."""
        self.signer, self.issued_at, self.dated = by, now(), now().date()
        if self.action:
            self.action.issue(by=by, stated_due=self.action.new_due_at if self.edited else None)
            self.reply_due_at = self.action.new_due_at
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
        "签收文书", source={S.ISSUED, S.SERVED}, target=S.SERVED, permission="notice:receipt", order=10,
        hint="在系统内签收，作为系统送达回证",
    )
    def acknowledge(self, *, by: User) -> None:
        """The addressee signs in the system: that is its receipt, with the hash of what was signed."""
        if any(receipt.unit_id == by.unit_id for receipt in self.receipts):
            raise Refused("本单位已签收过这份文书")
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
        hint="文号保留为作废，不再使用",
    )
    def void(self, *, by: User, reason: Annotated[str, Ask("作废原因", limit=200, bare=True)]) -> None:
        """Withdrawn; an issued number stays taken."""
        self.void_reason, self.closed_at = reason, now()

    def __str__(self) -> str:
        return f"{self.title} {self.number or '（未编号）'}"


class Receipt(db.Model):
    """送达回证: to whom, how, when, by whom."""

    __tablename__ = "receipt"

    id: Mapped[int] = c.key()
    notice_id: Mapped[int] = c.ref("notice.id", "文书", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "送达单位", required=True)
    method: Mapped[Delivery] = c.choice("送达方式", Delivery, default=Delivery.DIRECT)
    served_at: Mapped[datetime] = c.when("送达时间", required=True)
    received_by: Mapped[str] = c.text("收件人", 30, required=True)
    place: Mapped[str | None] = c.text("送达地点", 80)
    witness: Mapped[str | None] = c.text("见证人", 30)
    note: Mapped[str | None] = c.text("备注", 200)
    signed_hash: Mapped[str | None] = c.text("签收件摘要", 64)
    served_by_id: Mapped[int | None] = c.ref("user_account.id", "送达人")

    notice: Mapped[Notice] = relationship(back_populates="receipts")
    unit: Mapped[Unit] = relationship()
    served_by: Mapped[User | None] = relationship()


AccountabilityAction.notice = relationship(Notice, back_populates="action", uselist=False)
Matter.notices = relationship(Notice, back_populates="matter", order_by=Notice.id)
