"""Tables on paper: cells composed line by line, heads repeated, over-tall rows cut for the page."""

from collections.abc import Callable, Iterator
from itertools import zip_longest

from markupsafe import Markup

from models.wording import chinese_time
from views.letters.compose import MEASURE, MM, NOT_FIRST, NOT_LAST, Line, Measures, compose, normalise
from views.letters.fonts import FontRole
from views.letters.lexicon import LONGEST, WORDS
from views.letters.paper import Delivery, Table

CELL_SIZE = 12.0
PADDING = 2 * 1.2 * MM + 0.25 * MM
# 225 mm hold 35 lines of 6.4 mm; a row above TALLEST is cut into pieces that stay whole, with no line between them, so that no page ends in white.
TALLEST, PIECE = 10, 4
METHODS = ("直接送达", "留置送达", "邮寄送达", "电子送达")

RunMarkup = Callable[[tuple, FontRole], Markup]


def shares(item: Table) -> list[float]:
    """Column widths in points, filling 156 mm."""
    widths = item.widths or (1,) * item.columns
    return [MEASURE * width / sum(widths) for width in widths]


def set_cell(text: str, width: float, role: FontRole) -> list[Line]:
    """The lines of one cell; line breaks in the text are kept."""
    measures = Measures(width=max(width - PADDING, CELL_SIZE))
    out: list[Line] = []
    for part in normalise(text).split("\n"):
        out.extend(compose([(part, role)], CELL_SIZE, measures, stretch=False))
    return out


def spread(item: Table, row: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """(text, first column, columns spanned): the last cell of a short row takes the rest."""
    for index, text in enumerate(row):
        yield text, index, item.columns - index if index == len(row) - 1 else 1


def set_head(text: str, width: float) -> list[Line]:
    """The lines of a heading: when it needs two, it breaks before a bracket or between words, as near the middle as that goes."""
    whole = set_cell(text, width, FontRole.HEI)
    if len(whole) != 2 or "\n" in text:
        return whole
    places = sorted(_joints(text), key=lambda place: (text[place] != "（", abs(2 * place - len(text)), place))
    halves = (set_cell(f"{text[:place]}\n{text[place:]}", width, FontRole.HEI) for place in places)
    return next((lines for lines in halves if len(lines) == 2), whole)


def _joints(text: str) -> Iterator[int]:
    """Where a heading may break: between the words of the lexicon, no mark at the wrong end of a line."""
    place = 0
    while place < len(text):
        if place and text[place] not in NOT_FIRST and text[place - 1] not in NOT_LAST and not text[place - 1:place + 1].isascii():
            yield place
        place += next((n for n in range(LONGEST, 1, -1) if text[place:place + n] in WORDS), 1)


def cell_markup(lines: list[Line], span: int, css: str, role: FontRole, runs: RunMarkup, tag: str = "td") -> Markup:
    """One td or th."""
    inner = Markup().join(
        Markup('<span class="l" style="letter-spacing:{:.5f}em">{}</span>').format(line.spacing, runs(line.runs, role))
        for line in lines)
    return Markup('<{0} colspan="{1}" class="{2}">{3}</{0}>').format(Markup(tag), span, css, inner)


def short_columns(item: Table, widths: list[float]) -> set[int]:
    """Columns of a headed table whose cells all fit on one line: they are centred."""
    if not item.header:
        return set()
    many = {
        column for row in item.rows for column, text in enumerate(row)
        if len(set_cell(text, widths[column], FontRole.FANG)) > 1}
    return set(range(item.columns)) - many


def row_markup(item: Table, row: tuple[str, ...], widths: list[float], centred: set[int], tall: bool,
               runs: RunMarkup) -> Markup:
    """One row of the table, or several when a cell is too tall for a page."""
    cells = [(set_cell(text, sum(widths[first:first + span]), FontRole.FANG), span,
              "label" if first in item.label_columns else "mid" if first in centred else "")
             for text, first, span in spread(item, row)]
    size = PIECE if max(len(lines) for lines, _, _ in cells) > TALLEST else TALLEST
    pieces = [[lines[at:at + size] for at in range(0, len(lines), size)] or [[]] for lines, _, _ in cells]
    out = []
    for number, group in enumerate(groups := list(zip_longest(*pieces, fillvalue=[]))):
        css = " ".join(word for word, holds in (("tall", tall), ("begun", number), ("goes-on", number < len(groups) - 1)) if holds)
        tds = Markup().join(
            cell_markup(lines, span, kind, FontRole.FANG, runs)
            for lines, (_, span, kind) in zip(group, cells, strict=True))
        out.append(Markup('<tr{}>{}</tr>').format(Markup(' class="{}"').format(css) if css else "", tds))
    return Markup().join(out)


def table_markup(item: Table, runs: RunMarkup, css: str = "") -> Markup:
    """The whole table as HTML."""
    widths = shares(item)
    cols = Markup().join(Markup('<col style="width:{:.3f}pt">').format(width) for width in widths)
    head = Markup().join(
        cell_markup(set_head(text, width), 1, "", FontRole.HEI, runs, "th")
        for text, width in zip(item.header, widths, strict=False))
    centred = short_columns(item, widths)
    rows = Markup().join(
        row_markup(item, row, widths, centred, index in item.tall, runs) for index, row in enumerate(item.rows))
    thead = Markup("<thead><tr>{}</tr></thead>").format(head) if item.header else ""
    return Markup('<table class="{}"><colgroup>{}</colgroup>{}<tbody>{}</tbody></table>').format(css, cols, thead, rows)


def delivery_table(item: Delivery) -> Table:
    """The fields of a 送达回证 (standards.md §2.2), empty ones left for the pen."""
    when = chinese_time(item.delivered_at) if item.delivered_at else "　　　　年　　月　　日　　时　　分"
    methods = "　".join(("■" if item.method and name.startswith(item.method[:2]) else "□") + name for name in METHODS)
    rows = (
        ("送达文书", item.letter, "文　　号", item.number),
        ("送达单位", item.sender, "受送达人", item.receiver),
        ("送达时间", when),
        ("送达地点", item.place),
        ("送达方式", methods),
        ("收件人签名\n或盖章", item.signer, "与受送达人\n关系", item.relation),
        ("见证人签名", item.witness, "送达人签名", item.server),
        ("备　　注", item.remark),
    )
    return Table(rows=rows, widths=(24, 54, 24, 54), label_columns=(0, 2), tall=frozenset({5, 6, 7}))


def stub_table(item: Delivery) -> Table:
    """The short form of the receipt that is torn off and sent back."""
    rows = (
        ("文　　书", item.letter, "文　　号", item.number),
        ("收件单位", item.receiver, "收件时间", "　　年　月　日　时　分"),
        ("收件人签名\n或盖章", item.signer, "联系电话", ""),
    )
    return Table(rows=rows, widths=(24, 54, 24, 54), label_columns=(0, 2), tall=frozenset({2}))
