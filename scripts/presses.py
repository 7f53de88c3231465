"""The presses a process has, as the machine sees them; for the bench and the tests."""

import os
from pathlib import Path


def running(parent: int | None = None) -> list[int]:
    """Process numbers of the presses of this process (or of `parent`) that still run."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, above = (place / "stat").read_text().rpartition(")")[2].split()[:2]
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:  # gone meanwhile
            continue
        if int(above) == (parent or os.getpid()) and state != "Z" and words[1:3] == [b"-m", b"press"]:
            found.append(int(place.name))
    return found
