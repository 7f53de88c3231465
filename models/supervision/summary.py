"""What supervision has found, counted from the rows: by campaign or by period (S5, S8)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models import scope
from models.base import db
from models.now import local
from models.supervision import outcomes
from models.supervision.campaign import Campaign, Check
from models.supervision.lead import Lead
from models.supervision.ledgers import Suggestion
from models.supervision.problem import Problem
from models.supervision.states import ProblemState
from models.ticket.records import Outcome
from models.ticket.states import GOOD, Resolution
from models.ticket.ticket import Ticket
from models.user import Level

Where = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Stretch:
    """The rows to count: those of one campaign, or those of a half-open stretch of days."""

    first: date
    end: date
    campaign: Campaign | None = None

    @classmethod
    def of_campaign(cls, campaign: Campaign) -> "Stretch":
        """A campaign's own rows, whatever their day."""
        return cls(campaign.starts_on, campaign.ends_on + timedelta(days=1), campaign)

    def days(self, column: Any) -> Where:
        """A day column lies inside."""
        return (column >= self.first) & (column < self.end)

    def moments(self, column: Any) -> Where:
        """A moment column lies inside."""
        return (column >= _midnight(self.first)) & (column < _midnight(self.end))

    def rows(self, model: type, inside: Where) -> Where:
        """The campaign's rows of a table, or all rows inside."""
        return model.campaign_id == self.campaign.id if self.campaign else inside


def _midnight(day: date) -> datetime:
    return local(datetime.combine(day, datetime.min.time()))


def _count(model: type, *where: Where) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


@dataclass(frozen=True)
class Figures:
    """W's six figures, the state of the problems, and the outcomes. `leads` is None for who may not know."""

    checks: int
    enterprises: int
    files: int
    problems: int
    closed: int
    relapsed: int
    suggestions: int
    adopted: int
    leads: int | None
    amount: Any


def may_count_leads() -> bool:
    """A number of leads is known to those who may read all of them, and to the system."""
    current = scope.current()
    return bool(current and (current.open or (current.user and current.user.level("lead:view") == Level.ALL)))


def figures(stretch: Stretch) -> Figures:
    """Counted under the reader's scope. W 二(一): 23, 75, 24, 5, 4, 1."""
    check = stretch.rows(Check, stretch.days(Check.held_on))
    visits = sa.select(
        sa.func.count(Check.id), sa.func.coalesce(sa.func.sum(Check.interviewed), 0), sa.func.coalesce(sa.func.sum(Check.files_read), 0)
    ).where(check)
    checks, enterprises, files = db.session.execute(visits).one()
    found = stretch.rows(Problem, stretch.moments(Problem.opened_at)) & (Problem.state != ProblemState.WITHDRAWN)
    suggested = stretch.rows(Suggestion, stretch.days(Suggestion.made_on))
    gained = stretch.rows(Outcome, stretch.moments(Outcome.at))
    return Figures(
        checks=checks, enterprises=enterprises, files=files, problems=_count(Problem, found),
        closed=_count(Problem, found, Problem.state == ProblemState.CLOSED), relapsed=_count(Problem, found, Problem.relapses > 0),
        suggestions=_count(Suggestion, suggested), adopted=_count(Suggestion, suggested, Suggestion.adoption.in_(["ADOPTED", "PARTLY"])),
        leads=_count(Lead, stretch.rows(Lead, stretch.moments(Lead.opened_at))) if may_count_leads() else None,
        amount=outcomes.grand_total(gained),
    )


@dataclass(frozen=True)
class Demands:
    """The 有诉即办 figures of a stretch: taken in, handled, of these settled on the spot, rated, satisfied. W 三(三)"""

    received: int
    closed: int
    on_spot: int
    rated: int
    satisfied: int


def demands(stretch: Stretch) -> Demands:
    """Tickets registered inside; those not accepted, merged or withdrawn are outside the rates."""
    taken = stretch.moments(Ticket.opened_at)
    closed = taken & Ticket.closed_at.is_not(None) & Ticket.exempt.is_(False)
    rated = closed & Ticket.satisfaction.is_not(None)
    return Demands(
        _count(Ticket, taken), _count(Ticket, closed), _count(Ticket, closed, Ticket.resolution == Resolution.ON_SPOT),
        _count(Ticket, rated), _count(Ticket, rated, Ticket.satisfaction.in_([level.value for level in GOOD])),
    )
