"""Line composer: Chinese text into lines that reach the right edge exactly (letters.md §2).

WeasyPrint does not justify Chinese, so lines are broken and spaced here from the widths in the font
files and WeasyPrint only stacks them. All lengths are points, spacings are in em.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from views.letters.fonts import FontRole, faces_for
from views.letters.lexicon import LONGEST, is_word

MM = 72 / 25.4
MEASURE = 156 * MM
BODY_SIZE = 16.0
PER_LINE = 28
CELL = MEASURE / PER_LINE
# 28 characters of 16 pt are wider than 156 mm: this spacing makes them fit the measure exactly.
BODY_SPACING = (MEASURE - PER_LINE * BODY_SIZE) / (PER_LINE - 1) / BODY_SIZE
LOOSEST = 0.2  # em between two characters; a line before a long number would otherwise be pulled apart, digits and all
LONGEST_WORD = 20  # a credit code has 18 characters
MARKS = "《》“”（）、，。：；"
CLINGING, LEADING = frozenset("的了等后"), frozenset("未不无与和及向对从被把将在按由且并需")  # alone they go with what stands before, or after
UNEVEN, UNKNOWN = 0.1, 3.0  # of a heading's lines: per square of a character too many, and per single character at an end

NOT_FIRST = frozenset("、。，．：；！？）〕】》〉」』”’％‰℃·～),.;:!?%]")
NOT_LAST = frozenset("（〔【《〈「『“‘(￥")
BREAK_AFTER = frozenset("-/")
COUNTED = frozenset("年月日号")
WHOLE = frozenset("—…")
HAN = r"[\u2E80-\u2FDF\u3000-\u303F\u3400-\u9FFF\uF900-\uFAFF\uFF00-\uFF60“”‘’—…\U00020000-\U0003FFFF]"
WIDE = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}
BARE_MARK = re.compile(rf"(?<={HAN}) ?([,:;?!]) ?|([,:;?!])(?={HAN})")
BRACKETED = re.compile(r"\(([^()\n]*)\)")
# Control characters, soft hyphen, joiners, byte order mark, variation selectors: no ink, and no face has them all.
INVISIBLE = dict.fromkeys(
    [*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])

Segment = tuple[str, FontRole]
Glyph = tuple[str, FontRole, float]


@dataclass(frozen=True)
class Run:
    """Characters of one line drawn from one face."""

    text: str
    role: FontRole


@dataclass(frozen=True)
class Line:
    """One finished line: where it starts (pt), its runs, its letter-spacing (em), whether it was stretched."""

    indent: float
    runs: tuple[Run, ...]
    spacing: float
    full: bool

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(run.text for run in self.runs)


def normalise(text: str) -> str:
    """Full-width , : ; ? ! ( ) where a Han character or mark stands beside them; invisible characters dropped.

    Times (17:30), thousands (3,482.5) and addresses (http://) have no Han neighbour and stay.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.translate(INVISIBLE).replace("\t", "　").replace("\xa0", " ")

    def brackets(match: re.Match[str]) -> str:
        before, after = text[max(0, match.start() - 1):match.start()], text[match.end():match.end() + 1]
        # f(x)与: a bracket that clings to a Latin word belongs to it.
        beside = before if before.isascii() and before.isalnum() else before + after
        return f"（{match[1]}）" if re.search(HAN, beside + match[1]) else match[0]

    return BARE_MARK.sub(lambda m: WIDE[m[1] or m[2]], BRACKETED.sub(brackets, text))


def one_line(text: str) -> str:
    """`normalise` for a field that has no paragraphs: line breaks are dropped."""
    return normalise(text).replace("\n", "")


def glyphs(segments: Iterable[Segment], size: float) -> list[Glyph]:
    """Every character with the face that draws it and its advance in points; MissingGlyph if none does."""
    out = []
    for text, role in segments:
        for char, found in zip(text, faces_for(text, role), strict=True):
            out.append((char, found.role, found.width(char) * size))
    return out


def as_runs(line: Iterable[Glyph]) -> tuple[Run, ...]:
    """Join neighbours of the same face."""
    return tuple(Run("".join(g[0] for g in group), role) for role, group in groupby(line, key=lambda g: g[1]))


def in_word(piece: list[Glyph], char: str) -> bool:
    """Whether `char` goes on with the short ASCII word that `piece` is, ends the date or number, or follows 〔2024〕.

    A hyphen or slash ends a word, but not a number: 0535-4212345, SQ-20240522-0003 and 2024/5/22 stay whole.
    """
    tail = piece[-1][0]
    if not tail.isascii():
        return tail == "〕" and char.isdigit() and piece[-2][0].isdigit()
    if char in COUNTED:
        return tail.isdigit()
    if not char.isascii() or " " in (char, tail) or len(piece) >= LONGEST_WORD:
        return False
    return tail not in BREAK_AFTER or (char.isalnum() and (char.isdigit() or any(glyph[0].isdigit() for glyph in piece)))


def words(line: list[Glyph]) -> list[list[Glyph]]:
    """Unbreakable pieces: one Han character, a short ASCII word, a number, —— or ……, with clinging marks glued on."""
    pieces: list[list[Glyph]] = []
    for glyph in line:
        char, last = glyph[0], pieces[-1] if pieces else None
        tail = last[-1][0] if last else ""
        if last and (in_word(last, char) or char in NOT_FIRST or tail in NOT_LAST or (char in WHOLE and char == tail)):
            last.append(glyph)
        else:
            pieces.append([glyph])
    return pieces


def terms(pieces: list[list[Glyph]]) -> list[list[Glyph]]:
    """Pieces glued to words, dates and names of units, for headings; 的 goes with what it follows, 未 with what follows it."""
    out, place = [], 0
    while place < len(pieces):
        long = next((n for n in range(min(LONGEST, len(pieces) - place), 1, -1) if is_word(_bare(pieces[place:place + n]))), 1)
        found = [glyph for piece in pieces[place:place + long] for glyph in piece]
        single = found[0][0] if len(found) == 1 else ""
        if out and (single in CLINGING or (len(out[-1]) == 1 and out[-1][0][0] in LEADING)):
            out[-1] = out[-1] + found
        else:
            out.append(found)
        place += long
    return out


def _bare(pieces: list[list[Glyph]]) -> str:
    return "".join(glyph[0] for piece in pieces for glyph in piece).strip(MARKS)


def width_of(line: list[Glyph], size: float) -> float:
    """Width in points at the spacing at which 28 body characters fill the measure."""
    return sum(g[2] for g in line) + max(0, len(line) - 1) * BODY_SPACING * size


def break_lines(pieces: list[list[Glyph]], measures: "Measures", size: float) -> list[list[Glyph]]:
    """Greedy fill. A piece wider than a whole line is cut between characters."""
    lines: list[list[Glyph]] = [[]]
    for piece in pieces:
        room = measures.room(len(lines) - 1) + 0.01
        if width_of(lines[-1] + piece, size) <= room:
            lines[-1] = lines[-1] + piece
            continue
        if piece[0][0] == " ":
            continue
        if lines[-1]:
            lines.append([])
        for glyph in piece:
            if lines[-1] and width_of([*lines[-1], glyph], size) > measures.room(len(lines) - 1) + 0.01:
                lines.append([])
            lines[-1] = [*lines[-1], glyph]
    return lines


@dataclass(frozen=True)
class Measures:
    """Line width and the indents of the first and the following lines, in points."""

    width: float = MEASURE
    first: float = 0.0
    rest: float = 0.0

    def indent(self, index: int) -> float:
        """Where line number `index` (from 0) starts."""
        return self.rest if index else self.first

    def room(self, index: int) -> float:
        """How wide line number `index` may be."""
        return self.width - self.indent(index)


def drawn_spacing(wanted: float) -> float:
    """The CSS letter-spacing (em) whose drawing comes nearest to `wanted`.

    WeasyPrint moves each glyph by half the spacing in Pango units (x 1.024) and cuts the rest to whole
    1/1000 em toward zero, so the drawn spacing of x is 0.512 x + floor(0.488 x).
    """
    goal = abs(wanted) * 1000
    step = int(goal / 2.049)
    options = []
    for whole in (step - 1, step, step + 1):
        if whole >= 0:
            ask = min(max((goal - whole) / 0.512, whole / 0.488 + 0.002), (whole + 1) / 0.488 - 0.002)
            options.append((abs(0.512 * ask + whole - goal), ask))
    ask = min(options)[1] / 1000
    return ask if wanted >= 0 else -ask


def compose(segments: Iterable[Segment], size: float = BODY_SIZE, measures: Measures | None = None,
            stretch: bool = True) -> list[Line]:
    """Set one paragraph. With `stretch`, all lines but the last end on the right edge, unless that would pull them apart."""
    measures = measures or Measures()
    lines = [line for line in break_lines(words(glyphs(segments, size)), measures, size) if line]
    out = []
    for index, line in enumerate(lines):
        while len(line) > 1 and line[-1][0] == " ":
            line = line[:-1]
        spacing = BODY_SPACING
        wide = (measures.room(index) - sum(g[2] for g in line)) / max(len(line) - 1, 1) / size
        full = stretch and index < len(lines) - 1 and len(line) > 1 and wide <= LOOSEST
        if full:
            spacing = wide
        out.append(Line(measures.indent(index), as_runs(line), drawn_spacing(spacing), full))
    return out


def balanced(text: str, role: FontRole, size: float, width: float = MEASURE) -> list[Line]:
    """A heading in as few lines as possible, of nearly equal length; a line ends where the reader may pause (GB/T 9704 7.3.2)."""
    out: list[Line] = []
    for part in text.split("\n"):
        pieces = terms(words(glyphs([(part, role)], size)))
        total = sum(g[2] for piece in pieces for g in piece)
        rows = max(1, -int(-total // width))
        while (lines := share_out(pieces, rows, size, width)) is None:
            rows += 1
        out.extend(Line(0.0, as_runs(line), 0.0, False) for line in lines)
    return out


def share_out(pieces: list[list[Glyph]], rows: int, size: float, width: float) -> list[list[Glyph]] | None:
    """Pieces on `rows` lines at the least cost: unequal lengths (in characters, squared) and ends that may cut a word.

    None when they do not fit; with as many lines as pieces they stand one on each.
    """
    wide = [sum(g[2] for g in piece) for piece in pieces]
    room, even = width / size + 0.001, sum(wide) / rows / size
    best: list[tuple[float, tuple[int, ...]] | None] = [(0.0, ())] + [None] * len(pieces)  # cheapest way to have set the first n pieces
    for _ in range(min(rows, len(pieces))):
        following: list[tuple[float, tuple[int, ...]] | None] = [None] * (len(pieces) + 1)
        for start, found in enumerate(best):
            if found is None:
                continue
            for end in range(start + 1, len(pieces) + 1):
                length = sum(wide[start:end]) / size
                if length > room and (end > start + 1 or rows < len(pieces)):
                    break
                cost = found[0] + UNEVEN * (length - even) ** 2 + (_pause(pieces[end - 1], pieces[end]) if end < len(pieces) else 0)
                if following[end] is None or cost < following[end][0]:
                    following[end] = (cost, (*found[1], end))
        best = following
    if best[-1] is None:
        return None
    ends = best[-1][1]
    return [[g for piece in pieces[start:end] for g in piece] for start, end in zip((0, *ends), ends, strict=False)]


def _pause(before: list[Glyph], after: list[Glyph]) -> float:
    """What it costs to end a line between two pieces: nothing at a mark or between words, most between two single characters
    nobody knows, which may be one word."""
    if before[-1][0] in MARKS or after[0][0] in MARKS:
        return 0.0
    return float(sum(1 for piece in (before, after) if len(_bare([piece])) == 1)) * UNKNOWN
