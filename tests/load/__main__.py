"""`make load`: fifty people at once on this machine, for a bounded time, against the real server; then what they were told is compared with
what is there. Usage: python -m tests.load [USERS] [SECONDS] [sqlite|postgresql]; with KILL=1 the server's processes are killed all the while,
with HOSTS=2 there are two servers on the one database, the killer at the second; FILE_STORE and its keys are handed on to them

Loopback only, at most 100 users and 20 minutes. No 5xx, no accepted entry missing, no number twice, no measure twice.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from argon2 import PasswordHasher

from commands.audit import all_faults
from models import AccountabilityAction, Attachment, MatterEvent, Setting, Ticket, User, db, scope
from models.accountability import LIVE_ACTIONS
from models.now import as_of, now
from models.store import file_store
from tests.cast import PASSWORD, PEOPLE, Cast
from tests.conftest import Postgres, Sqlite
from tests.faults.__main__ import Durable
from tests.load.killer import Killer
from tests.load.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
FLASK = [sys.executable, "-m", "flask", "--app", "app"]
MOST_USERS, MOST_SECONDS = 100, 1200
# Of fifty: who sits at the desks of a district.
SHARES = {"intake": 12, "coordinator": 6, "jia_clerk": 12, "yi_clerk": 10, "supervisor": 5, "leader": 5}
PAGES = ("/", "/ticket/", "/matter/", "/inbox/", "/accountability/", "/notice/", "/search/?q=%E7%A8%B3%E5%B2%97")


def hire(count: int) -> list[tuple[str, str]]:
    """(username, kind) of that many people, each with an account of their own."""
    digest = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    made, total = [], sum(SHARES.values())
    for kind, share in SHARES.items():
        model = db.session.scalars(sa.select(User).where(User.username == kind)).one()
        for number in range(max(1, round(count * share / total))):
            username = f"{kind}_{number}"
            db.session.add(User(username=username, name=f"{PEOPLE[kind][0]}{number}", unit=model.unit, roles=list(model.roles), password_hash=digest,
                                must_change=False, password_at=now()))
            made.append((username, kind))
    return made


def lay_out() -> None:
    """Neglected demands for the clocks, demands in work for the clerks, a sweep a minute."""
    cast = Cast()
    with as_of(now() - timedelta(days=40)):
        for unit in (cast.jia, cast.yi) * 10:
            cast.ticket().dispatch(by=cast.coordinator, lead=unit)
    for unit, clerk in ((cast.jia, cast.jia_clerk), (cast.yi, cast.yi_clerk)) * 10:
        ticket = cast.ticket()
        ticket.dispatch(by=cast.coordinator, lead=unit)
        ticket.sign(by=clerk)
    db.session.scalars(sa.select(Setting).where(Setting.key == "sweep_minutes")).one().value = "1"
    db.session.commit()


class Desk:
    """One of the fifty, until the time is over; what was accepted is kept."""

    def __init__(self, port: int, username: str, kind: str, facts: dict[str, int], seed: int) -> None:
        self.kind, self.facts, self.rng = kind, facts, random.Random(seed)
        self.person = Visitor(port, username, PASSWORD)
        self.registered: list[str] = []
        self.progressed: list[str] = []
        self.kept: list[tuple[str, bytes]] = []
        self.number = 0

    def run(self, end: float) -> None:
        """Work, think a second, work."""
        while time.monotonic() < end:
            {"intake": self.take_in, "coordinator": self.coordinate, "jia_clerk": self.handle, "yi_clerk": self.handle}.get(self.kind, self.look)()
            if self.rng.random() < 0.5:
                self.look()
            time.sleep(self.rng.uniform(0.2, 1.8))

    def look(self) -> None:
        """A page, and a record of the list."""
        self.person.ask("页面", self.rng.choice(PAGES))
        rows = self.person.rows("/ticket/")
        if rows:
            self.person.ask("办件页", f"/ticket/details/?id={self.rng.choice(rows)}")

    def take_in(self) -> None:
        """Register a demand."""
        self.number += 1
        title = f"压测诉求{self.person.username}第{self.number}件"
        paper = (f"{title}.pdf", b"%PDF-1.7\n" + self.rng.randbytes(20_000)) if self.number % 2 else None
        done, _ = self.person.send("登记带附件" if paper else "登记", "/ticket/register/", paper, title=title,
                                   channel="WINDOW", enterprise="演示远航科技有限公司",
                                   content=f"{title}：提交申领后一直没有到账，请协调。")
        if done:
            self.registered.append(title)
            self.kept += [paper] if paper else []

    def coordinate(self) -> None:
        """Dispatch one of the waiting demands; several people reach for the same ones."""
        rows = self.person.rows("/ticket/?flt_state=REGISTERED")
        if rows:
            self.person.send("派发", f"/ticket/step/dispatch/?id={self.rng.choice(rows[:10])}", lead=self.facts[self.rng.choice(["jia", "yi"])])

    def handle(self) -> None:
        """Sign, or report progress; colleagues write on the same demand at the same time."""
        rows = self.person.rows("/ticket/")
        if not rows:
            return
        row = self.rng.choice(rows[:8])
        if self.rng.random() < 0.4:
            self.person.send("签收", f"/ticket/step/sign/?id={row}")
        self.number += 1
        words = f"压测进展{self.person.username}第{self.number}条"
        done, _ = self.person.send("报进展", f"/ticket/step/report_progress/?id={row}", progress=words)
        if done:
            self.progressed.append(words)


def wait_ready(port: int) -> None:
    """Until the server answers; RuntimeError after a minute and a half."""
    for _ in range(90):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
            return
        except OSError:
            time.sleep(1)
    raise RuntimeError("the server does not answer")


def compare(desks: list[Desk]) -> list[str]:
    """What people were told against what is there."""
    wrong = []
    titles = list(db.session.scalars(sa.select(Ticket.title)))
    numbers = list(db.session.scalars(sa.select(Ticket.number)))
    notes = " ".join(filter(None, db.session.scalars(sa.select(MatterEvent.note))))
    told = [title for desk in desks for title in desk.registered]
    wrong += [f"登记丢失：{title}" for title in told if titles.count(title) != 1]
    wrong += [f"进展丢失：{words}" for desk in desks for words in desk.progressed if f"{words}" not in notes]
    wrong += [f"附件丢失：{name}" for desk in desks for name, data in desk.kept if _kept(name) != data]
    if len(numbers) != len(set(numbers)):
        wrong.append("编号重复")
    key = (AccountabilityAction.matter_id, AccountabilityAction.unit_id, AccountabilityAction.occasion, AccountabilityAction.rung)
    doubled = sa.select(*key).where(AccountabilityAction.state.in_(LIVE_ACTIONS)).group_by(*key).having(sa.func.count() > 1)
    if db.session.execute(doubled).all():
        wrong.append("同一事由督办两次")
    return wrong + all_faults()


def _kept(name: str) -> bytes:
    """What the store has of a file that was accepted."""
    stored = db.session.scalars(sa.select(Attachment.stored).where(Attachment.original_name == name)).all()
    if len(stored) != 1:
        return b""
    with file_store().open(stored[0]) as file:
        return file.read()


def table(desks: list[Desk], seconds: float) -> None:
    """A row for each kind of request."""
    noted = [line for desk in desks for line in desk.person.noted]
    click.echo("| 请求 | 次数 | 中位（毫秒） | 95%（毫秒） | 最长（毫秒） | 5xx | 无应答 |\n|---|---|---|---|---|---|---|")
    for what in sorted({line[0] for line in noted}):
        times = sorted(line[2] * 1000 for line in noted if line[0] == what)
        bad, late = (sum(line[0] == what and found(line[1]) for line in noted) for found in (lambda code: code >= 500, lambda code: code == 0))
        click.echo(f"| {what} | {len(times)} | {statistics.median(times):.0f} | {times[int(0.95 * (len(times) - 1))]:.0f} | {times[-1]:.0f} | {bad} | {late} |")
    bad, late = sum(line[1] >= 500 for line in noted), sum(not line[1] for line in noted)
    click.echo(f"共 {len(noted)} 次请求，每秒 {len(noted) / seconds:.1f} 次，5xx {bad} 次，没有应答 {late} 次")


@contextmanager
def served(stage: Sqlite | Postgres, folder: Path, host: int = 0) -> Iterator[tuple[int, dict[str, str], int]]:
    """The real server on that database: (port, its environment, its process). A second host has a data folder of its own."""
    port = 20000 + os.getpid() % 20000 + host
    given = os.environ | {
        "INSTANCE_PATH": str(folder / f"host{host}" if host else folder), "UPLOAD_DIR": str(folder / "files"),
        "DATABASE_URL": stage.app.config["SQLALCHEMY_DATABASE_URI"], "SECRET_KEY": "t" * 40,
        "DATA_KEYS": stage.app.config["DATA_KEYS"], "PORT": str(port), "LOG_FILE": str(folder / f"log{host}"), "LOG_FORMAT": "json"}
    server = subprocess.Popen([*FLASK, "serve"], cwd=ROOT, env=given)
    try:
        wait_ready(port)
        yield port, given, server.pid
    finally:
        server.terminate()
        server.wait()


def work(ports: list[int], given: dict[str, str], people: list[tuple[str, str]], facts: dict[str, int], seconds: int) -> list[Desk]:
    """All at once until the time is over, a second set of clocks beside the scheduler's."""
    desks = [Desk(ports[seed % len(ports)], username, kind, facts, seed) for seed, (username, kind) in enumerate(people)]
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=desk.run, args=(end,)) for desk in desks]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        ran = subprocess.run([*FLASK, "sweep"], cwd=ROOT, env=given, capture_output=True, text=True)
        if ran.returncode:
            click.echo(f"期限巡查失败：{ran.stderr[-2000:]}", err=True)
        time.sleep(20)
    for thread in threads:
        thread.join()
    return desks


def lay_out_for(stage: Sqlite | Postgres, users: int) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """People and demands on a fresh database; (username, kind) of each, ids of the units."""
    stage.renew()
    with stage.app.app_context(), scope.everything():
        people = hire(users)
        lay_out()
        facts = {"jia": Cast().jia.id, "yi": Cast().yi.id}
        db.session.remove()
        db.engine.dispose()
    return people, facts


def one(engine: str, users: int, seconds: int) -> int:
    """The whole run on one engine; how much was wrong."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dudao-load-")))
        stage: Sqlite | Postgres = {"sqlite": Sqlite, "postgresql": Durable}[engine](folder, stack)
        people, facts = lay_out_for(stage, users)
        with ExitStack() as hosts:
            servers = [hosts.enter_context(served(stage, folder, host)) for host in range(int(os.environ.get("HOSTS") or 1))]
            begun, given = time.monotonic(), servers[0][1]
            killer = Killer(servers[-1][2])
            if os.environ.get("KILL"):
                killer.start()
            desks = work([port for port, _given, _server in servers], given, people, facts, seconds)
            spent = time.monotonic() - begun
            if killer.is_alive():
                click.echo(f"kill -9：{killer.stop()}")
        click.echo(f"\n{engine}，{len(desks)} 人，{spent:.0f} 秒")
        table(desks, spent)
        with stage.app.app_context(), scope.everything():
            wrong = compare(desks)
            db.session.remove()
            db.engine.dispose()
    click.echo(f"受理登记 {sum(len(d.registered) for d in desks)} 件，报进展 {sum(len(d.progressed) for d in desks)} 条；丢失、重复、不符 {len(wrong)}")
    for words in wrong[:10]:
        click.echo(f"    {words}", err=True)
    return len(wrong) + sum(line[1] >= 500 for desk in desks for line in desk.person.noted)


def main() -> int:
    """Both engines unless one is named; exit code 1 when anything was wrong."""
    users = min(MOST_USERS, int(sys.argv[1]) if len(sys.argv) > 1 else 50)
    seconds = min(MOST_SECONDS, int(sys.argv[2]) if len(sys.argv) > 2 else 600)
    return 1 if sum(one(engine, users, seconds) for engine in sys.argv[3:] or ["sqlite", "postgresql"]) else 0


if __name__ == "__main__":
    raise SystemExit(main())
