"""`flask serve`: the web server, the scheduler and the worker under one roof; `flask scheduler`: the clocks alone.

They are separate processes, so a batch of letters or a long import never delays a sweep and two web workers
never sweep twice. The parent only watches: a dead helper is started again, a dead web server ends all.
"""

import ctypes
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from commands.signals import stop_on_signals
from models import scope
from models.backup import Broken, back_up_scheduled
from models.leftover import clear_daily
from models.message.delivery import deliver_scheduled
from models.now import TZ
from models.partition import extend_scheduled
from models.setting import DEFAULTS, setting
from models.sweep import run_scheduled

WORKERS = 2
THREADS = 4
# A batch of letters renders for minutes; gunicorn must not take that for a hung worker.
REQUEST_SECONDS = 600
STOP_SECONDS = 30
RESTART_SECONDS = 5


def web_line(listener: socket.socket) -> list[str]:
    """The gunicorn command line that serves the app on an already bound socket."""
    return [
        sys.executable, "-m", "gunicorn", "app:create_app()", "--bind", f"fd://{listener.fileno()}",
        "--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS),
        "--timeout", str(REQUEST_SECONDS), "--graceful-timeout", str(STOP_SECONDS - 5),
        # What libraries keep grows slowly; a worker is replaced before that matters.
        "--max-requests", "5000", "--max-requests-jitter", "500",
        "--config", str(Path(__file__).with_name("webworker.py")),
        # Requests are logged by views/journal.py, what gunicorn itself has to say in the same form.
        "--logger-class", "commands.weblog.Weblog", "--log-level", "warning", "--no-control-socket",
    ]


def helper_lines() -> dict[str, list[str]]:
    """The command lines of what runs beside the web server, by what it is called."""
    return {label: [sys.executable, "-m", "flask", "--app", "app", command] for label, command in (("定时任务", "scheduler"), ("后台导入", "worker"))}


def open_port(host: str, port: int) -> socket.socket:
    """Bind before anything starts, so that a taken port is one clear line and not a server's log."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "该端口已被其他程序占用，请先停止它，或用 PORT=其他端口 重新执行",
            errno.EACCES: "1024 以下的端口只有 root 能用，请用 PORT=其他端口 重新执行",
        }.get(error.errno, f"{error}；请检查 HOST 是否为本机地址")
        raise click.ClickException(f"无法监听 {host}:{port}：{reason}。") from None


def die_with_parent() -> None:
    """In a child, before exec: ask Linux for SIGTERM if the parent is killed without a chance to stop us."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 = PR_SET_PDEATHSIG


def _fresh_folder(folder: Path) -> Path:
    """Where the web workers count together for /metrics; counting begins anew with each start."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


class Household:
    """The web server and its helpers, and the wish to stop them."""

    def __init__(self, web: list[str], helpers: dict[str, list[str]], listener: socket.socket) -> None:
        self.stopping = threading.Event()
        self.counts = _fresh_folder(Path(current_app.instance_path) / "counts")
        self.lines = helpers
        self.web = self._start(web, pass_fds=[listener.fileno()])
        self.helpers = {label: self._start(line) for label, line in helpers.items()}

    def _start(self, line: list[str], pass_fds: Sequence[int] = ()) -> subprocess.Popen:
        counted = {"PROMETHEUS_MULTIPROC_DIR": str(self.counts)} if pass_fds else {}
        # A session of its own: Ctrl-C reaches only the parent, which then stops all in order.
        return subprocess.Popen(
            line, cwd=current_app.root_path, start_new_session=True, pass_fds=pass_fds,
            env=os.environ | counted | {"TZ": str(TZ)},  # gunicorn's log lines in local time
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
        )

    def watch(self) -> int:
        """Wait until told to stop (returns 0) or until the web server ends by itself (returns 1)."""
        while not self.stopping.wait(0.5):
            if self.web.poll() is not None:
                click.echo("网页服务已停止，正在退出。原因见上面的日志。", err=True)
                return 1
            for label, helper in self.helpers.items():
                if helper.poll() is not None:
                    self._restart(label, helper.returncode)
        return 0

    def _restart(self, label: str, code: int) -> None:
        click.echo(f"{label}进程退出（代码 {code}），{RESTART_SECONDS} 秒后重新启动。", err=True)
        if not self.stopping.wait(RESTART_SECONDS):
            self.helpers[label] = self._start(self.lines[label])

    def stop(self) -> None:
        """Ask all to finish what they are doing; kill what is still there after STOP_SECONDS."""
        children = [child for child in (self.web, *self.helpers.values()) if child.poll() is None]
        for child in children:
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)


@click.command("serve")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
@with_appcontext
def serve(host: str, port: int) -> None:
    """启动网页服务和定时任务，按 Ctrl-C 停止。"""
    with open_port(host, port) as listener:
        household = Household(web_line(listener), helper_lines(), listener)
        stop_on_signals(household.stopping)
        click.echo(f"督导台已启动：http://{f'[{host}]' if ':' in host else host}:{port}　（按 Ctrl-C 停止）")
        click.echo("首次登录的账号和口令由 flask init 给出；登录后须先修改口令。")
        try:
            code = household.watch()
        finally:
            household.stop()
    click.echo("督导台已停止。")
    sys.exit(code)


@click.command("scheduler")
@with_appcontext
def scheduler() -> None:
    """只运行定时任务（flask serve 会自动启动它）。"""
    stopping = threading.Event()
    stop_on_signals(stopping)
    run_every(current_app._get_current_object(), turn, stopping)


# What the scheduler does at each turn, in this order; each in its own transactions.
TASKS: dict[str, Callable[[Flask], object]] = {"巡查": run_scheduled, "消息发送": deliver_scheduled, "每日备份": back_up_scheduled,
                                              "附件清理": clear_daily, "留痕分年": extend_scheduled}


def turn(app: Flask) -> None:
    """Every task once: messages go out even when a clock has failed, and the backup is made even when neither works."""
    for label, task in TASKS.items():
        try:
            task(app)
        except Broken as why:
            app.logger.error("%s没有完成，下次再试：%s", label, why)
        except Exception:
            app.logger.exception("%s没有完成，下次再试。", label)


def run_every(app: Flask, run: Callable[[Flask], object], stopping: threading.Event) -> None:
    """Call `run(app)` now and then every `sweep_minutes`, until told to stop.

    A failing run is logged and tried again at the next turn: one bad row must not stop the clocks.
    """
    while not stopping.is_set():
        try:
            run(app)
        except Exception:
            app.logger.exception("定时任务本次运行失败，下次照常运行。")
        stopping.wait(sweep_seconds(app))


def sweep_seconds(app: Flask) -> int:
    """Seconds until the next run, from the setting `sweep_minutes`; never less than a minute."""
    minutes = DEFAULTS["sweep_minutes"]
    with app.app_context(), scope.everything():
        try:
            minutes = setting("sweep_minutes")
        except SQLAlchemyError:
            app.logger.warning("读不到定时间隔设置，按 %s 分钟执行。", minutes)
    return 60 * max(1, int(minutes) if minutes.isdecimal() else int(DEFAULTS["sweep_minutes"]))
