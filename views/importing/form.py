"""The blank form of a register: headings, drop-downs, text format, a sample row, a sheet of notes."""

import io
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from models import Enterprise, Unit, db
from models.importing import Import
from models.importing.plan import Field

LONGEST = 300  # entries of a drop-down
SMALL = 200  # letters that a drop-down written into the cell may have
_THIN = Side(style="thin", color="FFB8C2CE")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
OPTIONS = "选项"


def blank_form(plan: Import) -> io.BytesIO:
    """The workbook to fill in."""
    book = Workbook()
    sheet = book.active
    sheet.title = plan.name[:30]
    options = book.create_sheet(OPTIONS)
    sheet.append([plan.head(field) for field in plan.fields])
    sheet.append(list(plan.sample().values()))
    for place, field in enumerate(plan.fields, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = min(max(12, 2 * len(field.label) + 4, (getattr(field.column.type, "length", 0) or 0) // 3), 40)
        sheet.column_dimensions[letter].number_format = "@"
        _dress(sheet.cell(1, place), required=field.key in dict(plan.required()))
        sample = sheet.cell(2, place)
        sample.number_format, sample.font, sample.border = "@", Font(italic=True, color="FF566274"), _BOX
        if words := _options(plan, field):
            _drop_down(sheet, options, letter, words, plan.most)
    sheet.freeze_panes = "A2"
    options.sheet_state = "hidden"
    _notes(book.create_sheet("填写说明"), plan)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _dress(cell: Any, *, required: bool) -> None:
    cell.font = Font(bold=True, color="FFA8430A" if required else "FF1A2330")
    cell.fill, cell.border = PatternFill("solid", fgColor="FFEAEFF5"), _BOX
    cell.alignment = Alignment(horizontal="center", vertical="center")


def _options(plan: Import, field: Field) -> list[str]:
    """Choices, or the names of a look-up table that is short enough."""
    if field.target is None:
        return plan.options(field)
    if field.target is Enterprise:
        return []
    name = next((sa.inspect(field.target).column_attrs[key].class_attribute for key in ("name", "title") if key in sa.inspect(field.target).column_attrs), None)
    if name is None:
        return []
    query = sa.select(name).where(field.target.is_active) if hasattr(field.target, "is_active") else sa.select(name)
    order = [field.target.sort] if hasattr(field.target, "sort") else []
    words = list(db.session.scalars(query.order_by(*order, field.target.id).limit(LONGEST + 1)))
    return words if field.target is Unit or len(words) <= LONGEST else []


def _drop_down(sheet: Any, options: Any, letter: str, words: list[str], most: int) -> None:
    """Short lists in the cell, long ones on the hidden sheet; names that are not in the list are told, not refused."""
    inline = ",".join(words)
    if len(inline) <= SMALL and not any("," in word for word in words):
        formula = f'"{inline}"'
    else:
        place = options.max_column + 1 if options.cell(1, 1).value else 1
        for line, word in enumerate(words, 1):
            options.cell(line, place, word)
        column = get_column_letter(place)
        formula = f"{quote_sheetname(OPTIONS)}!${column}$1:${column}${len(words)}"
    check = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True, errorStyle="warning")
    check.error, check.errorTitle = "不在下拉选项里，导入时可能对不上", "请核对"
    sheet.add_data_validation(check)
    check.add(f"{letter}2:{letter}{most + 1}")


def _notes(sheet: Any, plan: Import) -> None:
    """How to fill it in, and each column by itself."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = 20, 10, 90
    for line in _general(plan):
        sheet.append([line])
    sheet.append([])
    sheet.append(["列", "是否必填", "怎样填写"])
    for cell in sheet[sheet.max_row]:
        _dress(cell, required=False)
    for field in plan.fields:
        sheet.append([field.label, "必填" if field.key in dict(plan.required()) else "", "；".join(_how(plan, field))])
        for cell in sheet[sheet.max_row]:
            cell.alignment, cell.border = Alignment(wrap_text=True, vertical="center"), _BOX


def _general(plan: Import) -> Iterator[str]:
    key = "、".join(field.label for field in plan.key_fields)
    lines = [
        f"按“{key}”识别：已有的更新，没有的新增，不会重复。更新时空白单元格不改动原有内容。",
        "表头带 * 的列必填；第2行是样例，原样留着不会被导入。列的先后可以调整，多余的列不导入。",
        "代码、电话等长数字按文本填写；日期写成 2024-05-20、20240520、2024/5/20 或 2024年5月20日都可以。",
        f"一次最多 {plan.most:,} 行，文件不超过 20 MB，另存为 Excel 工作簿（.xlsx）。", *plan.notes,
    ]
    for number, line in enumerate(lines, 1):
        yield f"{number}. {line}"


def _how(plan: Import, field: Field) -> Iterator[str]:
    if field.help:
        yield field.help
    if field.target is Unit:
        yield "单位名称、简称、别名都可以"
    elif field.target is not None:
        yield "写名称、代码或编号，须已登记"
    elif words := plan.options(field):
        yield f"填 {'、'.join(words)}"
    elif length := getattr(field.column.type, "length", None):
        yield f"不超过{length}字" if field.column.key != "period" else "月份"
