"""`flask message`: what the scheduler does with the outbox, by hand."""

import click
from flask.cli import with_appcontext

from models.message import deliver


@click.command("message")
@with_appcontext
def message() -> None:
    """发送待发消息（邮件、群机器人）；定时任务会自动执行，排查时可手工执行。"""
    click.echo("，".join(f"{label}{count}条" for label, count in deliver().items()))
