"""Which font file plays which role on a letter, and what each file can draw (letters.md §4).

Files are looked for first in the folder named by the environment variable LETTER_FONT_DIR (licensed
files the administrator supplies, under their usual names), then in `instance/fonts/`, where
`scripts/fonts.py` puts the free faces. Installed system fonts are never used: a letter either uses
the named files or is refused.
"""

import functools
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.errors import LetterError
from press import faces

FREE_DIR = Path(__file__).resolve().parents[2] / "instance" / "fonts"
DIR_VARIABLE = "LETTER_FONT_DIR"


class FontError(LetterError):
    """A letter cannot be set for want of a font or a character."""


class MissingFont(FontError):
    """A font file is absent or unreadable."""


class MissingGlyph(FontError):
    """No face of a role's chain has a character; `char` is that character."""

    def __init__(self, char: str) -> None:
        """Name the character and its code point in the message."""
        super().__init__(f"字库中没有“{char}”（U+{ord(char):04X}），无法排印，请核对用字或由管理员补充字体后再出文书。")
        self.char = char


class FontRole(StrEnum):
    """A typeface as GB/T 9704 speaks of it, plus the two fallback faces for rare characters."""

    FANG = "FANG"
    KAI = "KAI"
    HEI = "HEI"
    SONG = "SONG"
    TITLE = "TITLE"
    SERIF = "SERIF"
    SANS = "SANS"

    @property
    def label(self) -> str:
        """Chinese name."""
        return LABELS[self]

    @property
    def family(self) -> str:
        """CSS family name: our own, so that no installed family can stand in for it."""
        return f"Letter{self.value.title()}"


LABELS = {
    FontRole.FANG: "仿宋", FontRole.KAI: "楷体", FontRole.HEI: "黑体", FontRole.SONG: "宋体",
    FontRole.TITLE: "小标宋", FontRole.SERIF: "后备宋体", FontRole.SANS: "后备黑体",
}
FREE_FILES = {
    FontRole.FANG: "FandolFang-Regular.otf", FontRole.KAI: "FandolKai-Regular.otf",
    FontRole.HEI: "FandolHei-Regular.otf", FontRole.SONG: "FandolSong-Regular.otf",
    FontRole.TITLE: "FandolSong-Bold.otf", FontRole.SERIF: "NotoSerifSC-Regular.otf",
    FontRole.SANS: "NotoSansSC-Regular.otf",
}
# Stems under which clerks' PCs carry the licensed faces; compared without case, .ttf or .otf.
LICENSED_STEMS = {
    FontRole.FANG: ("仿宋_GB2312", "FangSong_GB2312", "simfang", "方正仿宋_GBK", "FZFSK", "仿宋"),
    FontRole.KAI: ("楷体_GB2312", "KaiTi_GB2312", "simkai", "方正楷体_GBK", "FZKTK", "楷体"),
    FontRole.HEI: ("simhei", "黑体", "方正黑体_GBK", "FZHTK"),
    FontRole.SONG: ("simsun", "宋体", "方正书宋_GBK", "FZSSK"),
    FontRole.TITLE: ("方正小标宋简体", "方正小标宋_GBK", "FZXBSJW", "FZXBSK", "小标宋"),
    FontRole.SERIF: ("NotoSerifCJKsc-Regular", "NotoSerifSC-Regular", "SourceHanSerifSC-Regular"),
    FontRole.SANS: ("NotoSansCJKsc-Regular", "NotoSansSC-Regular", "SourceHanSansSC-Regular"),
}
CHAINS = {role: (role, FontRole.SERIF, FontRole.SANS) for role in FontRole} | {
    FontRole.HEI: (FontRole.HEI, FontRole.SANS, FontRole.SERIF),
    FontRole.SANS: (FontRole.SANS, FontRole.SERIF),
    FontRole.SERIF: (FontRole.SERIF, FontRole.SANS),
}
_measured: dict[Path, faces.Measures] = {}
# 仿宋 and 楷体 carry heavy or ornamental Latin; their digits come from 宋体 (also half an em wide).
LATIN_FROM_SONG = frozenset({FontRole.FANG, FontRole.KAI})


@dataclass(frozen=True)
class Face:
    """One font file and what it draws; its ascent and descent in em."""

    role: FontRole
    path: Path
    measures: faces.Measures

    @property
    def ascent(self) -> float:
        """Above the baseline."""
        return self.measures.ascent

    @property
    def descent(self) -> float:
        """Below it."""
        return self.measures.descent

    def has(self, char: str) -> bool:
        """Whether this file draws `char`."""
        code, advances = ord(char), self.measures.advances
        return code < len(advances) and advances[code] != faces.NONE

    def width(self, char: str) -> float:
        """Advance of `char` in em."""
        return self.measures.advances[ord(char)] / self.measures.units

    def ink(self, text: str) -> tuple[float, float]:
        """Lowest and highest inked point of `text` over the baseline, in em."""
        return text_ink(self.path, text)


@functools.lru_cache(maxsize=256)
def text_ink(path: Path, text: str) -> tuple[float, float]:
    """Lowest and highest inked point of `text` over the baseline, in em; (0, 0) when it has no ink."""
    try:
        return faces.ink(path, text)
    except faces.Unread as error:
        raise MissingFont(f"字体文件 {path.name} 无法读取（{error}），请稍后再试；仍不行请更换完好的字体文件。") from error


def licensed_dir() -> Path | None:
    """The administrator's own font folder, if one is set."""
    value = os.environ.get(DIR_VARIABLE, "").strip()
    return Path(value) if value else None


def locate(role: FontRole) -> Path:
    """The file that plays `role`; MissingFont says which file is wanted and where to put it."""
    folder = licensed_dir()
    if folder is not None and not folder.is_dir():
        raise MissingFont(f"环境变量 {DIR_VARIABLE} 指向的字体目录 {folder} 不存在，请改正后再出文书。")
    if folder is not None:
        files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in {".ttf", ".otf"}]
        found = {path.stem.lower(): path for path in files}
        for stem in LICENSED_STEMS[role]:
            if stem.lower() in found:
                return found[stem.lower()]
    path = FREE_DIR / FREE_FILES[role]
    if not path.is_file():
        raise MissingFont(
            f"缺少{role.label}字体文件 {path.name}，文书不能排印；请执行 python scripts/fonts.py，"
            f"或在 {DIR_VARIABLE} 目录放入 {LICENSED_STEMS[role][0]} 字体。")
    return path


def load(role: FontRole, path: Path) -> Face:
    """What one file draws; MissingFont when it is damaged. The files of all roles are read at once."""
    if path not in _measured:
        try:
            found = faces.measure(dict.fromkeys([path, *_located()]))
        except faces.Unread as error:
            found = {path: error}
        _measured.update({file: said for file, said in found.items() if isinstance(said, faces.Measures)})
        if path not in _measured:
            raise MissingFont(f"{role.label}字体文件 {path.name} 无法读取（{found[path]}），请更换完好的字体文件。")
    return Face(role, path, _measured[path])


def _located() -> Iterator[Path]:
    for role in FontRole:
        try:
            yield locate(role)
        except MissingFont:  # said when that role is asked for
            continue


def font_dirs() -> tuple[Path | None, Path]:
    """The two folders in force; everything cached about fonts is cached under them."""
    return licensed_dir(), FREE_DIR


@functools.lru_cache(maxsize=32)
def face_in(role: FontRole, dirs: tuple[Path | None, Path]) -> Face:
    """The face of `role` while `dirs` are the folders in force (a cache key)."""
    return load(role, locate(role))


def face(role: FontRole) -> Face:
    """The loaded face of `role`."""
    return face_in(role, font_dirs())


@functools.lru_cache(maxsize=65536)
def face_in_chain(char: str, role: FontRole, dirs: tuple[Path | None, Path]) -> Face:
    """`face_for` while `dirs` are the folders in force (a cache key)."""
    chain = CHAINS[role]
    if role in LATIN_FROM_SONG and char.isascii():
        chain = (FontRole.SONG, *chain)
    for candidate in chain:
        found = face_in(candidate, dirs)
        if found.has(char):
            return found
    raise MissingGlyph(char)


def faces_for(text: str, role: FontRole) -> list[Face]:
    """For each character the first face of the role's chain that has it; MissingGlyph when none has."""
    dirs = font_dirs()
    return [face_in_chain(char, role, dirs) for char in text]


def uncovered(text: str, role: FontRole = FontRole.FANG) -> list[str]:
    """Characters of `text` no face can draw, each once: for a check when a name is saved."""
    missing = []
    for char in dict.fromkeys(text):
        if char.isspace():
            continue
        try:
            faces_for(char, role)
        except MissingGlyph:
            missing.append(char)
    return missing


def fingerprint() -> str:
    """SHA-256 over all font files in use, to be kept with an issued letter."""
    digest = hashlib.sha256()
    for role in FontRole:
        digest.update(locate(role).read_bytes())
    return digest.hexdigest()


def font_report() -> list[tuple[str, bool, str]]:
    """For `flask doctor`: (role, fine?, file or what to do) for every role, never raising."""
    lines = []
    for role in FontRole:
        try:
            lines.append((role.label, True, str(face(role).path)))
        except MissingFont as error:
            lines.append((role.label, False, str(error)))
    return lines
