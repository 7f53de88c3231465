"""Everything that stands on one printed sheet, as plain data (no database, no rendering)."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from models.errors import LetterError


class PaperError(LetterError):
    """A paper cannot be printed as it is."""


class Form(StrEnum):
    """The page layouts of GB/T 9704-2012 that the desk uses, and the table sheet."""

    DOCUMENT = "DOCUMENT"
    LETTER = "LETTER"
    SHEET = "SHEET"
    MINUTES = "MINUTES"

    @property
    def label(self) -> str:
        """Chinese name."""
        return {"DOCUMENT": "文件格式", "LETTER": "信函格式", "SHEET": "表格单", "MINUTES": "纪要格式"}[self]


@dataclass(frozen=True)
class Table:
    """A table 156 mm wide.

    `header` repeats on every page. Without a header it is a form grid: the cells in the columns
    `label_columns` are captions, and the last cell of a short row spans the columns left over.
    `widths` are relative. `tall` rows (index) keep at least 25 mm for handwriting.
    """

    rows: tuple[tuple[str, ...], ...]
    header: tuple[str, ...] = ()
    title: str = ""
    widths: tuple[float, ...] = ()
    label_columns: tuple[int, ...] = ()
    tall: frozenset[int] = frozenset()

    @property
    def columns(self) -> int:
        """Number of columns: the header's, or the longest row's."""
        return len(self.header) or max(map(len, self.rows), default=1)


@dataclass(frozen=True)
class Annex:
    """An 附件 on its own page before the 版记: title, and text or tables."""

    title: str
    body: str = ""
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """The fields of a 送达回证; what is empty is left blank for the pen."""

    letter: str = ""
    number: str = ""
    sender: str = ""
    receiver: str = ""
    delivered_at: dt.datetime | None = None
    place: str = ""
    method: str = ""
    signer: str = ""
    relation: str = ""
    witness: str = ""
    server: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Paper:
    """One letter, sheet or set of minutes.

    `mark` is the red 发文机关标志. `number` is the issued number, or None on a draft; `series` is the
    代字 shown on a draft. `body` is text, one paragraph a line; 一、 （一） 1. （1） set the levels.
    `issued` is the date printed under `agency` and in the 版记; only a table sheet may go without.
    """

    form: Form
    title: str
    issued: dt.date | None
    mark: str = ""
    series: str = ""
    number: str | None = None
    addressee: str = ""
    body: str = ""
    tables: tuple[Table, ...] = ()
    attachments: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    roster: tuple[tuple[str, str], ...] = ()
    agency: str = ""
    sealed: bool = True
    contact: str = ""
    cc: tuple[str, ...] = ()
    printer: str = ""
    code: str = ""
    verify_url: str = ""
    secrecy: str = ""
    urgency: str = ""
    tear_off: Delivery | None = field(default=None)

    @property
    def shown_number(self) -> str:
        """The number, or its blank form while the letter is a draft: 示营督〔2024〕　号."""
        if self.number:
            return self.number
        return f"{self.series}〔{self.issued.year}〕　号" if self.series else ""

    def check(self, draft: bool) -> None:
        """Refuse a final print without a number, and any paper without a title or the date it needs."""
        if not self.title.strip():
            raise PaperError("文书没有标题，不能排印。")
        if self.issued is None and (self.form is not Form.SHEET or self.agency or (self.series and not self.number)):
            raise PaperError(f"《{self.title}》没有成文日期，不能排印。")
        if not draft and self.form in {Form.DOCUMENT, Form.LETTER} and not self.number:
            raise PaperError(f"《{self.title}》还没有文号，只能预览草稿，签发编号后才能出正式文本。")
