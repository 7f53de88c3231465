"""Keys and backups are kept apart; another machine reads a backup only with the keys it was made with."""

import re
import tarfile
from pathlib import Path

import pytest

from app import create_app
from models import Enterprise, backup, db, scope
from tests.operation.conftest import only_backup


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine of one's own, after `flask init`, with keys in its data folder; `machine(name)` gives the app and a way to run commands."""
    for name in ("DATA_KEYS", "SECRET_KEY", "DATABASE_URL", "BACKUP_DIR"):
        monkeypatch.delenv(name, raising=False)
    made = []

    def new(name):
        folder = tmp_path / name
        app = create_app({"INSTANCE_PATH": str(folder), "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'dudao.db'}"})
        made.append(app)

        def run(*words):
            done = app.test_cli_runner().invoke(args=[str(word) for word in words])
            return done.exit_code, done.output

        return app, run

    yield new
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def first(machine):
    """A machine with an enterprise whose telephone is sealed, and its backups without and with keys."""
    app, run = machine("first")
    assert run("init")[0] == 0
    with app.app_context(), scope.everything():
        db.session.add(Enterprise(name="演示恒达精密制造有限公司", contact_phone="13800001234"))
        db.session.commit()
        db.session.remove()
    assert run("backup", "--to", Path(app.instance_path) / "plain")[0] == 0
    code, said = run("backup", "--to", Path(app.instance_path) / "whole", "--with-keys")
    assert code == 0
    assert "保险柜" in said
    return app


def file_in(app, name):
    (found,) = (Path(app.instance_path) / name).glob("*.tar")
    return found


def phone_in(app):
    with app.app_context(), scope.everything():
        return db.session.scalars(db.select(Enterprise.contact_phone).where(Enterprise.name.startswith("演示恒达"))).one()


def test_no_key_is_in_a_backup_unless_asked_for(first):
    instance = Path(first.instance_path)
    keys = re.findall(r"[0-9a-f]{64}", (instance / "data_keys").read_text() + (instance / "secret_key").read_text())
    assert len(keys) == 3
    for path in (file_in(first, "plain"), file_in(first, "whole")):
        with tarfile.open(path) as tar:
            text = b"".join(tar.extractfile(entry).read() for entry in tar)
        assert any(key.encode() in text for key in keys) == ("whole" in str(path))
        assert path.stat().st_mode & 0o077 == 0


def test_with_other_keys_it_is_refused_and_with_the_right_ones_it_opens(first, machine):
    second, run = machine("second")
    code, said = run("restore", file_in(first, "plain"))
    assert code == 1
    assert "data_keys 放回数据目录" in said
    (Path(second.instance_path) / "data_keys").write_text((Path(first.instance_path) / "data_keys").read_text())
    third, run = machine("second")
    code, said = run("restore", file_in(first, "plain"))
    assert code == 0, said
    assert phone_in(third) == "13800001234"


def test_a_backup_with_keys_is_enough_for_an_empty_machine(first, machine):
    second, run = machine("second")
    code, said = run("restore", file_in(first, "whole"))
    assert code == 0, said
    assert phone_in(second) == "13800001234"
    assert (Path(second.instance_path) / "data_keys").read_text() == (Path(first.instance_path) / "data_keys").read_text()
    assert run("audit", "verify")[0] == 0


def test_no_part_of_a_backup_is_left_when_there_is_no_room(app, worked, run, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "设备上没有空间")

    monkeypatch.setattr("models.backup.making.check", full)
    code, said = run("backup")
    assert code == 1
    assert "没有留下半份" in said
    assert backup.kept() == []
    monkeypatch.undo()
    assert run("backup")[0] == 0
    assert only_backup()
