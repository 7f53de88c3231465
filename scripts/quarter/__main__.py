"""`make quarter`: builds the demo district once, plays the quarter on two copies of it, prints the table, compares the outcome."""

import argparse
import shutil
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from models import Heartbeat, Setting, db, scope
from models.now import TZ, as_of
from scripts.quarter import recount
from scripts.quarter.play import Played, play
from scripts.throwaway_demo import app_in, build_at, close

START = "2024-07-01"


def main() -> int:
    """0 when every line of the table is right and every run ends the same."""
    options = _options()
    first = datetime.fromisoformat(options.start).replace(tzinfo=TZ)
    last = first + timedelta(days=options.days) - timedelta(hours=1)
    ends, right = [], True
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "start"
        _build(start, first - timedelta(hours=15))
        for n in range(options.runs):
            place = Path(folder) / f"run{n}"
            shutil.copytree(start, place)
            found, end = _run(place, first, last)
            right = found and right
            ends.append(end)
    same = len(set(ends)) == 1
    if options.runs > 1:
        print(f"{options.runs}次运行结果{'完全一致' if same else '不一致'}：{'、'.join(end[:16] for end in dict.fromkeys(ends))}")
    return 0 if right and same else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make quarter", description="一个季度逐小时巡查演练：逐项核对，运行两次结果应完全一致")
    parser.add_argument("--start", default=START, help="起始日期（默认 %(default)s）")
    parser.add_argument("--days", type=int, default=92, help="天数（默认 %(default)s）")
    parser.add_argument("--runs", type=int, default=2, help="运行次数（默认 %(default)s）")
    return parser.parse_args()


def _build(folder: Path, moment: datetime) -> None:
    """The demo district as it is at `moment`."""
    app, _built = build_at(folder, moment)
    with app.app_context():
        with scope.everything():  # the people of the play never log in, and stay awake all the same
            db.session.scalars(sa.select(Setting).where(Setting.key == "dormant_days")).one().value = "99999"
            db.session.commit()
        close()


def _run(folder: Path, first: datetime, last: datetime) -> tuple[bool, str]:
    app = app_in(folder)
    with app.app_context(), scope.everything():
        before, since = recount.tasks(), _last_sweep()
    began = time.monotonic()
    played = play(app, first, last)
    took = time.monotonic() - began
    with app.app_context(), scope.everything(), as_of(last):
        lines, end = recount.lines(played, before, since), recount.digest()
        db.engine.dispose()
    _print(played, lines, took)
    return all(line.ok for line in lines), end


def _last_sweep() -> date:
    return db.session.scalar(sa.select(sa.func.max(Heartbeat.as_of))).date()


def _print(played: Played, lines: list[recount.Line], took: float) -> None:
    each = sorted(1000 * seconds for seconds in played.seconds)
    print(f"\n{played.first:%Y-%m-%d %H:%M} 至 {played.last:%Y-%m-%d %H:%M}，逐小时巡查{len(each):,}次，其中{played.idle:,}次无事可做；用时{took:.0f}秒")
    print(f"每次巡查（处理器时间）：平均{sum(each) / len(each):.0f}毫秒，中位{each[len(each) // 2]:.0f}毫秒，最长{each[-1]:.0f}毫秒\n")
    print("   应有    实有  核对    项目")
    for line in lines:
        print(f"{line.wanted:>7,}{line.found:>8,}  {'一致' if line.ok else '不一致'}    {line.what}")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
