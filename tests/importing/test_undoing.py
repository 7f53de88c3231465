"""A batch is taken back as a whole, while nothing depends on it; what depends on it is named."""

import pytest

from models import AuditEntry, Contact, Enterprise, FirmBatch, Matter, MatterEvent, NewFirm, Ticket, Visit, db
from models.contact.figures import month_of, month_rates
from models.errors import Refused
from models.importing import ImportRun, RunState
from models.importing.undoing import obstacles
from models.visit import VisitWay
from tests.duties.desk import at, batch, contacted, row
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
    gone = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "删除", AuditEntry.resource == "enterprise")).one()
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


def test_demands_nobody_has_touched_vanish_with_their_first_line(cast):
    run = entered("ticket", cast.intake, demands(), channel="HOTLINE")
    run.undo(by=cast.intake)
    assert (count(Ticket), count(Matter), count(MatterEvent)) == (0, 0, 0)
    assert entered("ticket", cast.intake, demands(), channel="HOTLINE").added == 2


def test_a_demand_that_has_been_dispatched_keeps_its_batch(cast):
    run = entered("ticket", cast.intake, demands(), channel="HOTLINE")
    db.session.scalars(db.select(Ticket)).first().dispatch(by=cast.coordinator, lead=cast.jia, note="办")
    assert "已经研判、派发或办理的诉求1条" in obstacles(run)


def test_a_list_of_new_firms_goes_with_its_pushes_and_its_announced_number(cast):
    with at("2024-08-05 10:10"):
        known = db.session.scalars(db.select(Enterprise)).first()
        name = known.name
        made = batch(cast, row(1), row(2, credit_code=known.credit_code, name="演示更名有限公司"), announced=2)
        run = db.session.get(ImportRun, made.run_id)
        assert count(Contact) == 2
        run.undo(by=cast.intake)
        assert [count(model) for model in (Contact, NewFirm, FirmBatch, MatterEvent)] == [0, 0, 0, 0]
        db.session.refresh(known)
        assert known.name == name
        assert month_rates(*month_of("2024-08"))[0].announced == 0


def test_a_firm_already_contacted_keeps_its_list(cast):
    with at("2024-08-05 10:10"):
        made = batch(cast, row(1))
        contacted(cast, made.firms[0].contact)
        with pytest.raises(Refused, match="已经联系、退回或改派的企业1条"):
            db.session.get(ImportRun, made.run_id).undo(by=cast.intake)
