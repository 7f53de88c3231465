"""From a job to its PDF with WeasyPrint: same pages, same fonts, same bytes in every process."""

import functools
import logging
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from press.job import Job, Printed, Refused, Style


class FontOnlyFetcher(URLFetcher):
    """Opens the font files in use and inline images; everything else is refused."""

    def __init__(self, allowed: Iterable[Path]) -> None:
        """`allowed` are the font files."""
        super().__init__(allowed_protocols={"file", "data"})
        self.allowed = {path.as_uri() for path in allowed}

    def fetch(self, url, headers=None):
        """Fetch a font file or a data: URL; ValueError otherwise."""
        if not url.startswith("data:") and url not in self.allowed:
            raise ValueError(f"refused: {url}")
        return super().fetch(url, headers)


class Complaints(logging.Handler):
    """Collects WeasyPrint's warnings while one job is printed."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())


class Machine:
    """Style sheets and fonts of one style, read once."""

    def __init__(self, style: Style) -> None:
        """Parse the sheets; their @font-face rules load the fonts."""
        self.families = {family for family, _path in style.fonts}
        self.fetcher = FontOnlyFetcher(path for _family, path in style.fonts)
        self.fonts = FontConfiguration()
        self.sheet, self.last = (CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher) for text in (style.sheet, style.last))

    def layout(self, text: str, variant: str | None) -> Any:
        """Pages of one piece. The end matter never stands alone on the last one: then the last lines of the text go with it."""
        html = HTML(string=text, url_fetcher=self.fetcher, base_url=None)
        pages = html.render(stylesheets=[self.sheet], font_config=self.fonts, pdf_variant=variant)
        if len(pages.pages) == 1 or not is_bare(pages.pages[-1]):
            return pages
        return html.render(stylesheets=[self.sheet, self.last], font_config=self.fonts, pdf_variant=variant)

    def refuse_strange_fonts(self, book: Any) -> None:
        """Refused when a glyph came from an installed font, which WeasyPrint takes without a word."""
        if strange := {font.family for font in book.fonts.values()} - self.families:
            raise Refused(f"排印时混入了未经指定的字体（{'、'.join(sorted(strange))}），文书已停止输出。")


def is_bare(page: Any) -> bool:
    """Whether a page has nothing of the text or of a table: only signature, roster, QR code or 版记."""
    root = page._page_box.children[0]
    elements = (box.element for box in root.descendants() if box.element is not None)
    return not any(element.tag in ("td", "th") or "text" in (element.get("class") or "").split() for element in elements)


@functools.lru_cache(maxsize=4)
def machine(style: Style) -> Machine:
    """The machine for a style; there are few: one for each set of font folders and each grid."""
    return Machine(style)


@contextmanager
def no_complaints() -> Iterator[None]:
    """Turn any warning of WeasyPrint (a missing glyph, a font that did not load) into Refused."""
    logger, handler = logging.getLogger("weasyprint"), Complaints()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    if handler.messages:
        raise Refused(f"排印时出现问题，文书已停止输出：{handler.messages[0]}")


def pack_fonts(_document: Any, pdf: Any) -> None:
    """Font programs packed at zlib's usual level: at WeasyPrint's, the highest, they take twice as long for a third of a percent."""
    for item in pdf.objects:
        if getattr(item, "compress", False) and len(item.stream) == 1 and isinstance(item.stream[0], bytes):
            item.stream, item.extra["Filter"], item.compress = [zlib.compress(item.stream[0])], "/FlateDecode", False


def print_out(job: Job) -> Printed:
    """The job as one PDF; Refused when WeasyPrint warns of anything or takes a font nobody named."""
    with no_complaints():
        made = machine(job.style)
        documents = [made.layout(text, job.variant) for text in job.html]
        book = documents[0].copy([page for document in documents for page in document.pages])
        with warnings.catch_warnings():
            # WeasyPrint 70 leaves its colour profile for the garbage collector to close.
            warnings.simplefilter("ignore", ResourceWarning)
            pdf = book.write_pdf(finisher=pack_fonts, pdf_variant=job.variant, pdf_identifier=job.identifier)
        made.refuse_strange_fonts(book)
    return Printed(pdf, tuple(len(document.pages) for document in documents))
