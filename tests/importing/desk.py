"""Files as people send them, and what becomes of them."""

import io
import re
from typing import Any

from openpyxl import Workbook, load_workbook

from models import ImportRow, ImportRun, db
from models.importing.cells import cell_text
from tests.duties.desk import code

ENTERPRISES = ["企业名称", "统一社会信用代码", "类型", "所属镇街园区", "成立日期", "联系电话"]
TICKETS = ["工单编号", "诉求企业", "来电号码", "诉求内容", "来电时间"]


def book(head: list[str], *rows: list[Any], shape: Any = None) -> bytes:
    """An xlsx; `shape(sheet)` does more to it."""
    made = Workbook()
    made.active.append(head)
    for cells in rows:
        made.active.append(cells)
    if shape:
        shape(made.active)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def firm(serial: int, **changed: Any) -> list[Any]:
    """One enterprise as a row."""
    given = {"name": f"演示第{serial}制造有限公司", "code": code(serial), "kind": "有限公司", "town": "", "day": "2024-08-01", "phone": "13900000000"}
    return list((given | changed).values())


def upload(register: str, by: Any, data: bytes, **answers: Any) -> ImportRun:
    """Sent and read."""
    return ImportRun.upload(register, by=by, file_name="名单.xlsx", data=data, **answers)


def entered(register: str, by: Any, data: bytes, **answers: Any) -> ImportRun:
    """Sent, read and confirmed."""
    run = upload(register, by, data, **answers)
    run.confirm(by=by)
    return run


def verdicts(run: ImportRun) -> list[str]:
    """Each line's label."""
    return [row.verdict.label for row in db.session.scalars(db.select(ImportRow).where(ImportRow.run_id == run.id).order_by(ImportRow.line))]


def reasons(run: ImportRun) -> str:
    """Everything complained about."""
    return "｜".join(db.session.scalars(db.select(ImportRow.reasons).where(ImportRow.run_id == run.id).order_by(ImportRow.line)))


def cells(data: bytes, sheet: int = 0) -> list[list[str]]:
    """The texts of a workbook."""
    return [[cell_text(cell) for cell in row] for row in load_workbook(io.BytesIO(data)).worksheets[sheet].iter_rows(values_only=True)]


def number(answer: Any) -> int:
    """The upload an answer leads to."""
    return int(re.search(r"id=(\d+)", answer.location)[1])
