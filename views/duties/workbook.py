"""Workbooks of new registrations: the blank form, reading an upload, giving bad rows back."""

import io
import zipfile
from typing import Any, BinaryIO

from flask import Response, send_file
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from models.contact.reading import HEADS, REQUIRED, Verdict
from models.enterprise import EnterpriseScale
from views.exporting import XLSX, safe

SAMPLE = ["演示样例科技有限公司", "91440300192317458F", "有限公司", "2024-08-05", "", "软件和信息技术服务业", "小型", "示范区演示大道1号",
    "演示-张某", "13900000000", ""]
DEEPEST = 2000  # lines read at most, blank ones included
NOTES = [
    "一、只录入有限公司、股份有限公司、有限合伙企业。", "二、带 * 的列必填；信用代码、电话按文本填写。",
    "三、镇街园区、牵头服务部门写单位台账中的名称、简称或别名；牵头服务部门不确定的可不填，录入后再推送。",
    "四、第2行是样例，填写前删除。", "五、已在企业库中的按信用代码更新，不会重复。",
]


def read_table(stream: BinaryIO) -> list[list[Any]]:
    """Cells of the first sheet. ValueError with one sentence when it is no workbook."""
    try:
        book = load_workbook(io.BytesIO(stream.read()), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return [list(row) for row in sheet.iter_rows(max_row=DEEPEST, max_col=40, values_only=True)]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, IndexError) as error:
        raise ValueError("这不是能读取的 xlsx 文件，请用模板填写后另存为 xlsx") from error


def _book(more: tuple[str, ...] = ()) -> tuple[Workbook, Any]:
    book = Workbook()
    sheet = book.active
    sheet.title = "新注册企业"
    heads = [heading + ("*" if key in REQUIRED else "") for key, (heading, _others) in HEADS.items()] + list(more)
    sheet.append(heads)
    for place, _heading in enumerate(heads, 1):
        cell = sheet.cell(1, place)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EDF3")
        cell.alignment = Alignment(horizontal="center")
        sheet.column_dimensions[get_column_letter(place)].width = 18
    sheet.freeze_panes = "A2"
    return book, sheet


def _line(sheet: Any, values: list[str]) -> None:
    sheet.append([safe(value) for value in values])
    for cell in sheet[sheet.max_row]:
        cell.number_format = "@"


def _send(book: Workbook, name: str) -> Response:
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)


def answer_form(heads: list[str], drops: dict[str, str], sample: list[str], name: str) -> Response:
    """A blank list: headings, text cells, drop-downs by heading, one sample row to be deleted."""
    book = Workbook()
    sheet = book.active
    sheet.append(heads)
    for place, heading in enumerate(heads, 1):
        sheet.cell(1, place).font = Font(bold=True)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 20
        if words := drops.get(heading.rstrip("*")):
            check = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
            sheet.add_data_validation(check)
            check.add(f"{letter}2:{letter}2001")
    _line(sheet, sample)
    sheet.freeze_panes = "A2"
    return _send(book, name)


def blank_form() -> Response:
    """Headings, drop-downs, text format, a sample row and a sheet of notes."""
    book, sheet = _book()
    _line(sheet, SAMPLE)
    for row in sheet.iter_rows(min_row=3, max_row=502, max_col=len(HEADS)):
        for cell in row:
            cell.number_format = "@"
    keys = list(HEADS)
    for key, words in (("kind", "有限公司,股份有限公司,有限合伙企业"), ("scale", ",".join(scale.label for scale in EnterpriseScale))):
        check = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
        sheet.add_data_validation(check)
        letter = get_column_letter(keys.index(key) + 1)
        check.add(f"{letter}2:{letter}502")
    notes = book.create_sheet("填写说明")
    notes.column_dimensions["A"].width = 90
    for note in NOTES:
        notes.append([note])
    return _send(book, "新注册企业名单模板.xlsx")


def bad_rows(verdicts: list[Verdict]) -> Response:
    """The same layout with a column of reasons."""
    book, sheet = _book(("错误原因",))
    for verdict in verdicts:
        if not verdict.good:
            _line(sheet, [*(verdict.raw.get(key, "") for key in HEADS), "；".join(verdict.reasons)])
    return _send(book, "新注册企业名单错误行.xlsx")
