"""Which supervision rows a user sees and may write (roles.md). Fails closed."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from models import visibility
from models.owned import owned_by_unit
from models.scope import scoped
from models.supervision.approval import ApprovalItem
from models.supervision.campaign import Campaign, Check, ChecklistItem, campaign_unit
from models.supervision.lead import LeadReader
from models.supervision.ledgers import Concentration, ParallelApproval, ReformItem, Suggestion, Trade
from models.supervision.looking_back import LookBack
from models.supervision.online import OnlineTest
from models.supervision.project import MajorProject
from models.supervision.session import InquirySession, session_unit
from models.ticket.records import Outcome
from models.user import Level, User

OfUnits = Callable[[list[int]], sa.ColumnElement[bool]]


def _own_units(user: User, level: Level) -> list[int]:
    return visibility._units(user, level)


def _shared(cls: type, resource: str, of_units: OfUnits) -> None:
    """Read by the units concerned, kept by those who may create or edit for all."""

    def clause(user: User) -> sa.ColumnElement[bool] | None:
        level = user.level(f"{resource}:view")
        if level == Level.ALL:
            return None
        return sa.false() if level in (None, Level.OWN) else of_units(_own_units(user, level))

    def guard(_row: Any, user: User) -> bool:
        return Level.ALL in (user.level(f"{resource}:create"), user.level(f"{resource}:edit"))

    scoped(clause, guard)(cls)


def _linked(cls: type, table: sa.Table, column: str) -> OfUnits:
    return lambda units: cls.id.in_(sa.select(table.c[column]).where(table.c.unit_id.in_(units)))


def _items_in_force(units: list[int]) -> sa.ColumnElement[bool]:
    mine = sa.select(campaign_unit.c.campaign_id).where(campaign_unit.c.unit_id.in_(units))
    return sa.or_(ChecklistItem.campaign_id.is_(None), ChecklistItem.campaign_id.in_(mine))


def _tests_of(units: list[int]) -> sa.ColumnElement[bool]:
    table = ApprovalItem.__table__
    return OnlineTest.item_id.in_(sa.select(table.c.id).where(table.c.unit_id.in_(units)))


def _named(user: User) -> sa.Select[Any]:
    """Leads that name this reader, whatever the role."""
    table = LeadReader.__table__
    return sa.select(table.c.lead_id).where(table.c.user_id == user.id)


def _outcomes(user: User) -> sa.ColumnElement[bool] | None:
    """Those of visible tickets, and the free-standing ones of one's reach."""
    visible, level = visibility.seen(user, Outcome.ticket_id), user.level("outcome:view")
    if visible is None and level == Level.ALL:
        return None
    of_ticket = Outcome.ticket_id.is_not(None) if visible is None else visible
    if level in (None, Level.OWN):
        return of_ticket
    free = Outcome.ticket_id.is_(None)
    return sa.or_(of_ticket, free if level == Level.ALL else free & Outcome.unit_id.in_(_own_units(user, level)))


def _keeps_outcome(row: Outcome, user: User) -> bool:
    """Outcomes of a ticket are written by its verbs only."""
    return row.ticket_id is None and Level.ALL in (user.level("outcome:create"), user.level("outcome:edit"))


visibility.ALSO["lead"] = _named
visibility._of_matter(LookBack, "problem_id")
visibility._of_matter(LeadReader, "lead_id")
scoped(_outcomes, _keeps_outcome)(Outcome)
_shared(Campaign, "campaign", _linked(Campaign, campaign_unit, "campaign_id"))
_shared(ChecklistItem, "campaign", _items_in_force)
_shared(InquirySession, "session", _linked(InquirySession, session_unit, "session_id"))
_shared(OnlineTest, "onlinetest", _tests_of)
for _cls, _resource, _column in (
    (Check, "check", "unit"), (Suggestion, "suggestion", "unit"), (Trade, "trade", "owner"), (MajorProject, "project", "lead"),
    (ApprovalItem, "approvalitem", "unit"), (ReformItem, "reform", "unit"), (Concentration, "reform", "unit"),
    (ParallelApproval, "reform", "lead"),
):
    owned_by_unit(_resource, _column)(_cls)
