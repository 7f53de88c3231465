"""What the quarter must have left behind, counted from the raw rows without the sweep's own code."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from dateutil.rrule import rrulestr

from models import AccountabilityAction, Contact, GroupSlice, Matter, MediaAccount, MediaFault, Responsibility, Task, db
from models.calendar import work_calendar
from models.confidential import KINDS
from models.recurrence import frequency_of, period_key
from models.report.group_slice import SliceKind, duties
from scripts.quarter.play import Played

Key = tuple[int, int, str]
# Drawn anew or measured by the wall clock; everything else must be the same after every run from the same start.
VOLATILE = {"notice": {"code", "pdf", "pdf_sha256"}, "heartbeat": {"started_at", "finished_at"}, "receipt": {"signed_hash"}}
CHAINED = {"audit_entry", "audit_head"}  # hashes over the codes above


@dataclass(frozen=True)
class Line:
    """One line of the table: what the rules ask for, and what is there."""

    what: str
    wanted: int
    found: int
    ok: bool


def tasks() -> set[Key]:
    """(duty, unit, period) of every generated task; a double would show in `doubles`."""
    return {tuple(row) for row in db.session.execute(_generated())}


def _generated() -> sa.Select:
    return sa.select(Task.responsibility_id, Task.owed_by_id, Task.period).where(Task.responsibility_id.is_not(None))


def wanted(since: date, until: date) -> set[Key]:
    """(duty, unit, period) as the rules name them on the days from `since` until each duty's lead time, by dateutil alone."""
    found, calendar = set(), work_calendar()
    for duty in db.session.scalars(sa.select(Responsibility).where(Responsibility.kind == "RECURRING", Responsibility.is_active)):
        bare = ";".join(part for part in duty.rrule.split(";") if not part.startswith(("BYHOUR", "BYMINUTE")))
        start, end = (datetime.combine(day, datetime.min.time()) for day in (since, until + timedelta(days=duty.lead_days)))
        frequency, units = frequency_of(duty.rrule), duty.owners()
        for named in rrulestr(bare, dtstart=datetime(1900, 1, 1)).between(start, end, inc=True):
            if duty.shift != "SKIP" or calendar.is_workday(named.date()):
                found |= {(duty.id, unit.id, period_key(frequency, named.date())) for unit in units}
    return found


def lines(played: Played, before: set[Key], since: date) -> list[Line]:
    """The table. `before` are the tasks that were there, `since` is the day of the last sweep before the run."""
    there, asked = tasks(), wanted(since, played.last.date())
    made = db.session.execute(_generated()).all()
    found = [
        Line("定期任务：每个单位每期一件", len(asked - before), len(there - before), there - before == asked - before),
        Line("定期任务：重复", 0, len(made) - len(there), len(made) == len(there)),
    ]
    found += [_late("逾期未完成的事项逐件拟办督办", played), _late("其中：定额未完成的任务", played, sa.exists().where(
        Task.id == Matter.id, Task.quota > Task.done))]
    return [*found, *_looks(played), *_media(played), _slices(played), *_ladder()]


def _late(what: str, played: Played, *where: sa.ColumnElement[bool]) -> Line:
    """Each matter whose clock ran out unanswered has been proposed for the first rung (those caught up late excepted)."""
    late = set(db.session.scalars(sa.select(Matter.id).where(
        Matter.due_at <= played.last, Matter.due_at > Matter.opened_at, Matter.closed_at.is_(None), Matter.answered_at.is_(None),
        Matter.unit_id.is_not(None), Matter.kind.not_in(KINDS), *where)))
    named = set(db.session.scalars(sa.select(AccountabilityAction.matter_id).where(AccountabilityAction.rung == 1)))
    return Line(what, len(late), len(late & named), late <= named)


def _looks(played: Played) -> list[Line]:
    """Each contact of the lists: three looks at 15:00, 18:00 and 08:00, each once; each list's missing units reported."""
    over = [db.session.get(Contact, id_) for id_ in played.pushed]
    over = [contact for contact in over if contact.started_at + timedelta(days=1) < played.last]
    times = [f"{look.planned_at:%H:%M}" for contact in over for look in contact.checks]
    right = all([f"{look.planned_at:%H:%M}" for look in contact.checks] == ["15:00", "18:00", "08:00"] for contact in over)
    lists = len({contact.firm.batch_id for contact in over})
    reported = db.session.scalar(sa.select(sa.func.count(Task.id)).where(
        Task.title.like("督促%推送新企业的未联系部门%"), Task.opened_at.between(played.first, played.last)))
    found = Line("新企业联系：三次查看", 3 * len(over), len(times), right)
    return [found, Line("新企业联系：末次名单报牵头部门", lists, reported, reported >= lists)]


def _media(played: Played) -> list[Line]:
    """Every silent account is listed, once."""
    today, silent = played.last.date(), 0
    for account in db.session.scalars(sa.select(MediaAccount).where(MediaAccount.is_active)):
        for limit, posts in ((10, account.posts), (14, [post for post in account.posts if post.original])):
            last = max([post.posted_on for post in posts if post.posted_on <= today], default=account.filed_on)
            silent += (today - max(last, account.filed_on)).days > limit
    live = db.session.scalar(sa.select(sa.func.count(MediaFault.id)).where(MediaFault.cleared_at.is_(None)))
    return [Line("政务新媒体：未更新账号列入违规清单", silent, live, silent == live)]


def _slices(played: Played) -> Line:
    """The five documents' parts of every month begun, each group once."""
    month, months = played.first.date().replace(day=1), set()
    while month <= played.last.date():
        months.add(f"{month:%Y-%m}")
        month = (month + timedelta(days=32)).replace(day=1)
    owed = {(kind, duty.group_id, unit.id) for kind in SliceKind for duty in duties(kind) for unit in duty.group.units("LEAD")}
    rows = db.session.execute(sa.select(GroupSlice.period, GroupSlice.kind, GroupSlice.group_id, GroupSlice.unit_id)
                              .where(GroupSlice.period.in_(months))).all()
    right = {tuple(row) for row in rows} == {(month, *part) for month in months for part in owed}
    return Line("月度填报：各组各月各一份", len(months) * len(owed), len(rows), right)


def _ladder() -> list[Line]:
    """How far matters have climbed; nobody skips a rung."""
    out = sa.select(AccountabilityAction.matter_id, AccountabilityAction.unit_id, AccountabilityAction.rung).where(
        AccountabilityAction.rung > 0, AccountabilityAction.state.in_(["ISSUED", "ANSWERED", "CLOSED"]))
    rungs: dict[tuple[int, int], list[int]] = {}
    for matter, unit, rung in db.session.execute(out):
        rungs.setdefault((matter, unit), []).append(rung)
    whole = all(sorted(found) == list(range(1, len(found) + 1)) for found in rungs.values())
    counts = [sum(rung in found for found in rungs.values()) for rung in (1, 2, 3, 4)]
    return [Line(f"督办问责：已发出{word}", count, count, whole and count > 0)
            for word, count in zip(("督办", "挂牌", "约谈", "问责建议"), counts, strict=True)]


def digest() -> str:
    """SHA-256 over every row of every table, without what is drawn anew or measured."""
    total = hashlib.sha256()
    for table in db.metadata.sorted_tables:
        if table.name in CHAINED:
            continue
        columns = [column for column in table.columns if column.name not in VOLATILE.get(table.name, ())]
        total.update(table.name.encode())
        for row in db.session.execute(sa.select(*columns).order_by(*table.primary_key)):
            total.update(repr(tuple(row)).encode())
    return total.hexdigest()
