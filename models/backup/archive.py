"""The file a backup is: a tar whose last member is the manifest – what is in it, with size and SHA-256, and what it was made from.

The manifest is sealed with the key of the installation, so a backup somebody has changed is known before it is used.
"""

import hashlib
import hmac
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from models.vault import ring

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite.gz", "postgresql": "database.pgdump"}
KEYS = ("secret_key", "data_keys")
NAME = re.compile(r"dudao-(\d{8}-\d{6})\.tar")
# What may lie in a backup: nothing else is ever unpacked.
MEMBER = re.compile(r"database\.(?:sqlite\.gz|pgdump)|files/[0-9a-f]{2}/[0-9a-f]{32}|audit_heads/\d{4}-\d\d-\d\d|keys/(?:secret_key|data_keys)")
CHUNK = 1 << 20


class Broken(Exception):
    """The backup cannot be used; the sentence says why."""


@dataclass
class Manifest:
    """What a backup holds. `members`: path → (bytes, SHA-256); `tables`: table → rows; `keys`: key id → fingerprint."""

    made_at: str
    engine: str
    revision: str
    head: tuple[int, str]
    tables: dict[str, int]
    keys: dict[str, str]
    with_keys: bool = False
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    format: int = FORMAT
    seal: str = ""

    @property
    def at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.made_at)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.tables.values())

    @property
    def files(self) -> int:
        """How many attachments."""
        return sum(path.startswith("files/") for path in self.members)

    def text(self) -> str:
        """As it is written down."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    def sealed_by(self) -> str:
        """The seal this content should have, made with the key of this installation."""
        return ring().digest("backup", json.dumps(asdict(self) | {"seal": ""}, ensure_ascii=False, sort_keys=True), 43)


def parse(text: str) -> Manifest:
    """A manifest as it was written; Broken when it is none."""
    try:
        found = Manifest(**json.loads(text))
        found.head = (int(found.head[0]), str(found.head[1]))
        found.members = {str(path): (int(size), str(digest)) for path, (size, digest) in found.members.items()}
        _ = found.at
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Broken("备份清单看不懂，这不是督导台的备份或已损坏") from None
    if found.format != FORMAT:
        raise Broken(f"这份备份的格式是第{found.format}版，本程序只认第{FORMAT}版")
    if odd := [path for path in found.members if not MEMBER.fullmatch(path)]:
        raise Broken(f"备份里有不该有的内容：{odd[0][:60]}")
    return found


class Writer:
    """Adds members to a tar and notes their size and hash in the manifest; leaving the block seals it."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.manifest, self.file = manifest, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self.tar = tarfile.TarFile(fileobj=self.file, mode="w", format=tarfile.PAX_FORMAT)

    def add(self, name: str, source: Path) -> None:
        """One file, as it is on disk now."""
        with source.open("rb") as stream:
            self.add_stream(name, stream)

    def add_stream(self, name: str, stream: BinaryIO) -> None:
        """What a seekable stream holds."""
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        self._add(name, stream, size)

    def add_text(self, name: str, text: str) -> None:
        """One small file made here."""
        data = text.encode()
        self._add(name, io.BytesIO(data), len(data))

    def _add(self, name: str, stream: BinaryIO, size: int) -> None:
        hashed = _Hashed(stream)
        self.tar.addfile(_entry(name, size, self.manifest.at), hashed)
        self.manifest.members[name] = (size, hashed.digest.hexdigest())

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, fault: type[BaseException] | None, *_about: object) -> None:
        if fault is None:
            self._finish()
        self.file.close()

    def _finish(self) -> None:
        """The manifest, sealed, and everything on the disk."""
        self.manifest.seal = self.manifest.sealed_by()
        data = self.manifest.text().encode()
        self.tar.addfile(_entry(MANIFEST, len(data), self.manifest.at), io.BytesIO(data))
        self.tar.close()
        self.file.flush()
        os.fsync(self.file.fileno())


def _entry(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(at.timestamp())
    return entry


class _Hashed:
    """A stream that knows the hash of what was read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.digest.update(data)
        return data


def read_manifest(path: Path) -> Manifest:
    """What a backup says it holds; Broken when it is cut off or no backup. The seal is not checked here."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            return parse(tar.extractfile(tar.getmember(MANIFEST)).read().decode())
    except FileNotFoundError:
        raise Broken(f"找不到 {path}") from None
    except OSError as error:
        raise Broken(f"{path} 读不出来（{error.strerror or type(error).__name__}）") from None
    except (tarfile.TarError, KeyError, UnicodeDecodeError, AttributeError):
        raise Broken(f"{path.name} 不完整：没有清单，可能是没有复制完或已损坏") from None


def is_sealed(manifest: Manifest) -> bool:
    """Whether the manifest carries the seal of this installation's key."""
    return hmac.compare_digest(manifest.seal.encode(), manifest.sealed_by().encode())


def members(path: Path, manifest: Manifest) -> Iterator[tuple[str, BinaryIO]]:
    """Every member with a stream of its content; Broken when one is changed, missing or too many. Read each to its end."""
    left = dict(manifest.members)
    try:
        with tarfile.open(path, mode="r:") as tar:
            for entry in tar:
                if entry.name == MANIFEST:
                    continue
                if entry.name not in left or not entry.isreg():
                    raise Broken(f"备份里有清单上没有的内容：{entry.name[:60]}")
                size, digest = left.pop(entry.name)
                stream = _Hashed(tar.extractfile(entry))
                yield entry.name, stream
                if entry.size != size or stream.digest.hexdigest() != digest:
                    raise Broken(f"备份里的 {entry.name} 与清单的摘要不符，已损坏或被改动")
    except (tarfile.TarError, EOFError) as error:
        raise Broken(f"{path.name} 读到中途断了（{type(error).__name__}），已损坏") from None
    if left:
        raise Broken(f"备份里缺少 {next(iter(left))} 等{len(left)}个文件")


def check(path: Path) -> Manifest:
    """Read a backup from the first to the last byte; its manifest, or Broken."""
    manifest = read_manifest(path)
    for _name, stream in members(path, manifest):
        while stream.read(CHUNK):
            pass
    return manifest
