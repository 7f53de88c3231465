"""What keeps a growing desk fast."""

import sqlalchemy as sa

from models.base import db
from models.matter import Matter
from models.report.daily import settle

LEAST = 10_000  # below that any plan will do


def settle_figures() -> int:
    """Add up the figures by day; nothing anybody would look for in the heartbeat, so nothing is counted."""
    settle()
    return 0


def refresh_statistics() -> int:
    """Count the tables again for SQLite's planner once there are twice as many matters as it knows of; PostgreSQL does so by itself."""
    if db.session.get_bind().dialect.name != "sqlite":
        return 0
    rows = db.session.scalar(sa.select(sa.func.max(Matter.__table__.c.id))) or 0
    if rows < max(LEAST, 2 * _known()):
        return 0
    db.session.execute(sa.text("ANALYZE"))
    return 1


def _known() -> int:
    """Rows of `matter` when they were last counted."""
    if not sa.inspect(db.session.connection()).has_table("sqlite_stat1"):
        return 0
    figures = db.session.execute(sa.text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'matter' AND idx IS NOT NULL LIMIT 1")).scalar()
    return int(figures.split()[0]) if figures else 0
