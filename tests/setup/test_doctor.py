"""`flask doctor` tells the IT team, line by line, what is fine and what to do about the rest."""

import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

import views.letters
from models import Heartbeat, db, scope
from models.now import as_of, now

from .conftest import ROOT, app_at, close


def lines_of(app) -> tuple[int, dict[str, str]]:
    """Exit code and {subject: "[level] note"}."""
    done = app.test_cli_runner().invoke(args=["doctor"])
    found = re.findall(r"^(\[\S+\]) (.+?)：(.+)$", done.output, re.MULTILINE)
    return done.exit_code, {subject: f"{level} {note}" for level, subject, note in found}


def test_a_fresh_installation_lacks_nothing(installed):
    code, lines = lines_of(installed)
    assert code == 0
    assert not [line for line in lines.values() if line.startswith("[缺失]")]
    assert {"Python", "公文排版库", "数据库", "数据库结构", "磁盘", "角色", "单位", "时限标准"} <= set(lines)
    assert {"定时巡查", "会话密钥", "数据目录", "字体 仿宋"} <= set(lines)


def test_without_a_database_it_says_flask_init(tmp_path):
    empty = app_at(tmp_path / "empty")
    code, lines = lines_of(empty)
    close(empty)
    assert code == 1
    for subject in ("数据库", "数据库结构"):
        assert lines[subject].startswith("[缺失]")
        assert "flask init" in lines[subject]


def test_an_unreachable_database_is_one_line_and_shows_no_password(tmp_path):
    unreachable = app_at(tmp_path / "nowhere", "postgresql+psycopg://dudao:geheim@/x?host=/nowhere")
    code, lines = lines_of(unreachable)
    assert code == 1
    assert lines["数据库"].startswith("[缺失]")
    assert "DATABASE_URL" in lines["数据库"]
    assert "geheim" not in "".join(lines.values())


def test_tables_older_than_the_program_are_named(installed):
    with installed.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    code, lines = lines_of(installed)
    assert code == 1
    assert re.search(r"\[缺失\] 现为 0000，程序需要 \d{4}", lines["数据库结构"])


def test_a_key_others_can_read_is_a_fault(installed, instance):
    (instance / "secret_key").chmod(0o644)
    code, lines = lines_of(installed)
    assert code == 1
    assert "chmod 600" in lines["会话密钥"]


def test_a_data_folder_others_can_enter_is_a_warning(installed, instance):
    instance.chmod(0o755)
    code, lines = lines_of(installed)
    assert code == 0
    assert lines["数据目录"].startswith("[注意]")
    assert "chmod 700" in lines["数据目录"]


def test_a_missing_typeface_is_a_fault(installed, monkeypatch):
    monkeypatch.setattr(views.letters, "font_report", lambda: [("楷体", False, "找不到 FandolKai-Regular.otf")])
    code, lines = lines_of(installed)
    assert code == 1
    assert lines["字体 楷体"] == "[缺失] 找不到 FandolKai-Regular.otf"


@pytest.mark.parametrize(("free", "level"), [(0.2e9, "[缺失]"), (3e9, "[注意]"), (80e9, "[正常]")])
def test_a_filling_disk_is_reported_before_it_is_full(installed, monkeypatch, free, level):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert lines_of(installed)[1]["磁盘"].startswith(level)


def test_a_year_without_published_holidays_is_a_warning(installed):
    with as_of(datetime(2026, 3, 2, 9, 0)):
        code, lines = lines_of(installed)
    assert code == 0
    assert lines["2026 年工作日历"] == "[正常] 已确认"
    assert lines["2027 年工作日历"].startswith("[注意]")


@pytest.mark.parametrize(
    ("hours", "error", "expected"),
    [(0, None, "[正常] 最近一次"), (5, None, "已经停了"), (0, "磁盘已满", "没有成功（磁盘已满）")],
)
def test_clocks_that_stand_still_or_fail_are_noticed(installed, hours, error, expected):
    moment = now() - timedelta(hours=hours)
    with installed.app_context(), scope.everything():
        db.session.add(Heartbeat(started_at=moment, finished_at=moment, as_of=moment, error=error))
        db.session.commit()
    assert expected in lines_of(installed)[1]["定时巡查"]


def test_a_check_that_breaks_is_a_line_and_the_others_go_on(installed, monkeypatch):
    def broken(path):
        raise PermissionError("不许看")

    monkeypatch.setattr(shutil, "disk_usage", broken)
    code, lines = lines_of(installed)
    assert code == 1
    assert lines["磁盘"] == "[缺失] 检查没有完成（不许看）"
    assert lines["会话密钥"].startswith("[正常]")


def test_without_the_system_libraries_it_still_runs_and_names_them(instance, tmp_path):
    """Where apt is not allowed, pango is absent and importing WeasyPrint raises OSError."""
    stand_in = tmp_path / "site" / "weasyprint"
    stand_in.mkdir(parents=True)
    (stand_in / "__init__.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "doctor"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
    )
    assert done.returncode == 1
    assert "[缺失] 公文排版库" in done.stdout
    assert "apt-get install libpango-1.0-0" in done.stdout
    assert "[正常] 数据库" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
