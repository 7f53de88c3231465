"""Making a backup while people work: the database first, as of one moment, then the files its rows name, which never change."""

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from models import audit, guards, scope
from models.backup import engines
from models.backup.archive import DATABASES, KEYS, Broken, Manifest, Writer, check
from models.base import db
from models.chain import GENESIS, heads_until
from models.now import now
from models.store import StoreDown, file_store
from models.vault import ring

MAKING = ".making-"


def make(target: Path, *, with_keys: bool = False) -> Path:
    """Write a backup into the folder `target` and read it back; returns the file. Broken, in Chinese, when it did not work.

    `with_keys` puts the keys of sessions and of personal data into it; who has such a file can read everything.
    """
    try:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(target), tempfile.TemporaryDirectory(prefix=MAKING, dir=target) as scratch:
            made = _write(Path(scratch), with_keys)
            check(made)
            path = target / made.name
            made.replace(path)
            _sync(target)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise Broken(f"备份没有写成（{reason}），没有留下半份；请检查 {target} 的空间和权限") from error
    except StoreDown as why:
        raise Broken(f"备份没有写成，没有留下半份：{why}") from why
    with scope.everything():
        audit.note("备份", "backup", None, file=path.name, bytes=path.stat().st_size, keys=with_keys)
        db.session.commit()
    return path


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One at a time in this folder; what a killed predecessor has left is cleared away."""
    with os.fdopen(os.open(target / ".lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Broken("另一次备份正在进行，请稍后再试") from None
        for left in target.glob(f"{MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _write(scratch: Path, with_keys: bool) -> Path:
    with engines.copied(scratch) as connection:
        manifest, files = _facts(connection)
    manifest.with_keys = with_keys
    path = scratch / f"dudao-{manifest.at:%Y%m%d-%H%M%S}.tar"
    with Writer(path, manifest) as writer:
        database = scratch / DATABASES[engines.dialect()]
        writer.add(database.name, database)
        database.unlink()
        for stored in files:
            _add_file(writer, stored)
        for day, text in heads_until(*manifest.head).items():
            writer.add_text(f"audit_heads/{day}", text)
        if with_keys:
            _add_keys(writer)
    return path


def _facts(connection: sa.Connection) -> tuple[Manifest, list[str]]:
    """What the copy holds, and which files its rows name."""
    present = sa.inspect(connection).get_table_names()
    if "alembic_version" not in present:
        raise Broken("数据库里还没有内容，没有可备份的；请先执行 flask init")
    tables = {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in sorted({*present} - {*guards.pieces(connection)})}
    head = connection.exec_driver_sql("SELECT count, hash FROM audit_head").first() or (0, GENESIS)
    files = connection.exec_driver_sql("SELECT stored FROM attachment ORDER BY stored").scalars().all()
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or ""
    keys = {name: ring().fingerprint(name) for name in ring().keys}
    return Manifest(now().isoformat(), engines.dialect(), revision, (head[0], head[1]), tables, keys), list(files)


def _add_file(writer: Writer, stored: str) -> None:
    """An attachment; one that is gone is named, not passed over."""
    try:
        with file_store().open(stored) as file:
            writer.add_stream(f"files/{stored[:2]}/{stored}", file)
    except FileNotFoundError:
        writer.manifest.absent.append(stored)


def _add_keys(writer: Writer) -> None:
    instance = Path(current_app.instance_path)
    for name in KEYS:
        if (instance / name).is_file():
            writer.add(f"keys/{name}", instance / name)


def _sync(folder: Path) -> None:
    """The new name is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
