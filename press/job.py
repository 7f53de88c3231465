"""What goes through the pipe between a process of the desk and a press."""

from dataclasses import dataclass
from pathlib import Path


class Refused(Exception):
    """Nothing was printed; the text is one Chinese sentence for the person at the screen."""


@dataclass(frozen=True)
class Style:
    """What all pages of one kind of paper share, so that a press reads it once.

    `last` is a second style sheet for a letter whose last page would bear only the end matter. `fonts` are the CSS families
    and the only files a page may open.
    """

    sheet: str
    last: str
    fonts: tuple[tuple[str, Path], ...]


@dataclass(frozen=True)
class Job:
    """Pages to be printed as one PDF: each of `html` is numbered from page 1; `variant` and `identifier` are the PDF's."""

    html: tuple[str, ...]
    style: Style
    variant: str | None = None
    identifier: bytes | None = None


@dataclass(frozen=True)
class Printed:
    """A PDF, and of how many pages each of its pieces is; none named: it is one piece."""

    pdf: bytes
    pages: tuple[int, ...] = ()
