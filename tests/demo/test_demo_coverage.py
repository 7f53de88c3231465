"""The small demo shows everything a visitor may want to see."""

import hashlib

import pytest
import sqlalchemy as sa

from models import (
    AccountabilityAction,
    ApiClient,
    Attachment,
    CaseReview,
    Delegation,
    Enterprise,
    IndicatorResult,
    Matter,
    MatterUnit,
    Notice,
    Receipt,
    Task,
    Ticket,
    Unit,
    User,
    db,
)
from models.accountability import ActionState
from models.light import Light
from models.matter_unit import Part
from models.notice import Delivery, NoticeState
from models.task import TaskState
from models.ticket import Callback, Channel, Deferral, Exemption, Extension, Resolution, Satisfaction, TicketState
from models.ticket.states import WORKING_STATES, Decision


def _values(column, *where):
    return set(db.session.scalars(sa.select(column).where(*where).distinct()))


def test_tickets_stand_in_every_state(small):
    assert _values(Ticket.state) == set(TicketState)


def test_tickets_in_hand_show_all_three_lights(small):
    working = db.session.scalars(sa.select(Ticket).where(Ticket.state.in_(WORKING_STATES))).all()
    assert {Light.BLUE, Light.YELLOW, Light.RED} <= {ticket.light for ticket in working}


def test_tasks_stand_in_every_state_and_some_are_overdue(small):
    assert _values(Task.state) == set(TaskState)
    assert any(task.light == Light.RED and task.state == TaskState.OPEN for task in db.session.scalars(sa.select(Task)))


def test_recurring_tasks_come_from_the_sweep_and_manual_ones_from_the_coordinator(small):
    assert db.session.scalar(sa.select(sa.func.count(Task.id)).where(Task.responsibility_id.is_not(None))) >= 20
    assert db.session.scalar(sa.select(sa.func.count(Task.id)).where(Task.responsibility_id.is_(None))) >= 10


def test_tickets_ended_in_every_way(small):
    assert _values(Ticket.resolution) - {None} == set(Resolution)


def test_enterprises_answered_on_all_five_levels_and_some_could_not_be_reached(small):
    assert _values(Callback.satisfaction) == {*Satisfaction, None}
    assert _values(Ticket.satisfaction, Ticket.state == TicketState.CLOSED) >= {Satisfaction.VERY, Satisfaction.BASIC, None}


def test_every_channel_brought_something(small):
    assert set(Channel) - _values(Ticket.channel) <= {Channel.OPINION, Channel.BOX, Channel.PETITION, Channel.STATION, Channel.FORUM}


def test_open_matters_stand_on_every_rung_of_the_ladder(small):
    assert _values(Matter.ladder, Matter.closed_at.is_(None)) == {0, 1, 2, 3, 4}


def test_measures_wait_are_declined_are_out_are_answered_and_are_struck_off(small):
    assert _values(AccountabilityAction.state) == set(ActionState)
    waiting = sa.select(Notice.id).join(AccountabilityAction).where(
        Notice.state == NoticeState.DRAFT, AccountabilityAction.state == ActionState.DRAFT, AccountabilityAction.rung > 0
    )
    assert db.session.scalars(waiting).first()


def test_letters_are_numbered_frozen_and_served(small):
    out = db.session.scalars(sa.select(Notice).where(Notice.number.is_not(None))).all()
    assert len(out) >= 15
    assert all(notice.pdf and hashlib.sha256(notice.pdf).hexdigest() == notice.pdf_sha256 and notice.body for notice in out)
    assert {Delivery.DIRECT, Delivery.SYSTEM} <= _values(Receipt.method)


@pytest.mark.parametrize("model", [Extension, Exemption])
def test_requests_wait_are_granted_and_are_refused(small, model):
    assert _values(model.decision) == {None, *Decision}


def test_promises_wait_for_a_signature_run_and_are_broken(small):
    assert _values(Deferral.decision) == {None, Decision.AGREE}
    promised = db.session.scalars(sa.select(Ticket).where(Ticket.state == TicketState.DEFERRED)).all()
    assert {Light.RED} < {ticket.light for ticket in promised}


def test_returns_force_deemed_signing_co_units_and_flags_occur(small):
    assert {1, 2} <= _values(Matter.returns)
    assert _values(MatterUnit.forced) == _values(MatterUnit.deemed) == {True, False}
    assert _values(MatterUnit.role) == set(Part)
    for flag in (Ticket.media_risk, Ticket.order_risk, Ticket.petition_risk, Ticket.is_district):
        assert _values(flag) == {True, False}


def test_every_indicator_has_six_months(small):
    whole = IndicatorResult.unit_id.is_(None)
    per = db.session.execute(sa.select(IndicatorResult.indicator_id, sa.func.count()).where(whole).group_by(IndicatorResult.indicator_id)).all()
    assert [months for _indicator, months in per] == [6] * 9
    assert len(_values(IndicatorResult.period, ~whole)) == 3  # this month, the last, and one that was imported


def test_attachments_are_real_files_of_three_types(small):
    rows = db.session.scalars(sa.select(Attachment)).all()
    assert {row.original_name.rsplit(".", 1)[1] for row in rows} == {"pdf", "png", "xlsx"}
    magic = {"pdf": b"%PDF", "png": b"\x89PNG", "xlsx": b"PK"}
    for row in rows:
        data = (small.folder / "files" / row.stored[:2] / row.stored).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (row.size, row.sha256)
        assert data.startswith(magic[row.original_name.rsplit(".", 1)[1]])


def test_the_demo_is_visibly_invented(small):
    made = db.session.scalars(sa.select(User).where(User.unit_id.is_not(None), ~User.name.startswith("演示-"))).all()
    assert not made
    assert all(firm.name.startswith("演示") for firm in db.session.scalars(sa.select(Enterprise)))
    assert db.session.scalar(sa.select(sa.func.count()).where(Unit.code.startswith("yanshi-"), Unit.name.startswith("演示"))) == 7


def test_some_case_files_are_still_being_read(small):
    reviews = db.session.scalars(sa.select(CaseReview)).all()
    assert any(row.is_open for row in reviews)
    assert any(not row.is_open for row in reviews)


def test_stand_ins_and_tokens_of_other_systems_are_there_to_look_at(small):
    assert {row.standing for row in db.session.scalars(sa.select(Delegation))} == {"未开始", "代理中", "已到期", "已提前结束"}
    assert {row.status for row in db.session.scalars(sa.select(ApiClient))} == {"有效", "已停用"}
