"""What each measure counts: {unit: (part, whole)} of a month; a unit without a denominator is left out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from werkzeug.utils import cached_property

from models.base import db
from models.group import MemberRole
from models.indicator import Indicator, IndicatorResult
from models.openness import Article, DataCatalogue, MediaAccount, PolicyDocument, ServiceRating, Topic
from models.openness.publicity import PieceKind
from models.rating.rule import Rated
from models.report.gauges import Window
from models.report.tally import Counts, tally
from models.responsibility import AppliesTo, Responsibility
from models.task import Task, TaskState

Fractions = dict[int, tuple[float, float]]


@dataclass
class Month:
    """One month being measured; what several measures share is asked once."""

    period: str

    @cached_property
    def window(self) -> Window:
        """From the first moment to the end or to now."""
        return Window.of(self.period)

    @property
    def days(self) -> tuple[date, date]:
        """First and last day looked at."""
        return self.window.start.date(), max(self.window.start, self.window.cut - timedelta(seconds=1)).date()

    @cached_property
    def tickets(self) -> dict[int | None, Counts]:
        """The gauges of the demands per unit."""
        return tally(self.period)


def _gauge(code: str) -> Callable[[Month, Indicator], Fractions]:
    def measure(month: Month, _indicator: Indicator) -> Fractions:
        return {unit: counts[code] for unit, counts in month.tickets.items() if unit and counts[code][1]}

    return measure


def _tasks(month: Month, indicator: Indicator) -> Fractions:
    """Tasks of the indicator's group due in the month, handed in on time."""
    window = month.window
    on_time = sa.and_(Task.answered_at.is_not(None), Task.answered_at <= Task.due_at, Task.answered_at < window.cut)
    query = (
        sa.select(Task.unit_id, sa.func.sum(sa.case((on_time, 1), else_=0)), sa.func.count())
        .join(Responsibility, Responsibility.id == Task.responsibility_id)
        .where(window.holds(Task.due_at), Task.state != TaskState.WAIVED, Responsibility.group_id == indicator.group_id, Task.unit_id.is_not(None))
        .group_by(Task.unit_id)
    )
    return {unit: (int(part), int(whole)) for unit, part, whole in db.session.execute(query)}


def quotas() -> dict[PieceKind, int]:
    """Articles and news leads every unit owes a month, from the duties. M 二(九)4"""
    words = {PieceKind.ARTICLE: "%稿件%", PieceKind.LEAD: "%线索%"}
    found = {}
    for kind, pattern in words.items():
        query = sa.select(sa.func.max(Responsibility.quota)).where(
            Responsibility.is_active, Responsibility.applies_to == AppliesTo.MEMBERS, Responsibility.deliverable.like(pattern)
        )
        found[kind] = db.session.scalar(query) or 0
    return found


def pieces(first: date, last: date) -> dict[int, dict[PieceKind, int]]:
    """How many counted articles and leads each unit handed in between two days."""
    query = (
        sa.select(Article.unit_id, Article.kind, sa.func.count()).where(Article.day.between(first, last), Article.counted)
        .group_by(Article.unit_id, Article.kind)
    )
    found: dict[int, dict[PieceKind, int]] = {}
    for unit, kind, count in db.session.execute(query):
        found.setdefault(unit, {})[kind] = count
    return found


def _publicity(month: Month, indicator: Indicator) -> Fractions:
    """What was done of the quota, nothing above it, over the quota; a unit that did nothing has 0, not nothing."""
    owed = quotas()
    whole = sum(owed.values())
    if not whole or indicator.group is None:
        return {}
    done = pieces(*month.days)
    return {
        unit.id: (sum(min(done.get(unit.id, {}).get(kind, 0), need) for kind, need in owed.items()), whole)
        for unit in indicator.group.units(MemberRole.MEMBER)
    }


def _faultless(rows: list[object], unit: Callable[[object], int], sound: Callable[[object], bool]) -> Fractions:
    found: Fractions = {}
    for row in rows:
        part, whole = found.get(unit(row), (0, 0))
        found[unit(row)] = (part + bool(sound(row)), whole + 1)
    return found


def _catalogue(month: Month, _indicator: Indicator) -> Fractions:
    rows = db.session.scalars(sa.select(DataCatalogue).where(DataCatalogue.is_active)).all()
    last = month.days[1]
    return _faultless(rows, lambda row: row.unit_id, lambda row: not row.faults(last))


def _media(month: Month, _indicator: Indicator) -> Fractions:
    rows = db.session.scalars(sa.select(MediaAccount).where(MediaAccount.is_active)).all()
    last = month.days[1]
    return _faultless(rows, lambda row: row.unit_id, lambda row: not row.faults(last))


def _disclosure(month: Month, _indicator: Indicator) -> Fractions:
    first, last = month.days
    rows = [
        *db.session.scalars(sa.select(PolicyDocument).where(PolicyDocument.issued_on.between(first, last))),
        *db.session.scalars(sa.select(Topic).where(Topic.held_on.between(first, last))),
    ]
    return _faultless(rows, lambda row: row.unit_id, lambda row: not row.faults())


def _service(month: Month, _indicator: Indicator) -> Fractions:
    found: Fractions = {}
    for row in db.session.scalars(sa.select(ServiceRating).where(ServiceRating.period == month.period)):
        part, whole = found.get(row.unit_id, (0, 0))
        if row.rated:
            found[row.unit_id] = (part + row.satisfied, whole + row.rated)
    return found


def _entered(month: Month, indicator: Indicator) -> Fractions:
    """Points out of 100 the lead group or the city gave a unit, entered as an indicator result."""
    query = sa.select(IndicatorResult.unit_id, IndicatorResult.value).where(
        IndicatorResult.indicator_id == indicator.id, IndicatorResult.period == month.period,
        IndicatorResult.unit_id.is_not(None), IndicatorResult.value.is_not(None),
    )
    return {unit: (float(value), 100) for unit, value in db.session.execute(query)}


MEASURES: dict[Rated, Callable[[Month, Indicator], Fractions]] = {
    Rated.ON_TIME: _gauge("on_time"), Rated.ONCE: _gauge("once"), Rated.SATISFACTION: _gauge("satisfaction"), Rated.TASK_ON_TIME: _tasks,
    Rated.PUBLICITY: _publicity, Rated.CATALOGUE: _catalogue, Rated.MEDIA: _media, Rated.DISCLOSURE: _disclosure, Rated.SERVICE: _service,
    Rated.ENTERED: _entered,
}
