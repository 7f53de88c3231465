"""A ledger that prints as it is, written as it is read: an xlsx made piece by piece, so that memory stays flat at any length.

Title row, boxed cells, repeated head, A4 landscape one page wide, page numbers, print area. Text is text (18-digit codes,
no formulas), figures are figures. ISO/IEC 29500 (SpreadsheetML), the parts that a list needs.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

LOOKED_AT = 200  # rows that decide the width of the columns
NARROW, WIDE = 6, 42
PIECE = 200  # rows between two hand-overs
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
TITLE, NOTE, HEAD, TEXT, NUMBER, PLAIN = 1, 2, 3, 4, 5, 6  # styles, by their place in cellXfs

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SIDES = "".join(f'<{side} style="thin"><color auto="1"/></{side}>' for side in ("left", "right", "top", "bottom"))
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="4"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="16"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font><font><sz val="10"/><name val="宋体"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEAEFF5"/><bgColor indexed="64"/></patternFill></fill></fills>'
    f'<borders count="2"><border/><border>{_SIDES}<diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf>'
    '<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment horizontal="left" vertical="center"/></xf>'
    '<xf numFmtId="49" fontId="2" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyAlignment="1"><alignment horizontal="right" vertical="center"/></xf>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_KINDS = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
_ROOT = f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
_LINKS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_REL}/styles" Target="styles.xml"/></Relationships>'
)


class _Pipe:
    """What the archive writes, until somebody takes it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length = 0

    def write(self, data: bytes) -> int:
        """Keep a piece."""
        self.parts.append(bytes(data))
        self.length += len(data)
        return len(data)

    def tell(self) -> int:
        """How much there was so far."""
        return self.length

    def flush(self) -> None:
        """Nothing lies elsewhere."""

    def take(self) -> bytes:
        """What has come since the last time."""
        data, self.parts = b"".join(self.parts), []
        return data


def xlsx(title: str, heads: list[str], rows: Iterable[list[Any]], *, note: str = "", bare: bool = False) -> Iterator[bytes]:
    """The workbook's bytes as they come. `note` stands under the title; `bare` leaves both out (a list to be filled in again)."""
    pipe = _Pipe()
    top = [] if bare else [(title, TITLE, 30), (note, NOTE, 18)]
    name = title.translate(_FORBIDDEN).strip()[:30] or "导出"
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:  # type: ignore[arg-type]
        for path, text in (("[Content_Types].xml", _KINDS), ("_rels/.rels", _ROOT), ("xl/_rels/workbook.xml.rels", _LINKS), ("xl/styles.xml", _STYLES)):
            archive.writestr(path, text)
        rows = iter(rows)
        first = list(islice(rows, LOOKED_AT))
        line = 0
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_opening(heads, first, len(top)).encode())
            for text, style, height in top:
                line += 1
                sheet.write(_row(line, [text], style, height).encode())
            line += 1
            sheet.write(_row(line, heads, HEAD, 24).encode())
            for row in chain(first, rows):
                line += 1
                sheet.write(_row(line, row).encode())
                if line % PIECE == 0:
                    yield pipe.take()
            sheet.write(_closing(len(heads), len(top)).encode())
        archive.writestr("xl/workbook.xml", _workbook(name, len(heads), len(top) + 1, line))
        yield pipe.take()
    yield pipe.take()


@cache
def letter(place: int) -> str:
    """A, B, … Z, AA of the column at `place`, from 1."""
    name = ""
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _text(value: Any) -> str:
    return escape(_ILLEGAL.sub("", str(value)))


def _row(line: int, values: list[Any], style: int = 0, height: int = 0) -> str:
    cells = []
    for place, value in enumerate(values, 1):
        at = f"{letter(place)}{line}"
        if isinstance(value, int | float | Decimal):
            cells.append(f'<c r="{at}" s="{style or NUMBER}"><v>{value}</v></c>')
        elif value == "" or value is None:
            cells.append(f'<c r="{at}" s="{style or TEXT}"/>')
        else:
            cells.append(f'<c r="{at}" s="{style or TEXT}" t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>')
    tall = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{line}"{tall}>{"".join(cells)}</row>'


def _width(text: Any) -> int:
    return max((sum(1 if char.isascii() else 2 for char in part) for part in str(text).split("\n")), default=0)


def _opening(heads: list[str], first: list[list[Any]], top: int) -> str:
    widths = [max([_width(head) + 2, *(_width(row[place]) + 2 for row in first if place < len(row))]) for place, head in enumerate(heads)]
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{min(max(wide, NARROW), WIDE)}" customWidth="1" style="{PLAIN}"/>' for place, wide in enumerate(widths, 1)
    )
    frozen = f'<pane ySplit="{top + 1}" topLeftCell="A{top + 2}" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0" showGridLines="0">{frozen}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="18"/><cols>{columns}</cols><sheetData>'
    )


def _closing(columns: int, top: int) -> str:
    merged = "".join(f'<mergeCell ref="A{line}:{letter(columns)}{line}"/>' for line in range(1, top + 1)) if columns > 1 else ""
    merged = f'<mergeCells count="{top}">{merged}</mergeCells>' if merged else ""
    return (
        f'</sheetData>{merged}<printOptions horizontalCentered="1"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )


def _workbook(name: str, columns: int, head: int, last: int) -> str:
    quoted = escape("'" + name + "'")
    area = f"{quoted}!$A$1:${letter(columns)}${last}"
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets>'
        f'<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">{area}</definedName>'
        f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{quoted}!$1:${head}</definedName></definedNames></workbook>'
    )
