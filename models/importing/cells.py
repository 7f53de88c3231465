"""What a cell says: one plain text for every kind of cell, and readers that turn the text into a column's value.

Readers raise ValueError with one Chinese sentence that says what would be right. What they return can be kept as JSON.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from models.labelled import Labelled
from models.now import local
from models.typed import typed_moment

Reader = Callable[[str], Any]
# Control characters and lone surrogates: PostgreSQL refuses some, no page shows any.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]|_x000[dD]_")
_SCIENTIFIC = re.compile(r"^[+-]?\d(?:\.\d+)?[eE]\+?\d{1,3}$")
_FAULT = re.compile(r"^#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)$")
_LOOSE = re.compile(r"\s*([-/.年月:：时点分])\s*")  # spaces around what divides a date, which many programs leave
_MONTH = re.compile(r"^(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?(?:份|\D\d{1,2}日?)?$")
_YES, _NO = {"是", "有", "√", "✓", "Y", "YES", "TRUE", "1", "对"}, {"否", "无", "×", "✗", "N", "NO", "FALSE", "0", "错"}
DIGITS = 15  # as many as Excel keeps of a number
EPOCH = datetime(1899, 12, 30)  # day 0 of Excel's count
SERIALS = (20_000, 80_000)  # 1954 to 2119


def cell_text(cell: Any) -> str:
    """The cell as people read it; a number beyond Excel's precision in scientific notation, so that a code is not taken from it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, int | float):
        return _number_text(cell)
    text = _UNPRINTABLE.sub("", str(cell)).strip().strip("\u3000\u200b\ufeff")
    return text[1:] if re.match(r"^'[=+\-@\t\r]", text) else text  # as our own exports disarm formulas


def _number_text(number: float) -> str:
    if abs(number) >= 10**DIGITS:
        return f"{float(number):.14E}"
    if isinstance(number, float) and number.is_integer():
        return str(int(number))
    return repr(round(number, 10)) if isinstance(number, float) else str(number)


def fault(text: str) -> str:
    """What is wrong with the cell itself, or ""."""
    return f"公式出错（{text}），请改正后再导入" if _FAULT.match(text) else ""


def words(length: int) -> Reader:
    """Text of at most `length` code points (0 = any); digits that Excel has already cut off are refused."""

    def read(text: str) -> str:
        if _SCIENTIFIC.match(text):
            raise ValueError(f"“{text}”是科学计数，后几位已经丢失，请先把这一列设为文本格式，再重新填写完整号码")
        if length and len(text) > length:
            raise ValueError(f"“{text[:10]}…”超过{length}字，现为{len(text)}字")
        return text

    return read


def choice(enum: type[Labelled], also: dict[str, str] | None = None) -> Reader:
    """A member's name, by its label, its name or a spelling in `also` (spelling → label); what stands in brackets may be left off."""
    known = {_plain(member.label): member.value for member in enum} | {member.value: member.value for member in enum}
    known |= {_plain(spelling): known[_plain(label)] for spelling, label in (also or {}).items() if _plain(label) in known}

    def read(text: str) -> str:
        bare = re.sub(r"[（(].*", "", text)
        found = known.get(_plain(text)) or known.get(text.upper()) or known.get(_plain(bare))
        if found is None:
            raise ValueError(f"“{text}”不在可选范围内，应为{'、'.join(member.label for member in enum)}之一")
        return found

    return read


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def flag(text: str) -> bool:
    """是 or 否, and the signs people use for them."""
    sign = _plain(text)
    if sign in _YES or sign in _NO:
        return sign in _YES
    raise ValueError(f"“{text}”请填“是”或“否”")


def whole(text: str) -> int:
    """An integer."""
    number = Decimal(decimal(text))
    if number != number.to_integral_value() or abs(number) >= 2**31:
        raise ValueError(f"“{text}”请填整数")
    return int(number)


def decimal(text: str) -> str:
    """A figure with at most two places, as text; thousands separators are understood."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(f"“{text}”请填数字") from error
    if not number.is_finite() or abs(number) >= Decimal("1e13"):
        raise ValueError(f"“{text}”数值过大")
    return str(number.quantize(Decimal("0.01")))


def day(text: str) -> str:
    """2024-05-20 from 20240520, 2024年5月20日, 2024/5/20, a moment, or Excel's own count of days."""
    return _moment(text).date().isoformat()


def moment(text: str) -> str:
    """A moment, local time; a day alone means its first minute."""
    return local(_moment(text)).isoformat()


def month(text: str) -> str:
    """2024-08 from 2024年8月, 202408, 2024/8 or any day of the month."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _MONTH.match(plain)
    if found and 1 <= int(found[2]) <= 12 and 1900 <= int(found[1]) < 3000:
        return f"{found[1]}-{int(found[2]):02d}"
    try:
        return day(text)[:7]
    except ValueError as error:
        raise ValueError(f"“{text}”请写成 2024-08") from error


def _moment(text: str) -> datetime:
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"\d{5}(?:\.\d+)?", plain) and SERIALS[0] <= float(plain) < SERIALS[1]:
        return (EPOCH + timedelta(days=float(plain))).replace(microsecond=0)
    found = typed_moment(_LOOSE.sub(r"\1", plain))
    if found is None or not 1900 <= found[0].year < 3000:
        raise ValueError(f"日期“{text}”请写成 2024-05-20")
    return found[0]


def heading(text: str) -> str:
    """A heading without what people put around it: blanks, stars, full-width letters."""
    return re.sub(r"[\s*：:]", "", unicodedata.normalize("NFKC", text))


def headings(text: str) -> Iterable[str]:
    """Ways to look a heading up: as it is, and without its bracket."""
    plain = heading(text)
    return dict.fromkeys([plain, re.sub(r"\(.*?\)", "", plain)])
