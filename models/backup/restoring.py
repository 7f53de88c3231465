"""The way back: everything is unpacked and compared with its hashes before anything that is there is touched."""

import os
import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from models import scope, vault
from models.backup import engines
from models.backup.archive import CHUNK, DATABASES, KEYS, Broken, Manifest, is_sealed, members, read_manifest
from models.backup.making import make
from models.base import db
from models.chain import FOLDER as HEADS
from models.now import now
from models.store import Bucket, Folder, StoreDown, file_store
from models.vault import ring


class Occupied(Broken):
    """Something is there already and was not given up."""


def restore(path: Path, *, replace: bool = False) -> tuple[Manifest, Path | None]:
    """Bring database, attachments and heads back; returns the manifest and where what stood there before was put.

    Broken, with a sentence and nothing changed, when the backup is not whole, was not made with the keys that are here, is of
    another engine, or when somebody still works; Occupied when there are data and `replace` was not said.
    """
    manifest = read_manifest(path)
    if manifest.engine != engines.dialect():
        raise Broken(f"这份备份来自 {manifest.engine}，现在的 DATABASE_URL 是 {engines.dialect()}，不能互相恢复")
    instance = Path(current_app.instance_path)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=instance) as scratch:
        staged = Path(scratch)
        _unpack(path, manifest, staged)
        _fit_keys(manifest, staged)
        there = is_occupied()
        if there and not replace:
            raise Occupied("这里已有数据，没有恢复。确要用备份替换，请停止系统后加 --replace；原有数据会另存，不会删除")
        if users := engines.in_use():
            raise Broken(f"{users}，没有恢复；请先停止督导台，再恢复")
        aside = _put_aside(instance) if there else None
        store = file_store()
        if isinstance(store, Bucket):
            _give(store, staged / "files", (aside or instance / f"replaced-{now():%Y%m%d-%H%M%S}") / "files")
        engines.load(staged / DATABASES[manifest.engine], aside or staged)
        if isinstance(store, Folder):
            _swap(staged / "files", store.root, aside and aside / "files")
        _swap(staged / HEADS, instance / HEADS, aside and aside / HEADS)
    return manifest, aside


def _unpack(path: Path, manifest: Manifest, staged: Path) -> None:
    """Every member into the staging folder; names were checked with the manifest, contents are now."""
    for name, stream in members(path, manifest):
        target = staged / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(stream, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())
    if not (staged / DATABASES[manifest.engine]).is_file():
        raise Broken("备份里没有数据库")


def _fit_keys(manifest: Manifest, staged: Path) -> None:
    """The keys that are here open what comes, or those in the backup take their place; then the seal is looked at."""
    here = {name: ring().fingerprint(name) for name in ring().keys}
    if any(here.get(name) != mark for name, mark in manifest.keys.items()):
        if not (staged / "keys" / "data_keys").is_file():
            raise Broken("本机的个人信息密钥不是做这份备份时的密钥，恢复了也读不出电话。请先把另存的 data_keys 放回数据目录"
                         f"（{current_app.instance_path}），或设好原来的 DATA_KEYS，再恢复")
        if ring().file is None:
            raise Broken("环境变量 DATA_KEYS 与这份备份的密钥不符；请改成原来的，或去掉它后再恢复")
        _take_keys(staged)
    if not is_sealed(manifest):
        raise Broken("备份清单的校验不符：清单被改动过，不能使用")


def _take_keys(staged: Path) -> None:
    """The keys out of the backup; those that were here stay beside them."""
    instance = Path(current_app.instance_path)
    for name in KEYS:
        if (staged / "keys" / name).is_file():
            if (instance / name).exists():
                (instance / name).replace(instance / f"{name}.{now():%Y%m%d-%H%M%S}")
            shutil.copyfile(staged / "keys" / name, instance / name)
            (instance / name).chmod(0o600)
    vault.init_app(current_app._get_current_object())


def is_occupied() -> bool:
    """Whether there is anything to lose: people in the database, or files."""
    store = file_store()  # a bucket loses nothing: restoring only adds to it
    if isinstance(store, Folder) and store.root.is_dir() and any(path.is_file() for path in store.root.rglob("*")):
        return True
    try:
        with scope.everything(), db.engine.connect() as connection:
            if not sa.inspect(connection).has_table("user_account"):
                return False
            return bool(connection.exec_driver_sql("SELECT count(*) FROM user_account").scalar())
    except sa.exc.DatabaseError as error:
        if engines.dialect() == "sqlite":
            return True  # a file that can no longer be read is something, too
        raise Broken("连不上数据库；请检查 DATABASE_URL 和数据库服务") from error
    finally:
        db.engine.dispose()


def _put_aside(instance: Path) -> Path:
    """A folder for what stood here; on PostgreSQL a whole backup of it, because its database cannot be moved."""
    aside = instance / f"replaced-{now():%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    if engines.dialect() == "postgresql":
        make(aside)
        db.session.remove()
        db.engine.dispose()
    return aside


def _give(store: Bucket, fresh: Path, aside: Path) -> None:
    """The files to a store elsewhere, before the database is touched: what fails there has changed nothing here.

    Names are never used twice, so what lies there and is not in the backup may stay; a file whose content differs is kept in `aside`.
    """
    try:
        for path in sorted(path for path in fresh.rglob("*") if path.is_file()):
            with path.open("rb") as file:
                if kept := store.replace(path.name, file):
                    target = aside / path.name[:2] / path.name
                    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    target.write_bytes(kept)
    except StoreDown as why:
        raise Broken(f"{why}，没有恢复") from why


def _swap(fresh: Path, place: Path, aside: Path | None) -> None:
    """`fresh` at `place`; what stood there to `aside`."""
    if place.exists():
        if aside:
            shutil.move(place, aside)
        else:
            shutil.rmtree(place)
    if fresh.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(fresh, place)
