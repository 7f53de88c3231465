"""An upgrade takes stock of the tables it has written to, and knows them from its statements."""

from datetime import date

import pytest
import sqlalchemy as sa

from migrations import upgrade
from migrations.written import tables_in, written
from models import db
from models.report.daily import TicketDay
from tests.conftest import make_app


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


def test_figures_by_day_are_counted_anew_only_when_what_they_count_was_written_to(tmp_path):
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}")
    upgrade(app, "0023")
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(sa.insert(TicketDay).values(day=date(2024, 8, 5), fresh=False))
        upgrade(app, "0024")  # an index
        with db.engine.begin() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(TicketDay)).scalar_one() == 1
