"""From a Paper's fields to HTML fragments: what the letter templates call."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import segno
from markupsafe import Markup, escape

from models.wording import chinese_date
from views.letters import tables
from views.letters.compose import (
    BODY_SIZE,
    CELL,
    MEASURE,
    MM,
    Line,
    Measures,
    Run,
    Segment,
    as_runs,
    balanced,
    compose,
    glyphs,
    normalise,
    one_line,
    width_of,
)
from views.letters.fonts import FontRole
from views.letters.grid import Grid
from views.letters.paper import Delivery, Paper, Table
from views.letters.structure import Paragraph, parse_body

TITLE_SIZE = 22.0
CLOSING_SIZE = 14.0
SEAL = 42.0


@dataclass(frozen=True)
class Placed:
    """A line of the signature and where it starts (pt from the left of the text area)."""

    text: str
    left: float


@dataclass(frozen=True)
class Signature:
    """署名 and 成文日期 with the blank lines above and the place of the seal (mm)."""

    blanks: int
    lines: tuple[Placed, ...]
    seal_left: float
    seal_top: float


@dataclass(frozen=True)
class Closing:
    """版记: lines of 抄送, of the printing agency, and its date with 印发, `gap` points after the last of these.

    `stacked`: that line has no room for the date, which gets a line of its own.
    """

    cc: tuple[Line, ...]
    printer: tuple[Line, ...]
    date: str
    gap: float
    stacked: bool


def run_markup(runs: Iterable[Run], base: FontRole) -> Markup:
    """Runs as text; another face than `base` gets its own span of line-height 0, which keeps the pitch."""
    other = Markup('<span class="f-{}">{}</span>')
    return Markup().join(
        escape(run.text) if run.role is base else other.format(run.role.value, run.text) for run in runs)


def text_width(text: str, role: FontRole = FontRole.FANG, size: float = BODY_SIZE) -> float:
    """Width of one line in points at the body's spacing."""
    return width_of(glyphs([(text, role)], size), size)


class Typesetter:
    """Stateless helpers, given the grid in force."""

    def __init__(self, grid: Grid) -> None:
        """Keep the line pitch, on which signature and seal depend."""
        self.grid = grid

    @staticmethod
    def plain(text: str) -> str:
        """Text without line breaks, for the PDF's properties."""
        return one_line(text)

    @staticmethod
    def date(day: dt.date) -> str:
        """2024年8月5日."""
        return chinese_date(day)

    @staticmethod
    def parse(text: str) -> list[Paragraph]:
        """Paragraphs with their levels."""
        return parse_body(text)

    @classmethod
    def pushed(cls, items: list[Paragraph]) -> tuple[int, str]:
        """Which paragraph begins the last page when the text is too short for it, and how: whole, or its last two lines.

        A heading goes with the text under it.
        """
        last = len(items) - 1
        height = len(compose(items[last].segments, measures=Measures(first=2 * CELL)))
        while height <= 2 and last and items[last - 1].heading:
            last -= 1
        if not last:  # the first page keeps some of the only paragraph
            return 0, "push" if height > 2 else "push tail"
        return last, "push" if height > 2 else "push whole"

    @staticmethod
    def tags(paper: Paper) -> list[str]:
        """密级 and 紧急程度, in this order."""
        return [tag for tag in (paper.secrecy, paper.urgency) if tag]

    @staticmethod
    def spans(text: str, role: str = "FANG") -> Markup:
        """One line of text whose block is set in `role`."""
        base = FontRole(role)
        return run_markup(as_runs(glyphs([(one_line(text), base)], BODY_SIZE)), base)

    @classmethod
    def lines(cls, segments: Iterable[Segment], measures: Measures) -> Markup:
        """Composed body lines, each a block one pitch high."""
        return Markup().join(
            Markup('<span class="l" style="letter-spacing:{:.5f}em;padding-left:{:.3f}pt">{}</span>').format(
                line.spacing, line.indent, run_markup(line.runs, FontRole.FANG))
            for line in compose(segments, measures=measures))

    @classmethod
    def paragraph(cls, item: Paragraph) -> Markup:
        """A body paragraph: first line two characters in."""
        return cls.lines(item.segments, Measures(first=2 * CELL))

    @classmethod
    def block(cls, text: str, first: int = 0) -> Markup:
        """A paragraph in 仿宋, its first line `first` characters in."""
        return cls.lines([(one_line(text), FontRole.FANG)], Measures(first=first * CELL))

    @classmethod
    def roster(cls, label: str, names: str) -> Markup:
        """出席：… of minutes: label in 黑体 two characters in, names hanging after the colon."""
        head = one_line(label) + "："
        hang = 2 * CELL + text_width(head, FontRole.HEI) - BODY_SIZE * 0.0134
        segments = [(head, FontRole.HEI), (one_line(names), FontRole.FANG)]
        return cls.lines(segments, Measures(first=2 * CELL, rest=hang))

    @classmethod
    def attachments(cls, names: tuple[str, ...]) -> list[Markup]:
        """附件：1.… two characters in; turned lines stand under the name's first character."""
        out = []
        for index, name in enumerate(names, start=1):
            numeral = f"{index}." if len(names) > 1 else ""
            head = ("附件：" if index == 1 else "") + numeral
            first = (2 if index == 1 else 5) * CELL
            hang = 5 * CELL + (text_width(numeral) if numeral else 0)
            out.append(cls.lines([(head + one_line(name), FontRole.FANG)], Measures(first=first, rest=hang)))
        return out

    @staticmethod
    def title(text: str, width: float = MEASURE) -> Markup:
        """The title in balanced centred lines of at most `width` points."""
        return Markup().join(
            Markup('<span class="l">{}</span>').format(run_markup(line.runs, FontRole.TITLE))
            for line in balanced(normalise(text), FontRole.TITLE, TITLE_SIZE, width))

    def signature(self, paper: Paper) -> Signature:
        """Sealed: 署名 centred on a date four characters from the right, room for the seal.

        Unsealed: 署名 two characters from the right, the date beginning two characters right of it
        (GB/T 9704-2012 7.3.5). An agency too long to be centred pushes both to the left.
        """
        if not paper.agency:
            return Signature(0, (), 0, 0)
        date = chinese_date(paper.issued)
        rows = ["".join(run.text for run in line.runs) for line in
                balanced(one_line(paper.agency), FontRole.FANG, BODY_SIZE, 20 * CELL)]
        widest, date_width = max(map(text_width, rows)), text_width(date)
        if paper.sealed:
            middle = min(MEASURE - 4 * CELL - date_width / 2, MEASURE - widest / 2)
            placed = [Placed(row, middle - text_width(row) / 2) for row in [*rows, date]]
            centre = (2 + len(placed) / 2) * self.grid.pitch - 2.2
            return Signature(2, tuple(placed), middle / MM - SEAL / 2, centre - SEAL / 2)
        left = MEASURE - 2 * CELL - widest
        date_left = min(left + 2 * CELL, MEASURE - 2 * CELL - date_width)
        return Signature(1, (*(Placed(row, left) for row in rows), Placed(date, date_left)), 0, 0)

    @staticmethod
    def banji(paper: Paper, with_printer: bool) -> Closing:
        """版记 in 四号仿宋, one character in at both sides; turned lines of 抄送 hang after the colon."""
        def rows(text: str, hang: int) -> tuple[Line, ...]:
            measures = Measures(width=MEASURE - CLOSING_SIZE, first=CLOSING_SIZE, rest=hang * CLOSING_SIZE)
            return tuple(compose([(text, FontRole.FANG)], CLOSING_SIZE, measures, stretch=False))

        def free(text: str) -> float:
            return MEASURE - 2 * CLOSING_SIZE - text_width(text, size=CLOSING_SIZE)

        copies = rows("抄送：" + "，".join(map(one_line, paper.cc)) + "。", 4) if paper.cc else ()
        printer = rows(one_line(paper.printer), 1) if with_printer else ()
        date = f"{chinese_date(paper.issued)}印发"
        beside = free(printer[-1].text + date) if printer else 0.0
        stacked = beside < CLOSING_SIZE
        return Closing(copies, printer, date, round(free(date) if stacked else beside, 2), stacked)

    @staticmethod
    def banji_line(line: Line) -> Markup:
        """One line of the 版记, faces as inline spans."""
        return run_markup(line.runs, FontRole.FANG).replace('<span class="', Markup('<span class="s '))

    @classmethod
    def inline(cls, text: str) -> Markup:
        """Text inside the 版记, faces as inline spans."""
        return cls.spans(text).replace('<span class="', Markup('<span class="s '))

    @staticmethod
    def table(item: Table, css: str = "") -> Markup:
        """A table with composed cells."""
        return tables.table_markup(item, run_markup, css)

    @staticmethod
    def stub(item: Delivery) -> Table:
        """The grid of a tear-off 回执."""
        return tables.stub_table(item)

    @staticmethod
    def qr(url: str) -> Markup:
        """QR code of the verification address, error level M, fixed mask (same bytes each time)."""
        if not url:
            return Markup()
        code = segno.make(url, error="m", micro=False, mask=4)
        return Markup(code.svg_inline(border=0, unit="mm", scale=22 / code.symbol_size(border=0)[0]))
