"""`flask demo`: the demo district at any size."""

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from commands.database import needs_packs
from models import Setting, db, scope
from models.identity.policy import Factor
from models.store import file_store
from seeds.demo import Order, build
from seeds.demo.district import totals
from seeds.demo.people import log_ins
from views.letters.binding import render_notice


@click.command("demo")
@click.option("--tickets", default=Order.tickets, show_default=True, type=click.IntRange(1), help="诉求总数，不足的批量补足")
@click.option("--enterprises", default=Order.enterprises, show_default=True, type=click.IntRange(1, 110_000), help="企业总数")
@click.option("--seed", default=Order.seed, show_default=True, help="随机种子；同一种子同一时刻生成同样的数据")
@with_appcontext
def demo(tickets: int, enterprises: int, seed: int) -> None:
    """生成演示区的单位、人员、企业和最近三个月的办件；已生成过的不重复，只补足数量。"""
    needs_packs()
    built = build(Order(tickets, enterprises, seed), file_store(), render_notice)
    if not (built.tickets or built.enterprises):
        click.echo("演示数据已经生成过，本次没有新增。")
    if built.seed != seed:
        click.echo(f"首次生成用的种子是{built.seed}，本次沿用。", err=True)
    if built.rows:
        click.echo(f"批量写入{built.rows:,}行，用时{built.seconds:.1f}秒，每秒{built.rows / max(built.seconds, 0.001):,.0f}行")
    click.echo("现有" + "、".join(f"{label}{count:,}" for label, count in totals().items()))
    if built.password:
        _without_second_factor()
        _print_log_ins(built.password)


def _without_second_factor() -> None:
    """A demo is looked at with a password alone; what is delivered asks administrators for a second factor."""
    with scope.everything():
        db.session.scalars(sa.select(Setting).where(Setting.key == "totp_for")).one().value = Factor.NONE
        db.session.commit()
    click.echo("演示环境不要求动态口令；正式使用前由安全管理员在“登录策略”中改为“管理员”。")


def _print_log_ins(password: str) -> None:
    click.echo("\n演示账号（仅供演示，正式使用前请停用）：")
    with scope.everything():
        for role, username in log_ins():
            click.echo(f"  {role:　<14}{username}")
    click.echo("  其他单位：单位代码_jingban（经办）、单位代码_fuze（负责人）")
    click.echo(f"以上账号口令均为：{password}（只显示这一次）")
