"""The scheduler makes a backup a day, keeps the last days and weeks, and a failure is seen."""

import io
import tarfile
from datetime import datetime, timedelta

import pytest

from commands.serve import turn
from models import Setting, backup, db, scope
from models.now import as_of
from tests.operation.conftest import facts


@pytest.fixture
def at(app, clean):
    """`at("2024-08-05 02:30")`: a turn of the scheduler at that moment."""

    def turn_at(moment):
        with scope.everything():
            db.session.commit()
        with as_of(datetime.strptime(moment, "%Y-%m-%d %H:%M")):
            turn(app)
        return [path.name[6:14] for path, _manifest in backup.kept()]

    return turn_at


def set_to(key, value):
    db.session.scalars(db.select(Setting).where(Setting.key == key)).one().value = value


def test_one_a_day_from_its_time_on(cast, at):
    assert at("2024-08-05 02:29") == []
    assert at("2024-08-05 02:30") == ["20240805"]
    assert at("2024-08-05 02:45") == ["20240805"]
    assert at("2024-08-06 09:00") == ["20240806", "20240805"]


def test_none_when_nobody_wants_any(cast, at):
    set_to("backup_days", "0")
    assert at("2024-08-05 03:00") == []


def test_the_last_days_and_the_last_weeks_stay(app, cast, worked):
    first = datetime.strptime("2024-07-01 03:00", "%Y-%m-%d %H:%M")  # a Monday
    for day in range(35):
        with as_of(first + timedelta(days=day)):
            path = backup.folder() / f"dudao-{first + timedelta(days=day):%Y%m%d-%H%M%S}.tar"
            backup.make(backup.folder()) if day == 0 else _as_if_made(path, first + timedelta(days=day))
    backup.prune(7, 4)
    left = [path.name[6:14] for path, _ in backup.kept()]
    assert left == ["20240804", "20240803", "20240802", "20240801", "20240731", "20240730", "20240729", "20240728", "20240721", "20240714"]


def _as_if_made(path, at):
    """A backup like the first one, of another day: only its manifest is looked at."""
    manifest = next(manifest for _path, manifest in reversed(backup.kept()) if manifest)
    manifest.made_at = at.isoformat()
    with tarfile.open(path, "w") as tar:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(manifest.text().encode())
        tar.addfile(entry, io.BytesIO(manifest.text().encode()))


def test_an_unreadable_one_is_left_for_somebody_to_look_at(app, cast, worked):
    backup.folder().mkdir(parents=True, exist_ok=True)
    strange = backup.folder() / "dudao-20200101-000000.tar"
    strange.write_bytes(b"cut off")
    backup.make(backup.folder())
    assert backup.prune(1, 0) == []
    assert strange.exists()


def test_a_failure_is_told_by_the_doctor_until_one_works(app, cast, at, run, monkeypatch):
    monkeypatch.setattr("models.backup.making.check", lambda _path: (_ for _ in ()).throw(OSError(28, "设备上没有空间")))
    assert at("2024-08-05 03:00") == []
    assert "[缺失] 备份：最近一次没有做成" in run("doctor")[1]
    monkeypatch.undo()
    assert at("2024-08-05 03:15") == ["20240805"]
    assert "[缺失] 备份" not in run("doctor")[1]


def test_a_backup_leaves_nothing_but_its_link_of_the_trail(app, cast, worked):
    before, _head, _letters = facts()
    backup.make(backup.folder())
    after, _head, _letters = facts()
    assert {name: rows - before[name] for name, rows in after.items() if rows != before[name]} == {"audit_entry": 1}
