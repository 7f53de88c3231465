"""`make demo-days`: the demo district made on days out of the ordinary, looked through, and compared with an ordinary day."""

import argparse
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import lxml.html
import sqlalchemy as sa
from flask import Flask

from models import AuditEntry, MatterEvent, Setting, db, scope
from models.audit import verify
from models.identity.policy import Factor
from models.now import TZ, as_of, now
from models.report import REPORTS
from scripts.throwaway_demo import build_at, close

ORDINARY = "2024-10-23 15:20"
DAYS = {
    "2024-01-01 10:00": "元旦，一年的第一天", "2024-02-29 09:30": "闰日", "2024-02-10 11:00": "春节", "2024-03-03 15:00": "星期日",
    "2024-10-12 16:00": "调休上班的星期六", "2023-12-31 23:30": "一年的最后一夜", "2025-10-01 00:10": "国庆零时", "2029-05-02 10:00": "尚未公布节假日的年份",
}
LOOKED_AT = ("tongchou", "gongxin_jingban")
# Nothing to do is a good thing to read there; a demo has no backup yet.
LEFT_OUT = {"/", "/matter/", "/me/", "/operation/"}


def main() -> int:
    """0 when the demo can be made on every day and each one is as full as an ordinary one."""
    parser = argparse.ArgumentParser(prog="make demo-days", description="在特殊日子生成演示数据，逐页查看，并与平常日子比较")
    parser.add_argument("days", nargs="*", help="如 2024-02-29T09:30（默认：各种特殊日子）")
    asked = {day.replace("T", " "): "指定" for day in parser.parse_args().days} or DAYS
    right, usual = True, set()
    with tempfile.TemporaryDirectory() as place:
        for n, (day, words) in enumerate(({ORDINARY: "平常日子"} | asked).items()):
            began = time.process_time()
            filled, faults = _look(Path(place) / str(n), datetime.fromisoformat(day).replace(tzinfo=TZ))
            usual = usual or filled
            faults += [f"空表：{name}" for name in sorted(usual - filled - {"throttle"})]
            print(f"{day}  {words}  {'一切正常' if not faults else f'{len(faults)}处不对'}  处理器时间{time.process_time() - began:.0f}秒", flush=True)
            for fault in faults:
                print(f"    {fault}", flush=True)
            right = right and not faults
    return 0 if right else 1


def _look(folder: Path, moment: datetime) -> tuple[set[str], list[str]]:
    """The tables that have rows, and what is wrong with the demo made at `moment`."""
    app, built = build_at(folder, moment)
    with as_of(moment):
        with app.app_context(), scope.everything():
            faults = [f"操作留痕：{found}" for found in verify()] + _ahead() + _reports()
            filled = {table.name for table in db.metadata.sorted_tables if db.session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()}
            db.session.scalars(sa.select(Setting).where(Setting.key == "totp_for")).one().value = Factor.NONE
            db.session.commit()
            close()
        faults += [fault for name in LOOKED_AT for fault in _pages(app, name, built.password)]
    return filled, faults


def _ahead() -> list[str]:
    """What has happened before its time."""
    return [
        f"{table.__tablename__}有{count}条在将来" for table in (AuditEntry, MatterEvent)
        if (count := db.session.scalar(sa.select(sa.func.count()).select_from(table).where(table.at > now())))
    ]


def _reports() -> list[str]:
    """Every report of the newest period there is to offer."""
    faults = []
    for kind in REPORTS.values():
        period = kind.periods()[0][0]
        try:
            kind.build(period)
        except Exception as error:  # whatever it is, it is named and the next one is tried
            faults.append(f"报表{kind.label}（{period}）：{error!r}")
    return faults


def _pages(app: Flask, name: str, password: str) -> list[str]:
    """Every entry of somebody's menu opens and is not empty."""
    client = app.test_client()
    if client.post("/login", data={"username": name, "password": password}).status_code != 302:
        return [f"{name}不能登录"]
    menu = lxml.html.fromstring(client.get("/").text).xpath("//nav//a[starts-with(@href, '/')]/@href")
    faults = []
    for href in dict.fromkeys(menu):
        answer = client.get(href)
        if answer.status_code != 200:
            faults.append(f"{name} {href}：{answer.status_code}")
        elif href.split("?")[0] not in LEFT_OUT and lxml.html.fromstring(answer.text).xpath("//main//*[contains(@class, 'empty')]"):
            faults.append(f"{name} {href}：空页")
    return faults


if __name__ == "__main__":
    sys.exit(main())
