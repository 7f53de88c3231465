"""`flask workday` and `flask sweep`."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from commands.database import needs_packs
from models import scope
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.now import local
from models.sweep import sweep
from models.typed import typed_moment


class Moment(click.ParamType):
    """A day or a minute as people write it: 2024-09-30 16:00, 20240930, 2024/9/30, 2024年9月30日 16时00分."""

    name = "moment"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, or the usual complaint of the command line."""
        if isinstance(value, datetime):
            return value
        if found := typed_moment(value):
            return found[0]
        return self.fail(f"“{value}”不是日期，请写成 \"2024-09-30 16:00\"，或 20240930、2024/9/30、2024年9月30日", param, ctx)


MOMENT = Moment()


@click.group()
def workday() -> None:
    """按工作日历推算期限。"""


def _print(start: datetime, amount: int, unit: LimitUnit) -> None:
    needs_packs()
    with scope.everything():
        found = deadline(local(start), Limit(amount, unit), work_calendar())
    click.echo(f"{found.due_at:%Y-%m-%d %H:%M}" + ("（暂定：放假安排尚未公布）" if found.provisional else ""))


@workday.command("add")
@click.argument("start", type=MOMENT, metavar="START")
@click.argument("days", type=click.IntRange(0, 3660))
@with_appcontext
def add(start: datetime, days: int) -> None:
    """从 START 次日起算 DAYS 个工作日的截止时刻。"""
    _print(start, days, LimitUnit.WORKDAY)


@workday.command("hours")
@click.argument("start", type=MOMENT, metavar="START")
@click.argument("hours", type=click.IntRange(0, 8784))
@with_appcontext
def hours(start: datetime, hours: int) -> None:
    """从 START 起 HOURS 小时（自然时）后的时刻。"""
    _print(start, hours, LimitUnit.HOUR)


@workday.command("between")
@click.argument("first", type=MOMENT, metavar="FIRST")
@click.argument("last", type=MOMENT, metavar="LAST")
@with_appcontext
def between(first: datetime, last: datetime) -> None:
    """FIRST 之后到 LAST 当日（含）的工作日数。"""
    needs_packs()
    with scope.everything():
        click.echo(work_calendar().working_days_between(local(first), local(last)))


@click.command("sweep")
@click.option("--as-of", type=MOMENT, help="按这一时刻巡查，如 \"2024-10-12 08:00\"")
@click.option("--dry-run", is_flag=True, help="只数不写")
@with_appcontext
def sweep_command(as_of: datetime | None, dry_run: bool) -> None:
    """期限巡查一遍：视同签收、提醒、拟办督办、生成定期任务。"""
    needs_packs()
    try:
        counts = sweep(as_of and local(as_of), dry_run=dry_run)
    except Exception as error:
        current_app.logger.exception("sweep")
        raise click.ClickException(f"巡查有一项没有完成（{type(error).__name__}），其余各项已完成；原因见“系统→巡查记录”和运行日志") from error
    for label, count in counts.items():
        click.echo(f"{label}：{count}")
