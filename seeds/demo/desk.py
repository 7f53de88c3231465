"""The demo's hands: people by unit, office hours, and each step audited as the person who takes it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from models import Category, Enterprise, Notice, Ticket, Unit, User, audit, db
from models.calendar import work_calendar
from models.clock import WorkCalendar
from models.now import TZ, now
from models.public.demand import Given, submit
from models.store import Bucket, Folder
from models.ticket import Channel
from seeds.demo import bank, papers

Render = Callable[[Notice], bytes]
_OPEN, _LAST_START = time(8, 40), time(17, 0)
FALLBACK_UNIT = "renshe"  # of the core pack, when the pack with the fitting unit is not loaded


@contextmanager
def acting_as(user: User | None) -> Iterator[None]:
    """One step: written, its audit entries chained in this person's name before the next one begins."""
    token = audit.actor.set((user.id, user.name, "") if user else (None, "系统", ""))
    try:
        yield
        db.session.flush()
        if entries := db.session.info.pop(audit._PENDING, None):  # now, while the clock shows this step's moment
            audit.append(db.session(), entries)
    finally:
        audit.actor.reset(token)


@dataclass
class Desk:
    """Everything a story needs. `base` is the moment the demo ends: now."""

    base: datetime
    seed: int
    store: Folder | Bucket
    render: Render
    firms: list[Enterprise]
    towns: list[Unit]
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)  # matters whose letters belong to their own story

    def __post_init__(self) -> None:
        self.units = {unit.code: unit for unit in db.session.scalars(sa.select(Unit))}
        self.people = {user.username: user for user in db.session.scalars(sa.select(User))}
        self.categories = {row.code: row for row in db.session.scalars(sa.select(Category))}
        self.calendar: WorkCalendar = work_calendar()

    def unit(self, code: str) -> Unit:
        """The unit of that code, or the one that is always there."""
        found = self.units.get(code)
        return found if found and found.is_active else self.units[FALLBACK_UNIT]

    def clerk(self, unit: Unit) -> User:
        """Who handles things in a unit."""
        return self.people[f"{unit.code.replace('-', '_')}_jingban"]

    def head(self, unit: Unit) -> User:
        """Who signs in a unit."""
        return self.people[f"{unit.code.replace('-', '_')}_fuze"]

    def has_staff(self, unit: Unit) -> bool:
        """Whether somebody in the unit can log in."""
        return f"{unit.code.replace('-', '_')}_jingban" in self.people

    def back(self, days: int, rng: Random) -> datetime:
        """An office moment `days` working days before the end; with 0 the last office hours before it."""
        if days == 0:
            return self._recent(rng)
        return self.office(self.calendar.add(self.base.date(), -days), rng)

    def _recent(self, rng: Random) -> datetime:
        today = self.base.date()
        opened, latest = self._at(today, _OPEN), min(self.base - timedelta(hours=1), self._at(today, _LAST_START))
        if self.calendar.is_workday(today) and latest > opened:
            return opened + timedelta(seconds=int((latest - opened).total_seconds() * rng.random()))
        return self._at(self.calendar.add(today, -1), time(15, 0)) + timedelta(minutes=rng.randint(0, 110))

    def office(self, day: date, rng: Random) -> datetime:
        """Some moment of that day's office hours."""
        return self._at(day, _OPEN) + timedelta(seconds=rng.randint(0, 8 * 3600))

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, TZ)


class Case:
    """One story: its own dice, its ticket, and the words for each step."""

    def __init__(self, desk: Desk, key: str) -> None:
        self.desk, self.key, self.rng = desk, key, Random(f"{desk.seed}:{key}")
        self.ticket: Ticket | None = None
        self.demand: bank.Demand | None = None

    # -- time -------------------------------------------------------------------------------

    def soon(self) -> datetime:
        """Some minutes later."""
        return now() + timedelta(minutes=self.rng.randint(3, 12))

    def later(self, days: int = 0) -> datetime:
        """`days` working days later in office hours; with 0 one to three hours later, if need be next day."""
        calendar = self.desk.calendar
        if days == 0:
            moment = now() + timedelta(minutes=self.rng.randint(25, 160))
            if moment.time() <= _LAST_START and calendar.is_workday(moment.date()):
                return moment
        return self.desk.office(calendar.add(now().date(), max(1, days)), self.rng)

    def morning(self) -> datetime:
        """Half past nine of the next working day, after that day's sweep."""
        day = self.desk.calendar.add(now().date(), 1)
        return datetime.combine(day, time(9, 30), TZ) + timedelta(minutes=self.rng.randint(0, 50))

    # -- people -----------------------------------------------------------------------------

    def one(self, username: str) -> User:
        """A person of the fixed cast."""
        return self.desk.people[username]

    @property
    def clerk(self) -> User:
        """Handler in the lead unit."""
        return self.desk.clerk(self.ticket.unit)

    @property
    def head(self) -> User:
        """Principal of the lead unit."""
        return self.desk.head(self.ticket.unit)

    @property
    def intake(self) -> User:
        """One of the two intake clerks, always the same for a ticket."""
        return self.one(("shouli1", "shouli2")[self.ticket.created_by_id != self.one("shouli1").id])

    @property
    def other_intake(self) -> User:
        """The one who did not register."""
        return self.one(("shouli2", "shouli1")[self.ticket.created_by_id != self.one("shouli1").id])

    # -- steps ------------------------------------------------------------------------------

    def say(self, name: str, **blanks: Any) -> str:
        """A fitting sentence."""
        return bank.phrase(self.rng, name, **blanks)

    def do(self, user: User, verb: str, **given: Any) -> None:
        """One verb on the ticket."""
        with acting_as(user):
            self.ticket.do(verb, by=user, **given)

    def register(
        self, category: str | None = None, channel: Channel | None = None, by: str | None = None, demand: bank.Demand | None = None,
        firm: Enterprise | None = None, **more: Any,
    ) -> None:
        """Enter a demand from the bank."""
        self.demand = demand or bank.draw(self.rng, category)
        firm = firm or self.rng.choice(self.desk.firms)
        user = self.one(by or self.rng.choice(("shouli1", "shouli2")))
        with acting_as(user):
            self.ticket = Ticket.register(
                by=user, title=self.demand.title, content=self.demand.content, enterprise=firm, contact_name=firm.contact_name,
                contact_phone=firm.contact_phone, category=self.desk.categories.get(self.demand.category),
                channel=channel or self.rng.choice(_CHANNELS), **more,
            )

    def submit(self) -> None:
        """The enterprise itself, on the public page."""
        self.demand = bank.draw(self.rng, None)
        firm = self.rng.choice(self.desk.firms)
        given = Given(
            firm.name, firm.contact_name or "演示-来件", f"139{self.rng.randint(0, 99_999_999):08d}", self.demand.content,
            firm.credit_code or "", self.desk.categories.get(self.demand.category), consent=True,
        )
        with acting_as(None):
            self.ticket, _code = submit(given, "demo", self.key, self.rng.choice)

    def dispatch(self, co: bool = True, **more: Any) -> None:
        """To the unit the bank names."""
        lead = self.desk.unit(self.demand.lead)
        helpers = [self.desk.unit(code) for code in self.demand.co] if co else []
        helpers = [unit for unit in dict.fromkeys(helpers) if unit is not lead]
        self.do(self.one("tongchou"), "dispatch", lead=lead, co=helpers, note=self.say("dispatch"), **more)

    def attach(self, name: str, label: str, by: User, lines: list[str] | None = None) -> None:
        """A small real file with a Chinese name."""
        kind = name.rsplit(".", 1)[1]
        lines = lines or [name.rsplit(".", 1)[0], f"企业：{self.ticket.who}", f"事项：{self.ticket.title}", f"编号：{self.ticket.number}", "演示材料"]
        made = {
            "pdf": lambda: papers.pdf(lines), "png": lambda: papers.png(self.rng.randint(0, 200)),
            "xlsx": lambda: papers.xlsx([["序号", "内容"], *([place, line] for place, line in enumerate(lines, 1))]),
        }[kind]()
        with acting_as(by):
            papers.attach(self.desk.store, self.ticket, name, made, label, by)


_CHANNELS = (
    Channel.ZHENGQITONG, Channel.ZHENGQITONG, Channel.HOTLINE, Channel.HOTLINE, Channel.WINDOW, Channel.WINDOW, Channel.WEB, Channel.PHONE,
    Channel.VISIT, Channel.FORUM, Channel.BOX, Channel.STATION, Channel.PETITION, Channel.SUPERIOR, Channel.OPINION,
)
