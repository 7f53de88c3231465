"""Demo data at scale: enterprises and tickets in chunks, each one transaction with one audit entry naming it."""

import time
from collections.abc import Iterator
from itertools import accumulate
from random import Random

import sqlalchemy as sa

from models import (
    Category,
    Enterprise,
    Matter,
    MatterDeadline,
    MatterEvent,
    MatterUnit,
    Ticket,
    Unit,
    User,
    audit,
    db,
)
from models.calendar import work_calendar
from models.now import now
from models.numbering import NumberSequence
from models.report.daily import settle
from models.standard import ServiceStandard, Stage, find_standard
from models.ticket import Callback, Channel, Outcome
from models.vault import Sealed, seal
from seeds.demo import bank, crowd
from seeds.demo.fictitious import credit_code
from seeds.demo.firms import firm
from seeds.demo.people import BUSY
from seeds.demo.stories.newcomers import FIRST
from seeds.demo.writer import Writer

CHUNK = 5000
POOL = 3000  # different texts
STEADY_UNIT, STEADY_SHARE = "shuiwu", 0.02  # this unit gets 20,000 of a million; the others by rank
_CHANNELS = (Channel.ZHENGQITONG, Channel.HOTLINE, Channel.WINDOW, Channel.WEB, Channel.PHONE, Channel.VISIT, Channel.LINKAGE110)
_CHANNEL_WEIGHTS = tuple(accumulate((30, 30, 15, 10, 6, 5, 4)))
_ANALYZE_FROM = 10_000


def period(count: int) -> int:
    """Working days over which `count` tickets are spread: three months, for large sets two years."""
    return 62 if count < 20_000 else 500


class Crowd:
    """What a big district has. `rows` and `seconds` say how fast it was made."""

    def __init__(self, seed: int, towns: list[int]) -> None:
        self.seed, self.towns, self.rows, self.seconds = seed, towns, 0, 0.0

    def add_firms(self, have: int, wanted: int) -> Iterator[int]:
        """Enterprises number `have`+1 to `wanted`; yields after each chunk how many, for the caller to commit."""
        table, writer, today = Enterprise.__table__, Writer(), now().date()
        for first in range(have + 1, wanted + 1, CHUNK):
            started = time.perf_counter()
            made = [firm(serial, self.seed, today, self.towns) for serial in range(first, min(first + CHUNK, wanted + 1))]
            columns = list(made[0])
            writer.put(table, columns, [tuple(self._stored(table.c[name], value) for name, value in row.items()) for row in made])
            audit.note("批量生成", "enterprise", None, count=len(made), first=made[0]["credit_code"], last=made[-1]["credit_code"])
            self._clock(started, len(made))
            yield len(made)

    @staticmethod
    def _stored(column: sa.Column, value: object) -> object:
        if isinstance(column.type, Sealed):
            return seal(str(value))
        return value if isinstance(value, bool | int | None) else str(value)

    def add_tickets(self, have: int, wanted: int) -> Iterator[int]:
        """Tickets until there are `wanted`; yields after each chunk how many, for the caller to commit."""
        if wanted <= have:
            return
        maker = _Tickets(self.seed, wanted - have)
        for first in range(0, wanted - have, CHUNK):
            started, before = time.perf_counter(), maker.writer.rows
            count = min(CHUNK, wanted - have - first)
            maker.make(first, count, Random(f"{self.seed}:crowd:{have + first}"))
            self._clock(started, maker.writer.rows - before)
            yield count
        if wanted - have >= _ANALYZE_FROM:  # as the first sweep of a day would
            settle()
            db.session.execute(sa.text("ANALYZE"))
            db.session.commit()

    def _clock(self, started: float, rows: int) -> None:
        self.seconds += time.perf_counter() - started
        self.rows += rows


class _Tickets:
    """Everything looked up once, then chunk after chunk."""

    def __init__(self, seed: int, total: int) -> None:
        self.total, self.writer, self.days = total, Writer(), period(total)
        self.almanac = crowd.Almanac(work_calendar(), now(), self.days, self.writer.zone)
        people = {user.username: crowd.Person(user.id, user.name, user.unit_id) for user in db.session.scalars(sa.select(User))}
        self.intake, self.caller, self.chair = people["shouli1"], people["shouli2"], people["tongchou"]
        self.offices = {
            unit.code: crowd.Office(unit.id, people[f"{name}_jingban"], people[f"{name}_fuze"])
            for unit in db.session.scalars(sa.select(Unit).where(Unit.is_active).order_by(Unit.id))
            if f"{(name := unit.code.replace('-', '_'))}_fuze" in people
        }
        self.categories = dict(db.session.execute(sa.select(Category.code, Category.id)).all())
        self.firms = [tuple(row) for row in db.session.execute(
            sa.select(Enterprise.id, Enterprise.name, *(sa.type_coerce(kept, sa.Text) for kept in (Enterprise.contact_name, Enterprise.contact_phone)),
                      Enterprise.town_id)  # sealed as they are: the writer knows no types
            # Not those of newcomers.py: they registered days ago and cannot have two months of demands.
            .where(Enterprise.credit_code.startswith("91000000DM"), Enterprise.credit_code < credit_code(FIRST)).order_by(Enterprise.id)
        )]
        self.standards: dict[tuple, ServiceStandard] = {}
        self._texts(Random(f"{seed}:texts"))

    def _texts(self, rng: Random) -> None:
        """A pool of texts per lead unit, and how often each unit is drawn."""
        self.texts: dict[str, list[bank.Demand]] = {}
        for _ in range(POOL):
            demand = bank.draw(rng)
            if demand.lead in self.offices:
                self.texts.setdefault(demand.lead, []).append(demand)
        busy = {code: rank for rank, code in enumerate(BUSY)}
        ranked = sorted(self.texts, key=lambda code: (code == STEADY_UNIT, busy.get(code, len(busy)), rng.random()))
        weights = [1 / (rank + 3) for rank in range(len(ranked))]
        if ranked[-1] == STEADY_UNIT and len(ranked) > 1:
            weights[-1] = sum(weights[:-1]) * STEADY_SHARE / (1 - STEADY_SHARE) / 0.9  # a tenth never reaches a unit
        self.leads, self.lead_weights = ranked, list(accumulate(weights))

    def make(self, first: int, count: int, rng: Random) -> None:
        """`count` tickets from the `first` one on, in order of time."""
        ids = self.writer.reserve(Matter.__table__, count)
        leads = rng.choices(self.leads, cum_weights=self.lead_weights, k=count)
        channels = rng.choices(_CHANNELS, cum_weights=_CHANNEL_WEIGHTS, k=count)
        life = crowd.Life(self.almanac, rng, self.intake, self.caller, self.chair)
        batch, serials = crowd.Batch(), _Serials()
        for place in range(count):
            demand = rng.choice(self.texts[leads[place]])
            tick = min((first + place) * self.almanac.end // self.total, self.almanac.end)
            category = self.categories.get(demand.category)
            co = self.offices.get(demand.co[0]) if demand.co and demand.co[0] != demand.lead and rng.random() < 0.3 else None
            start = crowd.Start(
                ids + place, serials.take(self.almanac, tick), tick, demand, category, channels[place].value, rng.choice(self.firms),
                self.offices[demand.lead], co, self._standard(Stage.HANDLE, category, channels[place]),
                self._standard(Stage.SIGN, category, channels[place]),
            )
            life.tell(start, batch)
        self._put(batch)
        serials.keep()
        audit.note("批量生成", "matter", None, count=count, first=batch.matters[0][2], last=batch.matters[-1][2])

    def _standard(self, stage: Stage, category: int | None, channel: Channel) -> ServiceStandard:
        key = (stage, category, channel)
        if key not in self.standards:
            found = self.standards[key] = find_standard("ticket", stage, category, channel)
            db.session.refresh(found)
            db.session.expunge(found)  # a commit after each chunk must not make it read again
        return self.standards[key]

    def _put(self, batch: crowd.Batch) -> None:
        for model, columns, rows in (
            (Matter, crowd.MATTER, batch.matters), (Ticket, crowd.TICKET, batch.tickets), (MatterUnit, crowd.PART, batch.parts),
            (MatterEvent, crowd.EVENT, batch.events), (MatterDeadline, crowd.DEADLINE, batch.deadlines),
            (Callback, crowd.CALLBACK, batch.callbacks), (Outcome, crowd.OUTCOME, batch.outcomes),
        ):
            self.writer.put(model.__table__, columns, rows)


class _Serials:
    """Numbers SQ202408-00012 of a chunk, continued from the series and given back to it."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}

    def take(self, almanac: crowd.Almanac, tick: int) -> str:
        """The next number of the month in which the ticket was registered."""
        stem = f"{Ticket.PREFIX}{almanac.day(tick):%Y%m}"
        if stem not in self.last:
            query = sa.select(NumberSequence).where(NumberSequence.name == stem).with_for_update()
            row = db.session.scalar(query) or NumberSequence(name=stem, last=0)
            db.session.add(row)
            self.last[stem] = row.last
        self.last[stem] += 1
        return f"{stem}-{self.last[stem]:05d}"

    def keep(self) -> None:
        """The series go on after the chunk's last numbers."""
        for stem, last in self.last.items():
            db.session.scalars(sa.select(NumberSequence).where(NumberSequence.name == stem)).one().last = last
        db.session.flush()
