"""Outcomes (成效) summed in 万元 by campaign, unit or kind (T16)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.supervision.campaign import Campaign
from models.ticket.records import Outcome
from models.unit import Unit

Row = tuple[Any, str, int, Decimal]
BY = {"kind": (Outcome.kind, Outcome.kind), "unit": (Outcome.unit_id, Unit.name), "campaign": (Outcome.campaign_id, Campaign.name)}


def within(first: datetime, end: datetime) -> sa.ColumnElement[bool]:
    """Outcomes recorded in the half-open interval."""
    return (Outcome.at >= first) & (Outcome.at < end)


def of_campaign(campaign: Campaign) -> sa.ColumnElement[bool]:
    """Outcomes a campaign has brought about."""
    return Outcome.campaign_id == campaign.id


def totals(by: str, *where: sa.ColumnElement[bool]) -> Sequence[Row]:
    """(key, name, how many, sum in 万元) of the outcomes in scope, the largest sum first; `by` is kind, unit or campaign."""
    key, name = BY[by]
    total = sa.func.coalesce(sa.func.sum(Outcome.amount), 0)
    query = sa.select(key, name, sa.func.count(Outcome.id), total).select_from(Outcome)
    query = query.outerjoin(Unit, Unit.id == Outcome.unit_id).outerjoin(Campaign, Campaign.id == Outcome.campaign_id)
    rows = db.session.execute(query.where(*where).group_by(key, name).order_by(total.desc(), name)).all()
    return [(row[0], row[1] or "未指明", row[2], Decimal(str(row[3])).quantize(Decimal("0.01"))) for row in rows]


def grand_total(*where: sa.ColumnElement[bool]) -> Decimal:
    """All of them, in 万元."""
    return sum((row[3] for row in totals("kind", *where)), Decimal("0.00"))
