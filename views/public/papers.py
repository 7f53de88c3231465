"""Photographs and papers of strangers: few, small, and looked into, not only at their first bytes."""

from typing import Any

from PIL import Image, UnidentifiedImageError
from werkzeug.datastructures import FileStorage

from views.files import FileRefused, clean_name

MOST, LIMIT = 5, 10 * 1024 * 1024
PICTURES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}


def check_papers(papers: list[FileStorage]) -> None:
    """FileRefused unless there are at most five pictures or PDFs of at most 10 MB that are what their names say."""
    if len(papers) > MOST:
        raise FileRefused(f"一次最多上传{MOST}个文件，现为{len(papers)}个")
    for paper in papers:
        _check(clean_name(paper.filename or ""), paper.stream)
        paper.stream.seek(0)


def _check(name: str, stream: Any) -> None:
    ext = name.lower().rpartition(".")[2]
    if ext not in PICTURES and ext != "pdf":
        raise FileRefused(f"“{name}”的类型不能上传，可用照片（JPG、PNG）或 PDF")
    size = stream.seek(0, 2)
    if not 0 < size <= LIMIT:
        raise FileRefused(f"“{name}”是空文件" if size == 0 else f"“{name}”超过10 MB，请压缩后再传")
    stream.seek(0)
    sound = _is_pdf(stream) if ext == "pdf" else _is_picture(stream, PICTURES[ext])
    if not sound:
        raise FileRefused(f"“{name}”的内容与扩展名不符，请重新拍照或另存后上传")


def _is_pdf(stream: Any) -> bool:
    data = stream.read()
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]


def _is_picture(stream: Any, kind: str) -> bool:
    """Checked structure, not only the signature; the picture is not unpacked."""
    try:
        with Image.open(stream, formats=[kind]) as picture:
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
    return True
