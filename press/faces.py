"""What a setter must know of font files: how wide each character is, how high, and where the ink of a few words ends.

Reading a file of thirty thousand characters takes tens of megabytes, which a process of the desk would keep for good. So a process of
its own (press/measuring.py) reads them, answers in a few hundred kilobytes and goes.
"""

import pickle
import subprocess
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NONE = 0xFFFF  # no advance: the file does not draw that character
PATIENCE = 120  # seconds


class Unread(Exception):
    """A file could not be read, or nobody could be asked; the text says why."""


@dataclass(frozen=True)
class Measures:
    """One file. `advances` by code point, in `units` to the em, NONE where it draws nothing; `ascent` and `descent` in em."""

    advances: "array[int]"
    units: int
    ascent: float
    descent: float


def measure(files: Iterable[Path]) -> dict[Path, Measures | Unread]:
    """Every file, or why it could not be read; Unread when there is no answer at all."""
    files = list(files)
    return {file: Unread(said) if isinstance(said, str) else Measures(*said) for file, said in zip(files, _ask("measure", files), strict=True)}


def ink(file: Path, text: str) -> tuple[float, float]:
    """Lowest and highest inked point of `text` over the baseline, in em; (0, 0) when it has no ink."""
    return _ask("ink", file, text)


def _ask(*question: object) -> Any:
    try:
        line = [sys.executable, "-m", "press.measuring"]
        done = subprocess.run(line, input=pickle.dumps(question), stdout=subprocess.PIPE, cwd=ROOT, timeout=PATIENCE, check=True)
        return pickle.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, EOFError, pickle.UnpicklingError) as error:
        raise Unread(str(error)) from error
