"""`flask worker`: long imports, read and written in a process of their own, so that no page waits for them."""

import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from commands.signals import stop_on_signals
from models.importing import run_waiting

SECONDS = 1.0  # between two looks at what waits


@click.command("worker")
@with_appcontext
def worker() -> None:
    """只办理排队的导入（flask serve 会自动启动它）。"""
    stopping = threading.Event()
    stop_on_signals(stopping)
    work(current_app._get_current_object(), stopping)


def work(app: Flask, stopping: threading.Event) -> None:
    """Take what waits until told to stop; a database that does not answer is asked again."""
    while not stopping.wait(SECONDS):
        try:
            run_waiting(app)
        except SQLAlchemyError:
            app.logger.exception("后台导入暂时读不到数据库，稍后再试。")
            stopping.wait(10)
