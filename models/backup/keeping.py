"""Backups that come by themselves: once a day at a time of day, the last days and the last weeks kept."""

import os
import re
from datetime import datetime
from pathlib import Path

from flask import Flask, current_app

from models import scope
from models.backup.archive import NAME, Broken, Manifest, read_manifest
from models.backup.making import make
from models.base import db
from models.now import local, now
from models.setting import setting, whole_setting

FAILED = "failed"  # what the last try said, while no later one has worked


def folder() -> Path:
    """Where scheduled backups lie: BACKUP_DIR, or instance/backups."""
    return Path(os.environ.get("BACKUP_DIR") or Path(current_app.instance_path) / "backups")


def kept() -> list[tuple[Path, Manifest | None]]:
    """The backups of the folder, newest first; None for one whose manifest cannot be read."""
    place, found = folder(), []
    for path in sorted((path for path in (place.iterdir() if place.is_dir() else ()) if NAME.fullmatch(path.name)), reverse=True):
        try:
            found.append((path, read_manifest(path)))
        except Broken:
            found.append((path, None))
    return found


def newest_at() -> datetime | None:
    """When the newest backup of the folder was made, by its name; None when there is none."""
    place = folder()
    stamps = [found[1] for path in (place.iterdir() if place.is_dir() else ()) if (found := NAME.fullmatch(path.name))]
    return local(datetime.strptime(max(stamps), "%Y%m%d-%H%M%S")) if stamps else None


def failure() -> str:
    """What kept the last scheduled backup from being made; "" when it was made."""
    note = folder() / FAILED
    return note.read_text("utf-8").strip() if note.is_file() else ""


def prune(days: int, weeks: int) -> list[Path]:
    """Delete what is older than the newest of each of the last `days` days and of the last `weeks` weeks that have one; returns what went.

    A file that cannot be read is left alone: somebody has to look at it.
    """
    by_day: dict[object, Path] = {}
    by_week: dict[object, Path] = {}
    readable = [(path, manifest) for path, manifest in kept() if manifest]
    for path, manifest in readable:  # newest first
        by_day.setdefault(manifest.at.date(), path)
        by_week.setdefault(manifest.at.isocalendar()[:2], path)
    staying = {*list(by_day.values())[:days], *list(by_week.values())[:weeks], *(path for path, _ in readable[:1])}
    gone = [path for path, _manifest in readable if path not in staying]
    for path in gone:
        path.unlink()
    return gone


def _due(moment: datetime) -> bool:
    """Whether today's time has come and nothing was made since."""
    found = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)", setting("backup_at").strip())
    if not found or not whole_setting("backup_days"):
        return False
    mark = moment.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    last = newest_at()
    return moment >= mark and (last is None or last < mark)


def back_up_scheduled(app: Flask) -> Path | None:
    """The scheduler's entry: today's backup when its time has come, then what is too old goes. Returns the new file."""
    with app.app_context(), scope.everything():
        due = _due(now())
        days, weeks = whole_setting("backup_days"), whole_setting("backup_weeks")
        db.session.remove()
        if not due:
            return None
        note = folder() / FAILED
        try:
            path = make(folder())
        except Broken as why:
            _note(note, f"{now():%Y-%m-%d %H:%M} {why}")
            raise
        finally:
            db.session.remove()
        note.unlink(missing_ok=True)
        prune(days, weeks)
        return path


def _note(note: Path, words: str) -> None:
    """Written where doctor and the administrator's page look; on a full disk only the log has it."""
    try:
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        note.write_text(words, "utf-8")
    except OSError:
        current_app.logger.error("备份失败，也写不进 %s：%s", note, words)
