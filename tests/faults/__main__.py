"""`make faults`: every fault many times, and the table for docs/reliability.md. Usage: python -m tests.faults [TIMES] [sqlite|postgresql]"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from models import db
from scripts import throwaway_postgres
from tests.conftest import Postgres, Sqlite
from tests.faults import others
from tests.faults.killing import WORKS, many_times

EACH = 20  # kills on one database before a fresh one takes its place


def renewed(stage: object) -> None:
    """A database as after the packs were loaded."""
    with stage.app.app_context():
        db.session.remove()
        db.engine.dispose()
    stage.renew()


def kills(stage: object, name: str, times: int) -> others.Result:
    """That work killed so many times, on databases that stay small."""
    wrong, left, rng = [], times, random.Random(f"{name}{time.time_ns()}")
    while left > 0:
        renewed(stage)
        wrong += many_times(stage.app, name, min(EACH, left), rng)
        left -= EACH
    return times, wrong


def faults(stage: object, engine: str, times: int) -> dict[str, Callable[[], others.Result]]:
    """Every fault of this engine, by its name."""
    found: dict[str, Callable[[], others.Result]] = {
        f"kill -9：{name}": (lambda name=name: kills(stage, name, times)) for name in WORKS}
    few = max(2, times // 10)
    for label, do, count in (("时钟前后乱跳", others.jumping_clocks, few), ("日历年份缺失", others.missing_year, few), ("字体缺失", others.missing_font, few),
                             ("导入文件损坏", others.broken_uploads, times), ("附件损坏或冒充", others.broken_attachments, times)):
        found[label] = lambda do=do, count=count: (renewed(stage), do(stage.app, count))[1]
    if engine == "postgresql":
        data = Path(os.environ["DUDAO_FAULTS_PG"]) / "data"
        found["PostgreSQL 重启"] = lambda: (renewed(stage), others.postgres_restarts(stage.app, data, few))[1]
    elif os.geteuid() == 0:
        found["磁盘写满"] = lambda: others.full_disk(stage, few)
        found["磁盘变只读"] = lambda: others.read_only_disk(stage, few)
    return found


class Durable(Postgres):
    """A server that keeps what it has committed when it is stopped at once."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        import tests.conftest as stage

        def durable() -> object:
            made = throwaway_postgres.cluster(durable=True)

            class Known:
                def __enter__(self) -> str:
                    url = made.__enter__()
                    os.environ["DUDAO_FAULTS_PG"] = url.partition("host=")[2]
                    return url

                def __exit__(self, *args: object) -> None:
                    made.__exit__(*args)

            return Known()

        kept, stage.cluster = stage.cluster, durable
        try:
            super().__init__(folder, stack)
        finally:
            stage.cluster = kept


def main() -> int:
    """Run them and print a row for each; exit code 1 when anything was lost."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    engines = sys.argv[2:] or ["sqlite", "postgresql"]
    lost = 0
    click.echo("| 故障 | 数据库 | 次数 | 丢失或残缺 | 用时（秒） |\n|---|---|---|---|---|")
    for engine in engines:
        where = "/dev/shm" if Path("/dev/shm").is_dir() else None
        with ExitStack() as stack, tempfile.TemporaryDirectory(dir=where) as folder:
            stage = {"sqlite": Sqlite, "postgresql": Durable}[engine](Path(folder), stack)
            for label, tried in faults(stage, engine, times).items():
                begun = time.monotonic()
                count, wrong = tried()
                lost += len(wrong)
                click.echo(f"| {label} | {engine} | {count} | {len(wrong)} | {time.monotonic() - begun:.0f} |")
                for words in wrong[:5]:
                    click.echo(f"    {words}", err=True)
            renewed(stage)
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
