"""Killing (-9) a process at a random moment of its work, many times, and looking at what is left.

Each kind of work says what was accepted (after the commit) through a pipe; what it said must be there, whole, and of what it
did not get to say either all or nothing. The work is done by a fork, because starting a process anew takes seconds.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from commands.audit import all_faults
from models import AccountabilityAction, Enterprise, ImportRun, Notice, Ticket, backup, db, drafting, scope
from models.accountability import LIVE_ACTIONS
from models.importing import RunState, run_waiting, worker
from models.importing import run as running
from models.now import as_of
from models.sweep import sweep
from tests.cast import Cast, login
from tests.importing.desk import ENTERPRISES, book, firm
from tests.panel.browse import blank_page
from tests.stagehand import MONDAY

Say = Callable[[str], None]
ORDER = ("REGISTERED", "DISPATCHED", "ACCEPTED")
ROWS = 60


def let_go() -> None:
    """No connection is left open across a fork."""
    db.session.rollback()
    db.session.remove()
    db.engine.dispose()


def killed(work: Callable[[Say], None], seconds: float) -> list[str]:
    """Do the work in a child, kill it after so many seconds; what it had said until then."""
    let_go()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(lambda words: os.write(writing, f"{words}\n".encode()))
        finally:
            os._exit(0)
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        said = pipe.read().splitlines()
    db.session.remove()
    return said


class Work:
    """One kind of work: what is laid out before, what the child does, what must hold after."""

    longest = 0.4  # seconds until the kill, at most

    def __init__(self, app: Flask) -> None:
        self.app, self.turn = app, 0

    def prepare(self) -> None:
        """Before the child begins. `work(say)` is done in the child, `after(said)` finishes what a successor would and says what is wrong."""


def _count(query: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))


class Transitions(Work):
    """Register, dispatch, sign – over and over."""

    def work(self, say: Say) -> None:
        cast = Cast()
        while True:
            ticket = cast.ticket()
            db.session.commit()
            say(f"{ticket.id} REGISTERED")
            ticket.dispatch(by=cast.coordinator, lead=cast.jia)
            db.session.commit()
            say(f"{ticket.id} DISPATCHED")
            ticket.sign(by=cast.jia_clerk)
            db.session.commit()
            say(f"{ticket.id} ACCEPTED")

    def after(self, said: list[str]) -> list[str]:
        wrong = []
        for line in said:
            number, state = line.split()
            row = db.session.get(Ticket, int(number))
            if row is None or ORDER.index(row.state) < ORDER.index(state):
                wrong.append(f"诉求{number}的“{state}”丢失")
        rows = list(db.session.scalars(sa.select(Ticket)))
        for row in rows:
            events, clocks = len(row.events), len(row.deadlines)
            stage = ORDER.index(row.state)
            if events != stage + 1 or bool(clocks) != (stage > 0):
                wrong.append(f"诉求{row.number}只做了一半：{row.state}，{events}条流程，{clocks}个时限")
        if sorted(row.number for row in rows) != [f"SQ202408-{n:05d}" for n in range(1, len(rows) + 1)]:
            wrong.append("诉求编号有重有缺")
        return wrong


class Letters(Work):
    """Draft and issue, over and over."""

    def work(self, say: Say) -> None:
        cast = Cast()
        while True:
            letter = drafting.draft("WARNING_NOTICE", by=cast.supervisor, unit=cast.jia, matter=cast.ticket())
            db.session.commit()
            letter.issue(by=cast.supervisor, render=lambda _letter: blank_page())
            db.session.commit()
            say(f"{letter.id} {letter.number}")

    def after(self, said: list[str]) -> list[str]:
        wrong = []
        for line in said:
            number, word = line.split()
            row = db.session.get(Notice, int(number))
            if row is None or row.number != word:
                wrong.append(f"文书{word}丢失")
        rows = list(db.session.scalars(sa.select(Notice)))
        for row in rows:
            parts = {row.number is None, row.pdf is None, row.pdf_sha256 is None, row.issued_at is None}
            if len(parts) != 1:
                wrong.append(f"文书{row.id}只签发了一半")
        serials = sorted(row.serial for row in rows if row.serial)
        if serials != list(range(1, len(serials) + 1)):
            wrong.append("文号有重有缺")
        return wrong


class Imports(Work):
    """An upload read, then written; the successor finishes both."""

    longest = 1.5

    def prepare(self) -> None:
        self.turn += 1
        first = self.turn * ROWS
        run = ImportRun.upload("enterprise", by=Cast().intake, file_name="名单.xlsx",
                               data=book(ENTERPRISES, *(firm(first + i) for i in range(ROWS))))
        db.session.commit()
        self.run, self.first = run.id, first
        if self.turn % 2:  # every other time it is the writing that breaks off
            self._go_on()
            db.session.get(ImportRun, self.run).confirm(by=Cast().intake)
            db.session.commit()

    def _go_on(self) -> None:
        """The worker's turn; it has a session of its own and must not wait for ours."""
        db.session.rollback()
        run_waiting(self.app)
        db.session.expire_all()

    def work(self, say: Say) -> None:
        run_waiting(self.app)
        say("done")
        time.sleep(60)

    def after(self, said: list[str]) -> list[str]:
        names = {firm(self.first + i)[0] for i in range(ROWS)}
        here = _count(sa.select(Enterprise.id).where(Enterprise.name.in_(names)))
        wrong = [] if here in (0, ROWS) else [f"导入只写了{here}行"]
        self._go_on()
        run = db.session.get(ImportRun, self.run)
        if run.state == RunState.PREVIEW:
            run.confirm(by=Cast().intake)
            db.session.commit()
            self._go_on()
        there = _count(sa.select(Enterprise.id).where(Enterprise.name.in_(names)))
        if there != ROWS or db.session.get(ImportRun, self.run).state != RunState.DONE:
            wrong.append(f"接着办之后应有{ROWS}行，现有{there}行，{db.session.get(ImportRun, self.run).state}")
        return wrong


class Sweeps(Work):
    """A sweep a day over neglected demands; the successor sweeps the same moment to its end, and once more."""

    longest = 1.2

    def prepare(self) -> None:
        if not self.turn:
            cast = Cast()
            for _ in range(12):
                cast.ticket().dispatch(by=cast.coordinator, lead=cast.jia)
            db.session.commit()
        self.turn += 1
        self.moment = MONDAY.replace(hour=18) + self.turn * (MONDAY.replace(day=6) - MONDAY)

    def work(self, say: Say) -> None:
        sweep(self.moment)
        say("done")
        time.sleep(60)

    def after(self, said: list[str]) -> list[str]:
        sweep(self.moment)
        again = {label: n for label, n in sweep(self.moment).items() if n}
        wrong = [f"再巡查一次还有 {again}"] if again else []
        key = (AccountabilityAction.matter_id, AccountabilityAction.unit_id, AccountabilityAction.occasion, AccountabilityAction.rung)
        doubled = sa.select(*key).where(AccountabilityAction.state.in_(LIVE_ACTIONS)).group_by(*key).having(sa.func.count() > 1)
        if _count(doubled):
            wrong.append("同一事由拟了两次")
        return wrong


class Backups(Work):
    """A backup while others write; what is there afterwards is whole or not there."""

    longest = 0.8

    def work(self, say: Say) -> None:
        cast = Cast()
        while True:
            cast.ticket()
            db.session.commit()
            say(backup.make(backup.folder()).name)

    def after(self, said: list[str]) -> list[str]:
        place, wrong = backup.folder(), []
        for path in place.glob("*.tar"):
            try:
                backup.check(path)
            except backup.Broken as why:
                wrong.append(str(why))
        wrong += [f"备份{name}丢失" for name in set(said) if not (place / name).is_file()]
        with as_of(MONDAY.replace(year=2025)):
            backup.make(place)
        if left := [path.name for path in place.iterdir() if path.name.startswith(".making")]:
            wrong.append(f"残留 {left}")
        for path in place.glob("*.tar"):
            path.unlink()
        return wrong


class Exports(Work):
    """A list streamed; nothing it leaves behind matters, and the trail is whole."""

    longest = 0.6

    def prepare(self) -> None:
        if not self.turn:
            for _ in range(40):
                Cast().ticket()
            db.session.commit()
        self.turn += 1

    def work(self, say: Say) -> None:
        client = login(self.app.test_client(), "coordinator")
        while True:
            client.get("/ticket/export/xlsx/", buffered=True)
            say("one")

    def after(self, said: list[str]) -> list[str]:
        left = [path.name for path in Path(self.app.instance_path).rglob("*.xlsx")]
        return [f"残留 {left}"] if left else []


WORKS: dict[str, type[Work]] = {"办件流转": Transitions, "签发文书": Letters, "导入": Imports, "期限巡查": Sweeps, "备份": Backups, "导出": Exports}


@contextmanager
def the_desk(app: Flask) -> Iterator[None]:
    """Monday morning, with the system's eyes; a successor need not wait for a predecessor it knows to be dead."""
    kept = worker.STALE, running.SMALL, running.AT_ONCE
    worker.STALE, running.SMALL, running.AT_ONCE = timedelta(seconds=-60), 0, 0
    try:
        with app.app_context(), scope.everything(), as_of(MONDAY):
            yield
    finally:
        worker.STALE, running.SMALL, running.AT_ONCE = kept


def many_times(app: Flask, name: str, times: int, rng: random.Random) -> list[str]:
    """Kill that work so many times; everything that was wrong."""
    wrong = []
    with the_desk(app):
        job = WORKS[name](app)
        for turn in range(times):
            job.prepare()
            said = killed(job.work, rng.uniform(0.01, job.longest))
            wrong += [f"{name}第{turn + 1}次：{words}" for words in job.after(said) + all_faults()]
            let_go()
    return wrong
