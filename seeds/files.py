"""Reading the packs: YAML files in `seeds/packs/<pack>/`, their shape checked before anything is stored."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

# libyaml's parser reads the packs ten times as fast; both loaders are safe.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

ROOT = Path(__file__).parent / "packs"
ORDER = ("core", "jizhou", "mouping", "yuancheng", "weidong", "environment")


class SeedError(Exception):
    """A pack cannot be loaded; the sentence names file and entry."""


@dataclass(frozen=True)
class Entry:
    """One item of a file, with the place to name in messages."""

    pack: str
    file: str
    position: int
    data: dict[str, Any]

    @property
    def where(self) -> str:
        """``mouping/groups.yaml 第3条（yewu）``"""
        name = next((self.data[key] for key in ("code", "key", "verb", "kind") if key in self.data), None)
        return f"{self.pack}/{self.file}.yaml 第{self.position}条" + (f"（{name}）" if name else "")

    def need(self, field: str) -> Any:
        """A field that must be there."""
        if self.data.get(field) in (None, ""):
            raise SeedError(f"{self.where}：缺少“{field}”")
        return self.data[field]


@dataclass(frozen=True)
class Pack:
    """One folder of data."""

    name: str
    path: Path

    @cached_property
    def about(self) -> dict[str, Any]:
        """What pack.yaml says."""
        about = _read(self.path / "pack.yaml")
        if not isinstance(about, dict) or not about.get("label"):
            raise SeedError(f"{self.name}/pack.yaml：应写明 label 和 document")
        return about

    def entries(self, file: str) -> list[Entry]:
        """The items of one file; none when the pack has no such file."""
        if file == "document":
            document = self.about.get("document")
            return [Entry(self.name, "pack", 1, document)] if document else []
        path = self.path / f"{file}.yaml"
        items = _read(path) if path.exists() else []
        if not isinstance(items, list):
            raise SeedError(f"{self.name}/{file}.yaml：应为条目列表")
        found = []
        for position, item in enumerate(items, 1):
            if not isinstance(item, dict):
                raise SeedError(f"{self.name}/{file}.yaml 第{position}条：应为“字段: 值”的条目")
            found.append(Entry(self.name, file, position, item))
        return found


def available() -> dict[str, Pack]:
    """All packs on disk, in loading order; new folders come last, by name."""
    names = {path.parent.name for path in ROOT.glob("*/pack.yaml")}
    ordered = [name for name in ORDER if name in names] + sorted(names - set(ORDER))
    return {name: Pack(name, ROOT / name) for name in ordered}


def chosen(names: list[str] | None) -> list[Pack]:
    """The packs to load: all, or the named ones and always `core`, which the others build on."""
    packs = available()
    if unknown := sorted(set(names or ()) - set(packs)):
        raise SeedError(f"没有数据包“{'”“'.join(unknown)}”，可选：{'、'.join(packs)}")
    return [pack for name, pack in packs.items() if names is None or name == "core" or name in names]


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 – a safe loader
    except FileNotFoundError as error:
        raise SeedError(f"{path.parent.name}/{path.name}：文件不存在") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第{mark.line + 1}行" if mark else ""
        raise SeedError(f"{path.parent.name}/{path.name}{line}：YAML 格式错误") from error
