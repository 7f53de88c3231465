"""What a link says: who, what, which row, old → new; and what happens when it cannot be written."""

import json

import pytest
import sqlalchemy as sa

from models import AuditEntry, Matter, Role, Setting, Ticket, Unit, audit, db
from models.audit import actor, verify
from models.now import now
from tests.flow.desk import do, ticket_in
from views.words import changes_words


@pytest.fixture
def trail(cast):
    """New links since the test began."""
    db.session.commit()
    start = db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0

    def links(resource=None):
        rows = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.id > start).order_by(AuditEntry.id)).all()
        return [(row.action, row.row_id, json.loads(row.changes)) for row in rows if resource in (None, row.resource)]

    return links


def test_a_new_row_is_recorded_with_its_id_and_values(cast, trail):
    unit = Unit(code="t", name="测试局")
    db.session.add(unit)
    db.session.commit()
    [(action, key, changes)] = trail("unit")
    assert (action, key) == ("新增", str(unit.id))
    assert changes["name"] == [None, "测试局"]
    assert changes["is_active"] == [None, True]


def test_a_change_is_recorded_old_to_new_even_when_the_old_value_was_not_loaded(cast, trail):
    unit, short = cast.jia, cast.jia.short_name
    db.session.expire(unit)
    unit.short_name = "人社"
    db.session.commit()
    assert trail("unit")[0][2] == {"short_name": [short, "人社"]}


def test_columns_of_the_kind_that_were_not_loaded_with_the_matter_keep_their_old_value(cast, trail):
    ticket = cast.ticket()
    ticket.progress = "第一"
    db.session.commit()
    key = ticket.id
    db.session.expunge_all()
    bare = db.session.scalars(sa.select(Matter).where(Matter.id == key)).one()
    bare.progress = "第二"
    db.session.commit()
    assert trail("ticket")[-1][2] == {"progress": ["第一", "第二"]}


def test_a_deletion_keeps_what_the_row_held(cast, trail):
    unit = Unit(code="t", name="测试局")
    db.session.add(unit)
    db.session.commit()
    key = unit.id
    db.session.expire(unit)
    db.session.delete(unit)
    db.session.commit()
    action, row_id, changes = trail("unit")[-1]
    assert (action, row_id) == ("删除", str(key))
    assert changes["name"] == ["测试局", None]


def test_who_and_from_where_stand_on_every_link(cast, trail):
    token = actor.set((cast.intake.id, cast.intake.name, "10.1.2.3"))
    try:
        cast.ticket()
        db.session.commit()
    finally:
        actor.reset(token)
    row = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (row.user_id, row.user_name, row.address, row.at) == (cast.intake.id, "演示-受理", "10.1.2.3", now())


def test_secrets_are_masked_and_letters_stand_by_their_hash(cast, trail):
    cast.intake.set_password("Gaosu-Ni-1#")
    db.session.commit()
    assert trail("user_account")[0][2] == {"password_hash": ["***", "***"]}
    assert "argon2" not in str(trail())


def test_roles_given_and_taken_are_recorded(cast, trail):
    role = db.session.scalars(sa.select(Role).where(Role.code == "LEADER")).one()
    user = cast.intake
    user.roles.append(role)
    db.session.commit()
    user.roles.remove(role)
    db.session.commit()
    assert [changes for _, _, changes in trail("user_account")] == [{"roles": [[], ["领导"]]}, {"roles": [["领导"], []]}]


def test_bulk_statements_leave_a_link_of_their_own(cast, trail):
    db.session.execute(sa.update(Setting).where(Setting.key == "contact").values(value="0535-1"))
    db.session.execute(sa.insert(Setting), [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    db.session.execute(sa.delete(Setting).where(Setting.key.in_(["a", "b"])))
    db.session.commit()
    found = trail("setting")
    assert [action for action, _, _ in found] == ["批量修改", "批量新增", "批量删除"]
    assert [changes["rows"] for _, _, changes in found] == [1, 2, 2]
    assert "0535-1" in found[0][2]["values"].values()
    assert verify() == []


def test_what_was_rolled_back_leaves_nothing(cast, trail):
    db.session.add(Unit(code="t", name="测试局"))
    db.session.flush()
    audit.note("打印", "ticket", 1)
    db.session.rollback()
    db.session.commit()
    assert trail() == []


def test_what_was_rolled_back_to_a_savepoint_leaves_nothing_either(cast, trail):
    db.session.add(Unit(code="t1", name="测试一局"))
    point = db.session.begin_nested()
    db.session.add(Unit(code="t2", name="测试二局"))
    db.session.flush()
    point.rollback()
    with db.session.begin_nested():
        db.session.add(Unit(code="t3", name="测试三局"))
    db.session.commit()
    assert [changes["code"][1] for _, _, changes in trail("unit")] == ["t1", "t3"]
    assert verify() == []


def test_if_auditing_fails_the_action_fails(cast, trail, monkeypatch):
    ticket = ticket_in(cast, "ACCEPTED")
    db.session.commit()
    before = trail()

    def broken(*_args):
        raise OSError("trail full")

    monkeypatch.setattr(audit, "append", broken)
    do(cast, ticket, "reply")
    with pytest.raises(OSError, match="trail full"):
        db.session.commit()
    db.session.rollback()
    monkeypatch.undo()
    assert db.session.get(Ticket, ticket.id).state == "ACCEPTED"
    assert trail() == before


def test_a_verb_is_audited_with_its_event_in_one_transaction(cast, trail):
    ticket = ticket_in(cast, "DISPATCHED")
    db.session.commit()
    mark = len(trail())
    do(cast, ticket, "sign")
    db.session.commit()
    links = trail()[mark:]
    resources = {r.resource for r in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(len(links)))}
    assert resources == {"ticket", "matter_unit", "matter_event"}
    changes = [c for _, _, c in links]
    assert any(c.get("state_code") == ["DISPATCHED", "ACCEPTED"] for c in changes)


def test_reading_and_a_verb_that_changes_nothing_but_its_event_invent_no_old_value(cast, trail):
    ticket = ticket_in(cast, "APPROVED")
    db.session.commit()
    mark = len(trail())
    do(cast, ticket, "callback", reached=False)
    db.session.commit()
    assert all("state_code" not in changes for _, _, changes in trail()[mark:])


def test_things_that_are_no_change_of_a_row_can_be_noted(cast, trail):
    audit.note("导出", "ticket", None, rows=20, filters="状态=办理中")
    db.session.commit()
    assert trail() == [("导出", "", {"rows": 20, "filters": "状态=办理中"})]


def test_a_bulk_change_is_read_row_by_row_and_not_as_sql(cast, trail):
    db.session.execute(sa.update(Setting).where(Setting.key == "contact").values(value="0535-1"))
    db.session.commit()
    [(_action, _row, changes)] = trail("setting")
    said = changes_words("setting", json.dumps(changes, ensure_ascii=False))
    assert said.startswith("共1行；第")
    assert "→ 0535-1" in said
    assert "UPDATE" not in said
    too_many = {key: value for key, value in changes.items() if key != "before_after"}
    assert "→ 0535-1" in (said := changes_words("setting", json.dumps(too_many, ensure_ascii=False)))
    assert "UPDATE" not in said
