"""Millimetres of the page: two recipes for the 22 x 28 grid and the places of the red head (letters.md §1, §8)."""

import os
from dataclasses import dataclass

from views.letters.compose import MM
from views.letters.fonts import FontRole, faces_for

RECIPE_VARIABLE = "LETTER_GRID"
MARK_TOP = {"DOCUMENT": 72.0, "MINUTES": 72.0, "LETTER": 30.0}
LETTER_PAGE_TOP = 24.0
RULE_GAP = 4.0
# A 三号 character is 5.64 mm high; on its line it stands in the middle.
CHAR_HEIGHT = 16 / MM


@dataclass(frozen=True)
class Grid:
    """Top and bottom margin and line pitch in mm. The text area is 156 mm wide between 28 and 184 mm."""

    top: float
    bottom: float
    pitch: float
    number_pad: float

    @property
    def footer_drop(self) -> float:
        """How far above the text area's bottom the last rule of the 版记 must end to stand at 262 mm."""
        return 297 - self.bottom - 262


# A: the text area is the 版心, as unit templates have it. B: the ink of a full page fills the 版心.
GRIDS = {"A": Grid(37, 35, 225 / 22, 4.55), "B": Grid(34.58, 32.58, 29.6 / MM, 2.13)}


def grid() -> Grid:
    """The recipe chosen by the environment variable LETTER_GRID (A when unset)."""
    return GRIDS[os.environ.get(RECIPE_VARIABLE, "").strip().upper() or "A"]


@dataclass(frozen=True)
class Mark:
    """The red agency mark: size in pt, and mm paddings that put its ink exactly where the standard wants it."""

    size: float
    before: float
    height: float
    ink: float

    @classmethod
    def of(cls, text: str, form: str, page_top: float) -> "Mark":
        """Fit `text` into 150 mm, at most 60 pt (36 pt on a letter), with the top of its ink at 72 or 30 mm."""
        text = "".join(text.split())
        faces = list(zip(text, faces_for(text, FontRole.TITLE), strict=True))
        widest = sum(found.width(char) for char, found in faces)
        size = min(36 if form == "LETTER" else 60, 150 * MM / max(widest, 1))
        main = faces[0][1]
        own = "".join(char for char, found in faces if found is main)
        # line-height 1: the baseline stands where ascent and descent, centred on the em, put it.
        baseline = 0.5 + (main.ascent - main.descent) / 2
        inks = [found.ink(char if found is not main else own) for char, found in faces]
        low, high = min(ink[0] for ink in inks), max(ink[1] for ink in inks)
        em = size / MM
        return cls(size, MARK_TOP[form] - page_top - (baseline - high) * em, em, (high - low) * em)

    def after(self, page_top: float, form: str) -> float:
        """mm from the bottom of the mark's box to the bottom of its ink (negative: the ink ends above)."""
        return MARK_TOP[form] + self.ink - (page_top + self.before + self.height)
