"""`flask files copy`: attachments out of a folder into the store that FILE_STORE names."""

import hashlib
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from commands.database import needs_packs
from models import Attachment, db, scope
from models.store import Bucket, Folder, StoreDown, file_store

LOST = "没有或摘要不符"


@click.group("files")
def files_group() -> None:
    """附件存储。"""


@files_group.command("copy")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@with_appcontext
def copy_command(folder: Path) -> None:
    """把目录 FOLDER（原来的 UPLOAD_DIR）里的附件放进现在的存储；已在的不动，中断后可再执行一次。"""
    needs_packs()
    with scope.everything():
        rows = db.session.execute(sa.select(Attachment.__table__.c["stored", "sha256"])).all()
        db.session.rollback()
    counts = {"新放入": 0, "已在": 0, LOST: 0}
    try:
        for stored, digest in rows:
            counts[_copy(Folder(folder), stored, digest)] += 1
    except StoreDown as why:
        raise click.ClickException(f"{why}；已放入{counts['新放入']}个，可再执行一次") from why
    click.echo(f"{file_store()}：" + "，".join(f"{words}{count}个" for words, count in counts.items()))
    if counts[LOST]:
        raise SystemExit(1)


def _copy(source: Folder, stored: str, digest: str) -> str:
    there = _digest(file_store(), stored)
    if there == digest:
        return "已在"
    if there or _digest(source, stored) != digest:
        return LOST
    with source.open(stored) as file:
        file_store().put(stored, file)
    return "新放入"


def _digest(store: Folder | Bucket, stored: str) -> str:
    try:
        with store.open(stored) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
