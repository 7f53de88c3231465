"""Checks of the machine: programs, libraries, fonts, database, disk, folders, keys of sessions."""

import contextlib
import importlib
import io
import os
import shutil
import stat
import sys
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from models import Setting, db, replica
from models.leftover import compared
from models.store import StoreDown, file_store
from views.checkup.finding import Findings, missing, ok, warn

SOME = 10  # named of many
OLDEST_PYTHON = (3, 11)
LITTLE_DISK_GB, NO_DISK_GB = 5, 1
SHORTEST_KEY = 32


def check_python() -> Findings:
    """The interpreter is one the pinned libraries support."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        yield ok("Python", version)
    else:
        yield missing("Python", f"现为 {version}，需要 3.11 或更高；安装后删除 .venv，再执行 make setup")


def check_pdf_library() -> Findings:
    """WeasyPrint finds pango and harfbuzz, which it loads from the system while being imported."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints a banner of its own when it fails
            library = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        yield missing(
            "公文排版库",
            f"加载不了（{str(error).partition(':')[0]}）；请管理员执行 "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        )
    else:
        yield ok("公文排版库", f"WeasyPrint {library.__version__}")


def check_fonts() -> Findings:
    """Every typeface a letter needs is there."""
    from views.letters import font_report  # needs the PDF library, whose absence has its own line

    for role, fine, note in font_report():
        yield ok(f"字体 {role}", note) if fine else missing(f"字体 {role}", note)


def check_database() -> Findings:
    """The database answers, has its tables and accepts a write (an UPDATE that touches no row)."""
    where = db.engine.url.render_as_string(hide_password=True)
    try:
        with db.engine.connect() as connection:
            if not sa.inspect(connection).has_table(Setting.__tablename__):
                yield missing("数据库", f"{where} 尚未建表；请执行 flask init")
                return
            connection.execute(sa.update(Setting.__table__).where(sa.false()).values(value=""))
            connection.rollback()
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        yield missing("数据库", f"{where} 不能读写（{reason}）；请检查 DATABASE_URL、数据库服务和目录权限")
    else:
        yield ok("数据库", f"{where} 可读写")


def check_replica() -> Findings:
    """The replica, where one is set, can be read and is not far behind."""
    if replica.state() is not None:
        fine, note = replica.told()
        yield ok("只读副本", note) if fine else warn("只读副本", f"{note}；现由主库回答")


def check_migrations() -> Findings:
    """The tables are as new as the program."""
    from alembic.migration import MigrationContext  # 7 MB with its templates, for checks alone
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(Path(current_app.root_path) / "migrations")
    with db.engine.connect() as connection:
        present = set(MigrationContext.configure(connection).get_current_heads())
    wanted = set(script.get_heads())
    subject, target = "数据库结构", "、".join(sorted(wanted))
    if present == wanted:
        yield ok(subject, target)
    else:
        yield missing(subject, f"现为 {'、'.join(sorted(present)) or '空'}，程序需要 {target}；请执行 flask init")


def check_disk() -> Findings:
    """Room for attachments, letters and backups beside the instance folder."""
    free = shutil.disk_usage(current_app.instance_path).free / 1e9
    note = f"剩余 {free:.1f} GB"
    if free < NO_DISK_GB:
        yield missing("磁盘", f"{note}，不足 {NO_DISK_GB} GB；请清理或扩容")
    elif free < LITTLE_DISK_GB:
        yield warn("磁盘", f"{note}，少于 {LITTLE_DISK_GB} GB；请尽快清理或扩容")
    else:
        yield ok("磁盘", note)


def check_files() -> Findings:
    """Attachments can be written and read where they lie; a store elsewhere is tried with a small file."""
    try:
        store = file_store()
        store.check(writing=True)
    except StoreDown as why:
        yield missing("附件存储", str(why))
    else:
        yield ok("附件存储", f"{store} 可读写")


def check_files_and_rows() -> Findings:
    """Every attachment has its file, and every file its attachment."""
    try:
        found = compared()
    except StoreDown as why:
        yield missing("附件文件", f"没有核对：{why}")
        return
    if found.missing:
        some = "、".join(map(str, found.missing[:SOME])) + (" 等" if len(found.missing) > SOME else "")
        yield missing("附件文件", f"{len(found.missing)} 个附件的文件不在（附件序号 {some}）；请从备份中找回")
    if found.doubtful:
        yield warn("附件文件", f"{len(found.leftover)} 个文件没有登记，附件存储与数据库不像是一套，没有自动清理；请核对 UPLOAD_DIR、FILE_STORE 和 DATABASE_URL")
    elif found.leftover:
        yield warn("附件文件", f"{len(found.leftover)} 个文件没有登记（上传中断留下的），定时任务每天清理")
    if not found.missing and not found.leftover:
        yield ok("附件文件", f"{found.rows} 个，都在")


def check_files_answer() -> Findings:
    """The same without writing, for those who ask every few seconds."""
    try:
        file_store().check()
    except StoreDown as why:
        yield missing("附件存储", str(why))
    else:
        yield ok("附件存储", "")


def check_instance_folder() -> Findings:
    """The data folder can be written, and only by its owner be read: it holds the key and attachments."""
    folder = Path(current_app.instance_path)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not os.access(folder, os.W_OK):
        yield missing("数据目录", f"{folder} 不可写；请把它的属主改为运行本系统的账号")
    elif mode & 0o077:
        yield warn("数据目录", f"{folder} 的权限为 {mode:o}，其他账号可进入；请执行 chmod 700 {folder}")
    else:
        yield ok("数据目录", f"{folder}，权限 {mode:o}")


def check_secret() -> Findings:
    """Sessions are signed with a long key that other accounts cannot read."""
    file = Path(current_app.instance_path) / "secret_key"
    if len(current_app.secret_key or "") < SHORTEST_KEY:
        yield missing("会话密钥", f"不足 {SHORTEST_KEY} 个字符；请加长环境变量 SECRET_KEY，或删除 {file} 后重新启动")
    elif os.environ.get("SECRET_KEY"):
        yield ok("会话密钥", "来自环境变量 SECRET_KEY")
    elif stat.S_IMODE(file.stat().st_mode) != 0o600:
        yield missing("会话密钥", f"{file} 其他账号可读；请执行 chmod 600 {file}")
    else:
        yield ok("会话密钥", f"{file}，权限 600")
