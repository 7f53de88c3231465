"""Putting the demo together: once per database, the same for the same seed and moment."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from models import Enterprise, Setting, Task, Ticket, Unit, audit, db, scope
from models.now import TZ, as_of, now
from models.store import Bucket, Folder
from seeds.demo import duties, inspections, offices, people, supervision
from seeds.demo.access import add_lendings, add_systems
from seeds.demo.bulk import Crowd
from seeds.demo.desk import Case, Desk, Render, acting_as
from seeds.demo.figures import add_figures
from seeds.demo.firms import add_firms, most
from seeds.demo.messages import add_messages
from seeds.demo.personal import add_personal
from seeds.demo.registers import add_imports, add_results
from seeds.demo.simulation import Simulation, mornings
from seeds.demo.stories import ladder, plan, tasks

SMALL_FIRMS = 60
MARK = "demo"  # the setting that remembers what was made
HISTORY = 66  # working days: a good three months
TASK_DAYS = 7  # natural days before the end in which recurring tasks are generated


@dataclass(frozen=True)
class Order:
    """What is wanted: at least this many tickets and enterprises in all."""

    tickets: int = plan.SMALL
    enterprises: int = SMALL_FIRMS
    seed: int = 2024

    def __post_init__(self) -> None:
        if self.enterprises > most():
            raise ValueError(f"演示企业最多{most()}家")


@dataclass
class Built:
    """What one run made; everything zero when nothing was missing. `password` only the first time."""

    tickets: int = 0
    enterprises: int = 0
    tasks: int = 0
    rows: int = 0
    seconds: float = 0.0
    seed: int = 0
    password: str | None = None


def build(order: Order, store: Folder | Bucket, render: Render) -> Built:
    """Make what is missing. `store` takes the attachments, `render` turns an issued letter into its PDF.

    The hand-made set is one transaction; bulk rows follow in chunks, each its own. A later, larger order adds
    the difference with the first run's seed.
    """
    with scope.everything(), as_of(now()):
        mark = db.session.scalar(sa.select(Setting).where(Setting.key == MARK))
        built = Built()
        if mark is None:
            built, mark = _first(order, store, render)
            db.session.commit()
        made = json.loads(mark.value)
        built.seed = made["seed"]
        towns = db.session.scalars(sa.select(Unit).where(Unit.code.in_(people.town_codes())).order_by(Unit.sort)).all()
        crowd = Crowd(made["seed"], [town.id for town in towns])
        for kind, wanted, add in (
            ("enterprises", order.enterprises, crowd.add_firms), ("tickets", order.tickets, crowd.add_tickets),
        ):
            for count in add(made[kind], wanted):
                made[kind] += count
                setattr(built, kind, getattr(built, kind) + count)
                mark.value = json.dumps(made)
                db.session.commit()
        built.rows += crowd.rows
        built.seconds = crowd.seconds
        return built


def _first(order: Order, store: Folder | Bucket, render: Render) -> tuple[Built, Setting]:
    """The hand-made set."""
    base = now()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Task))
    with as_of(base - timedelta(days=120)), acting_as(None):
        towns = people.add_towns()
        password = people.hire(order.seed, base)
        firms = add_firms(SMALL_FIRMS, order.seed, base.date(), towns)
        add_results(base.date(), order.seed)
    desk = Desk(base, order.seed, store, render, firms, towns)
    with as_of(base - timedelta(days=120)), acting_as(None):
        duties.add_registers(desk, order.seed)
        supervision.add_registers(desk, base.date())
    _simulate(desk)
    supervision.add_results(desk, order.seed)
    add_imports(desk.people, base.date())
    with acting_as(None):
        add_figures(order.seed)
        add_messages(base, desk.people)
        add_lendings(base, desk.people)
        add_systems(base, desk.people)
        add_personal(base, desk.people)
    built = Built(tickets=plan.SMALL, enterprises=SMALL_FIRMS, password=password)
    built.tasks = db.session.scalar(sa.select(sa.func.count()).select_from(Task)) - before
    made = {"seed": order.seed, "tickets": plan.SMALL, "enterprises": SMALL_FIRMS}
    mark = Setting(key=MARK, value=json.dumps(made), label="演示数据", kind="text", help="由 flask demo 写入，记录已生成的演示数据，请勿修改")
    db.session.add(mark)
    audit.note("生成演示数据", "ticket", None, **made)
    return built, mark


def _simulate(desk: Desk) -> None:
    """Three months, day by day, up to now."""
    simulation, rng = Simulation(desk.base), Random(f"{desk.seed}:plan")
    for place, (days, story) in enumerate(plan.SHOWN):
        case = Case(desk, f"shown:{place}")
        simulation.begin(desk.back(days, case.rng), story(case))
    elsewhere = offices.begin(desk, simulation.begin)
    for place in range(plan.SMALL - len(plan.SHOWN) - plan.DOUBLES - elsewhere):
        case = Case(desk, f"ordinary:{place}")
        simulation.begin(desk.back(rng.randint(2, HISTORY - 4), case.rng), plan.ordinary(case))
    for place in range(plan.MANUAL_TASKS):
        case = Case(desk, f"task:{place}")
        simulation.begin(desk.back(rng.randint(7, HISTORY - 6), case.rng), tasks.given(case, place, rng.randint(4, 6)))
    duties.begin(desk, simulation.begin)
    inspections.begin(desk, simulation.begin)
    supervision.begin(desk, simulation.begin)
    routine = tasks.Routine(desk, simulation.begin)
    supervisors = ladder.SupervisorsDesk(desk)

    def after_sweep() -> None:
        routine.look()
        if desk.calendar.is_workday(now().date()):
            simulation.begin(now().astimezone(TZ) + timedelta(minutes=70), supervisors.work())

    start = desk.calendar.add(desk.base.date(), -HISTORY)
    tasks_from = desk.base.date() - timedelta(days=TASK_DAYS)
    simulation.begin(datetime.combine(start, datetime.min.time(), TZ), mornings(start, desk.base, tasks_from, after_sweep))
    simulation.run()


def totals() -> dict[str, int]:
    """How much there is now, for the summary line."""
    with scope.everything():
        return {
            label: db.session.scalar(sa.select(sa.func.count()).select_from(model.__table__))
            for label, model in (("企业", Enterprise), ("诉求", Ticket), ("任务", Task))
        }
