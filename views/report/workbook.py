"""A report as a workbook: a sheet per table, title row, borders, A4 landscape, figures linked to their rows."""

import io
import re
from datetime import UTC
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from models.now import now
from models.report import Figure, Report, Sheet, shown
from models.setting import setting
from views.exporting import safe

_CORE = "docProps/core.xml"
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="FFEAEFF5")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def written(report: Report) -> bytes:
    """The workbook's bytes; words that stand above and below the tables are on a sheet of their own."""
    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(report.sheets, 1):
        _fill(book.create_sheet(f"{number} {sheet.title}".translate(_FORBIDDEN)[:31]), report, sheet)
    _words(book.create_sheet("说明"), report)
    file = io.BytesIO()
    book.save(file)
    return _steady(file.getvalue())


def _steady(data: bytes) -> bytes:
    """The same workbook without the moment it was written at: the same figures give the same bytes."""
    stamp, file = f"{now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode(), io.BytesIO()
    with ZipFile(io.BytesIO(data)) as written, ZipFile(file, "w", ZIP_DEFLATED) as kept:
        for name in written.namelist():
            part = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, written.read(name)) if name == _CORE else written.read(name)
            kept.writestr(ZipInfo(name), part, ZIP_DEFLATED)
    return file.getvalue()


def _page(page: Worksheet) -> None:
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True


def _fill(page: Worksheet, report: Report, sheet: Sheet) -> None:
    _page(page)
    last = max(len(sheet.head), 1)
    for row, text, size in ((1, report.title, 16), (2, f"{sheet.title}　截至 {now():%Y-%m-%d %H:%M}", 11)):
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)
        made = page.cell(row, 1, text)
        made.font, made.alignment = Font(bold=row == 1, size=size), Alignment(horizontal="center", vertical="center", wrap_text=True)
    page.row_dimensions[1].height = 28
    for place, label in enumerate(sheet.head, 1):
        made = _boxed(page.cell(3, place, label))
        made.font, made.fill = Font(bold=True), _HEAD
    for number, row in enumerate(sheet.rows, 4):
        for place, value in enumerate(row, 1):
            _cell(page.cell(number, place), value)
    for place in range(1, last + 1):
        texts = [sheet.head[place - 1], *(shown(row[place - 1]) for row in sheet.rows if place <= len(row))]
        wide = max(sum(1 if char.isascii() else 2 for char in text) for text in texts)
        page.column_dimensions[get_column_letter(place)].width = min(max(8, wide + 2), 48)
    page.print_title_rows, page.freeze_panes = "1:3", "B4"
    page.print_area = f"A1:{get_column_letter(last)}{len(sheet.rows) + 3}"


def _boxed(cell: Cell) -> Cell:
    cell.border, cell.alignment = _BOX, Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _cell(cell: Cell, value: Any) -> None:
    """A number stays a number, everything else is text that never becomes a formula."""
    plain = value.value if isinstance(value, Figure) else value
    is_number = isinstance(plain, int | float) and not isinstance(plain, bool)
    cell.value = plain if is_number else safe(shown(plain))
    if not is_number:
        cell.number_format = "@"
    _boxed(cell)
    base = setting("site_url").rstrip("/")
    if base and isinstance(value, Figure) and value.url:
        cell.hyperlink = base + value.url


def _words(page: Worksheet, report: Report) -> None:
    _page(page)
    page.column_dimensions["A"].width = 110
    lines = [report.title, *report.lead, *(f"尚缺：{gap}" for gap in report.gaps), *(f"{s.title}：{s.note}" for s in report.sheets if s.note)]
    if report.footnote:
        lines.append(f"统计口径：{report.footnote}")
    for number, line in enumerate(lines, 1):
        made = page.cell(number, 1, safe(line))
        made.alignment = Alignment(wrap_text=True, vertical="top")
    page["A1"].font = Font(bold=True, size=14)
