"""What the sweep does for the figures: the running month's colours, the groups' slices."""

import sqlalchemy as sa

from models.base import db
from models.now import now
from models.rating.compute import is_frozen, rate_month
from models.rating.rule import RatingRule
from models.report.group_slice import open_slices
from models.report.period import Span, name_of, previous


def rate_running_months() -> int:
    """This month's colours, and last month's until its circular is out; how many rows changed."""
    if not db.session.scalar(sa.select(sa.func.count()).select_from(RatingRule)):
        return 0
    this = name_of(Span.MONTH, now().date())
    return sum(rate_month(period) for period in (previous(Span.MONTH, this), this) if not is_frozen(period))


def lay_out_slices() -> int:
    """The running month's slices of the five documents."""
    return open_slices(name_of(Span.MONTH, now().date()))
