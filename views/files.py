"""Attachments: checked by content, kept outside the web root, served only with their matter."""

import hashlib
import re
import secrets
import zipfile
from typing import Any, BinaryIO

import filetype
from flask import Blueprint, Response, abort, current_app, send_file
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from models import Attachment, audit, confidential, db, scope
from models.now import now
from models.store import StoreDown, file_store

LIMIT = 20 * 1024 * 1024
# Extension → (MIME type, what the file must begin with). Office files of both generations, PDF, pictures, text.
KINDS = {
    "pdf": ("application/pdf", b"%PDF"), "png": ("image/png", b"\x89PNG"), "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"), "gif": ("image/gif", b"GIF8"), "bmp": ("image/bmp", b"BM"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", b"PK\x03\x04"),
    "doc": ("application/msword", b"\xd0\xcf\x11\xe0"), "xls": ("application/vnd.ms-excel", b"\xd0\xcf\x11\xe0"),
    "wps": ("application/vnd.ms-works", b"\xd0\xcf\x11\xe0"), "et": ("application/vnd.ms-excel", b"\xd0\xcf\x11\xe0"),
    "ofd": ("application/ofd", b"PK\x03\x04"), "zip": ("application/zip", b"PK\x03\x04"), "txt": ("text/plain", b""),
}
PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "ofd": "OFD.xml"}  # what such a package holds
OLD_OFFICE = frozenset({"doc", "xls", "wps", "et"})  # one container for all of them
_MARKUP = re.compile(rb"<(?:!doctype|html|script|svg|iframe|body)\b", re.IGNORECASE)
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif"})
bp = Blueprint("files", __name__, url_prefix="/file")


class FileRefused(Exception):
    """The upload is not accepted; the sentence names the file and says what would be."""


def clean_name(name: str) -> str:
    """The original Chinese name without path and control characters."""
    name = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return name[-200:] or "未命名"


def _check(name: str, data: BinaryIO, size: int) -> str:
    stem, _, ext = name.lower().rpartition(".")
    if not stem or ext not in KINDS:
        raise FileRefused(f"“{name}”的类型不能上传，可用 PDF、图片、Word、Excel、WPS、OFD、ZIP")
    if not 0 < size <= LIMIT:
        raise FileRefused(f"“{name}”是空文件" if size == 0 else f"“{name}”超过20 MB，请压缩或拆分后上传")
    mime, magic = KINDS[ext]
    head = data.read(8)
    data.seek(0)
    if not head.startswith(magic) or not _is_what_it_says(ext, data):
        raise FileRefused(f"“{name}”的内容与扩展名不符，请用原程序重新保存后上传")
    data.seek(0)
    return mime


def _is_what_it_says(ext: str, data: BinaryIO) -> bool:
    """Whether the content is of the kind the name claims: packages hold their part and no macros, text holds only text."""
    data.seek(0)
    if ext == "txt":
        head = data.read(1 << 16)
        return filetype.guess(head) is None and b"\0" not in head and not _MARKUP.search(head)
    if KINDS[ext][1] == b"PK\x03\x04":
        if not zipfile.is_zipfile(data):
            return False
        try:
            names = zipfile.ZipFile(data).namelist()
        except zipfile.BadZipFile:
            return False
        return any(name.startswith(PARTS.get(ext, "")) for name in names) and not any(name.endswith("vbaProject.bin") for name in names)
    guessed = filetype.guess_mime(data.read(8192))
    return ext in OLD_OFFICE or guessed in (None, KINDS[ext][0])


class Uploads:
    """Files of one request: written first, discarded when the transaction fails."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def take(self, matter: Any, uploads: list[FileStorage], label: str) -> None:
        """Keep each non-empty upload as an attachment of the matter; FileRefused otherwise."""
        for upload in uploads:
            if upload and upload.filename:
                self._keep(getattr(matter, "matter", None) or matter, upload, label)

    def _keep(self, matter: Any, upload: FileStorage, label: str) -> None:
        name = clean_name(upload.filename)
        size = upload.stream.seek(0, 2)
        upload.stream.seek(0)
        mime = _check(name, upload.stream, size)
        stored, digest = secrets.token_hex(16), hashlib.sha256()
        while chunk := upload.stream.read(1 << 20):
            digest.update(chunk)
        upload.stream.seek(0)
        self.written.append(stored)
        try:
            file_store().put(stored, upload.stream)  # before its row is committed: there is no row without its file
        except StoreDown as why:
            current_app.logger.exception("file store refused")
            raise FileRefused(f"“{name}”没有存上：附件存储现在用不了。什么都没有办成，请稍后再试，或告知系统管理员") from why
        with scope.everything():
            matter.attachments.append(
                Attachment(label=label[:20], original_name=name, stored=stored, size=size, sha256=digest.hexdigest(),
                           mime=mime, uploaded_by=current_user._get_current_object() if current_user.is_authenticated else None,
                           uploaded_at=now())
            )
            db.session.flush()

    def discard(self) -> None:
        """Nothing refers to these files: the transaction was rolled back."""
        for stored in self.written:
            try:
                file_store().delete(stored)
            except StoreDown:  # a file without a row harms nobody; what went wrong first is what has to be said
                current_app.logger.exception("file %s is left over", stored)


def _find(file_id: int) -> Attachment:
    row = db.session.get(Attachment, file_id) if file_id < 2**60 else None
    if row is None or row.is_void:
        abort(404)
    return row


def _content(row: Attachment) -> Any:
    try:
        return file_store().content(row.stored)
    except FileNotFoundError:
        abort(404)


def _note(action: str, row: Attachment) -> None:
    """Who has seen the file stands in the trail; its name does not, where the demand's words are kept from others."""
    audit.record(action, "attachment", row.id, **({} if confidential.is_sealed(row) else {"name": row.original_name}))


@bp.get("/<int:file_id>")
def download(file_id: int) -> Response:
    """The file under its original name; what one may not see does not exist."""
    row = _find(file_id)
    content, mime, name = _content(row), row.mime, row.original_name
    _note("下载", row)
    return send_file(content, mimetype=mime, as_attachment=True, download_name=name)


@bp.get("/<int:file_id>/preview")
def preview(file_id: int) -> Response:
    """PDF and pictures in the browser; other types are downloaded."""
    row = _find(file_id)
    if row.mime not in SHOWN:
        abort(404)
    content, mime, name = _content(row), row.mime, row.original_name
    _note("预览", row)
    response = send_file(content, mimetype=mime, download_name=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"
    return response


def file_rows(matter: Any) -> list[dict[str, str]]:
    """Attachments as the record page lists them."""
    rows = []
    for file in matter.attachments:
        if file.is_void:
            continue
        size = f"{file.size / 1048576:.1f} MB" if file.size >= 1048576 else f"{max(1, file.size // 1024)} KB"
        rows.append({
            "label": file.label, "name": file.original_name, "size": size, "date": f"{file.uploaded_at:%m-%d}",
            "url": f"/file/{file.id}", "preview_url": f"/file/{file.id}/preview" if file.mime in SHOWN else "",
        })
    return rows
