"""The trail in yearly pieces: nothing is lost, nothing can be changed, years come by themselves; everything around it goes on."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from models import AuditEntry, backup, chain, db
from models.now import as_of, now
from tests.panel.browse import ON_SQLITE
from tests.partition.conftest import ON_POSTGRES

LINKS = AuditEntry.__table__


def links():
    """The whole trail as it is stored."""
    rows = db.session.execute(sa.select(LINKS).order_by(LINKS.c.id)).all()
    db.session.rollback()
    return rows


@ON_SQLITE
def test_sqlite_says_that_it_has_none(run):
    code, said = run("partition", "--yes")
    assert (code, "只有 PostgreSQL 能分区" in said) == (1, True)


@ON_POSTGRES
def test_a_dry_run_changes_nothing_and_says_what_would_be(cast, run):
    before = links()
    code, said = run("partition")
    assert (code, "没有改动" in said) == (0, True), said
    assert f"audit_entry_{now().year}" in said
    assert links() == before
    assert "没有改动" in run("partition")[1]


@ON_POSTGRES
def test_the_trail_goes_on_as_if_nothing_had_happened(cast, run, client):
    with as_of(datetime(now().year - 1, 12, 31, 23, 59)):
        cast.accepted()
        db.session.commit()
    before = links()
    code, said = run("partition", "--yes")
    assert code == 0, said
    assert links() == before
    assert run("audit", "verify")[0] == 0
    cast.ticket(title="分区之后的一件")
    db.session.commit()
    assert len(links()) == chain.head()[0] > len(before)
    assert run("audit", "verify")[0] == 0
    assert client.get("/readyz").status_code == 200
    code, said = run("partition", "--yes")  # a second time only says how it stands
    assert (code, said.count("audit_entry_")) == (0, 4), said
    assert run("init")[0] == 0  # as after an upgrade: the guards are put up anew
    assert run("audit", "verify")[0] == 0


@ON_POSTGRES
@pytest.mark.parametrize("statement", [
    "UPDATE {table} SET action = 'x'", "DELETE FROM {table}", "TRUNCATE {table}", "UPDATE {piece} SET action = 'x'", "DELETE FROM {piece}",
    "TRUNCATE {piece}",
])
def test_neither_the_whole_nor_a_piece_can_be_changed(run, statement):
    run("partition", "--yes")
    before = links()
    with pytest.raises(sa.exc.IntegrityError, match="只增不改"), db.engine.begin() as connection:
        connection.exec_driver_sql(statement.format(table="audit_entry", piece=f"audit_entry_{now().year}"))
    assert links() == before


@ON_POSTGRES
def test_a_guard_switched_off_on_one_piece_and_a_row_changed_there_are_named(run):
    run("partition", "--yes")
    with db.engine.begin() as connection:
        for statement in ("DISABLE TRIGGER ALL", "ENABLE TRIGGER ALL"):
            connection.exec_driver_sql(f"ALTER TABLE audit_entry_{now().year} {statement}")
            if statement.startswith("DISABLE"):
                connection.exec_driver_sql(f"UPDATE audit_entry_{now().year} SET action = 'x' WHERE id = 1")
    code, said = run("audit", "verify")
    assert (code, "第1条" in said) == (1, True), said
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE audit_entry_{now().year} DISABLE TRIGGER guard_audit_entry_update")
    assert "表audit_entry的防改触发器不在" in run("audit", "verify")[1]


@ON_POSTGRES
def test_the_next_year_is_there_before_it_begins_and_takes_its_links(cast, run, extend):
    assert extend() == []  # a trail in one piece stays in one piece
    run("partition", "--yes")
    assert extend() == []
    following = now().year + 1
    with as_of(datetime(following, 1, 1, 0, 0)):
        assert extend() == [f"audit_entry_{following + 1}"]
        assert extend() == []
        cast.ticket(title="新年第一件")
        db.session.commit()
    with as_of(datetime(following + 7, 5, 1)):  # a clock gone wrong
        cast.ticket(title="走错的钟")
        db.session.commit()
    counts = [db.session.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in (f"audit_entry_{following}", "audit_entry_rest")]
    db.session.rollback()
    assert min(counts) > 0
    with as_of(datetime(following + 7, 5, 1)):
        assert extend() == [f"audit_entry_{following + 8}"]  # links of that year lie in the rest, and stay there
        with pytest.raises(sa.exc.IntegrityError, match="只增不改"), db.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE audit_entry_{following + 8}")
        assert run("audit", "verify")[0] == 0


@ON_POSTGRES
def test_a_backup_of_pieces_comes_back_in_pieces(cast, run):
    run("partition", "--yes")
    code, said = run("backup")
    assert code == 0, said
    ((path, manifest),) = backup.kept()
    assert manifest.tables["audit_entry"] == manifest.head[0]
    assert not any(name.startswith("audit_entry_") for name in manifest.tables)
    code, said = run("restore", path, "--replace")
    assert code == 0, said
    assert "已按年分区" in run("partition")[1]
    assert run("audit", "verify")[0] == 0
