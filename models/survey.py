"""Satisfaction surveys of enterprises per period, and their figures (N5; M 二(八)2, J 四(三))."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.enterprise import Enterprise
from models.report.frame import rate
from models.scope import scoped
from models.ticket.states import GOOD, Satisfaction
from models.unit import Unit
from models.user import Level, User

POINTS = {Satisfaction.VERY: 100, Satisfaction.SATISFIED: 80, Satisfaction.BASIC: 60, Satisfaction.NOT: 30, Satisfaction.VERY_NOT: 0}


class SurveyWay(Labelled):
    PHONE = "PHONE", "电话"
    VISIT = "VISIT", "走访"
    FORM = "FORM", "问卷"


class Survey(db.Model):
    """One survey of one period; `city_rank` is what the city published for it."""

    __tablename__ = "survey"

    id: Mapped[int] = c.key()
    title: Mapped[str] = c.text("调查名称", 80, required=True)
    period: Mapped[str] = c.text("月份", 7, required=True, unique=True, help="如 2024-08，每月一次")
    unit_id: Mapped[int | None] = c.ref("unit.id", "组织单位")
    starts_on: Mapped[date] = c.day("开始日期", required=True)
    ends_on: Mapped[date] = c.day("结束日期", required=True)
    city_rank: Mapped[int | None] = c.whole("全市位次", help="市级公布后填写")
    target_rank: Mapped[int] = c.whole("位次目标", default=5, help="进入全市前几位")
    note: Mapped[str | None] = c.long("说明")

    unit: Mapped[Unit | None] = relationship()
    answers: Mapped[list["SurveyAnswer"]] = relationship(back_populates="survey", order_by="SurveyAnswer.id")

    __table_args__ = (
        sa.CheckConstraint("period LIKE '____-__'", name="period_is_a_month"),
        sa.CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        sa.CheckConstraint("city_rank IS NULL OR city_rank > 0", name="rank_positive"),
        sa.CheckConstraint("target_rank > 0", name="target_positive"),
    )

    def __str__(self) -> str:
        return self.title


class SurveyAnswer(db.Model):
    """What one enterprise said, once a survey; of which unit, when it named one."""

    __tablename__ = "survey_answer"

    id: Mapped[int] = c.key()
    survey_id: Mapped[int] = c.ref("survey.id", "调查", required=True, index=False)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True)
    unit_id: Mapped[int | None] = c.ref("unit.id", "评价单位", help="企业指名评价的单位；泛指全区的不填")
    satisfaction: Mapped[Satisfaction] = c.choice("满意度", Satisfaction)
    reason: Mapped[str | None] = c.long("意见建议", help="不满意的必须写明原因")
    way: Mapped[SurveyWay] = c.choice("调查方式", SurveyWay, default=SurveyWay.PHONE)
    answered_on: Mapped[date] = c.day("调查日期", required=True)

    survey: Mapped[Survey] = relationship(back_populates="answers")
    enterprise: Mapped[Enterprise] = relationship()
    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("survey_id", "enterprise_id"),
        sa.CheckConstraint("satisfaction NOT IN ('NOT', 'VERY_NOT') OR reason IS NOT NULL", name="displeased_has_reason"),
    )

    def __str__(self) -> str:
        return f"{self.enterprise}：{self.satisfaction.label}"


@dataclass(frozen=True)
class Tally:
    """Answers of one survey: of the district, or of one unit."""

    asked: int
    good: int
    points: int
    levels: dict[Satisfaction, int]

    @property
    def rate(self) -> str:
        """Satisfied (基本满意 and above) of all answers; "—" without answers."""
        return rate(self.good, self.asked)

    @property
    def score(self) -> Decimal | None:
        """Mean of 100, 80, 60, 30, 0."""
        return (Decimal(self.points) / self.asked).quantize(Decimal("0.01")) if self.asked else None


def tally(survey: Survey, *where: Any) -> Tally:
    """Count the answers in scope."""
    return tally_each([survey], *where)[survey.id]


def tally_each(surveys: Sequence[Survey], *where: Any) -> dict[int, Tally]:
    """Count the answers in scope of several surveys, by the survey's id."""
    query = (
        sa.select(SurveyAnswer.survey_id, SurveyAnswer.satisfaction, sa.func.count())
        .where(SurveyAnswer.survey_id.in_([survey.id for survey in surveys]), *where)
        .group_by(SurveyAnswer.survey_id, SurveyAnswer.satisfaction)
    )
    levels = {survey.id: dict.fromkeys(Satisfaction, 0) for survey in surveys}
    for survey_id, level, count in db.session.execute(query):
        levels[survey_id][level] = count
    return {survey_id: _tally(found) for survey_id, found in levels.items()}


def _tally(levels: dict[Satisfaction, int]) -> Tally:
    return Tally(
        sum(levels.values()), sum(levels[level] for level in GOOD), sum(POINTS[level] * count for level, count in levels.items()), levels,
    )


def tallies(survey: Survey) -> list[tuple[Unit, Tally]]:
    """Units the enterprises named, the least satisfying first."""
    named = sa.select(SurveyAnswer.unit_id).where(SurveyAnswer.survey_id == survey.id, SurveyAnswer.unit_id.is_not(None)).distinct()
    units = db.session.scalars(sa.select(Unit).where(Unit.id.in_(db.session.scalars(named).all())).order_by(Unit.sort, Unit.id)).all()
    rows = [(unit, tally(survey, SurveyAnswer.unit_id == unit.id)) for unit in units]
    return sorted(rows, key=lambda row: (row[1].good / row[1].asked, row[1].score))


def _answers(user: User) -> sa.ColumnElement[bool] | None:
    """All; or what enterprises said of one's own unit."""
    level = user.level("survey:view")
    if level == Level.ALL:
        return None
    return SurveyAnswer.unit_id == user.unit_id if level and user.unit_id else sa.false()


scoped(_answers, lambda _row, user: user.level("survey:edit") == Level.ALL)(SurveyAnswer)
