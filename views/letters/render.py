"""PDF of a Paper: same data, same fonts, same bytes. One font configuration and style sheet a process."""

import functools
import logging
import threading
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from views.letters.compose import MEASURE, MM
from views.letters.fonts import FontError, FontRole, face, font_dirs
from views.letters.grid import CHAR_HEIGHT, LETTER_PAGE_TOP, RULE_GAP, Grid, Mark, grid
from views.letters.paper import Delivery, Form, Paper, PaperError
from views.letters.tables import delivery_table
from views.letters.typesetter import Typesetter

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "letters"
PDF_VARIANT = "pdf/a-2u"
# Pango's objects are shared by all letters of a process.
LOCK = threading.RLock()


class RenderError(FontError):
    """WeasyPrint complained about the page, so the letter is withheld."""


class Complaints(logging.Handler):
    """Collects WeasyPrint's warnings while one letter is rendered."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())


class Engine:
    """Templates, style sheet and fonts for one set of font folders and one grid."""

    def __init__(self, layout: Grid) -> None:
        """Load every face (MissingFont if one is absent) and parse the style sheet once."""
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        from views.letters.fetching import FontOnlyFetcher

        paths = {role: face(role).path for role in FontRole}
        self.grid = layout
        self.fetcher = FontOnlyFetcher(paths.values())
        self.fonts = FontConfiguration()
        self.templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True)
        sheet = self.templates.get_template("letter.css").render(
            g=layout, roles=list(FontRole), letter_top=LETTER_PAGE_TOP,
            urls={role: path.as_uri() for role, path in paths.items()})
        self.css = CSS(string=sheet, font_config=self.fonts, url_fetcher=self.fetcher)

    def html(self, paper: Paper, draft: bool, body_only: bool, push: bool = False) -> str:
        """The page as HTML; `push` begins a page with the last lines of the text."""
        return self.templates.get_template(f"{paper.form.value.lower()}.html").render(
            paper=paper, draft=draft, body_only=body_only, push=push, t=Typesetter(self.grid), g=self.grid,
            head=head_places(paper, self.grid))

    def layout(self, paper: Paper, draft: bool, body_only: bool) -> Any:
        """Pages of one paper. The 版记 never stands alone on the last one: then the last lines of the text go with it."""
        pages = self._set(paper, draft, body_only, push=False)
        return self._set(paper, draft, body_only, push=True) if is_bare(pages.pages[-1]) else pages

    def _set(self, paper: Paper, draft: bool, body_only: bool, *, push: bool) -> Any:
        from weasyprint import HTML

        html = HTML(string=self.html(paper, draft, body_only, push), url_fetcher=self.fetcher, base_url=None)
        return html.render(stylesheets=[self.css], font_config=self.fonts, pdf_variant=PDF_VARIANT)


def is_bare(page: Any) -> bool:
    """Whether a page has nothing of the text or of a table: only signature, roster, QR code or 版记."""
    root = page._page_box.children[0]
    elements = (box.element for box in root.descendants() if box.element is not None)
    return not any(element.tag in ("td", "th") or "text" in (element.get("class") or "").split() for element in elements)


@functools.lru_cache(maxsize=4)
def engine_for(dirs: tuple, layout: Grid) -> Engine:
    """The engine for these folders (the cache key) and this grid."""
    return Engine(layout)


def engine() -> Engine:
    """The engine for the settings in force."""
    return engine_for(font_dirs(), grid())


def head_places(paper: Paper, layout: Grid) -> dict[str, object]:
    """Sizes and gaps (mm) of the red head, so that ink, not boxes, stands where the standard says."""
    if paper.form is Form.SHEET:
        # 28 mm at both sides stay free for the QR code.
        width = MEASURE - 56 * MM
        return {"size": round(min(16, width / max(len(paper.mark), 1)), 3), "title_width": width}
    if not paper.mark:
        raise PaperError(f"《{paper.title}》没有发文机关标志，不能排印。")
    top = LETTER_PAGE_TOP if paper.form is Form.LETTER else layout.top
    mark = Mark.of(paper.mark, paper.form.value, top)
    ink_end = mark.after(top, paper.form.value)
    lead = (layout.pitch - CHAR_HEIGHT) / 2
    places = {"size": round(mark.size, 3), "style": f"padding-top:{mark.before:.3f}mm"}
    if paper.form is Form.LETTER:
        return places | {"double_gap": round(ink_end + RULE_GAP, 3), "number_gap": round(14 / MM - lead, 3)}
    return places | {"number_gap": round(ink_end + 2 * layout.pitch, 3), "rule_gap": round(RULE_GAP - lead, 3)}


@contextmanager
def no_complaints() -> Iterator[None]:
    """Turn any warning of WeasyPrint (a missing glyph, a font that did not load) into RenderError."""
    logger, handler = logging.getLogger("weasyprint"), Complaints()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    if handler.messages:
        raise RenderError(f"排印时出现问题，文书已停止输出：{handler.messages[0]}")


def refuse_strange_fonts(book: Any) -> None:
    """RenderError when a glyph came from an installed font, which WeasyPrint takes without a word."""
    strange = {font.family for font in book.fonts.values()} - {role.family for role in FontRole}
    if strange:
        raise RenderError(f"排印时混入了未经指定的字体（{'、'.join(sorted(strange))}），文书已停止输出。")


def pack_fonts(_document: Any, pdf: Any) -> None:
    """Font programs packed at zlib's usual level: at WeasyPrint's, the highest, they take twice as long for a third of a percent."""
    for item in pdf.objects:
        if getattr(item, "compress", False) and len(item.stream) == 1 and isinstance(item.stream[0], bytes):
            item.stream, item.extra["Filter"], item.compress = [zlib.compress(item.stream[0])], "/FlateDecode", False


def identifier(papers: list[Paper]) -> bytes:
    """First half of the PDF's /ID: the number of the (first) letter."""
    return (papers[0].number or papers[0].title).encode()


def render_many(papers: Iterable[Paper], *, draft: bool = False, body_only: bool = False) -> bytes:
    """One PDF with all papers, each numbered from page 1, for printing a selection at once."""
    papers = list(papers)
    if not papers:
        raise PaperError("没有选中要打印的文书。")
    for paper in papers:
        paper.check(draft)
    with LOCK, no_complaints():
        documents = [engine().layout(paper, draft, body_only) for paper in papers]
        book = documents[0].copy([page for document in documents for page in document.pages])
        with warnings.catch_warnings():
            # WeasyPrint 70 leaves its colour profile for the garbage collector to close.
            warnings.simplefilter("ignore", ResourceWarning)
            pdf = book.write_pdf(finisher=pack_fonts, pdf_variant=PDF_VARIANT, pdf_identifier=identifier(papers))
        refuse_strange_fonts(book)
        return pdf


def render_pdf(paper: Paper, *, draft: bool = False, body_only: bool = False) -> bytes:
    """The PDF of one paper.

    `draft` shows a blank number with a 草稿 mark; `body_only` (套红打印) leaves out everything red and
    keeps every position, for paper with a pre-printed head. Raises MissingFont, MissingGlyph,
    RenderError or PaperError, each with one Chinese sentence.
    """
    return render_many([paper], draft=draft, body_only=body_only)


def render_receipt(delivery: Delivery) -> bytes:
    """A 送达回证 as a page of its own; empty fields are left for the pen."""
    day = delivery.delivered_at.date() if delivery.delivered_at else None
    return render_pdf(Paper(
        form=Form.SHEET, title="送达回证", issued=day, mark=delivery.sender,
        number=delivery.number, tables=(delivery_table(delivery),)))


def page_count(pdf: bytes) -> int:
    """Number of pages."""
    with LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def page_png(pdf: bytes, page_no: int, width: int) -> bytes:
    """Page `page_no` (from 1) as PNG, `width` pixels wide; IndexError when there is no such page."""
    with LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 1 <= page_no <= len(document):
                raise IndexError(f"no page {page_no}")
            page = document[page_no - 1]
            image = page.render(scale=width / page.get_width()).to_pil()
        finally:
            document.close()
    out = BytesIO()
    image.save(out, "PNG", optimize=False)
    return out.getvalue()
