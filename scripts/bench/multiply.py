"""``python -m scripts.bench.multiply URL 5``: the demands of a filled PostgreSQL desk five times over, with all that hangs on them.

Quicker than having the demo write 5,000,000 by itself. Run it on a copy (``createdb -T desk copy``) and as superuser: what guards and
counts row by row is off meanwhile, and the trail knows nothing of the copies.
"""

import json
import sys
import time

import sqlalchemy as sa

from models import Setting, db
from models.report.daily import recount_everything
from seeds.demo.district import MARK

KEY = 100_000_000  # how far the ids of each copy lie from those of the one before
HANGING = {"matter_unit": "matter_id", "matter_deadline": "matter_id", "matter_event": "matter_id", "callback": "ticket_id", "outcome": "ticket_id"}
TABLES = ("ticket", "matter", *HANGING)  # in this order: what is copied is what hangs on the first demands


def _copied(table: sa.Table, copy: int) -> sa.Insert:
    """One more copy of the first rows of a table; what is unique says which copy it is of."""
    demands, away = db.metadata.tables["ticket"], copy * KEY
    key = table.c[HANGING.get(table.name, "id")]
    other = {"id": table.c.id + away, key.name: key + away, "form_token": sa.null()}
    if table.name == "ticket":
        other |= {"merged_into_id": table.c.merged_into_id + away, "source_number": table.c.source_number + f"x{copy}"}
    if table.name == "matter":
        other["number"] = table.c.number + f"x{copy}"
    stored = [column for column in table.c if column.computed is None]
    rows = sa.select(*(other.get(column.name, column) for column in stored)).where(table.c.id < KEY, key.in_(sa.select(demands.c.id).where(demands.c.id < KEY)))
    return table.insert().from_select([column.name for column in stored], rows, include_defaults=False)


def multiply(connection: sa.Connection, times: int) -> None:
    """Indexes without a constraint go first and are made again; figures by day and the planner's are counted anew."""
    connection.execute(sa.text("SET session_replication_role = replica"))
    connection.execute(sa.text("SET maintenance_work_mem = '1GB'"))
    found = connection.execute(sa.text(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY (:tables) AND indexdef NOT LIKE 'CREATE UNIQUE%'"
    ), {"tables": list(TABLES)}).all()
    for name, _made in found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    for table in TABLES:
        for copy in range(1, times):
            started = time.perf_counter()
            rows = connection.execute(_copied(db.metadata.tables[table], copy)).rowcount
            print(f"{table} {copy}: {rows:,} rows, {time.perf_counter() - started:,.0f} s", flush=True)
        connection.commit()
    for name, made in found:
        started = time.perf_counter()
        connection.exec_driver_sql(made)
        print(f"{name}: {time.perf_counter() - started:,.0f} s", flush=True)
    recount_everything(connection)
    _marked(connection, times)
    connection.commit()


def _marked(connection: sa.Connection, times: int) -> None:
    """The demo's own note of how many it made, so that it adds none."""
    setting = Setting.__table__
    made = json.loads(connection.scalar(sa.select(setting.c.value).where(setting.c.key == MARK)))
    made["tickets"] *= times
    connection.execute(setting.update().where(setting.c.key == MARK).values(value=json.dumps(made)))


def main() -> None:
    """ANALYZE wants a transaction of its own."""
    engine = sa.create_engine(sys.argv[1])
    with engine.connect() as connection:
        multiply(connection, int(sys.argv[2]))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"VACUUM ANALYZE {table}")


main()
