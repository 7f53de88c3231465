"""`flask partition`: the trail in yearly pieces, on PostgreSQL."""

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from commands.database import needs_packs
from models import db, partition
from models.partition import Piece


@click.command("partition")
@click.option("--yes", is_flag=True, help="真的分；不加只说会怎样分，什么也不改")
@with_appcontext
def partition_command(yes: bool) -> None:
    """把留痕表按年分区（仅 PostgreSQL）；以后每年的分区由定时任务提前建好。请先停止督导台并备份。"""
    needs_packs()
    if not partition.is_possible():
        raise click.ClickException("只有 PostgreSQL 能分区；SQLite 不需要")
    db.session.rollback()
    with db.engine.connect() as connection:
        done = partition.is_cut(connection)
        found = partition.pieces(connection) if done else partition.years(connection)
    if done:
        _tell("已按年分区", found)
    elif not yes:
        _tell("没有改动。加 --yes 后将分成", found)
    else:
        try:
            _tell("已按年分区", partition.cut())
        except sa.exc.OperationalError as error:
            raise click.ClickException("留痕表正在被使用，没有分区；请先停止督导台") from error
        click.echo("请执行 flask audit verify 核验")


def _tell(words: str, found: list[Piece]) -> None:
    click.echo(f"{words}：")
    for piece in found:
        click.echo(f"  {piece.name}　{piece.rows:,}条" + (f"　{piece.megabytes:.1f} MB" if piece.megabytes is not None else ""))
