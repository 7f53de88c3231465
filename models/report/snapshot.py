"""A published report: numbered, frozen as data, PDF and workbook; afterwards only errata are added (users.md 18)."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, deferred, relationship

from models import columns as c
from models import scope
from models.audit import AuditHead
from models.base import db
from models.errors import Invalid, NotPermitted, Refused
from models.notice import NoticeSeries
from models.now import now
from models.numbering import bump
from models.report.frame import Figure, Kind, Report, Sheet, shown
from models.setting import setting
from models.user import User

Render = Callable[["ReportSnapshot", Report], bytes]


class ReportSnapshot(db.Model):
    """One kind and one period as it was published. No column ever changes."""

    __tablename__ = "report_snapshot"

    id: Mapped[int] = c.key()
    kind: Mapped[str] = c.text("报表", 40, required=True)
    label: Mapped[str] = c.text("报表名称", 60, required=True)
    period: Mapped[str] = c.text("期次", 20, required=True)
    title: Mapped[str] = c.text("标题", 160, required=True)
    number: Mapped[str] = c.text("文号", 40, required=True, unique=True)
    dated: Mapped[date] = c.day("成文日期", required=True)
    cut_off: Mapped[datetime] = c.when("数据截至", required=True)
    published_at: Mapped[datetime] = c.stamp("印发时间")
    published_by_id: Mapped[int] = c.ref("user_account.id", "印发人", required=True)
    chain_head: Mapped[str] = c.text("留痕链首", 64, required=True, help="印发时操作留痕链的最后一个摘要")
    content: Mapped[dict] = c.data("内容")
    pdf: Mapped[bytes] = deferred(c.blob("PDF文件", required=True))
    pdf_sha256: Mapped[str] = c.text("PDF摘要", 64, required=True)
    xlsx: Mapped[bytes] = deferred(c.blob("Excel文件", required=True))
    xlsx_sha256: Mapped[str] = c.text("Excel摘要", 64, required=True)

    published_by: Mapped[User] = relationship()
    errata: Mapped[list["Erratum"]] = relationship(back_populates="snapshot", order_by="Erratum.id")

    __table_args__ = (sa.UniqueConstraint("kind", "period"),)

    @property
    def report(self) -> Report:
        """The report as it was published."""
        return unpack(self.content)

    @classmethod
    def of(cls, kind: str, period: str) -> "ReportSnapshot | None":
        """The published one, if any."""
        return db.session.scalar(sa.select(cls).where(cls.kind == kind, cls.period == period))

    def correct(self, *, by: User, place: str, wrong: str, right: str, reason: str) -> "Erratum":
        """Add a signed erratum; the figures above it stay as they were published."""
        if not by.may("report:publish"):
            raise NotPermitted("您的角色不能作更正说明")
        for name, text, label in (("place", place, "更正位置"), ("right", right, "应为"), ("reason", reason, "更正理由")):
            if not text.strip():
                raise Invalid(name, f"请填写{label}")
        row = Erratum(snapshot=self, place=place.strip(), wrong=wrong.strip(), right=right.strip(), reason=reason.strip(), by=by, by_name=by.name)
        db.session.add(row)
        db.session.flush()
        return row

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）"


class Erratum(db.Model):
    """One correction of a published figure: where, what it said, what is right, why, by whom and when."""

    __tablename__ = "erratum"

    id: Mapped[int] = c.key()
    snapshot_id: Mapped[int] = c.ref("report_snapshot.id", "报表", required=True)
    place: Mapped[str] = c.text("更正位置", 120, required=True, help="如 表一第3行按期答复率")
    wrong: Mapped[str | None] = c.text("原为", 200)
    right: Mapped[str] = c.text("应为", 200, required=True)
    reason: Mapped[str] = c.long("更正理由", required=True)
    at: Mapped[datetime] = c.stamp("更正时间")
    by_id: Mapped[int] = c.ref("user_account.id", "更正人", required=True)
    by_name: Mapped[str] = c.text("签名", 30, required=True)

    snapshot: Mapped[ReportSnapshot] = relationship(back_populates="errata")
    by: Mapped[User] = relationship()

    def __str__(self) -> str:
        return f"{self.place}：“{self.wrong or '—'}”应为“{self.right}”。{self.reason}（{self.by_name}，{self.at:%Y-%m-%d %H:%M}）"


def _refuse(_mapper: Any, _connection: Any, row: Any) -> None:
    session = Session.object_session(row)
    if session.is_modified(row, include_collections=False) or row in session.deleted:
        raise Refused("已印发的报表和更正说明不再改动，有误请另作更正说明")


for _cls in (ReportSnapshot, Erratum):
    sa.event.listen(_cls, "before_update", _refuse)
    sa.event.listen(_cls, "before_delete", _refuse)


def publish(kind: Kind, period: str, *, by: User, pdf: Render, xlsx: Render) -> ReportSnapshot:
    """Number and freeze a period; `pdf` and `xlsx` render it. Refused when it already is published or has not begun."""
    if not (by.may("report:publish") and kind.may(by)):
        raise NotPermitted("您的角色不能印发报表")
    with scope.everything():
        if ReportSnapshot.of(kind.code, period):
            raise Refused(f"{kind.label}（{period}）已经印发，有误请作更正说明")
        if kind.on_publish:
            kind.on_publish(period)
        report, moment, word = kind.build(period), now(), setting("report_series")
        serial = bump(NoticeSeries, word=word, year=moment.year)
        row = ReportSnapshot(
            kind=kind.code, label=kind.label, period=period, title=report.title, number=f"{word}〔{moment.year}〕{serial}号",
            dated=moment.date(), cut_off=moment, published_at=moment, published_by=by, chain_head=chain_head(), content=pack(report),
        )
        row.pdf, row.xlsx = pdf(row, report), xlsx(row, report)
        row.pdf_sha256, row.xlsx_sha256 = (hashlib.sha256(data).hexdigest() for data in (row.pdf, row.xlsx))
        db.session.add(row)
        db.session.flush()
    return row


def chain_head() -> str:
    """The hash of the last link of the audit chain, as far as it is committed."""
    return db.session.execute(sa.select(AuditHead.__table__.c.hash)).scalar() or "0" * 64


def pack(report: Report) -> dict[str, Any]:
    """The report as JSON: every cell its text, and the address of its rows where it has one."""
    def cell(value: Any) -> Any:
        return [shown(value), value.url] if isinstance(value, Figure) and value.url else shown(value)

    return {
        "title": report.title, "lead": list(report.lead), "gaps": list(report.gaps), "footnote": report.footnote,
        "sheets": [
            {"title": s.title, "head": list(s.head), "note": s.note, "rows": [[cell(v) for v in row] for row in s.rows]} for s in report.sheets
        ],
    }


def unpack(content: dict[str, Any]) -> Report:
    """The report out of its JSON."""
    sheets = [
        Sheet(s["title"], s["head"], [[Figure(*v) if isinstance(v, list) else v for v in row] for row in s["rows"]], s.get("note", ""))
        for s in content["sheets"]
    ]
    return Report(content["title"], content["lead"], sheets, content["gaps"], content["footnote"])
