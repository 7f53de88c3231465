"""Checks of what is in use: packs, calendar, the clocks, backups."""

from datetime import date, timedelta

import sqlalchemy as sa

from models import Heartbeat, Role, ServiceStandard, Unit, backup, db
from models.calendar import work_calendar
from models.now import now
from models.setting import setting, whole_setting
from views.checkup.finding import Findings, missing, ok, warn

OLD_BACKUP = timedelta(days=2)


def check_calendar() -> Findings:
    """This and next year's holidays are settled; a deadline in an unsettled year is provisional."""
    calendar = work_calendar()
    for year in (now().year, now().year + 1):
        if calendar.is_provisional(date(year - 1, 12, 31), date(year, 12, 31)):
            yield warn(f"{year} 年工作日历", "放假安排未公布或未录入，涉及该年的期限为暂定；公布后请在“工作日历”中录入")
        else:
            yield ok(f"{year} 年工作日历", "已确认")


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


def check_backups() -> Findings:
    """A backup of the last two days lies there, and the last try did not fail."""
    subject, last, place = "备份", backup.newest_at(), backup.folder()
    if failed := backup.failure():
        yield missing(subject, f"最近一次没有做成：{failed}")
    elif last is None:
        yield warn(subject, f"{place} 里还没有；定时任务每天 {setting('backup_at')} 自动备份，也可执行 flask backup")
    elif now() - last > OLD_BACKUP:
        hint = "请检查 flask scheduler 是否在运行" if whole_setting("backup_days") else "自动备份已关闭（参数“保留每日备份”为0）"
        yield warn(subject, f"最近一份是 {last:%Y-%m-%d %H:%M}，已超过两天；{hint}")
    else:
        yield ok(subject, f"最近一份 {last:%Y-%m-%d %H:%M}，在 {place}；请另复制到别的机器")
