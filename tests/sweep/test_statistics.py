"""A desk that has grown tells SQLite's planner so, by itself."""

import sqlalchemy as sa

from models import db
from models.sweep import upkeep


def test_the_planner_is_told_once_the_desk_has_doubled(cast, monkeypatch):
    monkeypatch.setattr(upkeep, "LEAST", 1)
    for _ in range(3):
        cast.ticket()
    db.session.flush()
    told = upkeep.refresh_statistics()
    assert told == (db.engine.dialect.name == "sqlite")
    assert upkeep.refresh_statistics() == 0
    if told:
        assert db.session.execute(sa.text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'matter'")).scalar()
