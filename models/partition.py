"""The trail in yearly pieces, on PostgreSQL, for a district whose trail has grown too large to be handled as one table.

Pieces are cut by the moment of a link, which only grows, so that each year's piece can be made before the year begins; what a clock
set wrong puts outside every year lies in a piece of its own. The chain, its guards and every query go on as before.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from models import guards
from models.base import db
from models.now import TZ, now

TABLE, REST = "audit_entry", "audit_entry_rest"
WHOLE = f"{TABLE}_whole"
INDEXES = ("pk_audit_entry", "uq_audit_entry_hash", "ix_audit_entry_row", "ix_audit_entry_at")
# A key of a partitioned table holds what it is cut by. That no hash and no number comes twice is what the chain itself proves.
KEYS = (
    f"ALTER TABLE {TABLE} ADD CONSTRAINT pk_audit_entry PRIMARY KEY (id, at)",
    f"ALTER TABLE {TABLE} ADD CONSTRAINT uq_audit_entry_hash UNIQUE (hash, at)",
    f"CREATE INDEX ix_audit_entry_row ON {TABLE} (resource, row_id)",
    f"CREATE INDEX ix_audit_entry_at ON {TABLE} (at)",
)


@dataclass(frozen=True)
class Piece:
    """One table of the trail, or one year of it that is to become one."""

    name: str
    rows: int
    megabytes: float | None = None


def is_possible() -> bool:
    """SQLite has no partitions, and needs none."""
    return db.engine.dialect.name == "postgresql"


def is_cut(connection: sa.Connection) -> bool:
    """Whether the trail is in pieces."""
    return connection.scalar(sa.text("SELECT relkind FROM pg_class WHERE oid = to_regclass(:name)"), {"name": TABLE}) == "p"


def pieces(connection: sa.Connection) -> list[Piece]:
    """Those that are there, with what they hold."""
    return [Piece(name, connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))), size / 1e6)
            for name in guards.pieces(connection, TABLE)
            for size in connection.scalars(sa.text("SELECT pg_total_relation_size(to_regclass(:name))"), {"name": name})]


def years(connection: sa.Connection) -> list[Piece]:
    """What cutting would make: a piece for each year that has links."""
    query = sa.text(f"SELECT EXTRACT(year FROM \"at\" AT TIME ZONE :zone)::int, count(*) FROM {TABLE} GROUP BY 1 ORDER BY 1")
    return [Piece(_name(year), rows) for year, rows in connection.execute(query, {"zone": TZ.key})]


def cut() -> list[Piece]:
    """Turn the trail into yearly pieces, in one transaction: all of it or nothing. Nobody can write meanwhile; returns the pieces."""
    with db.engine.begin() as connection:
        run = connection.exec_driver_sql
        run("SET LOCAL lock_timeout = '10s'")
        run(f"LOCK TABLE audit_head, {TABLE} IN ACCESS EXCLUSIVE MODE")
        wanted = {int(piece.name[-4:]) for piece in years(connection)} | {now().year, now().year + 1}
        count = connection.scalar(sa.select(sa.func.count()).select_from(sa.table(TABLE)))
        guards.disarm(connection)
        run(f"ALTER TABLE {TABLE} RENAME TO {WHOLE}")
        for index in INDEXES:
            run(f"ALTER INDEX {index} RENAME TO {index}_whole")
        run(f"CREATE TABLE {TABLE} (LIKE {WHOLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS) PARTITION BY RANGE (at)")
        run(f"ALTER SEQUENCE {TABLE}_id_seq OWNED BY {TABLE}.id")
        for year in sorted(wanted):
            _make(connection, year)
        run(f"CREATE TABLE {REST} PARTITION OF {TABLE} DEFAULT")
        run(f"INSERT INTO {TABLE} SELECT * FROM {WHOLE} ORDER BY id")
        for statement in KEYS:
            run(statement)
        if connection.scalar(sa.select(sa.func.count()).select_from(sa.table(TABLE))) != count:
            raise RuntimeError("rows of the trail were lost while it was cut")
        run(f"DROP TABLE {WHOLE}")
        guards.arm(connection)
        return pieces(connection)


def extend_scheduled(app: Flask) -> list[str]:
    """The scheduler's entry: pieces of this year and the next that are not there yet are made; returns their names."""
    with app.app_context():
        if not is_possible():
            return []
        with db.engine.begin() as connection:
            return _extend(connection) if is_cut(connection) else []


def _extend(connection: sa.Connection) -> list[str]:
    standing = guards.pieces(connection, TABLE)
    absent = [year for year in (now().year, now().year + 1) if _name(year) not in standing]
    if absent:
        connection.exec_driver_sql(f"LOCK TABLE audit_head, {TABLE} IN ACCESS EXCLUSIVE MODE")  # and one scheduler after the other
        standing = guards.pieces(connection, TABLE)
        absent = [year for year in absent if _name(year) not in standing and not _strays(connection, year)]
        for year in absent:
            _make(connection, year)
            guards.arm_piece(connection, _name(year))
    return [_name(year) for year in absent]


def _strays(connection: sa.Connection, year: int) -> bool:
    """Links of that year in the rest: they stay there, and so does the year."""
    query = sa.text(f"SELECT EXISTS (SELECT 1 FROM {REST} WHERE at >= :start AND at < :end)")
    return connection.scalar(query, {"start": _begins(year), "end": _begins(year + 1)})


def _name(year: int) -> str:
    return f"{TABLE}_{year}"


def _begins(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=TZ)


def _make(connection: sa.Connection, year: int) -> None:
    bounds = [f"'{_begins(one).isoformat()}'" for one in (year, year + 1)]
    connection.exec_driver_sql(f"CREATE TABLE {_name(year)} PARTITION OF {TABLE} FOR VALUES FROM ({bounds[0]}) TO ({bounds[1]})")
