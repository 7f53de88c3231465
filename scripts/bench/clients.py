"""Eight people at once: the first page of the tickets from real server processes, the desk's and stock Flask-Admin's by turns.

Both are served by the same gunicorn line as `flask serve` uses, over the same database, one after the other and again, so that what else
the machine does falls on both.
"""

import http.client
import logging
import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from commands.serve import open_port, web_line
from scripts.bench.place import desk
from scripts.bench.stock import LIST, URL

CLIENTS, SECONDS, TURNS = 8, 8.0, 3
PATHS = {"desk": "/ticket/", "stock": LIST}
FACTORY = {"desk": "scripts.bench.clients:served_desk()", "stock": "scripts.bench.stock:served()"}
FOLDER = "BENCH_FOLDER"


def served_desk() -> Flask:
    """The product, over the database and folder named in the environment; its log says nothing here."""
    logging.disable(logging.WARNING)
    return desk(Path(os.environ[FOLDER]), os.environ[URL])


@contextmanager
def _serving(which: str, folder: Path, url: str) -> Iterator[int]:
    """The port of a gunicorn that serves one of the two."""
    with open_port("127.0.0.1", 0) as listener:
        line = [part.replace("app:create_app()", FACTORY[which]) for part in web_line(listener)]
        line = [part for part in line if part not in ("--logger-class", "commands.weblog.Weblog")]
        server = subprocess.Popen(line, pass_fds=[listener.fileno()], env=os.environ | {FOLDER: str(folder), URL: url})
        try:
            yield listener.getsockname()[1]
        finally:
            server.terminate()
            server.wait(30)


def _one(port: int, path: str, cookie: str, until: float) -> int:
    """How often one person got the page before `until`; RuntimeError on any other answer."""
    link, answered = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
    while time.perf_counter() < until:
        link.request("GET", path, headers={"Cookie": cookie})
        answer = link.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        answered += 1
    link.close()
    return answered


def _rate(port: int, path: str, cookie: str, seconds: float) -> float:
    """Pages a second that CLIENTS people get together."""
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as people:
        answered = sum(people.map(lambda _: _one(port, path, cookie, started + seconds), range(CLIENTS)))
    return answered / (time.perf_counter() - started)


def rates(folder: Path, url: str, cookie: str) -> dict[str, float]:
    """Pages a second of each, the best of TURNS turns taken alternately after one short turn to warm up."""
    best = dict.fromkeys(PATHS, 0.0)
    with _serving("desk", folder, url) as first, _serving("stock", folder, url) as second:
        ports = {"desk": first, "stock": second}
        for name, path in PATHS.items():
            _rate(ports[name], path, cookie, 2.0)
        for _ in range(TURNS):
            for name, path in PATHS.items():
                best[name] = max(best[name], _rate(ports[name], path, cookie, SECONDS))
    return best
