"""The quarter itself: each hour one sweep, now and then somebody who hands lists in and signs letters; no unit ever answers."""

import time as clock
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from models import AccountabilityAction, Contact, ImportRun, Notice, Unit, User, db, scope
from models.accountability import ActionState
from models.calendar import work_calendar
from models.now import as_of, now
from models.sweep import sweep
from seeds.demo.desk import acting_as
from seeds.demo.fictitious import credit_code

LETTERS = 12  # issued a working day, the highest rungs first
FIRMS, FIRST_FIRM = 3, 950_001  # on each list; serials far from those of the demo
LEADS = ("gongxin", "shichang", "zhujian")


@dataclass
class Played:
    """What one run took and did."""

    first: datetime
    last: datetime
    seconds: list[float] = field(default_factory=list)  # CPU time of each sweep
    idle: int = 0
    pushed: list[int] = field(default_factory=list)  # ids of the contacts of the lists handed in


def hours(first: datetime, last: datetime) -> Iterator[datetime]:
    """Every hour from `first` to `last`, both included."""
    while first <= last:
        yield first
        first += timedelta(hours=1)


def play(app: Flask, first: datetime, last: datetime) -> Played:
    """Sweep every hour; lists on Mondays and Wednesdays at ten, letters on working days at eleven."""
    played = Played(first, last)
    for moment in hours(first, last):
        with app.app_context():
            began = clock.process_time()
            played.idle += not any(sweep(moment).values())
            played.seconds.append(clock.process_time() - began)
            with scope.everything(), as_of(moment):
                _people(played)
                db.session.commit()
    return played


def _people(played: Played) -> None:
    if not work_calendar().is_workday(now().date()):
        return
    if now().hour == 10 and now().weekday() in (0, 2):
        played.pushed += _hand_in(len(played.pushed))
    if now().hour == 11:
        _sign()


def _hand_in(serial: int) -> list[int]:
    """One list of new enterprises; ids of the contacts pushed."""
    units = {unit.code: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.code.in_(LEADS)))}
    clerk = _user("shouli2")
    rows = [_row(serial + n, units[code], now().date()) for n, code in enumerate(LEADS[:FIRMS])]
    with acting_as(clerk):
        run = ImportRun.of_rows("firm", by=clerk, file_name=f"新注册企业名单{now():%m%d}.xlsx", announced=len(rows), rows=rows)
        run.confirm(by=clerk)
    return list(db.session.scalars(sa.select(Contact.id).where(Contact.opened_at == now()).order_by(Contact.id)))


def _row(serial: int, unit: Unit, today: date) -> dict[str, str]:
    return {
        "name": f"演示季度新办{serial + 1}号有限公司", "credit_code": credit_code(FIRST_FIRM + serial), "kind": "有限责任公司",
        "registered_on": f"{today - timedelta(days=1):%Y-%m-%d}", "contact_name": "演示-新办", "contact_phone": f"1380000{serial:04d}", "lead": unit.name,
    }


def _sign() -> None:
    """The supervisors issue what waits, as far as a morning goes."""
    query = (
        sa.select(AccountabilityAction).where(AccountabilityAction.state == ActionState.DRAFT, AccountabilityAction.rung > 0)
        .order_by(AccountabilityAction.rung.desc(), AccountabilityAction.id).limit(LETTERS)
    )
    for action in db.session.scalars(query).all():
        user = _user("ducha" if action.rung <= 2 else "jijian")
        if user.unit_id == action.unit_id:
            user = _user("jijian" if user.username == "ducha" else "ducha")
        notice = action.notice
        if notice is None or not user.may(f"accountability:issue_{action.rung}"):
            continue
        with acting_as(user):
            if notice.summons:
                notice.arrange(by=user, time=now() + timedelta(days=2), place="区政府一号会议室", host=user.name, participants="区政府督查室")
            notice.issue(by=user, render=_blank)


def _blank(notice: Notice) -> bytes:
    """The letter without its page: setting a thousand of them would measure the press."""
    return f"%PDF-1.4 {notice.number}".encode()


def _user(username: str) -> User:
    return db.session.scalars(sa.select(User).where(User.username == username)).one()
