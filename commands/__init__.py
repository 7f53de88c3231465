"""The command line (docs in README.md): one file per group of commands."""

from flask import Flask

from commands import chinese
from commands.audit import audit_group
from commands.backup import backup_command, restore_command
from commands.clock import sweep_command, workday
from commands.database import init
from commands.demo import demo
from commands.doctor import doctor
from commands.draw import draw_group
from commands.files import files_group
from commands.flow import flow
from commands.keys import keys_group
from commands.letter import letter
from commands.message import message
from commands.partition import partition_command
from commands.password import password
from commands.report import report
from commands.schema import schema
from commands.search import search_group
from commands.serve import scheduler, serve
from commands.worker import worker


def init_app(app: Flask) -> None:
    """Register every command."""
    chinese.speak()
    for command in (audit_group, backup_command, draw_group, demo, doctor, files_group, flow, init, keys_group, letter, message, partition_command,
                    password, report, restore_command, scheduler, schema, search_group, serve, sweep_command, workday, worker):
        app.cli.add_command(command)
