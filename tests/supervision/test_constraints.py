"""Every CHECK and UNIQUE of the supervision tables refuses its bad row, and says so in Chinese."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.base import Choice, db
from models.sentences import UNKNOWN, sentence_for
from tests.supervision.rows import BAD, GOOD, TWICE

ELSEWHERE = {"unit", "user_account", "matter"}


class Rows:
    """Good rows, each made once, with the rows they refer to."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.ids = connection, {}

    def add(self, table: str, **changed: Any) -> int:
        """Insert the good row (or a changed one)."""
        values = {key: self._id(value) for key, value in (GOOD[table] | changed).items()}
        [key] = self.connection.execute(sa.insert(db.metadata.tables[table]).values(values)).inserted_primary_key
        self.ids.setdefault(table, key)
        return key

    def _id(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("{"):
            return self.ids.get(value[1:-1]) or self.add(value[1:-1])
        return value


@pytest.fixture
def rows(app) -> Iterator[Rows]:
    """Undone after the test."""
    with db.engine.connect() as connection, connection.begin() as transaction:
        yield Rows(connection)
        transaction.rollback()


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_row_is_refused_by_its_constraint(rows, name):
    table, spoilt = BAD[name]
    with pytest.raises(IntegrityError, match=name) as error:
        rows.add(table, **spoilt)
    assert re.search("[\u4e00-\u9fff]", sentence_for(error.value))
    assert sentence_for(error.value) != UNKNOWN


@pytest.mark.parametrize("name", sorted(TWICE))
def test_a_second_row_is_refused(rows, name):
    table, different = TWICE[name]
    rows.add(table)
    with pytest.raises(IntegrityError) as error:
        rows.add(table, **different)
    assert sentence_for(error.value) != UNKNOWN


def test_every_constraint_of_these_tables_is_tried():
    named = set()
    for name in set(GOOD) - ELSEWHERE:
        table = db.metadata.tables[name]
        choices = {f"ck_{name}_{column.name}" for column in table.columns if isinstance(column.type, Choice)}
        named |= {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint | sa.UniqueConstraint)} - choices
    assert named - {"uq_lead_trade_id"} == {name for name in {**BAD, **TWICE} if not name.startswith("ck_matter_")}
