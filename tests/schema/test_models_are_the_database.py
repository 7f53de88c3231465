"""The migrated database is what the models say, on both engines; every name and label is there."""

import re

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import models
from migrations import config, upgrade
from models import grams
from models.base import Choice, DateTime, Labelled, db
from models.vault import Sealed, Text

TABLES = list(db.metadata.sorted_tables)
CHINESE = re.compile("[\u4e00-\u9fff]")


def enums():
    found, fresh = set(), [Labelled]
    while fresh:
        for kind in fresh.pop().__subclasses__():
            found.add(kind)
            fresh.append(kind)
    return sorted(found, key=lambda kind: kind.__qualname__)


def test_the_migrations_make_the_models(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_type, "include_name": lambda name, *_: not grams.ours(name)})
        assert compare_metadata(context, db.metadata) == []


def same_type(context, _inspected, column, _found, kind):
    """Migrations spell plain types; compare what lies under ours."""
    plain = kind.impl if isinstance(kind, (Choice, DateTime, Sealed, Text)) else kind
    return context.impl.compare_type(column, sa.Column(column.name, plain))


def test_checks_of_the_database_are_those_of_the_models(app):
    """Alembic does not compare CHECKs."""
    found = {check["name"] for table in TABLES for check in sa.inspect(db.engine).get_check_constraints(table.name)}
    wanted = {str(c.name) for table in TABLES for c in table.constraints if isinstance(c, sa.CheckConstraint)}
    assert found == wanted


def test_there_is_one_head(app):
    assert len(ScriptDirectory.from_config(config(app)).get_heads()) == 1


def test_the_database_can_be_taken_down_and_put_up_again(app):
    db.session.remove()
    command.downgrade(config(app), "base")
    left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    upgrade(app)
    assert {table.name for table in TABLES} <= set(sa.inspect(db.engine).get_table_names())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_constraint_and_index_has_a_name_postgresql_keeps_whole(table):
    for constraint in (*table.constraints, *table.indexes):
        assert constraint.name, constraint
        assert len(str(constraint.name)) <= 63, constraint.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_a_chinese_label(table):
    for column in table.columns:
        assert CHINESE.search(column.info.get("label", "")), column


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_choice_is_checked_by_the_database(table):
    checks = {str(c.name): str(c.sqltext) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
    for column in table.columns:
        if isinstance(column.type, Choice):
            check = checks[f"ck_{table.name}_{column.name}"]
            assert set(re.findall(r"'(\w+)'", check)) == set(column.type.enum.__members__)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_foreign_key_restricts_and_is_indexed_or_leads_an_index(table):
    led = {next(iter(index.columns)).name for index in table.indexes} | {next(iter(table.primary_key)).name}
    led |= {next(iter(c.columns)).name for c in table.constraints if isinstance(c, sa.UniqueConstraint)}
    for key in table.foreign_key_constraints:
        [column] = key.columns
        assert key.ondelete in ("RESTRICT", "CASCADE"), key.name
        assert (key.ondelete == "CASCADE") == (table.name == "user_role" and column.name == "user_id")
        assert column.name in led, f"{table.name}.{column.name}"


@pytest.mark.parametrize("kind", enums(), ids=lambda kind: kind.__qualname__)
def test_the_value_of_a_choice_is_its_name_and_its_label_is_chinese(kind):
    for member in kind:
        assert member.name == member.value == str(member)
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", member.name)
        assert CHINESE.search(member.label) or kind.__name__ == "CreditClass"
    assert len({member.label for member in kind}) == len(kind)


def test_every_model_is_exported_and_says_itself_in_chinese_or_by_number():
    mapped = {mapper.class_ for mapper in db.Model.registry.mappers}
    assert {models.Ticket, models.Task, models.Notice, models.AccountabilityAction} <= mapped
    for kind in mapped:
        assert kind.__doc__, kind


def test_foreign_keys_are_on(app):
    with db.engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.insert(models.UnitAlias.__table__).values(unit_id=999_999, alias="无此单位"))
