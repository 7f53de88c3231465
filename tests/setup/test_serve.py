"""`flask serve`: one command runs the web server and the clocks, and one Ctrl-C ends both."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from commands.serve import run_every, sweep_seconds
from models import Setting, db, scope

from .conftest import ROOT

PATIENCE = 60


class Server:
    """A running `flask serve` and what it printed."""

    def __init__(self, initialised: Path, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.instance, self.log = folder / "instance", folder / "serve.log"
        shutil.copytree(initialised, self.instance)
        self.process = start(self.port, self.instance, self.log)
        eventually(self.answers)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def answers(self) -> int | None:
        """HTTP status of a page, or None while nobody listens."""
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/?q=13800000000", timeout=20).status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return None

    def child(self, word: str) -> int | None:
        """Process id of the child whose command line has `word`."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
                line = (stat.parent / "cmdline").read_text()
            except OSError:  # it ended while we looked
                continue
            if parent == self.process.pid and word in line:
                return int(stat.parent.name)
        return None

    def said(self) -> str:
        return self.log.read_text()


def start(port: int, instance: Path, log: Path) -> subprocess.Popen:
    settings = {"INSTANCE_PATH": str(instance), "DATABASE_URL": "", "HOST": "127.0.0.1", "PORT": str(port)}
    with log.open("w") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=ROOT, stdout=output, stderr=output, env=os.environ | settings,
        )


def eventually(look: Callable[[], object]) -> object:
    """The first truthy answer of `look`; fails after a minute without one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError("waited in vain")


@pytest.fixture(scope="module")
def running(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that no test may stop."""
    server = Server(initialised, tmp_path_factory.mktemp("running"))
    yield server
    server.stop()


@pytest.fixture
def server(initialised: Path, tmp_path: Path) -> Iterator[Server]:
    """A server to be killed."""
    server = Server(initialised, tmp_path)
    yield server
    server.stop()


def test_it_serves_pages_tells_the_address_and_stops_cleanly(server):
    assert f"督导台已启动：http://127.0.0.1:{server.port}" in server.said()
    scheduler = eventually(lambda: server.child("scheduler"))
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(PATIENCE) == 0
    assert server.said().rstrip().endswith("督导台已停止。")
    assert server.answers() is None
    assert not Path(f"/proc/{scheduler}").exists()


def test_the_log_keeps_no_search_words(running):
    assert eventually(lambda: re.search(r"GET / \d{3} \d+ms 127\.0\.0\.1", running.said())), running.said()
    assert "13800000000" not in running.said()


def test_a_scheduler_that_dies_is_started_again(running):
    first = eventually(lambda: running.child("scheduler"))
    os.kill(first, signal.SIGKILL)
    second = eventually(lambda: (found := running.child("scheduler")) != first and found)
    assert second != first
    assert "定时任务进程退出（代码 -9）" in running.said()


def test_a_web_server_that_dies_ends_everything(server):
    scheduler = eventually(lambda: server.child("scheduler"))
    os.kill(server.child("gunicorn"), signal.SIGKILL)
    assert server.process.wait(PATIENCE) == 1
    assert not Path(f"/proc/{scheduler}").exists()


def test_killing_the_parent_leaves_nobody_on_the_port(server):
    server.process.kill()
    server.process.wait(PATIENCE)
    eventually(lambda: server.answers() is None)


def test_a_taken_port_is_one_clear_sentence(running, tmp_path):
    second = start(running.port, running.instance, tmp_path / "second.log")
    assert second.wait(PATIENCE) == 1
    said = (tmp_path / "second.log").read_text()
    assert "已被其他程序占用" in said
    assert "Traceback" not in said


class Impatient(threading.Event):
    """Does not wait for a quarter of an hour."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


def test_a_run_that_fails_does_not_stop_the_clocks(installed, caplog):
    stopping, runs = Impatient(), []

    def run(running_app):
        runs.append(running_app)
        if len(runs) == 1:
            raise ValueError("坏数据")
        stopping.set()

    run_every(installed, run, stopping)
    assert runs == [installed, installed]
    assert "坏数据" in caplog.text


@pytest.mark.parametrize(("written", "seconds"), [("15", 900), ("0", 60), ("每小时", 900), ("", 900)])
def test_the_interval_is_a_setting_that_cannot_stop_the_clocks(installed, written, seconds):
    with installed.app_context(), scope.everything():
        db.session.execute(sa.update(Setting).where(Setting.key == "sweep_minutes").values(value=written))
        db.session.commit()
    assert sweep_seconds(installed) == seconds
