"""The gauges of each unit and day, kept by the database itself: what a month's rates are read from, however many demands there are.

Triggers on `ticket` and `matter` append the difference each change makes (minus the old row, plus the new one) in the same
transaction; nothing is locked and nothing is ever updated, so that two people never wait for each other. `settle` adds up what has
been appended. What is counted is said once, in models/report/gauges.py; the triggers are made of the same conditions and put up
after each migration (migrations/env.py).
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlalchemy.sql import visitors

from models import columns as c
from models.base import db
from models.report.gauges import GAUGES, Window
from models.scope import scoped
from models.setting import DEFAULTS
from models.ticket import Ticket
from models.user import Level, User

PREFIX = "tally_"
ANCHORS = ("due_at", "closed_at", "opened_at")  # the moments that put a demand into a month
OF_MATTER = ("unit_id", *ANCHORS, "answered_at", "reworks")
OF_TICKET = ("exempt", "satisfaction", "channel", "resolution", "answer_seconds")
OPENED = "opened"
SOURCES = frozenset({"matter", "ticket", "setting", "ticket_day"})  # a migration that writes to one of them, or counts otherwise, has all counted anew


def _own_units(user: User) -> sa.ColumnElement[bool] | None:
    """What the reader's units lead; None = the whole desk."""
    level = user.level("ticket:view")
    if level == Level.ALL:
        return None
    return TicketDay.unit_id.in_(led(user)) if level in (Level.UNIT, Level.GROUP) else sa.false()


def led(user: User) -> list[int]:
    """The units whose demands are this reader's own."""
    return [user.unit_id] if user.level("ticket:view") == Level.UNIT and user.unit_id else sorted(user.group_units)


@scoped(_own_units, lambda _row, _user: False)
class TicketDay(db.Model):
    """One unit and day: how many demands stand on either side of each gauge. Several rows of a day add up."""

    __tablename__ = "ticket_day"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int | None] = c.ref("unit.id", "主办单位")
    day: Mapped[date] = c.day("日期", required=True, index=True)
    fresh: Mapped[bool] = c.flag("尚未并入")
    opened: Mapped[int] = c.whole("登记件", default=0)

    __table_args__ = (sa.Index("ix_ticket_day_fresh", "day", "unit_id", sqlite_where=sa.text("fresh"), postgresql_where=sa.text("fresh")),)

    def __str__(self) -> str:
        return f"{self.day} {self.unit_id or '—'}"


SIDES = {f"{code}_{side}": gauge for code, gauge in GAUGES.items() for side in ("part", "whole")}
for _name, _gauge in SIDES.items():
    setattr(TicketDay, _name, c.whole(f"{_gauge.label}{'分子' if _name.endswith('part') else '分母'}", default=0))
COUNTED = (OPENED, *SIDES)


class _OneDay(Window):
    """A window of the day each row is put under: the month ends after it, and `now` plays no part."""

    def __init__(self, dialect: str) -> None:
        end = ("strftime('%Y-%m-%d %H:%M:%S.000000', r.day, 'start of month', '+1 month', '-8 hours')" if dialect == "sqlite"
               else "((date_trunc('month', r.day::timestamp) + interval '1 month') AT TIME ZONE 'Asia/Shanghai')")
        super().__init__(None, sa.literal_column(end))

    def holds(self, column: Any) -> sa.ColumnElement[bool]:
        return sa.literal_column("r.anchor") == column.key

    @property
    def quick_seconds(self) -> Any:
        kept = "SELECT CAST(NULLIF(value, '') AS INTEGER) FROM setting WHERE key = 'three_way_seconds'"
        return sa.literal_column(f"COALESCE(({kept}), {DEFAULTS['three_way_seconds']})")


def _conditions(dialect: sa.Dialect) -> dict[str, str]:
    """Counted → the condition on a row r, as SQL."""
    window = _OneDay(dialect.name)
    asked = {name: gauge.clause(name.rpartition("_")[2], window) for name, gauge in SIDES.items()}
    asked[OPENED] = window.holds(Ticket.opened_at)
    rows = sa.table("r", *(sa.column(name, getattr(Ticket, name).type) for name in (*OF_MATTER, *OF_TICKET)))

    def bare(part: Any, **_: Any) -> Any:
        return rows.c[part.key] if isinstance(part, sa.Column) else None

    return {name: str(visitors.replacement_traverse(clause, {}, bare).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
            for name, clause in asked.items()}


def _insert(dialect: sa.Dialect, *sides: tuple[int, str, str, str], fresh: bool) -> str:
    """Append the sums over the given rows: (sign, alias of the matter, alias of the ticket, FROM …)."""
    found = " UNION ALL ".join(
        f"SELECT {sign} AS sign, {', '.join(f'{matter}.{name} AS {name}' for name in OF_MATTER)}, "
        f"{', '.join(f'{ticket}.{name} AS {name}' for name in OF_TICKET)} FROM {source}" for sign, matter, ticket, source in sides)
    moment = f"CASE a.anchor {' '.join(f'''WHEN '{name}' THEN q.{name}''' for name in ANCHORS)} END"
    local = f"date({moment}, '+8 hours')" if dialect.name == "sqlite" else f"(({moment}) AT TIME ZONE 'Asia/Shanghai')::date"
    anchors = " UNION ALL ".join(f"SELECT '{name}' AS anchor" for name in ANCHORS)
    rows = f"SELECT q.*, a.anchor, {local} AS day FROM ({found}) q CROSS JOIN ({anchors}) a WHERE {moment} IS NOT NULL"
    sums = [f"SUM(CASE WHEN {condition} THEN r.sign ELSE 0 END)" for condition in _conditions(dialect).values()]
    return (
        f"INSERT INTO ticket_day (unit_id, day, fresh, {', '.join(_conditions(dialect))}) SELECT r.unit_id, r.day, {str(fresh).lower()}, {', '.join(sums)} "
        f"FROM ({rows}) r GROUP BY r.unit_id, r.day HAVING {' OR '.join(f'{one} <> 0' for one in sums)}"
    )


def _triggers(dialect: sa.Dialect) -> dict[str, tuple[str, str, str]]:
    """Name → (table, event, what it runs)."""
    if dialect.name == "sqlite":
        old_t, new_t = ((sign, "m", row, f"matter m WHERE m.id = {row}.id") for sign, row in ((-1, "OLD"), (1, "NEW")))
        old_m, new_m = ((sign, row, "t", f"ticket t WHERE t.id = {row}.id") for sign, row in ((-1, "OLD"), (1, "NEW")))
    else:
        old_t, new_t = ((sign, "m", "t", f"{rows} t JOIN matter m ON m.id = t.id") for sign, rows in ((-1, "old_rows"), (1, "new_rows")))
        old_m, new_m = ((sign, "m", "t", f"{rows} m JOIN ticket t ON t.id = m.id") for sign, rows in ((-1, "old_rows"), (1, "new_rows")))
    events = {"ticket_insert": (new_t,), "ticket_update": (old_t, new_t), "ticket_delete": (old_t,), "matter_update": (old_m, new_m)}
    found = {f"{PREFIX}{name}": (*name.split("_"), _insert(dialect, *sides, fresh=True)) for name, sides in events.items()}
    # The seconds within which a call counts as answered in time: another limit means counting anew.
    found[f"{PREFIX}setting_update"] = ("setting", "update", f"DELETE FROM ticket_day; {_everything(dialect)}")
    return found


def _everything(dialect: sa.Dialect) -> str:
    join = "CROSS JOIN" if dialect.name == "sqlite" else "JOIN"  # SQLite: in the order of the rows, not of an index of units
    return _insert(dialect, (1, "m", "t", f"ticket t {join} matter m ON m.id = t.id"), fresh=False)


def arm(connection: sa.Connection, *, anew: bool = False) -> None:
    """Put the triggers up where the tables are there; count everything `anew` when a migration may have changed rows meanwhile."""
    if not sa.inspect(connection).has_table("ticket_day"):
        return
    put = _sqlite if connection.dialect.name == "sqlite" else _postgres
    for name, (table, event, body) in _triggers(connection.dialect).items():
        put(connection, name, table, event, body)
    if anew:
        recount_everything(connection)


def _sqlite(connection: sa.Connection, name: str, table: str, event: str, body: str) -> None:
    columns = {"ticket": OF_TICKET, "matter": OF_MATTER}.get(table, ("value",))
    changed = " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in columns) if event == "update" else "1"
    if table == "setting":
        changed = f"NEW.key = 'three_way_seconds' AND ({changed})"
    of = f" OF {', '.join(columns)}" if event == "update" else ""
    connection.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {event.upper()}{of} ON {table} WHEN {changed} BEGIN {body}; END")


def _postgres(connection: sa.Connection, name: str, table: str, event: str, body: str) -> None:
    """Once for each statement, over all rows it changed.

    PostgreSQL keeps the plan of a session's first statement: after one that changed thousands of rows, each single row would be looked for
    in the whole table. Without hash and merge joins the plan is the same for one row and for all.
    """
    plan = "SET enable_hashjoin = off SET enable_mergejoin = off"
    rows = {"insert": "NEW TABLE AS new_rows", "delete": "OLD TABLE AS old_rows"}.get(event, "OLD TABLE AS old_rows NEW TABLE AS new_rows")
    how = f"AFTER {event.upper()} ON {table} REFERENCING {rows} FOR EACH STATEMENT"
    if table == "setting":
        how = "AFTER UPDATE ON setting FOR EACH ROW WHEN (NEW.key = 'three_way_seconds' AND OLD.value IS DISTINCT FROM NEW.value)"
        body, plan = f"LOCK TABLE ticket_day IN EXCLUSIVE MODE; {body}", ""
    connection.exec_driver_sql(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {plan} AS $$ BEGIN {body}; RETURN NULL; END $$")
    connection.exec_driver_sql(f"CREATE TRIGGER {name} {how} EXECUTE FUNCTION {name}()")


def disarm(connection: sa.Connection) -> None:
    """Take the triggers down, for a migration or for giving a whole database back."""
    for name in _triggers(connection.dialect):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}" if connection.dialect.name == "sqlite" else f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def recount_everything(connection: sa.Connection) -> None:
    """Forget every figure and count all demands again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE ticket_day IN EXCLUSIVE MODE")
    connection.exec_driver_sql("DELETE FROM ticket_day")
    connection.exec_driver_sql(_everything(connection.dialect))


def settle() -> int:
    """Add up what has been appended since the last time, one row for each unit and day; how many were added up."""
    sums = ", ".join(f"SUM({name})" for name in COUNTED)
    into = f"INSERT INTO ticket_day (unit_id, day, fresh, {', '.join(COUNTED)}) SELECT unit_id, day, false, {sums}"
    stale = "EXISTS (SELECT 1 FROM ticket_day f WHERE f.fresh AND f.day = d.day AND f.unit_id IS NOT DISTINCT FROM d.unit_id)"
    touched = db.session.execute(sa.text("SELECT count(*) FROM ticket_day WHERE fresh")).scalar_one()
    if not touched:
        return 0
    if db.session.get_bind().dialect.name == "postgresql":  # one statement, one snapshot: what others append meanwhile stays
        db.session.execute(sa.text(f"WITH gone AS (DELETE FROM ticket_day d WHERE {stale} RETURNING *) {into} FROM gone GROUP BY unit_id, day"))
        return touched
    stale = stale.replace("IS NOT DISTINCT FROM", "IS")
    last = db.session.execute(sa.text("SELECT max(id) FROM ticket_day")).scalar_one()
    db.session.execute(sa.text(f"{into} FROM ticket_day d WHERE {stale} GROUP BY unit_id, day"))
    db.session.execute(sa.text(f"DELETE FROM ticket_day AS d WHERE d.id <= :last AND {stale}"), {"last": last})
    return touched
