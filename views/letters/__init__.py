"""Printed letters of GB/T 9704-2012: data in, exact PDF or editable docx out. Of models only the wording and
the base error: no table."""

from models.errors import LetterError
from models.wording import WordingError, chinese_date, chinese_time, render_wording
from views.letters.fonts import FontError, FontRole, MissingFont, MissingGlyph, fingerprint, font_report, uncovered
from views.letters.kinds import Issue, LetterKind, assemble, default_kinds, read_kind
from views.letters.paper import Annex, Delivery, Form, Paper, PaperError, Table
from views.letters.render import Order, RenderError, page_count, page_png, render_many, render_pdf, render_receipt
from views.letters.samples import sample_context, sample_paper
from views.letters.stamp import joined, void_mark

__all__ = [
    "Annex", "Delivery", "FontError", "FontRole", "Form", "Issue", "LetterError", "LetterKind", "MissingFont", "MissingGlyph",
    "Order", "Paper", "PaperError", "RenderError", "Table", "WordingError", "assemble", "chinese_date", "chinese_time",
    "default_kinds", "fingerprint", "font_report", "joined", "page_count", "page_png", "read_kind",
    "render_many", "render_pdf", "render_receipt", "render_wording", "sample_context", "sample_paper", "uncovered",
    "void_mark",
]
