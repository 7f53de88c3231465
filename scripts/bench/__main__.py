"""``python -m scripts.bench --sizes 10000,100000 --engines sqlite,postgresql``: fills, measures, prints, writes JSON."""

import argparse
import json
import logging
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from models import db, scope
from scripts.bench.apart import WORK
from scripts.bench.clients import rates
from scripts.bench.operations import Marks, Page, marks, pages
from scripts.bench.place import Place, place
from scripts.bench.stock import ADDRESSES, stock
from scripts.bench.table import printed
from scripts.bench.visitor import Visitor, statements
from scripts.bench.work import many, save, verb

Row = dict[str, float | str]


def repeated(act: Callable[[], object], times: int) -> tuple[float, float]:
    """(elapsed, this process's own) milliseconds of one run: the median and the least of several, after one to warm up.

    The second is what counts on a machine that does other things as well; of PostgreSQL it has the client's part only.
    """
    act()
    elapsed, own = [], []
    for _ in range(times):
        started, used = time.perf_counter(), time.process_time()
        act()
        elapsed.append(time.perf_counter() - started)
        own.append(time.process_time() - used)
    return statistics.median(elapsed) * 1000, min(own) * 1000


def read(client: FlaskClient, address: str) -> bytes:
    """A page to its end; RuntimeError when it is none."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return answer.data


class Bench:
    """One filled desk under measurement."""

    def __init__(self, where: Place, folder: Path, times: int) -> None:
        self.where, self.app, self.folder, self.times = where, where.app, folder, times
        self.visitors: dict[str, Visitor] = {}
        self.rows: list[Row] = []

    def visitor(self, who: str) -> Visitor:
        """Logged in once."""
        if who not in self.visitors:
            self.visitors[who] = Visitor(self.app, who)
        return self.visitors[who]

    def note(self, name: str, **figures: float) -> None:
        """Keep one line, and say it."""
        self.rows.append({"engine": self.where.engine, "tickets": self.where.tickets, "name": name, **figures})
        print(f"  {name:26}", "  ".join(f"{key} {value:,.1f}" for key, value in figures.items()), flush=True)

    def marks(self) -> Marks:
        """Looked up outside any request."""
        with self.app.app_context(), scope.everything():
            found = marks()
            db.session.remove()
        return found

    def page(self, one: Page) -> None:
        """A page, its statements, and the raw query beside it."""
        visitor = self.visitor(one.who)
        with statements() as sent:
            size = len(visitor.get(one.address))
        self.timed(one.name, lambda: visitor.get(one.address), self.times, statements=len(sent), kB=size / 1024, raw=self.raw(one))

    def raw(self, one: Page) -> float:
        """The raw query's time; 0 where there is none."""
        if one.raw is None:
            return 0.0
        with self.app.app_context(), db.engine.connect() as connection:
            return repeated(lambda: connection.execute(one.raw).all(), self.times)[0]

    def timed(self, name: str, act: Callable[[], object], times: int, **more: float) -> None:
        """Repeat, and keep both times."""
        elapsed, own = repeated(act, times)
        self.note(name, ms=elapsed, own=own, **more)

    def work(self, at: Marks) -> None:
        """Saving, a verb, many at once."""
        self.timed("form and save", lambda: save(self.visitor("intake"), at), self.times)
        self.timed("form and verb", lambda: verb(self.visitor("supervisor"), at), self.times)
        seconds, rows = many(self.visitor("supervisor"), 100)
        self.note("bulk verb, each row", ms=seconds * 1000 / max(rows, 1), rows=rows)

    def stock(self) -> None:
        """Flask-Admin by its manual, on the same database."""
        with self.app.app_context(), scope.everything(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client = stock(db.engine).test_client()
            for name, address in ADDRESSES.items():
                self.timed(f"stock: {name}", lambda address=address: read(client, address), 2)

    def clients(self) -> None:
        """Eight people at once, beside stock."""
        cookie = self.visitor("coordinator").cookie
        with self.app.app_context():
            url = db.engine.url.render_as_string(hide_password=False)
        for name, rate in rates(self.folder, url, cookie).items():
            self.note(f"eight clients: {name}", rate=rate)

    def apart(self, names: list[str]) -> None:
        """Long work, each piece in its own process."""
        with self.app.app_context():
            url = db.engine.url.render_as_string(hide_password=False)
            db.engine.dispose()
        for name in names:
            run = subprocess.run([sys.executable, "-m", "scripts.bench.apart", name, self.folder, url], stdout=subprocess.PIPE, text=True, check=True)
            figures = json.loads(run.stdout.splitlines()[-1])
            self.note(name, **figures)


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--sizes", default="10000,100000", help="numbers of tickets")
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--enterprises", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("instance/bench"))
    parser.add_argument("--url", help="a database that is there already, instead of a file or a throw-away server")
    parser.add_argument("--parts", default="pages,stock,clients,work,apart")
    parser.add_argument("--work", default=",".join(WORK), help="which of the long pieces")
    return parser.parse_args()


def main() -> None:
    """Every size on every engine."""
    asked, rows = options(), []
    logging.disable(logging.WARNING)
    for engine in asked.engines.split(","):
        for tickets in map(int, asked.sizes.split(",")):
            folder = (asked.folder / f"{engine}-{tickets}").resolve()
            print(f"{engine}, {tickets:,} tickets", flush=True)
            with place(engine, folder, tickets, asked.enterprises, asked.url) as where:
                bench = Bench(where, folder, asked.times)
                if where.seconds:
                    bench.note("filling", seconds=where.seconds)
                at, parts = bench.marks(), asked.parts.split(",")
                for one in pages(at) if "pages" in parts else ():
                    bench.page(one)
                if "stock" in parts:
                    bench.stock()
                if "clients" in parts:
                    bench.clients()
                if "work" in parts:
                    bench.work(at)
                if "apart" in parts:
                    bench.apart(asked.work.split(","))
                rows += bench.rows
    asked.folder.mkdir(parents=True, exist_ok=True)
    kept = asked.folder / "bench.json"
    before = json.loads(kept.read_text()) if kept.exists() else []
    fresh = {(row["engine"], row["tickets"], row["name"]) for row in rows}
    everything = [row for row in before if (row["engine"], row["tickets"], row["name"]) not in fresh] + rows
    kept.write_text(json.dumps(everything, ensure_ascii=False, indent=1))
    print(printed(everything))


main()
