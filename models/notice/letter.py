"""The letter (文书): its columns and who may see it; the verbs are in writing.py and serving.py (A2)."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, relationship

from models import columns as c
from models.accountability import AccountabilityAction
from models.base import Labelled, db
from models.flow import Flow, Transition
from models.matter import Matter
from models.notice.receipt import Receipt
from models.notice.serving import Serving
from models.notice.states import UNISSUED, LetterForm
from models.notice.states import NoticeState as S
from models.notice.template import find_template
from models.notice.writing import Writing
from models.now import now
from models.unit import Unit
from models.user import Level, User


class Notice(Writing, Serving, Flow, db.Model):
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
    body: Mapped[str] = c.record("正文")
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

    @property
    def summons(self) -> bool:
        """Whether it calls people to a talk: its wording speaks of a meeting."""
        return "meeting." in find_template(self.kind).wording

    def held(self) -> list[Any]:
        """Matter, measure, letter: issuing climbs the ladder."""
        return [row for row in (self.matter, self.action, self) if row is not None]

    def reaches(self, by: User, level: Level, party: str | None) -> bool:
        """A unit sees letters addressed to it once they are out; a draft that was dropped never was."""
        if level == Level.OWN:
            return self.drafted_by_id == by.id
        units = {by.unit_id} if level == Level.UNIT else by.group_units
        return self.addressee_id in units and self.issued_at is not None and self.state not in UNISSUED

    def note_step(self, step: Transition, by: User | None, before: Labelled, note: str) -> None:
        """On the matter's timeline; a letter without a matter has its own fields and the audit chain."""
        if self.matter:
            mark = "act" if step.name == "issue" else step.mark
            text = "；".join(part for part in (f"{self.title} {self.number or ''}".strip(), note) if part)
            self.matter.log(f"notice_{step.name}", step.label, by=by, note=text, mark=mark)

    def strike_off(self, why: str) -> None:
        """Its measure has ended: a draft is void, a letter that is out is struck off (销号)."""
        if self.state in UNISSUED:
            self.state, self.void_reason, self.closed_at = S.VOID, why[:200], now()
        elif self.state not in (S.CLOSED, S.VOID):
            self.state, self.closed_at = S.CLOSED, now()

    def take_answer(self, feedback: str) -> None:
        """The unit answered on the measure, whose letter this is: one act, one answer."""
        if self.state in (S.ISSUED, S.SERVED):
            self.state, self.feedback = S.ANSWERED, feedback

    def annul(self, why: str) -> None:
        """Its measure was withdrawn: no longer valid, whether or not it was out."""
        if self.state not in (S.CLOSED, S.VOID):
            self.state, self.void_reason, self.closed_at = S.VOID, why[:200], now()

    def __str__(self) -> str:
        return f"{self.title} {self.number or '（未编号）'}"
