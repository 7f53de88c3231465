"""``python -m press.measuring``: one question about font files on standard input, the answer on standard output, both pickled (press/faces.py)."""

import pickle
import sys
from array import array
from collections.abc import Callable
from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont, TTLibError

from press.faces import NONE


def measure(files: list[Path]) -> list[tuple[object, ...] | str]:
    """The fields of Measures for each file; a sentence for one that is damaged."""
    return [_one(file) for file in files]


def _one(file: Path) -> tuple[object, ...] | str:
    try:
        with file.open("rb") as stream:
            font = TTFont(stream, lazy=True)
            # Numbers for names: the names themselves would have all outlines of the file read.
            font.setGlyphOrder([f"glyph{number}" for number in range(font["maxp"].numGlyphs)])
            units, widths, drawn = font["head"].unitsPerEm, font["hmtx"].metrics, font.getBestCmap()
            advances = array("H", [NONE]) * (max(drawn) + 1)
            for code, name in drawn.items():
                advances[code] = widths[name][0]
            return advances, units, abs(font["hhea"].ascent) / units, abs(font["hhea"].descent) / units
    except (TTLibError, OSError, KeyError) as error:
        return str(error)


def ink(file: Path, text: str) -> tuple[float, float]:
    """As press.faces.ink."""
    with TTFont(file, lazy=True) as font:
        outlines, names, units = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
        pen = BoundsPen(outlines)
        for char in text:
            outlines[names[ord(char)]].draw(pen)
        return (pen.bounds[1] / units, pen.bounds[3] / units) if pen.bounds else (0.0, 0.0)


ANSWERS: dict[str, Callable[..., object]] = {"measure": measure, "ink": ink}

what, *about = pickle.load(sys.stdin.buffer)
pickle.dump(ANSWERS[what](*about), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
