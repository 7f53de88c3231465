"""An upgrade takes stock of the tables it has written to, and knows them from its statements."""

import pytest
import sqlalchemy as sa

from migrations.written import tables_in, written


@pytest.mark.parametrize(("statement", "names"), [
    ("INSERT INTO setting (key) VALUES ('a')", {"setting"}),
    ("INSERT OR IGNORE INTO setting (key) VALUES ('a')", {"setting"}),
    ('UPDATE "user_account" SET name = name', {"user_account"}),
    ("WITH old AS (SELECT 1) UPDATE unit SET sort = 1", {"unit"}),
    ("DELETE FROM visit WHERE id = 1", {"visit"}),
    ("CREATE TABLE visit (id INTEGER)", {"visit"}),
    ("CREATE TABLE IF NOT EXISTS visit (id INTEGER)", {"visit"}),
    ("ALTER TABLE visit ADD COLUMN note TEXT DEFAULT '' NOT NULL", {"visit"}),
    ("CREATE TABLE _alembic_tmp_visit (id INTEGER)", {"visit"}),
    ("ALTER TABLE _alembic_tmp_visit RENAME TO visit", {"visit"}),
    ("ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER guard", set()),
    ("ALTER TABLE audit_entry DISABLE TRIGGER guard", set()),
    ("CREATE INDEX ix_matter ON matter (id)", set()),
    ("SELECT number FROM matter", set()),
])
def test_a_statement_says_what_it_writes_to(statement, names):
    assert tables_in(statement) == names


def test_statements_are_heard_only_meanwhile():
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE before (id INTEGER)")
        with written() as names:
            connection.exec_driver_sql("CREATE TABLE meanwhile (id INTEGER)")
        connection.exec_driver_sql("CREATE TABLE after (id INTEGER)")
    engine.dispose()
    assert names == {"meanwhile"}
