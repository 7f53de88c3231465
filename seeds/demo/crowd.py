"""A bulk ticket's life as rows, in the shape the verbs leave behind: events, parts, deadline, call-back.

Time is counted in ticks: working day × TICKS + minutes after 8:40, so that "has it happened yet" is a comparison.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from models.clock import WorkCalendar, deadline, warn_at
from models.standard import ServiceStandard
from models.ticket import Ticket
from seeds.demo.bank import Demand

TICKS = 500  # 8:40 to 17:00
_STEPS = Ticket.transitions()
MATTER = (
    "id", "kind", "number", "title", "unit_id", "state", "opened_at", "started_at", "warn_at", "due_at", "answered_at", "closed_at",
    "provisional", "created_by_id", "handler_id",
)
TICKET = (
    "id", "channel", "category_id", "enterprise_id", "enterprise_name", "contact_name", "contact_phone", "town_id", "content",
    "progress", "result", "resolution", "satisfaction", "dispatched_at", "manner",
)
PART = (
    "matter_id", "unit_id", "role", "state", "active", "assigned_at", "sign_due_at", "signed_at", "signed_by_id", "replied_at", "reply",
)
EVENT = ("matter_id", "at", "by_id", "by_name", "unit_id", "action", "label", "from_state", "to_state", "note", "mark")
DEADLINE = (
    "matter_id", "cause", "starts_at", "amount", "unit", "due_at", "warn_at", "provisional", "standard_id", "set_at", "set_by_id",
)
CALLBACK = ("ticket_id", "round", "at", "by_id", "reached", "solved", "satisfaction", "comment")
OUTCOME = ("ticket_id", "unit_id", "kind", "amount", "note", "at")
_LEVELS, _LEVEL_WEIGHTS = ("VERY", "SATISFIED", "BASIC"), (35, 85, 100)  # cumulative


@dataclass(frozen=True)
class Person:
    """Who appears in a timeline."""

    id: int
    name: str
    unit_id: int | None


@dataclass(frozen=True)
class Office:
    """A unit with its two people."""

    id: int
    clerk: Person
    head: Person


class Almanac:
    """Office moments as stored text, and the limits counted from each day."""

    def __init__(self, calendar: WorkCalendar, base: datetime, days: int, zone: str) -> None:
        self.calendar, self.zone = calendar, zone
        last = base.date() if calendar.is_workday(base.date()) else calendar.add(base.date(), -1)
        self.days = [calendar.add(last, -back) if back else last for back in range(days - 1, -1, -1)]
        self._day_text = [f"{day:%Y-%m-%d}" for day in self.days]
        # 8:40 in Shanghai is 0:40 UTC of the same day; offices close before the UTC day ends.
        self._minutes = [f" {(40 + m) // 60:02d}:{(40 + m) % 60:02d}:00.000000{zone}" for m in range(TICKS)]
        opened = datetime.combine(last, time(8, 40), calendar.tz)
        self.end = (days - 1) * TICKS + max(0, min(TICKS - 1, int((base - opened).total_seconds() // 60)))
        self._limits: dict[tuple[int, int], tuple[str, str, bool]] = {}

    def text(self, tick: int) -> str:
        """A tick as stored."""
        return self._day_text[tick // TICKS] + self._minutes[tick % TICKS]

    def day(self, tick: int) -> date:
        """The local day."""
        return self.days[tick // TICKS]

    def limit(self, tick: int, standard: ServiceStandard) -> tuple[str, str, bool]:
        """(due, warning, provisional) of a standard that starts at a tick."""
        key = (tick // TICKS, standard.id)
        if key not in self._limits:
            start = datetime.combine(self.days[key[0]], time(9), self.calendar.tz)
            found = deadline(start, standard.limit, self.calendar)
            warning = warn_at(start, found.due_at, self.calendar, standard.warning)
            self._limits[key] = (self._stored(found.due_at), self._stored(warning), found.provisional)
        return self._limits[key]

    def _stored(self, moment: datetime) -> str:
        return f"{moment - timedelta(hours=8):%Y-%m-%d %H:%M:%S}.000000{self.zone}"


@dataclass
class Batch:
    """Rows of one chunk, table by table."""

    matters: list[tuple] = field(default_factory=list)
    tickets: list[tuple] = field(default_factory=list)
    parts: list[tuple] = field(default_factory=list)
    events: list[tuple] = field(default_factory=list)
    deadlines: list[tuple] = field(default_factory=list)
    callbacks: list[tuple] = field(default_factory=list)
    outcomes: list[tuple] = field(default_factory=list)


@dataclass(frozen=True)
class Start:
    """What a bulk ticket is about."""

    id: int
    number: str
    tick: int
    demand: Demand
    category_id: int | None
    channel: str
    firm: tuple[int, str, str, str, int]  # id, name, contact, phone, town
    lead: Office
    co: Office | None
    handle: ServiceStandard
    sign: ServiceStandard


class Life:
    """Writes one ticket's rows into a batch, up to the end of time."""

    def __init__(self, almanac: Almanac, rng: Random, intake: Person, caller: Person, chair: Person) -> None:
        self.almanac, self.rng = almanac, rng
        self.intake, self.caller, self.chair = intake, caller, chair

    def tell(self, start: Start, batch: Batch) -> None:
        """On the spot, or through a unit."""
        self.start, self.batch, self.state, self.tick = start, batch, "REGISTERED", start.tick
        self.facts: dict[str, Any] = dict.fromkeys(
            ("unit_id", "started_at", "warn_at", "due_at", "answered_at", "closed_at", "handler_id", "progress", "result", "resolution",
             "satisfaction", "dispatched_at", "manner"),
        ) | {"provisional": False}
        self._event("register", "登记", self.intake, "REGISTERED", "")
        (self._at_window if self.rng.random() < 0.1 else self._through_unit)()
        self._write()

    def _at_window(self) -> None:
        if self._reach(20 + int(self.rng.random() * 60)):
            self.facts |= {"answered_at": self._now(), "resolution": "ON_SPOT", "result": self.start.demand.result, "handler_id": self.intake.id}
            self._verb("resolve_on_spot", self.intake, "APPROVED", self.start.demand.result)
            self._call()

    def _through_unit(self) -> None:
        rng = self.rng
        if not self._reach(20 + int(rng.random() * 150)):
            return
        self._dispatch()
        part, mate = self._parts()
        if self._reach(30 + int(rng.random() * 240)):
            self._sign(part, mate)
            late = rng.random() < 0.04
            if self._reach(TICKS * (6 + int(rng.random() * 6) if late else 1 + int(rng.random() * min(3, self.start.handle.amount - 1)))):
                self._reply(part, mate)
                if self._reach(20 + int(rng.random() * 200)):
                    self.facts["answered_at"] = self._now()
                    self._verb("review", self.start.lead.head, "APPROVED", "情况属实，同意答复。")
                    self._call()
        self.batch.parts.append(tuple(part.values()))
        if mate:
            self.batch.parts.append(tuple(mate.values()))

    def _dispatch(self) -> None:
        start = self.start
        due, warning, doubtful = self.almanac.limit(self.tick, start.handle)
        moment = self._now()
        self.facts |= {
            "unit_id": start.lead.id, "started_at": moment, "warn_at": warning, "due_at": due, "provisional": doubtful,
            "dispatched_at": moment, "manner": "JOINT" if start.co else "SINGLE",
        }
        self.batch.deadlines.append(
            (start.id, "DISPATCH", moment, start.handle.amount, start.handle.unit.value, due, warning, doubtful, start.handle.id, moment,
             self.chair.id)
        )
        self._verb("dispatch", self.chair, "DISPATCHED", "请按时限办理，办理结果及时回复企业。")

    def _parts(self) -> tuple[dict[str, Any], dict[str, Any] | None]:
        sign_due = self.almanac.limit(self.tick, self.start.sign)[0]
        empty = dict.fromkeys(PART) | {
            "matter_id": self.start.id, "state": "PENDING", "active": True, "assigned_at": self._now(), "sign_due_at": sign_due,
        }
        lead = empty | {"unit_id": self.start.lead.id, "role": "LEAD"}
        return lead, empty | {"unit_id": self.start.co.id, "role": "CO"} if self.start.co else None

    def _sign(self, part: dict[str, Any], mate: dict[str, Any] | None) -> None:
        clerk = self.start.lead.clerk
        part |= {"state": "SIGNED", "signed_at": self._now(), "signed_by_id": clerk.id}
        self.facts["handler_id"] = clerk.id
        self._verb("sign", clerk, "ACCEPTED", "")
        if mate:
            mate |= {"state": "SIGNED", "signed_at": self._now(), "signed_by_id": self.start.co.clerk.id}
            self._verb("co_sign", self.start.co.clerk, "ACCEPTED", "")

    def _reply(self, part: dict[str, Any], mate: dict[str, Any] | None) -> None:
        demand, clerk = self.start.demand, self.start.lead.clerk
        if mate:
            mate |= {"state": "REPLIED", "replied_at": self._now(), "reply": "已配合办理。"}
            self._verb("co_reply", self.start.co.clerk, "ACCEPTED", "已配合办理。")
        part |= {"state": "REPLIED", "replied_at": self._now(), "reply": demand.result}
        self.facts |= {"progress": demand.progress, "result": demand.result, "resolution": "SOLVED"}
        if demand.gain:
            self.batch.outcomes.append((self.start.id, self.start.lead.id, "资金", str(demand.gain), demand.title, self._now()))
        self._verb("reply", clerk, "REPLIED", f"办理过程：{demand.progress}；办理结果：{demand.result}；办结方式：办理解决")

    def _call(self) -> None:
        if not self._reach(TICKS + int(self.rng.random() * TICKS)):
            return
        level = self.rng.choices(_LEVELS, cum_weights=_LEVEL_WEIGHTS)[0]
        self.facts |= {"satisfaction": level, "closed_at": self._now()}
        self.batch.callbacks.append((self.start.id, 1, self._now(), self.caller.id, True, True, level, "问题已解决。"))
        self._verb("callback", self.caller, "CLOSED", "已联系上企业：是；问题已解决：是")

    def _reach(self, minutes: int) -> bool:
        """Move on; False when that moment has not come yet."""
        self.tick += minutes
        return self.tick <= self.almanac.end

    def _now(self) -> str:
        return self.almanac.text(self.tick)

    def _verb(self, name: str, by: Person, target: str, note: str) -> None:
        self._event(name, _STEPS[name].label, by, target, note, _STEPS[name].mark)

    def _event(self, action: str, label: str, by: Person, target: str, note: str, mark: str = "") -> None:
        self.batch.events.append(
            (self.start.id, self._now(), by.id, by.name, by.unit_id, action, label, self.state, target, note, mark)
        )
        self.state = target

    def _write(self) -> None:
        start, facts = self.start, self.facts
        self.batch.matters.append(
            (start.id, "ticket", start.number, start.demand.title, facts["unit_id"], self.state, self.almanac.text(start.tick),
             facts["started_at"], facts["warn_at"], facts["due_at"], facts["answered_at"], facts["closed_at"], facts["provisional"],
             self.intake.id, facts["handler_id"])
        )
        firm_id, name, contact, phone, town = start.firm
        self.batch.tickets.append(
            (start.id, start.channel, start.category_id, firm_id, name, contact, phone, town, start.demand.content, facts["progress"],
             facts["result"], facts["resolution"], facts["satisfaction"], facts["dispatched_at"], facts["manner"])
        )
