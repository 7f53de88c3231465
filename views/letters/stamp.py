"""Finished PDFs put together: many as one for printing, and the mark 作废 over a letter that no longer holds."""

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO

import pypdfium2
from markupsafe import escape

from press import Job, Printed, Style
from views.letters.render import LOCK, engine, printed

A4 = (595.28, 841.89)
MARK = """<html><head><style>@page{{size:210mm 297mm;margin:0}}body{{margin:0;color:#d7000f}}
.frame{{position:absolute;left:52mm;top:118mm;width:102mm;border:1.4mm solid #d7000f;border-radius:3mm;
transform:rotate(-18deg);text-align:center;padding:3mm 0}}
.big{{font:66pt/1.1 "LetterHei";letter-spacing:14pt;padding-left:14pt}}.small{{font:12pt/1.6 "LetterFang"}}</style></head>
<body><div class="frame"><div class="big">作废</div><div class="small">{line}</div></div></body></html>"""

# As on the screen: over the whole page, so pale that the words under it stay readable.
READER = """<html><head><style>@page{{size:210mm 297mm;margin:0}}body{{margin:0}}
p{{position:absolute;margin:0;white-space:nowrap;font:12pt/1 "LetterHei";color:#1a2b49;opacity:.09;
transform:rotate(-20deg)}}</style></head><body>{lines}</body></html>"""
PLACES = [(x, y) for y in range(35, 290, 52) for x in (12, 112)]  # mm


def joined(parts: Iterable[Printed]) -> bytes:
    """One PDF of several, each piece beginning on a front page: printed on both sides, no letter begins on another one's back."""
    with LOCK:
        book = pypdfium2.PdfDocument.new()
        try:
            for part in parts:
                at, source = len(book), pypdfium2.PdfDocument(part.pdf)
                book.import_pages(source)
                for pages in part.pages or (len(source),):
                    if at % 2:
                        book.new_page(*A4, index=at)
                        at += 1
                    at += pages
                source.close()
            out = BytesIO()
            book.save(out)
        finally:
            book.close()
    return out.getvalue()


def void_mark(pdf: bytes, line: str) -> bytes:
    """The same pages with 作废 and one line under it across each; the stored file stays as it is."""
    return _over(pdf, MARK.format(line=escape(line)))


def reader_mark(pdf: bytes, words: str) -> bytes:
    """The same pages with the reader's name across each: for prints with personal data, never for a letter that goes out."""
    lines = "".join(f'<p style="left:{x}mm;top:{y}mm">{escape(words)}</p>' for x, y in PLACES)
    return _over(pdf, READER.format(lines=lines))


def _over(pdf: bytes, html: str) -> bytes:
    """One page laid over each page of a PDF."""
    with LOCK:
        stamp, paper = pypdfium2.PdfDocument(_page(html)), pypdfium2.PdfDocument(pdf)
        try:
            shape = stamp.page_as_xobject(0, paper)
            for index in range(len(paper)):
                page = paper[index]
                page.insert_obj(shape.as_pageobject())
                page.gen_content()
            out = BytesIO()
            paper.save(out)
            shape.close()
        finally:
            paper.close()
            stamp.close()
    return out.getvalue()


def _page(html: str) -> bytes:
    return _page_in(html, engine().style)


@lru_cache(maxsize=8)
def _page_in(html: str, style: Style) -> bytes:
    """The same mark lies over many a paper."""
    return printed(Job((html,), style)).pdf
