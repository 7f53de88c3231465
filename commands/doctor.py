"""`flask doctor`: what this installation needs, one line each – fine, or what to do about it.

A check is a generator of findings in CHECKS. One that crashes is itself a finding, so the list is
always complete; exit code 1 when something is missing, 0 when all is fine or only worth a look.
"""

import contextlib
import importlib
import io
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext

from commands import doctor_security
from models import Heartbeat, Role, ServiceStandard, Setting, Unit, db, scope
from models.calendar import work_calendar
from models.labelled import Labelled
from models.now import now
from models.setting import setting

OLDEST_PYTHON = (3, 11)
LITTLE_DISK_GB, NO_DISK_GB = 5, 1
SHORTEST_KEY = 32


class Level(Labelled):
    """How a finding stands."""

    OK = "OK", "正常"
    WARN = "WARN", "注意"
    MISSING = "MISSING", "缺失"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it stands, and the fact or what to do."""

    level: Level
    subject: str
    note: str

    def __str__(self) -> str:
        return f"[{self.level.label}] {self.subject}：{self.note}"


Findings = Iterator[Finding]


def ok(subject: str, note: str) -> Finding:
    """A finding that needs nothing."""
    return Finding(Level.OK, subject, note)


def warn(subject: str, note: str) -> Finding:
    """A finding that works but deserves attention."""
    return Finding(Level.WARN, subject, note)


def missing(subject: str, note: str) -> Finding:
    """A finding without which the system does not work as promised."""
    return Finding(Level.MISSING, subject, note)


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


def check_migrations() -> Findings:
    """The tables are as new as the program."""
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


def check_calendar() -> Findings:
    """This and next year's holidays are settled; a deadline in an unsettled year is provisional."""
    calendar = work_calendar()
    for year in (now().year, now().year + 1):
        if calendar.is_provisional(date(year - 1, 12, 31), date(year, 12, 31)):
            yield warn(f"{year} 年工作日历", "放假安排未公布或未录入，涉及该年的期限为暂定；公布后请在“工作日历”中录入")
        else:
            yield ok(f"{year} 年工作日历", "已确认")


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


def check_packs() -> Findings:
    """The packs are in: without roles nobody can log in, without standards no clock runs."""
    for model, subject in ((Role, "角色"), (Unit, "单位"), (ServiceStandard, "时限标准")):
        count = db.session.scalar(sa.select(sa.func.count()).select_from(model))
        yield ok(subject, f"{count} 条") if count else missing(subject, "没有数据；请执行 flask init 载入数据包")


def check_heartbeat() -> Findings:
    """The clocks run: the last sweep was recent and without error."""
    last = db.session.scalar(sa.select(Heartbeat).order_by(Heartbeat.id.desc()).limit(1))
    subject, hint = "定时巡查", "flask serve 会自动运行；单独部署时请检查 flask scheduler 或 cron"
    if last is None:
        yield warn(subject, f"从未运行；{hint}")
    elif not last.ok:
        yield warn(subject, f"{last.started_at:%Y-%m-%d %H:%M} 的一次没有成功（{last.error or '未结束'}）")
    elif now() - last.started_at > timedelta(minutes=3 * int(setting("sweep_minutes"))):
        yield warn(subject, f"最近一次是 {last.started_at:%Y-%m-%d %H:%M}，已经停了；{hint}")
    else:
        yield ok(subject, f"最近一次 {last.started_at:%Y-%m-%d %H:%M}")


def _told(lines: Callable[[], Iterator[doctor_security.Line]]) -> Callable[[], Findings]:
    """Lines of the security checks as findings."""
    return lambda: (Finding(Level[level], subject, note) for level, subject, note in lines())


CHECKS: list[tuple[str, Callable[[], Findings]]] = [
    ("Python", check_python),
    ("公文排版库", check_pdf_library),
    ("字体", check_fonts),
    ("数据库", check_database),
    ("数据库结构", check_migrations),
    ("磁盘", check_disk),
    ("数据包", check_packs),
    ("工作日历", check_calendar),
    ("定时巡查", check_heartbeat),
    ("会话密钥", check_secret),
    ("数据目录", check_instance_folder),
    *((subject, _told(check)) for subject, check in doctor_security.CHECKS),
]


def examine(subject: str, check: Callable[[], Findings]) -> list[Finding]:
    """The findings of one check; whatever it raises becomes a finding too."""
    try:
        with scope.everything():
            return list(check())
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return [missing(subject, f"检查没有完成（{reason}）")]
    finally:
        db.session.rollback()


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """逐项体检：正常，或者该怎么办。"""
    findings = [finding for subject, check in CHECKS for finding in examine(subject, check)]
    for finding in findings:
        click.echo(str(finding))
    count = {level: sum(finding.level is level for finding in findings) for level in Level}
    click.echo(f"共 {len(findings)} 项：" + "，".join(f"{level.label} {count[level]}" for level in Level))
    sys.exit(1 if count[Level.MISSING] else 0)
