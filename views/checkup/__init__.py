"""What this installation needs, one line each – fine, or what to do about it: `flask doctor`, and the page 运行状况.

A check is a generator of findings in CHECKS. One that crashes is itself a finding, so the list is always complete.
"""

from collections.abc import Callable, Iterator

from models import db, scope
from views.checkup import machine, running, security
from views.checkup.finding import Finding, Findings, Level, missing

__all__ = ["Finding", "Level", "examine_all"]


def _told(lines: Callable[[], Iterator[security.Line]]) -> Callable[[], Findings]:
    """Lines of the security checks as findings."""
    return lambda: (Finding(Level[level], subject, note) for level, subject, note in lines())


CHECKS: list[tuple[str, Callable[[], Findings]]] = [
    ("Python", machine.check_python),
    ("公文排版库", machine.check_pdf_library),
    ("字体", machine.check_fonts),
    ("数据库", machine.check_database),
    ("只读副本", machine.check_replica),
    ("数据库结构", machine.check_migrations),
    ("磁盘", machine.check_disk),
    ("附件存储", machine.check_files),
    ("附件文件", machine.check_files_and_rows),
    ("数据包", running.check_packs),
    ("工作日历", running.check_calendar),
    ("定时巡查", running.check_heartbeat),
    ("备份", running.check_backups),
    ("会话密钥", machine.check_secret),
    ("数据目录", machine.check_instance_folder),
    *((subject, _told(check)) for subject, check in security.CHECKS),
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


def examine_all() -> list[Finding]:
    """The findings of every check, in order."""
    return [finding for subject, check in CHECKS for finding in examine(subject, check)]
