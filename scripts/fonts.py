#!/usr/bin/env python3
"""Fetch the free fonts the printed letters need into `instance/fonts/`.

Fandol (仿宋 楷体 黑体 宋体 小标宋) is taken out of the Debian package texlive-lang-chinese, which is
downloaded and unpacked but never installed; the fallback faces with the rare characters come from a
PyPI wheel. Every file is checked against a pinned SHA-256, so a second run only reads and compares.
Exit code 0: all present; 1: something is missing, with one line on stderr that says what to do.
"""

import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "instance" / "fonts"
DEBIAN_PACKAGE = "texlive-lang-chinese"
WHEEL = "pylopdf-fonts-zh-cn==0.1.1"
FANDOL = {
    "FandolFang-Regular.otf": "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
    "FandolKai-Regular.otf": "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
    "FandolHei-Regular.otf": "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28",
    "FandolSong-Regular.otf": "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0",
    "FandolSong-Bold.otf": "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9",
}
NOTO = {
    "NotoSerifSC-Regular.otf": "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3",
    "NotoSansSC-Regular.otf": "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9",
}


class FetchError(Exception):
    """A font could not be fetched; the message is for the person at the terminal."""


def wrong(folder: Path, pinned: dict[str, str]) -> list[str]:
    """Names of `pinned` that are absent from `folder` or have another content."""
    return [
        name for name, digest in pinned.items()
        if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def run(command: list[str], where: Path) -> None:
    """Run `command` in `where`; its last line of complaint becomes the FetchError."""
    try:
        done = subprocess.run(command, cwd=where, capture_output=True, text=True)
    except FileNotFoundError:
        raise FetchError(f"找不到命令 {command[0]}") from None
    if done.returncode:
        tail = (done.stderr.strip() or done.stdout.strip() or "没有说明").splitlines()[-1]
        raise FetchError(f"{' '.join(command[:2])} 失败：{tail}")


def fetch_fandol(target: Path, scratch: Path) -> None:
    """Download the Debian package, unpack it in `scratch`, copy five faces and their licence."""
    run(["apt-get", "download", DEBIAN_PACKAGE], scratch)
    package = next(scratch.glob(f"{DEBIAN_PACKAGE}_*.deb"))
    run(["dpkg-deb", "-x", str(package), "unpacked"], scratch)
    root = scratch / "unpacked"
    for name in FANDOL:
        shutil.copyfile(next(root.rglob(name)), target / name)
    manual = next(root.rglob("doc/**/fandol"))
    (target / "Fandol-COPYING.txt").write_bytes(gzip.decompress((manual / "COPYING.gz").read_bytes()))
    shutil.copyfile(manual / "README", target / "Fandol-README.txt")


def fetch_noto(target: Path, scratch: Path) -> None:
    """Download the wheel without installing it; copy the two faces and their licence."""
    quiet = ["--quiet", "--no-deps", "--disable-pip-version-check"]
    run([sys.executable, "-m", "pip", "download", *quiet, WHEEL], scratch)
    with zipfile.ZipFile(next(scratch.glob("pylopdf_fonts_zh_cn-*.whl"))) as wheel:
        for entry in wheel.namelist():
            name = Path(entry).name
            if name in NOTO:
                (target / name).write_bytes(wheel.read(entry))
            elif name == "LICENSE":
                (target / "Noto-OFL.txt").write_bytes(wheel.read(entry))


def main() -> int:
    """Fetch what is missing; print one line per source."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for title, pinned, fetch in (("Fandol 字体", FANDOL, fetch_fandol), ("思源后备字体", NOTO, fetch_noto)):
        try:
            if wrong(TARGET, pinned):
                with tempfile.TemporaryDirectory() as scratch:
                    fetch(TARGET, Path(scratch))
            still = wrong(TARGET, pinned)
            if still:
                raise FetchError(f"{'、'.join(still)} 的内容与登记的指纹不一致")
        except FetchError as error:
            print(
                f"{title}取不到：{error}。请联网后执行 apt-get update 再重试，或把同名文件放入 {TARGET}，"
                "或用环境变量 LETTER_FONT_DIR 指向本单位已授权的字体。", file=sys.stderr)
            return 1
        print(f"{title}：{len(pinned)} 个文件齐全（{TARGET}）")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
