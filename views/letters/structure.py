"""The four heading levels of an official text (GB/T 9704-2012 7.3.3), found from their numerals."""

import re
from dataclasses import dataclass

from views.letters.compose import Segment, normalise
from views.letters.fonts import FontRole

LEVELS = (
    (re.compile(r"[一二三四五六七八九十]+、"), FontRole.HEI),
    (re.compile(r"（[一二三四五六七八九十]+）"), FontRole.KAI),
)
# A heading that runs on in its own line ends at its first full stop; a longer one is a plain sentence.
RUN_IN_LIMIT = 30


@dataclass(frozen=True)
class Paragraph:
    """One paragraph in segments by face; `heading` when the whole line is a heading (stays with the next)."""

    segments: tuple[Segment, ...]
    heading: bool = False

    @property
    def text(self) -> str:
        """The paragraph without faces."""
        return "".join(text for text, _ in self.segments)


def split_heading(text: str, numeral_end: int) -> int:
    """Where the heading part ends: whole short line, up to the first 。, or just the numeral."""
    if len(text) <= RUN_IN_LIMIT and "。" not in text[:-1]:
        return len(text)
    stop = text.find("。", numeral_end, RUN_IN_LIMIT)
    return stop + 1 if stop > 0 else numeral_end


def parse_body(body: str) -> list[Paragraph]:
    """Paragraphs of `body`, one per non-blank line, normalised, with 一、 in 黑体 and （一） in 楷体."""
    out = []
    for line in normalise(body).split("\n"):
        text = line.strip(" 　")
        if not text:
            continue
        for pattern, role in LEVELS:
            if match := pattern.match(text):
                end = split_heading(text, match.end())
                rest = ((text[end:], FontRole.FANG),) if text[end:] else ()
                out.append(Paragraph(((text[:end], role), *rest), heading=not rest and not text.endswith("。")))
                break
        else:
            out.append(Paragraph(((text, FontRole.FANG),)))
    return out
