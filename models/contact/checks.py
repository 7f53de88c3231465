"""Looking at fixed times, reminding, listing the missing (N3, users.md idea 11; M 二(七)1(3))."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.contact.contact import Contact, ContactState
from models.now import now
from models.setting import setting
from models.task import Task
from models.unit import Unit, find_unit
from models.wording import chinese_time

WORDS = ("一", "二", "三", "四", "五", "六", "七", "八", "九")


class ContactCheck(db.Model):
    """One look that found the enterprise not yet contacted; append-only."""

    __tablename__ = "contact_check"

    id: Mapped[int] = c.key()
    contact_id: Mapped[int] = c.ref("contact.id", "新企业联系", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "责任部门", required=True)
    place: Mapped[int] = c.whole("第几次查看", required=True)
    planned_at: Mapped[datetime] = c.when("查看时点", required=True)
    looked_at: Mapped[datetime] = c.stamp("实际查看")

    contact: Mapped[Contact] = relationship(back_populates="checks")
    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("contact_id", "planned_at"), sa.CheckConstraint("place > 0", name="place_positive"),
    )


def look_at_contacts() -> int:
    """Every look that has come due: a reminder on each contact still missing; after the last, the list to the lead."""
    query = sa.select(Contact).where(Contact.state == ContactState.PUSHED, Contact.next_look_at <= now()).order_by(Contact.id)
    count, missing = 0, {}
    for contact in db.session.scalars(query).all():
        marks = contact.marks()
        while contact.next_look_at and contact.next_look_at <= now():
            _remind(contact, marks[contact.looks], last=contact.looks + 1 == len(marks))
            count += 1
            contact.next_look_at = marks[contact.looks] if contact.looks < len(marks) else None
        if contact.next_look_at is None:
            missing.setdefault(contact.firm.batch_id, []).append(contact)
    for contacts in missing.values():
        _report(contacts)
    db.session.flush()
    return count


def _remind(contact: Contact, planned: datetime, *, last: bool) -> None:
    contact.looks += 1
    contact.reminders += 1
    contact.checks.append(ContactCheck(unit=contact.unit, place=contact.looks, planned_at=planned, looked_at=now()))
    tail = "，已列入未联系名单报牵头部门" if last else ""
    note = f"第{WORDS[min(contact.looks, 9) - 1]}次查看（{planned:%m-%d %H:%M}）仍未联系企业，请{contact.unit}抓紧联系{tail}"
    contact.log("look", "查看提醒", by=None, note=note, mark="act" if last else "")


def _report(contacts: list[Contact]) -> Task:
    """The third look's list of units still missing, as a task of the lead unit. M 二(七)1(3)"""
    by_unit: dict[Unit, list[Contact]] = {}
    for contact in contacts:
        by_unit.setdefault(contact.unit, []).append(contact)
    lines = [
        f"{unit}（{len(rows)}户）：{'、'.join(f'{row.who}（{row.number}）' for row in rows)}"
        for unit, rows in sorted(by_unit.items(), key=lambda pair: pair[0].sort)
    ]
    pushed, lead = contacts[0].opened_at, report_unit()
    content = (
        f"{chinese_time(pushed)}推送的新注册企业，末次查看仍有{len(contacts)}户未建立联系，涉及{len(by_unit)}个责任部门："
        + "\n" + "\n".join(lines)
    )
    return Task.give(
        by=None, unit=lead, title=f"督促{pushed.month}月{pushed.day}日推送新企业的未联系部门（{len(by_unit)}个）", content=content,
        deliverable="督促情况", due_at=deadline(now(), Limit(1, LimitUnit.WORKDAY), work_calendar()).due_at,
    )


def report_unit() -> Unit:
    """Who gets the list: the unit in the setting, else the coordinating office."""
    return find_unit(setting("contact_report_unit")) or find_unit(setting("agency_unit"))
