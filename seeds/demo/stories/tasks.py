"""Tasks from meetings and from recurring duties: handed in, accepted, sent back, waived, overdue (D1, D2)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from models import Task, User, db
from models.light import Light
from models.now import now
from models.task import TaskState
from seeds.demo import bank, papers
from seeds.demo.desk import Case, Desk, acting_as

Story = Iterator[datetime]
# How manual tasks end, in turn; the rest of the story does not happen.
ENDINGS = ("accepted", "accepted", "sent_back", "submitted", "waived", "overdue", "open", "accepted_after_return")


def given(case: Case, place: int, days: int) -> Story:
    """A decision of the weekly meeting becomes a task with `days` working days."""
    title, need, deliverable, code = bank.read("phrases")["tasks"][place % len(bank.read("phrases")["tasks"])]
    chair, calendar = case.one("tongchou"), case.desk.calendar
    due = calendar.close(calendar.add(now().date(), days))
    with acting_as(chair):
        task = Task.give(
            by=chair, unit=case.desk.unit(code), title=title, due_at=due, content=need, deliverable=deliverable,
            recipient=chair.unit,
        )
    yield case.later(1)
    yield from _end(case, task, ENDINGS[place % len(ENDINGS)])


def _end(case: Case, task: Task, ending: str) -> Story:
    """Lead the task to its ending."""
    chair, clerk = case.one("tongchou"), case.desk.clerk(task.unit)
    if ending == "open":
        return
    if ending == "overdue":
        yield from _until_late(case, task)
        return
    if ending == "waived":
        with acting_as(chair):
            task.waive(by=chair, reason=case.say("task_waive"))
        return
    if task.responsibility is None:
        sheet = papers.xlsx([["序号", "事项", "情况"], [1, task.title, "已完成"]])
        with acting_as(clerk):
            papers.attach(case.desk.store, task, f"{task.deliverable}.xlsx", sheet, "成果材料", clerk)
    _submit(case, task, clerk)
    if ending == "submitted":
        return
    yield case.later(1)
    if ending in ("sent_back", "accepted_after_return"):
        with acting_as(chair):
            task.send_back(by=chair, reason=case.say("task_back"))
        if ending == "sent_back":
            return
        yield case.later(1)
        _submit(case, task, clerk)
        yield case.later(1)
    with acting_as(chair):
        task.accept(by=chair, opinion="材料齐全，予以认可。")


def _until_late(case: Case, task: Task) -> Story:
    """Nobody does it; the coordinator reminds."""
    while task.light != Light.RED:
        yield case.morning()
    chair = case.one("tongchou")
    with acting_as(chair):
        task.nudge(by=chair, note=case.say("task_late"))


def _submit(case: Case, task: Task, clerk: User) -> None:
    with acting_as(clerk):
        task.submit(by=clerk, result=case.say("task_done"), count=task.quota)


class Routine:
    """Gives every task the sweep has generated somebody who does it, or does not."""

    def __init__(self, desk: Desk, begin: Callable[[datetime, Story], None]) -> None:
        self.desk, self.begin, self.seen = desk, begin, 0

    def look(self) -> None:
        """Start a story for each new recurring task."""
        rows = db.session.scalars(
            sa.select(Task).where(Task.id > self.seen, Task.responsibility_id.is_not(None), Task.state == TaskState.OPEN)
            .order_by(Task.id)
        ).all()
        for task in rows:
            self.seen = task.id
            if self.desk.has_staff(task.unit):
                case = Case(self.desk, f"routine:{task.number}")
                self.begin(_when(case, task), _done(case, task))

def _when(case: Case, task: Task) -> datetime:
    """Some days later, but mostly in time."""
    moment = case.later(case.rng.randint(0, 3))
    if moment >= task.due_at and case.rng.random() < 0.95:
        moment = max(now(), task.due_at - timedelta(minutes=case.rng.randint(20, 120)))
    return moment


def _done(case: Case, task: Task) -> Story:
    """Most units hand in and are accepted; a few do nothing."""
    luck = case.rng.random()
    ending = "accepted" if luck < 0.75 else "submitted" if luck < 0.88 else "accepted_after_return" if luck < 0.95 else "open"
    yield from _end(case, task, ending)
