"""A district that began with the first version and took every upgrade: at each revision rows are added to the tables that are new, then the
next migration runs. At the end every row is there, refers to what it referred to, says what it said, and the trail is whole."""

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from migrations import HERE, upgrade
from models import Enterprise, chain, db, scope
from scripts.throwaway_postgres import cluster
from tests.conftest import make_app
from tests.schema.rows import GOOD, Rows

REVISIONS = sorted(script.revision for script in ScriptDirectory(str(HERE)).walk_revisions())
PHONE = "13800001234"
WHEN = "2024-08-05 02:10:00+00:00"
# What an earlier revision wanted and a later one took away, and what a later one reads differently.
THEN = {"firm_batch": {"state": "CONFIRMED", "content": "{}", "uploaded_at": WHEN}, "enterprise": {"contact_phone": PHONE},
        "outbox_message": {"address": "reader@example.cn"}, "user_account": {"email": "reader@example.cn"}}
TRAIL = 3


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """table → good rows of today as plain values; each earlier revision takes the columns it knows."""
    app = make_app(tmp_path_factory.mktemp("newest"), "sqlite://")
    upgrade(app)
    with app.app_context(), db.engine.begin() as connection:
        good = Rows(connection)
        for table in GOOD:
            if table not in good.ids:
                good.add(table)
        apart = ("audit_entry", "audit_head", "ticket_day")  # the last is worked out by the database
        return {table: _plain(connection, table) for table in good.ids if table not in apart}


def _plain(connection, table):
    return [dict(row) for row in connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY id")).mappings()]


def _trail():
    """The first links of a chain, as the first version wrote them."""
    link, made = chain.GENESIS, []
    for number in range(1, TRAIL + 1):
        values = {"at": datetime(2024, 8, 5, 2, number, tzinfo=UTC), "user_id": None, "user_name": "系统", "address": "", "action": "新增",
                  "resource": "unit", "row_id": str(number), "changes": "{}", "algorithm": "SHA256", "previous": link}
        link = values["hash"] = chain.digest(values)
        made.append(values)
    return made, {"id": 1, "count": TRAIL, "hash": link}


def _fill(connection, rows, filled):
    """A row in each table that is new at this revision."""
    present = sa.MetaData()
    present.reflect(connection)
    links, head = _trail()
    for name, table in present.tables.items():
        if name in filled or (name not in rows and name not in ("audit_entry", "audit_head")):
            continue
        given = links if name == "audit_entry" else [head] if name == "audit_head" else [row | THEN.get(name, {}) for row in rows[name]]
        for values in given:
            kept = {key: _as(table.c[key], value) for key, value in values.items() if key in table.c}
            connection.execute(sa.insert(table).values(kept))
        filled[name] = len(given)


def _as(column, value):
    """SQLite keeps moments and truths as texts and numbers; PostgreSQL wants them as what they are."""
    if isinstance(column.type, sa.JSON) and isinstance(value, str):
        return json.loads(value)
    if isinstance(column.type, sa.Boolean):
        return None if value is None else bool(value)
    if isinstance(column.type, sa.DateTime | sa.Date) and isinstance(value, str):
        found = datetime.fromisoformat(value)
        return found.date() if isinstance(column.type, sa.Date) else found.replace(tzinfo=found.tzinfo or UTC)
    return value


def _unchecked(connection, *, on):
    """Rows go in in any order; what they refer to is checked at the end."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET session_replication_role = {'replica' if on else 'origin'}")
        connection.commit()
    else:
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={'OFF' if on else 'ON'}")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def used(request, tmp_path, rows):
    """The app after all upgrades, and how many rows each table got on the way."""
    with cluster() if request.param == "postgresql" else _no_server(tmp_path) as url:
        app, filled = make_app(tmp_path, url), {}
        try:
            for revision in REVISIONS:
                upgrade(app, revision)
                with app.app_context(), db.engine.connect() as connection:
                    _unchecked(connection, on=True)
                    with connection.begin():
                        _fill(connection, rows, filled)
                    _unchecked(connection, on=False)
            yield app, filled
        finally:
            with app.app_context():
                db.engine.dispose()


class _no_server:
    def __init__(self, folder):
        self.url = f"sqlite:///{folder / 'used.db'}"

    def __enter__(self):
        return self.url

    def __exit__(self, *_):
        return None


def test_no_upgrade_loses_a_row_a_reference_or_a_link_of_the_trail(used, rows):
    app, filled = used
    assert set(rows) <= set(filled), "no row was ever put into these tables"
    with app.app_context(), scope.everything():
        with db.engine.connect() as connection:
            found = {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in filled}
            for name, column, other in _references():
                lost = connection.scalar(sa.text(f"SELECT count(*) FROM {name} a WHERE a.{column} IS NOT NULL AND NOT EXISTS"
                                                 f" (SELECT 1 FROM {other} b WHERE b.id = a.{column})"))
                assert not lost, f"{name}.{column}"
        assert found == filled
        assert chain.verify() == []
        assert db.session.scalars(db.select(Enterprise.contact_phone).where(Enterprise.contact_phone == PHONE)).all() == [PHONE]


def _references():
    for table in db.metadata.tables.values():
        for key in table.foreign_keys:
            yield table.name, key.parent.name, key.column.table.name
