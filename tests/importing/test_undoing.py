"""A batch is taken back as a whole, while nothing depends on it; what depends on it is named."""

import pytest

from models import AuditEntry, Enterprise, Ticket, Visit, db
from models.errors import Refused
from models.importing import RunState
from models.importing.undoing import obstacles
from models.visit import VisitWay
from tests.importing.desk import ENTERPRISES, TICKETS, book, code, entered, firm


def count(model):
    return db.session.scalar(db.select(db.func.count(model.id)))


def test_new_rows_go_and_changed_ones_get_their_old_values(cast):
    entered("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    before = count(Enterprise)
    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1, name="演示更名有限公司"), firm(2)))
    run.undo(by=cast.intake)
    assert (run.state, count(Enterprise)) == (RunState.UNDONE, before)
    assert db.session.scalars(db.select(Enterprise.name).where(Enterprise.credit_code == code(1))).one() == "演示第1制造有限公司"
    db.session.commit()
    gone = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "批量删除", AuditEntry.resource == "enterprise")).one()
    assert "演示第2制造有限公司" in gone.changes
    assert entered("enterprise", cast.intake, book(ENTERPRISES, firm(2))).added == 1


def test_what_refers_to_a_new_row_forbids_it_and_is_named(cast):
    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    made = db.session.scalars(db.select(Enterprise).where(Enterprise.credit_code == code(1))).one()
    Visit.enter(by=cast.coordinator, enterprise=made, unit=cast.jia, officer="演示-包联", visited_on=run.uploaded_at.date(), way=next(iter(VisitWay)),
                met="演示-某", situation="正常", policies="")
    with pytest.raises(Refused, match="企业走访"):
        run.undo(by=cast.intake)
    assert run.state == RunState.DONE


def test_a_row_somebody_has_edited_since_forbids_it(cast):
    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    made = db.session.scalars(db.select(Enterprise).where(Enterprise.credit_code == code(1))).one()
    made.contact_phone = "13900000001"
    db.session.flush()
    with pytest.raises(Refused, match=r"导入后又改动过的（第2行）"):
        run.undo(by=cast.intake)


def demands():
    return book(TICKETS, ["GD1", "演示恒达公司", "13900000000", "停电三天。", "2024-08-01"], ["GD2", "演示恒达公司", "13900000000", "停水。", "2024-08-01"])


def test_demands_nobody_has_touched_are_withdrawn_and_their_number_is_free_again(cast):
    run = entered("ticket", cast.intake, demands(), channel="HOTLINE")
    run.undo(by=cast.intake)
    rows = db.session.scalars(db.select(Ticket)).all()
    assert {(row.state.label, row.source_number, row.exempt) for row in rows} == {("已撤回", None, True)}
    assert [event.label for event in rows[0].events] == ["撤销导入", "登记"]
    assert entered("ticket", cast.intake, demands(), channel="HOTLINE").added == 2


def test_a_demand_that_has_been_dispatched_keeps_its_batch(cast):
    run = entered("ticket", cast.intake, demands(), channel="HOTLINE")
    db.session.scalars(db.select(Ticket)).first().dispatch(by=cast.coordinator, lead=cast.jia, note="办")
    assert "已经研判、派发或办理的诉求1条" in obstacles(run)
