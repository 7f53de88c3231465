"""The chain over every write: a whole working day verifies, and any tampering is found (users.md idea 23)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import AccountabilityAction, AuditEntry, Setting, Unit, db, guards
from models.audit import AuditHead, digest, verify
from models.chain import ALGORITHMS
from tests.flow.desk import WAY, at, ticket_in
from tests.sweep.office import issue, no_duties, only_rules, swept

ENTRY, HEAD = AuditEntry.__table__, AuditHead.__table__


@pytest.fixture
def working_day(cast):
    """Tickets in every state, a sweep, a letter; all committed."""
    no_duties()
    only_rules("overdue")
    for state in WAY:
        ticket_in(cast, state)
        db.session.commit()
    swept("2024-08-13 08:00")
    with at("2024-08-13 09:00"):
        action = db.session.scalars(sa.select(AccountabilityAction)).first()
        issue(cast, action, "2024-08-13 09:00")
    guards.disarm(db.session.connection())  # somebody who may change the schema: the database no longer refuses by itself
    return cast


def count():
    return db.session.scalar(sa.select(sa.func.count()).select_from(ENTRY))


def middle():
    """The id of a link in the middle of the chain."""
    ids = db.session.scalars(sa.select(ENTRY.c.id).order_by(ENTRY.c.id)).all()
    return ids[len(ids) // 2]


def test_the_chain_of_a_working_day_is_whole(working_day):
    assert count() > 300
    assert verify() == []
    head = db.session.execute(sa.select(HEAD)).one()
    assert head.count == count()


FIELDS = {
    "at": datetime(2020, 1, 1, tzinfo=UTC), "user_id": 999, "user_name": "别人", "address": "10.0.0.1", "action": "删除",
    "resource": "setting", "row_id": "0", "changes": '{"title": ["甲", "乙"]}', "previous": "f" * 64, "hash": "e" * 64,
}


@pytest.mark.parametrize("field", FIELDS)
def test_any_changed_field_is_found(working_day, field):
    key = middle()
    db.session.execute(sa.update(ENTRY).where(ENTRY.c.id == key).values({field: FIELDS[field]}))
    faults = verify()
    assert faults
    assert str(key) in faults[0]


def test_a_deleted_row_is_found(working_day):
    db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id == middle()))
    assert any("不相接" in fault for fault in verify())


def test_an_inserted_row_is_found(working_day):
    row = db.session.execute(sa.select(ENTRY).where(ENTRY.c.id == middle())).mappings().one()
    forged = dict(row) | {"id": count() + 1000, "hash": "a" * 64}
    db.session.execute(sa.insert(ENTRY).values(forged))
    assert verify()


def test_two_rows_that_change_places_are_found(working_day):
    key = middle()
    pair = db.session.execute(sa.select(ENTRY).where(ENTRY.c.id.in_([key, key + 1])).order_by(ENTRY.c.id)).mappings().all()
    first, second = (dict(row) for row in pair)
    db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id.in_([key, key + 1])))
    db.session.execute(sa.insert(ENTRY).values(first | {"id": second["id"]}))
    db.session.execute(sa.insert(ENTRY).values(second | {"id": first["id"]}))
    assert verify()


@pytest.mark.parametrize("cut", [1, 5])
def test_a_cut_tail_is_found(working_day, cut):
    last = db.session.scalar(sa.select(sa.func.max(ENTRY.c.id)))
    db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id > last - cut))
    assert f"链尾不符：应有{count() + cut}条，现有{count()}条" in verify()


def test_a_cut_tail_is_found_although_the_head_in_the_database_was_mended(working_day):
    """The head is also kept outside the database, and printed on paper."""
    assert verify() == []
    whole = count()
    last = db.session.scalar(sa.select(sa.func.max(ENTRY.c.id)))
    db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id > last - 3))
    link = db.session.scalar(sa.select(ENTRY.c.hash).where(ENTRY.c.id == last - 3))
    db.session.execute(sa.update(HEAD).values(count=whole - 3, hash=link))
    assert verify() == [f"链尾被截：2024-08-13的存根记有{whole}条，现有{whole - 3}条"]


def test_a_chain_written_anew_from_the_middle_is_found(working_day):
    """All digests right again, the head too: the copies of the head do not fit."""
    key = middle()
    rows = db.session.execute(sa.select(ENTRY).where(ENTRY.c.id >= key).order_by(ENTRY.c.id)).mappings().all()
    link = rows[0]["previous"]
    for row in rows:
        values = dict(row) | {"previous": link} | ({"user_name": "别人"} if row["id"] == key else {})
        link = digest(values)
        db.session.execute(sa.update(ENTRY).where(ENTRY.c.id == row["id"]).values(user_name=values["user_name"], previous=values["previous"], hash=link))
    db.session.execute(sa.update(HEAD).values(hash=link))
    faults = verify()
    assert faults
    assert all(fault.endswith("的存根不符") for fault in faults), faults
    assert any("纸面记载" in fault for fault in verify({count(): "0" * 16}))


def test_a_changed_copy_of_the_head_is_found(working_day, app):
    file = Path(app.instance_path) / "audit_heads" / "2024-08-13"
    file.write_text(file.read_text().replace(" ", " f", 1))
    assert "2024-08-13的链首存根被改动" in verify()


def test_the_digest_can_be_sm3_and_older_links_still_verify(cast):
    db.session.execute(sa.update(Setting).where(Setting.key == "audit_digest").values(value="SM3"))
    db.session.add(Unit(code="t", name="测试局"))
    db.session.commit()
    used = db.session.scalars(sa.select(ENTRY.c.algorithm).order_by(ENTRY.c.id)).all()
    assert set(used) == {"SHA256", "SM3"}
    assert used[-1] == "SM3"
    assert verify() == []
    # GB/T 32905-2016, appendix A: the digest of abc
    assert ALGORITHMS["SM3"](b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_head_that_is_gone_or_an_emptied_trail_is_found(working_day):
    db.session.execute(sa.delete(HEAD))
    assert verify()
    db.session.rollback()
    guards.disarm(db.session.connection())
    db.session.execute(sa.delete(ENTRY))
    assert verify()


def test_tampering_outside_the_application_shows_although_the_row_looks_right(working_day):
    """Whoever changes a unit by SQL leaves no link; whoever changes the link breaks the chain."""
    key = db.session.scalar(sa.select(ENTRY.c.id).where(ENTRY.c.resource == "ticket").order_by(ENTRY.c.id.desc()).limit(1))
    row = db.session.execute(sa.select(ENTRY.c.changes).where(ENTRY.c.id == key)).scalar_one()
    spoilt = json.loads(row) | {"title": ["旧", "新"]}
    db.session.execute(sa.update(ENTRY).where(ENTRY.c.id == key).values(changes=json.dumps(spoilt, ensure_ascii=False, sort_keys=True)))
    assert verify()[0] == f"第{key}条内容被改动"


def test_the_first_writer_makes_the_head(cast):
    guards.disarm(db.session.connection())
    db.session.execute(sa.delete(ENTRY))
    db.session.execute(sa.delete(HEAD))
    db.session.add(Unit(code="t", name="测试局"))
    db.session.commit()
    assert verify() == []
    assert count() == 1
