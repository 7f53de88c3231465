"""Page, style and footers of a docx letter (letters.md §7)."""

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from views.letters import wordxml
from views.letters.fonts import FontRole
from views.letters.paper import Form

# Clerks' PCs have the licensed faces; a docx only names them.
FAMILIES = {
    FontRole.FANG: "仿宋_GB2312", FontRole.KAI: "楷体_GB2312", FontRole.HEI: "黑体",
    FontRole.SONG: "宋体", FontRole.TITLE: "方正小标宋简体",
}
PITCH = Pt(28.95)
RIGHT = WD_ALIGN_PARAGRAPH.RIGHT


def new_document(form: Form) -> DocxDocument:
    """An empty document with page geometry, body style and page numbers."""
    document = Document()
    set_page(document)
    set_style(document)
    set_footers(document, form)
    return document


def set_page(document: DocxDocument) -> None:
    """A4, 37/26/35/28 mm, a grid of lines 28.95 pt apart."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    wordxml.replace(
        section._sectPr, f'<w:docGrid {wordxml.W} w:type="lines" w:linePitch="579"/>', wordxml.SECTION_ORDER)


def set_style(document: DocxDocument) -> None:
    """三号仿宋, spacing -0.25 pt so that 28 characters fill a line, exact line pitch."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = FAMILIES[FontRole.FANG], Pt(16)
    properties = style.element.get_or_add_rPr()
    wordxml.set_font(properties, FAMILIES[FontRole.FANG])
    wordxml.set_spacing(properties, -5)
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
    layout.widow_control = False
    wordxml.east_asian(style.element.get_or_add_pPr())


def set_footers(document: DocxDocument, form: Form) -> None:
    """Page numbers outside: right on odd pages, left on even ones; none on page 1 of a 信函."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, alignment in ((section.footer, RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        line = footer.paragraphs[0]
        line.alignment = alignment
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
        wordxml.page_field(line)
    if form is Form.LETTER:
        section.different_first_page_header_footer = True
        # The lower rule stands 20 mm from the page bottom, the page numbers of the other pages above it.
        section.header_distance, section.footer_distance = Mm(28), Mm(19)
        for footer in (section.footer, section.even_page_footer):
            footer.paragraphs[0].paragraph_format.space_after = Mm(6)
        line = section.first_page_footer.paragraphs[0]
        line.paragraph_format.line_spacing = Pt(1)
        double_rule(line, "top", "thinThickSmallGap")


def double_rule(paragraph: Paragraph, side: str, style: str, gap: int = 1) -> None:
    """A red double line 170 mm long, 7 mm wider than the text at each side of the page's middle."""
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(-8), Mm(-6)
    wordxml.rule(paragraph, side, style, 24, "D7000F", gap)
