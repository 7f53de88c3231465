"""Attachments in a folder: the default, and right for one machine (or a folder all hosts mount)."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from models.store.errors import StoreDown

CHUNK = 1 << 20
NAME = re.compile(r"[0-9a-f]{32}")  # what Uploads calls a file; anything else that lies there is not ours


class Folder:
    """`<root>/<ab>/<ab…>`, out of the web root, for the owner's eyes only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def path(self, name: str) -> Path:
        """Where a file lies."""
        return self.root / name[:2] / name

    def put(self, name: str, stream: BinaryIO) -> None:
        """Write a new file; it is on the disk when this returns, so a power cut leaves no row without its file."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as file:
            shutil.copyfileobj(stream, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())

    def open(self, name: str) -> BinaryIO:
        """The file, for reading."""
        return self.path(name).open("rb")

    def content(self, name: str) -> Path:
        """What a web answer is made from: here, the path."""
        if not self.path(name).is_file():
            raise FileNotFoundError(name)
        return self.path(name)

    def delete(self, name: str) -> None:
        """Gone, whether or not it was there."""
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, float]]:
        """Every file of ours with the moment it was written (seconds since 1970)."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            if NAME.fullmatch(path.name) and path.is_file():
                yield path.name, path.stat().st_mtime

    def check(self, *, writing: bool = False) -> None:
        """StoreDown when nothing could be written there now."""
        place = next(path for path in (self.root, *self.root.parents) if path.exists())
        if not os.access(place, os.W_OK | os.X_OK):
            raise StoreDown(f"{place} 不可写；请把它的属主改为运行本系统的账号")
