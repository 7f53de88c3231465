"""Rulers for finished PDFs: millimetres from the top-left corner of the page."""

from collections import defaultdict
from io import BytesIO

import pdfplumber
import pypdfium2
from PIL import Image, ImageChops

MM = 72 / 25.4
DPI = 300
HEIGHT = 841.89


class Row:
    """The characters on one baseline."""

    def __init__(self, baseline: float, chars: list[dict]) -> None:
        """Sort the characters from left to right."""
        self.chars = sorted(chars, key=lambda char: char["x0"])
        self.points = baseline
        self.left, self.right = self.chars[0]["x0"] / MM, max(char["x1"] for char in chars) / MM
        self.text = "".join(char["text"] for char in self.chars)
        self.size = max(char["size"] for char in chars)

    @property
    def baseline(self) -> float:
        """mm from the page top."""
        return self.points / MM


class Sheet:
    """A PDF to be measured."""

    def __init__(self, pdf: bytes) -> None:
        """Open `pdf` for text and for ink."""
        self.bytes = pdf
        self.plumber = pdfplumber.open(BytesIO(pdf))
        self.pages = self.plumber.pages

    def rows(self, page: int) -> list[Row]:
        """Baselines of a page (from 1), top to bottom."""
        lines: dict[float, list[dict]] = defaultdict(list)
        for char in self.pages[page - 1].chars:
            lines[round(HEIGHT - char["matrix"][5], 1)].append(char)
        return [Row(y, lines[y]) for y in sorted(lines)]

    def body(self, page: int) -> list[Row]:
        """Rows inside the text area, in body size."""
        return [row for row in self.rows(page) if row.baseline < 262 and abs(row.size - 16) < 0.3]

    def rects(self, page: int) -> list[tuple[float, float, float, float]]:
        """(left, width, top, height) of the filled rectangles, top to bottom."""
        found = [(r["x0"] / MM, r["width"] / MM, r["top"] / MM, r["height"] / MM) for r in self.pages[page - 1].rects]
        return sorted(found, key=lambda rect: rect[2])

    def fonts(self) -> set[str]:
        """Names of all fonts, without the subset tag."""
        return {char["fontname"].split("+")[-1] for page in self.pages for char in page.chars}

    def text(self) -> str:
        """All characters in drawing order, without white space."""
        return "".join(char["text"] for page in self.pages for char in page.chars if not char["text"].isspace())

    def raster(self, page: int) -> Image.Image:
        """The page as ink at 300 dpi."""
        document = pypdfium2.PdfDocument(self.bytes)
        try:
            return document[page - 1].render(scale=DPI / 72).to_pil().convert("RGB")
        finally:
            document.close()

    def ink(self, page: int, *, red: bool, left: float = 0, right: float = 210) -> list[tuple[float, float]]:
        """Vertical runs (top, bottom) in mm of red or of black ink between two edges."""
        image = self.raster(page).crop((int(left / 25.4 * DPI), 0, int(right / 25.4 * DPI), int(297 / 25.4 * DPI)))
        reds, greens, _ = image.split()
        bright = reds.point(lambda value: 255 if (value > 150) == red else 0)
        inked = ImageChops.darker(bright, greens.point(lambda value: 255 if value < 110 else 0))
        filled = inked.getprojection()[1]
        runs, start = [], None
        for y, has_ink in enumerate([*filled, False]):
            if has_ink and start is None:
                start = y
            elif not has_ink and start is not None:
                runs.append((start * 25.4 / DPI, y * 25.4 / DPI))
                start = None
        return runs
