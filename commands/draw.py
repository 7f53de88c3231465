"""`flask draw replay`: anybody may repeat a random draw from its record (I5)."""

import click
from flask.cli import with_appcontext

from models import RandomDraw, db, scope


@click.group("draw")
def draw_group() -> None:
    """双随机抽取。"""


@draw_group.command("replay")
@click.argument("draw_id", metavar="ID", type=click.IntRange(1))
@with_appcontext
def replay(draw_id: int) -> None:
    """按记录的底册、权重和种子重放第 ID 号抽取，与记录核对；不一致时以 1 退出。"""
    with scope.everything():
        row = db.session.get(RandomDraw, draw_id)
        if row is None:
            raise click.ClickException(f"没有第{draw_id}号抽取")
        click.echo(f"{row}　种子 {row.seed}　底册摘要 {row.pool_sha256}")
        for place, (firm, people) in enumerate(row.pairs(), start=1):
            click.echo(f"{place}. {firm['name']}　检查人员：{'、'.join(person['name'] for person in people)}")
        if not row.replay():
            raise click.ClickException("重放结果与记录不一致，底册或结果被改动过")
    click.echo("重放一致")
