"""Enforcement case files: daily spot check, monthly review, quarterly notice (I10). J 三(八)"""

from datetime import date, timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.asks import Ask
from models.base import Labelled, db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit
from models.deadline import Cause
from models.enterprise import Enterprise
from models.errors import Invalid
from models.flow import transition
from models.inspection.draw import pick
from models.matter import Matter, check_states
from models.matter_unit import Part, PartState
from models.now import now
from models.setting import setting
from models.standard import Stage, find_standard
from models.unit import Unit, find_unit
from models.user import User


class CaseKind(Labelled):
    INSPECTION = "INSPECTION", "行政检查"
    PENALTY = "PENALTY", "行政处罚"
    COERCION = "COERCION", "行政强制"
    LICENCE = "LICENCE", "行政许可"


class Rhythm(Labelled):
    DAILY = "DAILY", "日抽查"
    MONTHLY = "MONTHLY", "月评查"


class CaseGrade(Labelled):
    GOOD = "GOOD", "合格"
    FLAWED = "FLAWED", "有瑕疵"
    BAD = "BAD", "不合格"


class CaseFault(Labelled):
    """What enterprises complain of, and what files themselves get wrong. J 三(八)"""

    RANDOM = "RANDOM", "随意检查"
    REPEATED = "REPEATED", "重复检查"
    MANY_HEADS = "MANY_HEADS", "多头检查"
    ROUGH = "ROUGH", "执法简单粗暴"
    ONE_CUT = "ONE_CUT", "“一刀切”执法"
    PROCEDURE = "PROCEDURE", "程序不规范"
    EVIDENCE = "EVIDENCE", "事实证据不足"
    LAW = "LAW", "适用依据或裁量不当"
    PAPER = "PAPER", "文书制作不规范"


class ReviewState(Labelled):
    WAITING = "WAITING", "待评查"
    RECTIFYING = "RECTIFYING", "整改中"
    RECTIFIED = "RECTIFIED", "待复核"
    CLOSED = "CLOSED", "评查结束"


S = ReviewState
RECTIFY_LIMIT = Limit(10, LimitUnit.WORKDAY)


class CaseFile(db.Model):
    """One closed enforcement case."""

    __tablename__ = "case_file"

    id: Mapped[int] = c.key()
    number: Mapped[str] = c.text("案号", 60, required=True, unique=True)
    unit_id: Mapped[int] = c.ref("unit.id", "办案单位", required=True)
    kind: Mapped[CaseKind] = c.choice("案卷类别", CaseKind)
    title: Mapped[str] = c.text("案由", 120, required=True)
    enterprise_id: Mapped[int | None] = c.ref("enterprise.id", "当事企业")
    handlers: Mapped[str | None] = c.text("办案人员", 60)
    closed_on: Mapped[date] = c.day("结案日期", required=True, index=True)
    note: Mapped[str | None] = c.text("备注", 200)

    unit: Mapped[Unit] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    reviews: Mapped[list["CaseReview"]] = relationship(back_populates="case", order_by="CaseReview.id")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseReview(Matter):
    """One look at one case file; what is wrong goes back to the unit with a clock."""

    __tablename__ = "case_review"
    __mapper_args__ = {"polymorphic_identity": "review"}

    PREFIX = "PC"
    KIND_LABEL = "案卷评查"
    ANSWER = "整改"
    STATES = ReviewState

    id: Mapped[int] = c.child_key("matter.id")
    case_id: Mapped[int] = c.ref("case_file.id", "案卷", required=True, index=False)
    rhythm: Mapped[Rhythm] = c.choice("评查方式", Rhythm)
    period: Mapped[str] = c.text("期次", 12, required=True, index=True, help="日抽查为日期，月评查为月份")
    reviewed_on: Mapped[date | None] = c.day("评查日期", index=True)
    score: Mapped[int | None] = c.whole("得分")
    grade: Mapped[CaseGrade | None] = c.choice("等次", CaseGrade, required=False)
    fault: Mapped[CaseFault | None] = c.choice("主要问题", CaseFault, required=False)
    findings: Mapped[str | None] = c.long("评查意见")
    rectified: Mapped[str | None] = c.long("整改情况")

    case: Mapped[CaseFile] = relationship(back_populates="reviews")

    __table_args__ = (
        sa.UniqueConstraint("case_id", "rhythm"),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score_range"),
        sa.CheckConstraint("(grade IS NULL) = (reviewed_on IS NULL)", name="graded_on_a_day"),
        sa.CheckConstraint("grade IS NULL OR grade = 'GOOD' OR fault IS NOT NULL", name="bad_has_fault"),
    )

    @property
    def who(self) -> str:
        """The unit that made the file."""
        return str(self.case.unit)

    @property
    def content(self) -> str:
        """What letters say about it."""
        return self.findings or self.title

    @classmethod
    def begin(cls, case: CaseFile, rhythm: Rhythm, period: str, reviewer: Unit, due: date) -> "CaseReview":
        """The sweep has drawn this file."""
        row = cls(
            number=cls.next_number(), title=f"{rhythm.label}：{case.number}"[:120], state=S.WAITING, case=case, rhythm=rhythm, period=period,
            opened_at=now(),
        )
        db.session.add(row)
        row.assign(reviewer, Part.LEAD).resume()
        row.set_due(max(work_calendar().close(due), now()), Cause.RECURRING, note=rhythm.label)
        row.log("register", "抽取案卷", by=None, note=f"{case.unit} {case}")
        db.session.flush()
        return row

    @transition(
        "评查", source={S.WAITING}, target={S.CLOSED, S.RECTIFYING}, permission="review:review", party=Part.LEAD, order=10,
        hint="合格即结束；有瑕疵、不合格的转办案单位限期整改",
    )
    def review(
        self, *, by: User,
        score: Annotated[int, Ask("得分", help="百分制")],
        grade: Annotated[CaseGrade, Ask("等次")],
        findings: Annotated[str, Ask("评查意见", long=True, bare=True, files="评查表")],
        fault: Annotated[CaseFault | None, Ask("主要问题", help="有瑕疵、不合格的必选")] = None,
    ) -> S:
        """Read the file; say what is wrong."""
        if not 0 <= score <= 100:
            raise Invalid("score", "得分应在0至100之间")
        if grade != CaseGrade.GOOD and fault is None:
            raise Invalid("fault", "请选择主要问题")
        self.score, self.grade, self.findings, self.fault = score, grade, findings, None if grade == CaseGrade.GOOD else fault
        self.reviewed_on, self.handler = now().date(), by
        if grade == CaseGrade.GOOD:
            self.finish()
            return S.CLOSED
        self._hand_over()
        return S.RECTIFYING

    def _hand_over(self) -> None:
        """The unit whose file it is now has the clock; the reviewer looks again afterwards."""
        reviewer = self.unit
        standard = find_standard("review", Stage.HANDLE)
        if self.case.unit_id != reviewer.id:
            self.part_of(reviewer.id).leave(PartState.REPLIED)
            db.session.flush()
            self.assign(self.case.unit, Part.LEAD).resume()
            self.assign(reviewer, Part.CONSULT)
        self.start_clock(standard.limit if standard else RECTIFY_LIMIT, Cause.GIVEN, standard=standard, note="案卷问题整改")

    @transition("报整改", done="已报送整改情况", source={S.RECTIFYING}, target=S.RECTIFIED, permission="review:rectify", party=Part.LEAD, order=10)
    def rectify(self, *, by: User, rectified: Annotated[str, Ask("整改情况", long=True, bare=True, files="整改材料")]) -> None:
        """The unit puts it right."""
        self.rectified = rectified
        self.stop_clock()

    @transition("复核通过", done="复核已通过", source={S.RECTIFIED}, target=S.CLOSED, permission="review:check", party=Part.CONSULT, order=10)
    def accept(self, *, by: User, opinion: Annotated[str, Ask("复核意见", long=True, bare=True)] = "") -> None:
        """Done."""
        self.finish()

    @transition("退回整改", source={S.RECTIFIED}, target=S.RECTIFYING, permission="review:check", party=Part.CONSULT, order=12, hint="原时限继续计算")
    def send_back(self, *, by: User, reason: Annotated[str, Ask("意见", long=True, bare=True)]) -> None:
        """Not yet: the old clock goes on."""
        self.answered_at = None
        self.returns += 1


check_states(CaseReview, ReviewState)


def draw_reviews() -> int:
    """Every working day some files for the spot check, on the first one of a month last month's for the review."""
    reviewer, today, calendar = find_unit(setting("case_review_unit")), now().date(), work_calendar()
    if reviewer is None or not calendar.is_workday(today):
        return 0
    recent = CaseFile.closed_on.between(today - timedelta(days=365), today)
    count = _draw(Rhythm.DAILY, f"{today:%Y-%m-%d}", int(setting("case_daily_sample")), recent, reviewer, today)
    last_month = today.replace(day=1) - timedelta(days=1)
    closed = CaseFile.closed_on.between(last_month.replace(day=1), last_month)
    period, due = f"{last_month:%Y-%m}", calendar.add((today.replace(day=28) + timedelta(days=4)).replace(day=1), -1)
    return count + _draw(Rhythm.MONTHLY, period, int(setting("case_monthly_sample")), closed, reviewer, due)


def _draw(rhythm: Rhythm, period: str, sample: int, where: Any, reviewer: Unit, due: date) -> int:
    """Once per period; a file is looked at once in each rhythm. The draw can be repeated from the period's name."""
    if db.session.scalar(sa.select(CaseReview.id).where(CaseReview.rhythm == rhythm, CaseReview.period == period).limit(1)):
        return 0
    seen = sa.select(CaseReview.case_id).where(CaseReview.rhythm == rhythm)
    files = db.session.scalars(sa.select(CaseFile).where(where, CaseFile.id.not_in(seen)).order_by(CaseFile.id)).all()
    for place in pick([1] * len(files), sample, period, rhythm.label):
        CaseReview.begin(files[place], rhythm, period, reviewer, due)
    return min(sample, len(files))
