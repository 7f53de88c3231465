"""Long pieces of work, each in a process of its own so that its memory can be told: ``python -m scripts.bench.apart NAME FOLDER URL``.

Prints one line of JSON: seconds, the process's own seconds, seconds until the first byte, megabytes grown by, rows.
"""

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from openpyxl import Workbook

from models import Enterprise, ImportRun, Matter, User, db, scope
from models.importing import run_waiting
from models.sweep import sweep
from scripts.bench.place import PEOPLE, desk
from scripts.bench.visitor import Visitor
from scripts.presses import running
from seeds.demo.fictitious import credit_code
from views.letters import Order, joined, render_many, render_pdf
from views.letters.samples import sample_paper

EXPORTED, IMPORTED = 100_000, 50_000
KIND = "SUPERVISION_NOTICE"
SINGLE = 15


def memory(process: int | str = "self") -> float:
    """The most a program has had so far, in megabytes; getrusage() would begin with what the process that started it had."""
    said = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024


def csv(app: Flask) -> dict[str, float]:
    """100,000 firms as CSV."""
    return _export(app, "csv")


def xlsx(app: Flask) -> dict[str, float]:
    """100,000 firms as a workbook."""
    return _export(app, "xlsx")


def _export(app: Flask, kind: str) -> dict[str, float]:
    visitor = Visitor(app, "coordinator")
    visitor.get("/enterprise/")
    before, started = memory(), time.perf_counter()
    answer = visitor.client.get(f"/enterprise/export/{kind}/", buffered=False)
    pieces = iter(answer.response)
    size = len(next(pieces))
    first = time.perf_counter() - started
    size += sum(map(len, pieces))
    answer.close()
    return {"seconds": time.perf_counter() - started, "first": first, "grown": memory() - before, "rows": _count(app, Enterprise), "bytes": size}


def _count(app: Flask, model: type, *where: sa.ColumnElement[bool]) -> int:
    with app.app_context(), scope.everything():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def imported(app: Flask) -> dict[str, float]:
    """50,000 new firms from a workbook: read, checked, entered, audited."""
    book = Workbook(write_only=True)
    sheet, base = book.create_sheet(), 200_000 + int(time.time()) % 14 * IMPORTED
    sheet.append(["企业名称", "统一社会信用代码", "类型", "成立日期", "联系电话"])
    for serial in range(base, base + IMPORTED):
        sheet.append([f"演示第{serial}制造有限公司", credit_code(serial), "有限公司", "2024-08-01", "13900000000"])
    file = io.BytesIO()
    book.save(file)
    with app.app_context():
        with scope.everything():
            by = db.session.scalars(sa.select(User).where(User.username == PEOPLE["intake"])).one()
        before, started = memory(), time.perf_counter()
        with scope.acting(by):
            run_id = ImportRun.upload("enterprise", by=by, file_name="名单.xlsx", data=file.getvalue()).id
            db.session.commit()
    run_waiting(app)
    with app.app_context(), scope.everything():
        by = db.session.scalars(sa.select(User).where(User.username == PEOPLE["intake"])).one()
        run = db.session.get(ImportRun, run_id)
        run.confirm(by=by)
        db.session.commit()
    run_waiting(app)
    with app.app_context(), scope.everything():
        run = db.session.get(ImportRun, run_id)
        return {"seconds": time.perf_counter() - started, "grown": memory() - before, "rows": run.added + run.changed}


def swept(app: Flask) -> dict[str, float]:
    """The clocks once more, right after a first pass has caught up with the filled database."""
    with app.app_context():
        started = time.perf_counter()
        sweep()
        first, before = time.perf_counter() - started, memory()
        started = time.perf_counter()
        sweep()
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "catching_up": first, "grown": memory() - before, "rows": _count(app, Matter, Matter.closed_at.is_(None))}


def letters(app: Flask, many: int = 500) -> dict[str, float]:
    """One letter with a warm press, and 500 as a batch over all presses; the largest press is what a printing process needs."""
    with app.app_context(), scope.everything():
        paper = sample_paper(KIND)
        render_pdf(paper)
        started = time.perf_counter()
        for _ in range(SINGLE):
            render_pdf(paper)
        single = (time.perf_counter() - started) * 1000 / SINGLE
        before, started = memory(), time.perf_counter()
        joined(render_many([Order(paper)] * many))
        seconds = time.perf_counter() - started
        presses = [memory(each) for each in running()]
    return {"seconds": seconds, "grown": memory() - before, "rows": many, "single": single, "press": max(presses), "presses": len(presses)}


def start(_app: Flask, began: float = time.perf_counter()) -> dict[str, float]:
    """From nothing to the first page."""
    _app.test_client().get("/login")
    return {"seconds": time.perf_counter() - began, "grown": memory(), "rows": 1}


WORK: dict[str, Callable[[Flask], dict[str, float]]] = {
    "start and first page": start, "export csv": csv, "export xlsx": xlsx, "import 50k rows": imported, "sweep": swept, "500 letters": letters,
}

if __name__ == "__main__":
    served, used = desk(Path(sys.argv[2]), sys.argv[3]), time.process_time()
    found = WORK[sys.argv[1]](served)
    print(json.dumps(found | {"own": time.process_time() - used}))
