"""Work in every state: what a desk looks like after some weeks."""

from io import BytesIO

import sqlalchemy as sa

from models import Attachment, Notice, Responsibility, Task, db
from models.store import file_store
from models.ticket import Ticket
from tests.browser.desk import Desk, moment
from tests.browser.samples import PDF
from tests.cast import Cast
from tests.flow.desk import WAY, ticket_in
from views.letters.binding import render_notice

NEGLECTED = "厂区东门雨水管网倒灌影响出货"


def furnish(desk: Desk) -> None:
    """A neglected ticket with an issued and a proposed letter, a ticket in every state, a task, files."""
    with desk.at_work("2024-04-30 10:12") as cast:
        no_recurring_tasks()
        cast.accepted(title=NEGLECTED)
    desk.sweep("2024-05-15 09:00")
    with desk.at_work("2024-05-15 10:00") as cast:
        letter = db.session.scalars(sa.select(Notice)).one()
        letter.issue(by=cast.supervisor, render=render_notice)
        letter.acknowledge(by=cast.jia_clerk)
    with desk.at_work("2024-05-20 09:30") as cast:
        _every_state(cast)
    desk.sweep("2024-05-22 10:00")


def no_recurring_tasks() -> None:
    """Hundreds of monthly and weekly tasks are the packs' business, not these tests'."""
    db.session.execute(sa.update(Responsibility).values(is_active=False))


def _every_state(cast: Cast) -> None:
    for number, state in enumerate(WAY, start=1):
        ticket = ticket_in(cast, state, title=f"用电增容报装第{number}件：现场勘查超时", enterprise_name="演示海川食品有限公司")
        if ticket.unit:
            attach(ticket)
    Task.give(by=cast.coordinator, unit=cast.jia, title="5月减证便民典型案例报送", due_at=moment("2024-05-24 17:30"), quota=2)
    for file in db.session.scalars(sa.select(Attachment)):
        file_store().put(file.stored, BytesIO(PDF))


def attach(ticket: Ticket) -> None:
    """A scanned form on the ticket's record."""
    stored = f"{ticket.id:032x}"
    file = Attachment(matter=ticket, label="登记材料", original_name="申领表（盖章）.pdf", stored=stored, size=len(PDF), sha256="0" * 64,
                      mime="application/pdf", uploaded_at=ticket.opened_at)
    db.session.add(file)
    db.session.flush()
