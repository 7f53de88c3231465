"""From an uploaded file to rows: which sheet, which line has the headings, what each line says."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from models.errors import Invalid, Refused
from models.importing.cells import cell_text, headings

BYTES = 20 * 1024 * 1024
UNPACKED = 400 * 1024 * 1024
SHEETS, TOP, WIDTH = 10, 20, 100  # sheets and lines looked at for the headings, columns read
MERGED = 20_000
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
# A cell with a formula and no value: written by a program that does not calculate.
_UNSOLVED = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f[^>]*?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>')
Row = tuple[int, dict[str, str]]


class Table:
    """The rows of a workbook by field; raises Invalid('file', …) with one sentence when it cannot be one of this register."""

    def __init__(self, data: bytes, names: dict[str, str], required: list[tuple[str, str]], sample: list[str]) -> None:
        """`names`: heading → field; `required`: (field, heading) of the columns that must be there."""
        self.names, self.required, self.sample = names, required, sample
        self._areas: dict[str, list[tuple[int, int, int, int]]] = {}
        with _readable():
            self.archive = _archive(data)
            self.book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            self.sheet, self.line, self.places = self._find()
            self.ignored = self._ignored()

    def rows(self) -> Iterator[Row]:
        """(line, {field: text}) of every line that says something; the sample line of the template is not one."""
        for line, texts in self._lines(self.sheet):
            if line <= self.line:
                continue
            said: dict[str, str] = {}
            for place, key in self.places.items():  # of two columns that mean the same the first that says something
                if place < len(texts) and not said.get(key):
                    said[key] = texts[place]
            if any(said.values()) and [said.get(key, "") for key, _text in self.sample] != [text for _key, text in self.sample]:
                yield line, said

    # -- the lines --------------------------------------------------------------------------

    def _lines(self, sheet: Any) -> Iterator[tuple[int, list[str]]]:
        """Line number and texts; a merged cell says in all its places what its first place says."""
        waiting, active = list(self._merged(sheet)), []
        said: dict[int, str] = {}
        sheet.reset_dimensions()  # some programs claim a million lines
        cells_of_lines = sheet.iter_rows(max_col=WIDTH, values_only=True)
        for line in count(1):
            with _readable():
                cells = next(cells_of_lines, None)
            if cells is None:
                return
            texts = None if not any(cell is not None for cell in cells) else ["" if cell is None else cell_text(cell) for cell in cells]
            while waiting and waiting[-1][1] <= line:
                active.append(waiting.pop())
            if active:
                texts = texts or [""] * WIDTH
                texts += [""] * (WIDTH - len(texts))
                active = self._spread(active, line, texts, said)
            if texts and any(texts):
                yield line, texts

    @staticmethod
    def _spread(active: list[Any], line: int, texts: list[str], said: dict[int, str]) -> list[Any]:
        for area in active:
            left, top, right, _bottom = area
            if line == top:
                said[id(area)] = texts[left - 1] if left <= WIDTH else ""
            for place in range(left - 1, min(right, WIDTH)):
                texts[place] = said[id(area)]
        return [area for area in active if area[3] > line]

    def _merged(self, sheet: Any) -> list[tuple[int, int, int, int]]:
        """(left, top, right, bottom) of merged areas, the last first; refuses formulas that have no value."""
        path = sheet._worksheet_path
        if path in self._areas:
            return self._areas[path]
        areas, tail = [], b""
        with self.archive.open(path) as stream:
            while piece := stream.read(1 << 20):
                text = tail + piece
                if found := _UNSOLVED.search(text):
                    raise Invalid("file", f"单元格{found[1].decode()}是公式但没有结果，请用 Excel 或 WPS 打开，保存一次后再上传")
                areas += [range_boundaries(match.decode()) for match in _MERGE.findall(text)]
                tail = text[-2000:]
                if len(areas) > MERGED:
                    raise Invalid("file", "合并单元格过多，请取消合并后再上传")
        self._areas[path] = sorted(set(areas), key=lambda area: area[1], reverse=True)
        return self._areas[path]

    # -- the headings -----------------------------------------------------------------------

    def _find(self) -> tuple[Any, int, dict[int, str]]:
        best: tuple[Any, int, dict[int, str]] | None = None
        for sheet in self.book.worksheets[:SHEETS]:
            for line, texts in self._lines(sheet):
                if line > TOP:
                    break
                found = self._match(texts)
                if found and (best is None or len(set(found.values())) > len(set(best[2].values()))):
                    best = sheet, line, found
            if best and not self._missing(best[2]):
                return best
        if best is None or len(best[2]) < 2 < len(self.names):
            wanted = "、".join(f"“{text}”" for _key, text in self.required)
            raise Invalid("file", f"没有找到表头：前{TOP}行里应有一行写着{wanted}等列名，请用模板填写")
        raise Invalid("file", f"缺少列：{'、'.join(self._missing(best[2]))}，请用模板填写，或在“导入列名”中登记这一列的叫法")

    def _match(self, texts: list[str]) -> dict[int, str]:
        found: dict[int, str] = {}
        for place, text in enumerate(texts):
            key = next((self.names[name] for name in headings(text) if name in self.names), None) if text else None
            if key:
                found[place] = key
        return found

    def _missing(self, places: dict[int, str]) -> list[str]:
        return [text for key, text in self.required if key not in places.values()]

    def _ignored(self) -> list[str]:
        """Headings nobody knows."""
        for line, texts in self._lines(self.sheet):
            if line == self.line:
                return [text[:20] for place, text in enumerate(texts) if text and place not in self.places]
        return []


# What openpyxl, zlib and the XML reader raise on a file that was cut off or changed on its way.
DAMAGED = (zipfile.BadZipFile, InvalidFileException, zlib.error, LookupError, OSError, ValueError, TypeError, AttributeError, SyntaxError,
           ArithmeticError, NotImplementedError, RuntimeError, EOFError, struct.error)


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever a damaged file raises is one sentence; what is already a sentence stays it."""
    try:
        yield
    except Refused:
        raise
    except DAMAGED as error:
        raise _unreadable() from error


def _unreadable() -> Invalid:
    return Invalid("file", "这不是能读取的 Excel 工作簿，请用模板填写后另存为“Excel 工作簿”")


def _archive(data: bytes) -> zipfile.ZipFile:
    """The file's own content decides, whatever its name."""
    if len(data) > BYTES:
        raise Invalid("file", f"文件超过{BYTES // 1024 // 1024} MB，请分成几个文件上传")
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Invalid("file", "这是旧版 xls 文件，或加了密码的工作簿，请去掉密码并另存为“Excel 工作簿”后再上传")
    if data[:2] != b"PK":
        raise _unreadable()
    archive = zipfile.ZipFile(io.BytesIO(data))
    if not any(name.startswith("xl/workbook") for name in archive.namelist()):
        raise _unreadable()
    if sum(info.file_size for info in archive.infolist()) > UNPACKED:
        raise Invalid("file", "文件展开后过大，请删除多余的工作表和图片后再上传")
    return archive
