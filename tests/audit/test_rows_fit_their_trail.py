"""Whoever changes the database behind the application's back is found row by row, guards or no guards."""

import random
import sqlite3

import psycopg
import pytest
import sqlalchemy as sa

from models import Enterprise, Setting, Unit, db, drafting, guards, imprint
from models.audit import take_stock
from models.vault import ring
from tests.flow.desk import do, ticket_in
from tests.panel.browse import blank_page

CHANGED, ADDED, GONE = "被改动，与印记不符", "没有留痕：不是由系统写入的", "不在了，却没有删除的留痕"


@pytest.fixture
def office(cast):
    """A demand half way, a letter that is out; committed."""
    ticket = ticket_in(cast, "ACCEPTED")
    letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=ticket)
    letter.issue(by=cast.supervisor, render=lambda _letter: blank_page())
    db.session.commit()
    return ticket


@pytest.fixture
def burglar(app, office):
    """Raw statements on the file or the server itself, with every guard away."""
    db.session.remove()
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(url.database, isolation_level=None)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    else:
        connection = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)
        connection.execute("SET session_replication_role = replica")  # a superuser: neither triggers nor foreign keys
    yield connection
    connection.close()


def verify(app):
    """What `flask audit verify` says."""
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (result.exit_code == 0) is ("留痕链完整" in result.output)
    return result.output


def test_after_honest_work_of_every_kind_every_row_fits(app, cast, office):
    assert "留痕链完整" in verify(app)
    db.session.execute(sa.update(Setting).where(Setting.key == "contact").values(value="0535-1"))
    db.session.execute(sa.insert(Setting), [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    db.session.execute(sa.delete(Setting).where(Setting.key == "a"))
    db.session.execute(sa.insert(Unit.__table__).values(code="t0", name="测试零局"))
    cast.intake.roles = cast.jia_clerk.roles
    firm = Enterprise(name="演示来去企业")
    db.session.add(firm)
    db.session.commit()
    db.session.delete(firm)
    point = db.session.begin_nested()
    db.session.add(Unit(code="t1", name="测试一局"))
    db.session.flush()
    point.rollback()
    do(cast, office, "reply")
    db.session.commit()
    assert "留痕链完整" in verify(app)


def places(connection, count):
    """(table, column, id) of text or numbers in several tables, another choice each time the seed is changed."""
    chance, found = random.Random(20241), []
    names = [table for table in imprint.tables() if "id" in table.c]
    chance.shuffle(names)
    for table in names:
        words = [c for c in table.columns if isinstance(c.type, sa.String | sa.Text)]
        columns = [c.name for c in words if not (c.primary_key or c.foreign_keys or c.unique) and c.name != "kind"]
        rows = connection.execute(f"SELECT id FROM {table.name} ORDER BY id").fetchall()
        if rows and columns:
            found.append((table.name, chance.choice(columns), chance.choice(rows)[0]))
    return found[:count]


def test_one_changed_column_of_any_table_is_found_and_named(app, burglar):
    spoilt = places(burglar, 12)
    assert len(spoilt) == 12
    for table, column, row_id in spoilt:
        burglar.execute(f"UPDATE {table} SET {column} = 'X' WHERE id = {row_id}")
    said = verify(app)
    for table, column, row_id in spoilt:
        assert f"（{table}）第{row_id}号{CHANGED}" in said, (table, column)
    assert said.count(CHANGED) == len(spoilt)


def test_a_row_taken_away_and_a_row_put_in_are_found_and_named(app, burglar):
    burglar.execute("DELETE FROM matter_event WHERE id = (SELECT min(id) FROM matter_event)")
    burglar.execute("DELETE FROM user_role WHERE user_id = (SELECT id FROM user_account WHERE username = 'auditor')")
    burglar.execute("INSERT INTO stock_phrase (id, verb, text, sort) VALUES (990, 'reply', '混进来的', 1)")
    said = verify(app)
    assert f"（matter_event）第1号{GONE}（最近一次留痕：第" in said
    assert "（user_role）第" in said
    assert f"（stock_phrase）第990号{ADDED}" in said
    assert (said.count(GONE), said.count(ADDED), said.count(CHANGED)) == (2, 1, 0)


def test_a_row_together_with_its_trail_breaks_the_chain(app, burglar):
    last = burglar.execute("SELECT max(id) FROM audit_entry").fetchone()[0]
    burglar.execute(f"UPDATE audit_entry SET imprints = '' WHERE id = {last}")
    assert f"第{last}条内容被改动" in verify(app)
    burglar.execute(f"DELETE FROM audit_entry WHERE id = {last}")
    assert "链尾" in verify(app)


def test_one_byte_of_an_issued_letter_is_found(app, burglar):
    pdf = bytes(burglar.execute("SELECT pdf FROM notice").fetchone()[0])
    mark = "?" if isinstance(burglar, sqlite3.Connection) else "%s"
    burglar.execute(f"UPDATE notice SET pdf = {mark}", (pdf[:-1] + bytes([pdf[-1] ^ 1]),))
    assert "的印制件被改动" in verify(app)


def test_a_phone_exchanged_for_another_sealed_one_is_found(app, cast, burglar):
    one, two = cast.ticket(contact_phone="13812345678"), cast.ticket(contact_phone="13900001111")
    db.session.commit()
    keys = one.id, two.id
    db.session.remove()
    assert CHANGED not in verify(app)
    burglar.execute(f"UPDATE ticket SET contact_phone = (SELECT contact_phone FROM ticket WHERE id = {keys[0]}) WHERE id = {keys[1]}")
    assert f"（ticket）第{keys[1]}号{CHANGED}" in verify(app)


def test_keys_changed_by_the_command_are_no_tampering(app, cast, monkeypatch):
    cast.ticket(contact_phone="13812345678")
    db.session.commit()
    monkeypatch.setattr(ring(), "keys", dict(ring().keys) | {"k2": bytes(range(32))})
    assert app.test_cli_runner().invoke(args=["keys", "rotate"]).exit_code == 0
    assert "留痕链完整" in verify(app)


def test_after_an_upgrade_the_rows_it_changed_are_taken_stock_of_once(app, cast, burglar):
    burglar.execute("UPDATE setting SET value = 'x' WHERE key = 'contact'")
    assert CHANGED in verify(app)
    assert take_stock("0001", "0002", {"unit", "matter"}) == 0  # what no migration has written to stays as suspicious as it was
    assert CHANGED in verify(app)
    assert take_stock("0001", "0002", {"setting"}) == 1
    assert take_stock("0001", "0002") == 0
    guards.arm(db.session.connection())
    db.session.commit()
    assert "留痕链完整" in verify(app)
