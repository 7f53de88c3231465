"""`flask search rebuild`: the index of words made anew."""

import click
from flask.cli import with_appcontext

from models import db, grams


@click.group("search")
def search_group() -> None:
    """检索索引。"""


@search_group.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """重建检索索引（平时由数据库自动维护；整库搬迁、手工改库后执行一次）。"""
    with db.engine.begin() as connection:
        grams.arm(connection, anew=True)
    click.echo("检索索引已重建。")
