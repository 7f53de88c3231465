"""One byte of any column of any audited table, of the chain or of its head, changed on the disk: verification names the row.

Every table gets a row, every column of it its turn; nothing is listed by hand.
"""

import hashlib
import sqlite3

import pytest
import sqlalchemy as sa

from commands.audit import all_faults
from models import db, imprint
from models.audit import AuditEntry
from tests.panel.browse import ON_SQLITE
from tests.schema.rows import GOOD, Rows

pytestmark = ON_SQLITE


def links():
    """Tables of many-to-many links."""
    return [table for table in imprint.tables() if "id" not in table.c]


def whole(table):
    """Digests that fit the files beside them."""
    given = GOOD[table.name]
    return {f"{key}_sha256": hashlib.sha256(value).hexdigest() for key, value in given.items() if f"{key}_sha256" in table.c}


@pytest.fixture
def shelf(app, cast):
    """A row in every audited table, written by the application; → table name → id."""
    rows = Rows(db.session)
    for table in imprint.tables():
        if "id" in table.c and table.name not in rows.ids:
            rows.add(table.name, **whole(table))
    for table in links():
        row = {column.name: rows.ids[next(iter(column.foreign_keys)).column.table.name] for column in table.columns}
        db.session.execute(sa.insert(table).values(row))
    db.session.commit()
    return rows.ids


@pytest.fixture
def disk(app, shelf):
    """The file itself, no guard in the way."""
    db.session.remove()
    connection = sqlite3.connect(db.engine.url.database, isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("PRAGMA ignore_check_constraints=ON")
    yield connection
    connection.close()


def other(value):
    """The value with one byte changed."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, str):
        place = len(value) // 2
        return f"{value[:place]}{'a' if value[place:place + 1] != 'a' else 'b'}{value[place + 1:]}"
    return value + 1


def columns(disk, table, row_id):
    """Columns of this row that hold something."""
    names = [c.name for c in table.columns if c.name != "id" and (table.name, c.name) not in imprint._PULSE and c.computed is None]
    row = disk.execute(f"SELECT {', '.join(names)} FROM {table.name} WHERE id = ?", (row_id,)).fetchone()
    return [(name, value) for name, value in zip(names, row, strict=True) if value is not None]


def named(table, row_id, faults):
    """Whether one of the faults is about this row."""
    file = {"notice": "文书", "report_snapshot": "报表", "attachment": f"附件{row_id}"}.get(table, "　")
    return any(f"（{table}）第{row_id}号" in fault or fault.startswith((f"{table}第{row_id}号", file)) for fault in faults)


def test_every_audited_table_has_a_row_here(shelf):
    assert {table.name for table in imprint.tables() if "id" in table.c} == shelf.keys()


def test_one_byte_of_every_column_of_every_audited_table_is_found(shelf, disk):
    turns = {table.name: columns(disk, table, shelf[table.name]) for table in imprint.tables() if "id" in table.c}
    before, missed, tried = set(all_faults()), [], 0
    for turn in range(max(map(len, turns.values()))):
        spoilt = [(name, *kept[turn]) for name, kept in turns.items() if turn < len(kept)]
        for name, column, value in spoilt:
            disk.execute(f"UPDATE {name} SET {column} = ? WHERE id = ?", (other(value), shelf[name]))
        said = set(all_faults()) - before
        missed += [(name, column) for name, column, _ in spoilt if not named(name, shelf[name], said)]
        for name, column, value in spoilt:
            disk.execute(f"UPDATE {name} SET {column} = ? WHERE id = ?", (value, shelf[name]))
        tried += len(spoilt)
    assert missed == []
    assert tried > 600
    assert set(all_faults()) == before


def test_a_link_bent_on_the_disk_is_found(shelf, disk):
    before = set(all_faults())
    for table in links():
        key, other_end = imprint.key_of(table).name, list(table.c.keys())[-1]
        disk.execute(f"UPDATE {table.name} SET {other_end} = 987654 WHERE {key} = (SELECT min({key}) FROM {table.name})")
    said = set(all_faults()) - before
    assert [table.name for table in links() if not any(f"（{table.name}）第" in fault for fault in said)] == []


def test_one_byte_of_every_part_of_a_link_and_of_the_head_is_found(shelf, disk):
    last, before = disk.execute("SELECT max(id) FROM audit_entry").fetchone()[0], set(all_faults())
    for column in AuditEntry.__table__.columns:
        [value] = disk.execute(f"SELECT {column.name} FROM audit_entry WHERE id = ?", (last,)).fetchone()
        if value in (None, ""):
            continue
        disk.execute(f"UPDATE audit_entry SET {column.name} = ? WHERE id = ?", (other(value), last))
        found = set(all_faults()) - before
        disk.execute(f"UPDATE audit_entry SET {column.name} = ? WHERE id = ?", (value, last if column.name != "id" else last + 1))
        assert found or column.name == "id", column.name  # the number of a link is nobody's fact: its place in the chain is
    for column in ("count", "hash"):
        [value] = disk.execute(f"SELECT {column} FROM audit_head").fetchone()
        disk.execute(f"UPDATE audit_head SET {column} = ?", (other(value),))
        assert any("链尾不符" in fault for fault in set(all_faults()) - before), column
        disk.execute(f"UPDATE audit_head SET {column} = ?", (value,))
    disk.execute("DELETE FROM audit_entry WHERE id = ?", (last,))
    assert any("链尾" in fault for fault in all_faults())
