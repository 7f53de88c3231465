"""PDF of a Paper: same data, same fonts, same bytes. Composed here, laid out and written by a press."""

import functools
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from press import Job, Printed, Refused, Style, pool
from views.letters.compose import MEASURE, MM
from views.letters.fonts import FontError, FontRole, face, font_dirs
from views.letters.grid import CHAR_HEIGHT, LETTER_PAGE_TOP, RULE_GAP, Grid, Mark, grid
from views.letters.paper import Delivery, Form, Paper, PaperError
from views.letters.tables import delivery_table
from views.letters.typesetter import Typesetter

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "letters"
PDF_VARIANT = "pdf/a-2u"
BUNDLE = 5  # papers to a job: their fonts are packed once; more save little and let a press grow
# PDFium's objects are shared by all letters of a process.
LOCK = threading.RLock()


class RenderError(FontError):
    """A press refused the page or was lost over it, so the letter is withheld."""


@dataclass(frozen=True)
class Order:
    """A paper and how it is to be printed."""

    paper: Paper
    draft: bool = False
    body_only: bool = False


class Engine:
    """Templates and style for one set of font folders and one grid."""

    def __init__(self, layout: Grid) -> None:
        """Load every face: MissingFont if one is absent."""
        faces = {role: face(role).path for role in FontRole}
        self.grid = layout
        self.templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True)
        sheet = self.templates.get_template("letter.css").render(
            g=layout, roles=list(FontRole), letter_top=LETTER_PAGE_TOP,
            urls={role: path.as_uri() for role, path in faces.items()})
        last = self.templates.get_template("last.css").render()
        self.style = Style(sheet, last, tuple((role.family, path) for role, path in faces.items()))

    def html(self, paper: Paper, draft: bool, body_only: bool) -> str:
        """The page as HTML."""
        return self.templates.get_template(f"{paper.form.value.lower()}.html").render(
            paper=paper, draft=draft, body_only=body_only, t=Typesetter(self.grid), g=self.grid,
            head=head_places(paper, self.grid))


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


def identifier(paper: Paper) -> bytes:
    """First half of the PDF's /ID: the number of the (first) letter."""
    return (paper.number or paper.title).encode()


def printed(job: Job) -> Printed:
    """A job done by a press; RenderError with its sentence when it refuses."""
    try:
        return pool().print(job)
    except Refused as why:
        raise RenderError(str(why)) from None


def job_of(orders: Sequence[Order]) -> Job:
    """Papers to be printed as one PDF, each numbered from page 1."""
    made = engine()
    for order in orders:
        order.paper.check(order.draft)
    pages = tuple(made.html(order.paper, order.draft, order.body_only) for order in orders)
    return Job(pages, made.style, PDF_VARIANT, identifier(orders[0].paper))


def render_many(wanted: Iterable[bytes | Order]) -> list[Printed]:
    """Finished files as they are; what is to be printed on all presses at once, some to a file. All in their order."""
    runs: list[bytes | list[Order]] = []
    for piece in wanted:
        if isinstance(piece, Order) and runs and isinstance(runs[-1], list) and len(runs[-1]) < BUNDLE:
            runs[-1].append(piece)
        else:
            runs.append([piece] if isinstance(piece, Order) else piece)
    if not runs:
        raise PaperError("没有选中要打印的文书。")
    try:
        fresh = iter(pool().print_all(job_of(run) for run in runs if isinstance(run, list)))
    except Refused as why:
        raise RenderError(str(why)) from None
    return [next(fresh) if isinstance(run, list) else Printed(run) for run in runs]


def render_pdf(paper: Paper, *, draft: bool = False, body_only: bool = False) -> bytes:
    """The PDF of one paper.

    `draft` shows a blank number with a 草稿 mark; `body_only` (套红打印) leaves out everything red and
    keeps every position, for paper with a pre-printed head. Raises MissingFont, MissingGlyph,
    RenderError or PaperError, each with one Chinese sentence.
    """
    return printed(job_of([Order(paper, draft, body_only)])).pdf


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
