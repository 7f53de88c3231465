"""The same Paper as an editable docx for WPS and Word (letters.md §7).

A draft to edit: fonts are named, not embedded, and the PDF stays the official text.
"""

from io import BytesIO
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from models.wording import chinese_date
from views.letters import wordxml
from views.letters.compose import CELL, balanced, normalise
from views.letters.fonts import FontRole
from views.letters.grid import GRIDS
from views.letters.paper import Form, Paper, PaperError, Table
from views.letters.structure import parse_body
from views.letters.tables import shares, spread, stub_table
from views.letters.typesetter import Typesetter
from views.letters.wordpage import FAMILIES, double_rule, new_document

RED = RGBColor(0xD7, 0x00, 0x0F)
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


class WordLetter:
    """Writes one paper, top to bottom."""

    def __init__(self, paper: Paper, draft: bool) -> None:
        """Start a document with the page geometry and the body style."""
        self.paper, self.draft, self.document = paper, draft, new_document(paper.form)

    def line(self, text: str = "", role: FontRole = FontRole.FANG, size: float = 16, alignment=None) -> Paragraph:
        """Append one paragraph in one face."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = alignment
        self.run(paragraph, text, role, size)
        return paragraph

    @staticmethod
    def run(paragraph: Paragraph, text: str, role: FontRole = FontRole.FANG, size: float = 16):
        """Append text in one face and size."""
        run = paragraph.add_run(text)
        run.font.size = Pt(size)
        wordxml.set_font(run._element.get_or_add_rPr(), FAMILIES[role])
        return run

    def head(self) -> None:
        """发文机关标志, 发文字号 and the red line, as far as the form has them."""
        paper = self.paper
        size = min(36 if paper.form is Form.LETTER else 60, 425 / max(len(paper.mark), 1))
        if paper.form is Form.SHEET:
            self.line(paper.mark, FontRole.TITLE, alignment=CENTER)
            return
        mark = self.document.sections[0].first_page_header.paragraphs[0] if paper.form is Form.LETTER else None
        for tag in Typesetter.tags(paper):
            self.line(tag, FontRole.HEI)
        mark = mark or self.line()
        mark.alignment = CENTER
        mark.paragraph_format.line_spacing = Pt(size * 1.2)
        if paper.form is not Form.LETTER:
            mark.paragraph_format.space_before = Mm(35 - 10.2 * len(Typesetter.tags(paper)))
        run = self.run(mark, paper.mark, FontRole.TITLE, size)
        run.font.color.rgb = RED
        if paper.form is Form.LETTER:
            double_rule(mark, "bottom", "thickThinSmallGap", 9)
            self.number(RIGHT)
        else:
            self.line()
            self.line()
            wordxml.rule(self.number(CENTER), "bottom", "single", 12, "D7000F", 7)
        self.line()
        self.line()

    def number(self, alignment) -> Paragraph:
        """The number line; a draft says so."""
        mark = "（草稿）" if self.draft else ""
        return self.line(self.paper.shown_number + mark, alignment=alignment)

    def body(self, text: str) -> None:
        """Body paragraphs, two characters in, headings in their faces."""
        for item in parse_body(text):
            paragraph = self.document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            paragraph.paragraph_format.first_line_indent = Pt(2 * CELL)
            paragraph.paragraph_format.keep_with_next = item.heading or None
            for part, role in item.segments:
                self.run(paragraph, part, role)

    def table(self, item: Table) -> None:
        """A bordered table; its head repeats on every page."""
        if item.title:
            self.line(item.title, FontRole.HEI, 14)
        table = self.document.add_table(rows=0, cols=item.columns, style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = shares(item)
        wordxml.cell_margins(table, 1.2)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Pt(width)
        if item.header:
            row = table.add_row()
            row._tr.get_or_add_trPr().append(wordxml.parse_xml(f"<w:tblHeader {wordxml.W}/>"))
            for cell, text, width in zip(row.cells, item.header, widths, strict=True):
                self.cell(cell, text, width, FontRole.HEI, CENTER)
        for index, values in enumerate(item.rows):
            row = table.add_row()
            row.height = Mm(22) if index in item.tall else None
            for text, first, span in spread(item, values):
                cell = row.cells[first].merge(row.cells[first + span - 1]) if span > 1 else row.cells[first]
                centred = CENTER if first in item.label_columns else None
                self.cell(cell, text, sum(widths[first:first + span]), FontRole.FANG, centred)

    def cell(self, cell: _Cell, text: str, width: float, role: FontRole, alignment) -> None:
        """Fill one cell, a paragraph per line of text."""
        cell.width, cell.vertical_alignment = Pt(width), WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for index, part in enumerate(normalise(text).split("\n")):
            paragraph = cell.add_paragraph() if index else cell.paragraphs[0]
            paragraph.alignment = alignment
            paragraph.paragraph_format.line_spacing = Pt(18)
            self.run(paragraph, part, role, 12)

    def closing(self) -> None:
        """附件说明, signature, 附注."""
        paper = self.paper
        for index, name in enumerate(paper.attachments, start=1):
            if index == 1:
                self.line()
            numeral = f"{index}." if len(paper.attachments) > 1 else ""
            indent = 2 if index == 1 else 5
            item = self.line(("附件：" if index == 1 else "") + numeral + normalise(name))
            item.paragraph_format.left_indent = Pt(indent * CELL)
        signature = Typesetter(GRIDS["A"]).signature(paper)
        if signature.lines:
            self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        for _ in range(signature.blanks):
            self.line().paragraph_format.keep_with_next = True
        for placed in signature.lines:
            row = self.line(placed.text)
            row.paragraph_format.left_indent = Pt(placed.left)
            row.paragraph_format.right_indent = Pt(-CELL)
            row.paragraph_format.keep_with_next = bool(paper.contact) or placed is not signature.lines[-1]
        if paper.contact:
            self.line(f"（{normalise(paper.contact)}）").paragraph_format.left_indent = Pt(2 * CELL)

    def annexes(self) -> None:
        """Each 附件 on a new page."""
        several = len(self.paper.annexes) > 1
        for index, annex in enumerate(self.paper.annexes, start=1):
            head = self.line(f"附件{index if several else ''}", FontRole.HEI)
            head.paragraph_format.page_break_before = True
            self.line()
            self.line(normalise(annex.title), FontRole.TITLE, 22, CENTER)
            self.line()
            self.body(annex.body)
            for item in annex.tables:
                self.table(item)

    def banji(self) -> None:
        """版记 in a text box on the bottom of the last page's text area."""
        paper, ruled = self.paper, self.paper.form is not Form.LETTER
        cc = "抄送：" + "，".join(map(normalise, paper.cc)) + "。" if paper.cc else ""
        rows = [row for row in (cc, paper.printer if ruled else "") if row]
        if not rows or paper.form is Form.SHEET:
            return
        holder = Document()
        for index, row in enumerate(rows):
            line = holder.add_paragraph()
            line.paragraph_format.line_spacing = Pt(24.4)
            # One character in by a space, not an indent, which would shorten the rules as well.
            text = f"　{row}" if row is cc else f"　{row}\t{chinese_date(paper.issued)}印发"
            line.paragraph_format.tab_stops.add_tab_stop(Pt(428), WD_TAB_ALIGNMENT.RIGHT)
            self.run(line, text, size=14)
            if ruled:
                border = "".join(
                    f'<w:{side} w:val="single" w:sz="{weight}" w:space="0" w:color="000000"/>'
                    for side, weight in (("top", 6 if index else 8), ("bottom", 8)) if side == "top" or row is rows[-1])
                wordxml.replace(
                    line._p.get_or_add_pPr(), f"<w:pBdr {wordxml.W}>{border}</w:pBdr>", wordxml.PARAGRAPH_ORDER)
        content = "".join(wordxml.serialize(line._p) for line in holder.paragraphs)
        lines = len(rows) + len(cc) // 30
        anchor = self.line(size=1)
        anchor.paragraph_format.line_spacing = Pt(1)
        wordxml.bottom_box(anchor, content, 8.8 * lines + 1)

    def write(self) -> bytes:
        """All parts in order."""
        paper = self.paper
        self.head()
        for row in balanced(normalise(paper.title), FontRole.TITLE, 22):
            self.line(row.text, FontRole.TITLE, 22, CENTER)
        if paper.form is Form.SHEET and paper.shown_number:
            self.number(RIGHT)
        elif paper.form is not Form.SHEET:
            self.line()
        if paper.addressee:
            self.line(normalise(paper.addressee) + "：")
        self.body(paper.body)
        for item in paper.tables:
            self.table(item)
        for label, names in paper.roster:
            row = self.line(f"{normalise(label)}：", FontRole.HEI)
            row.paragraph_format.left_indent, row.paragraph_format.first_line_indent = Pt(5 * CELL), Pt(-3 * CELL)
            self.run(row, normalise(names))
        self.closing()
        if paper.tear_off:
            self.line("回　执", FontRole.TITLE, 16, CENTER)
            self.table(stub_table(paper.tear_off))
        self.annexes()
        self.banji()
        self.document.core_properties.title = escape(Typesetter.plain(paper.title))
        self.document.core_properties.author = paper.agency or paper.mark
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()


def render_docx(paper: Paper, *, draft: bool = False) -> bytes:
    """The docx of one paper; PaperError when it has no mark or, unless a draft, no number."""
    paper.check(draft)
    if not paper.mark:
        raise PaperError(f"《{paper.title}》没有发文机关标志，不能生成Word文件。")
    return WordLetter(paper, draft).write()
