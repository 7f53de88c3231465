"""The daily digest: to each person with an address what waits for them, to the group robot the district's counts.

No personal data and nothing secret: no names of enterprises or persons, titles of confidential kinds withheld, long
numbers in titles blotted out; the robot, whose readers are unknown, gets counts only.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa

from models import confidential, scope
from models.base import db
from models.calendar import work_calendar
from models.clock import remaining
from models.matter import Matter
from models.matter_unit import MatterUnit, PartState
from models.message.records import OutboxMessage, OutboxState, Way
from models.now import now
from models.setting import setting, switched_on
from models.unit import Unit
from models.user import User

LISTED = 10
WITHHELD = "（标题不在消息中显示）"


@dataclass(frozen=True)
class Pile:
    """Matters of one sort, and how many there are."""

    label: str
    count: int
    rows: list[Matter]


def make_digests() -> int:
    """Once a working day, from the hour of the setting on: one mail a person, one note to the robot. Returns how many."""
    moment = now()
    if not work_calendar().is_workday(moment.date()) or moment.time() < _hour():
        return 0
    made = 0
    if switched_on("mail_on"):
        people = db.session.scalars(sa.select(User).where(User.is_active, User.email.is_not(None)).order_by(User.id)).all()
        made += sum(_mail(user, moment) for user in people)
    if switched_on("robot_on"):
        made += _robot(moment)
    return made


def _hour() -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)", setting("digest_at").strip())
    return time(int(found[1]), int(found[2])) if found else time(8, 30)


def _put(key: str, way: Way, subject: str, body: str, user: User | None = None) -> int:
    """Into the outbox, unless it is there."""
    if db.session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.key == key)):
        return 0
    db.session.add(
        OutboxMessage(key=key, way=way, user=user, subject=subject, body=body, next_at=now(), made_at=now())
    )
    db.session.flush()
    return 1


# -- by mail --------------------------------------------------------------------------------


def _mail(user: User, moment: datetime) -> int:
    with scope.acting(user):
        piles = [pile for pile in _piles(user) if pile.count]
    failed = _failures() if user.may("message:view") else 0
    if not (piles or failed):
        return 0
    counts = "，".join([f"{pile.label} {pile.count} 件" for pile in piles] + ([f"未能发出的消息 {failed} 条"] if failed else []))
    lines = [f"截至{moment.month}月{moment.day}日 {moment:%H:%M}，您范围内：{counts}。"]
    for pile in piles:
        lines += ["", f"【{pile.label}】"] + [_line(row) for row in pile.rows]
        if pile.count > len(pile.rows):
            lines.append(f"……另有 {pile.count - len(pile.rows)} 件")
    return _put(f"digest:{moment:%Y-%m-%d}:{user.id}", Way.MAIL, f"督导台每日摘要：{counts}"[:120], "\n".join([*lines, "", *_where()]), user)


def _piles(user: User) -> list[Pile]:
    """What is late, about to be, and not signed for, with the eyes of the reader."""
    moment = now()
    running = (Matter.closed_at.is_(None), Matter.answered_at.is_(None))
    unsigned = sa.select(MatterUnit.matter_id).where(MatterUnit.active, MatterUnit.state == PartState.PENDING, MatterUnit.unit_id == user.unit_id)
    return [
        _pile("已超期", *running, Matter.due_at <= moment),
        _pile("即将到期", *running, Matter.warn_at <= moment, Matter.due_at > moment),
        _pile("待签收", *running, Matter.id.in_(unsigned)),
    ]


def _pile(label: str, *where: sa.ColumnElement[bool]) -> Pile:
    count = db.session.scalar(sa.select(sa.func.count(Matter.id)).where(*where))
    rows = db.session.scalars(sa.select(Matter).where(*where).order_by(Matter.due_at, Matter.id).limit(LISTED)).all() if count else []
    return Pile(label, count, list(rows))


def _line(row: Matter) -> str:
    left = remaining(now(), row.due_at, work_calendar()).text if row.due_at else "未起算"
    return f"{row.number}　{plain_title(row)}　{left}"


def plain_title(row: Matter) -> str:
    """A title as it may leave the house."""
    if row.kind in confidential.KINDS:
        return WITHHELD
    title = re.sub(r"\d[\d\- ]{5,}\d[\dXx]?", "***", row.title)
    return title if len(title) <= 40 else title[:39] + "…"


def _where() -> list[str]:
    site = setting("site_url").rstrip("/")
    return [f"请登录督导台办理{f'：{site}' if site else ''}。", "本邮件由系统自动发出，请勿回复；涉密内容不在邮件中处理。"]


def _failures() -> int:
    return db.session.scalar(sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.state == OutboxState.GIVEN_UP))


# -- to the robot ---------------------------------------------------------------------------


def _robot(moment: datetime) -> int:
    """Counts of the district, and the units with most overdue; no titles, no numbers of matters."""
    table = Matter.__table__
    kinds = table.c.kind.not_in(confidential.KINDS)
    running = (table.c.closed_at.is_(None), table.c.answered_at.is_(None), kinds)
    late = (*running, table.c.due_at <= moment)
    overdue = db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*late))
    soon = db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*running, table.c.warn_at <= moment, table.c.due_at > moment))
    if not (overdue or soon):
        return 0
    number = sa.func.count().label("n")
    by_unit = db.session.execute(
        sa.select(Unit.__table__.c.name, number).join(table, table.c.unit_id == Unit.__table__.c.id).where(*late)
        .group_by(Unit.__table__.c.name).order_by(number.desc(), Unit.__table__.c.name).limit(LISTED)
    ).all()
    lines = [f"截至{moment.month}月{moment.day}日 {moment:%H:%M}，全区已超期 {overdue} 件，即将到期 {soon} 件。"]
    lines += [f"- {name}：超期 {n} 件" for name, n in by_unit]
    return _put(f"robot:{moment:%Y-%m-%d}", Way.ROBOT, "督导台每日摘要", "\n".join([*lines, "请登录督导台办理。"]))
