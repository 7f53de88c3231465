"""The restore drill, on both engines: what was backed up comes back row by row and byte by byte, and nothing else is ever put in its place."""

import io
import tarfile
from pathlib import Path

import pytest

from app import create_app
from models import backup, db, scope
from models.backup import archive
from tests.operation.conftest import PAPER, facts, only_backup


def test_everything_comes_back_as_it_was_when_it_was_backed_up(app, cast, worked, run):
    code, said = run("backup")
    assert code == 0, said
    assert "不含密钥" in said
    path = only_backup()
    before = facts()  # the backup's own link of the trail came after it
    manifest = backup.read_manifest(path)
    cast.ticket(title="备份之后的诉求")
    worked.write_bytes(b"spoilt")
    code, said = run("restore", path, "--replace")
    assert code == 0, said
    assert "已恢复" in said
    tables, head, letters = facts()
    # Restoring is a link of the trail itself; everything else is as it was.
    assert {name: rows for name, rows in tables.items() if name != "audit_entry"} == {
        name: rows for name, rows in manifest.tables.items() if name != "audit_entry"}
    assert tables["audit_entry"] == manifest.tables["audit_entry"] + 1
    assert head[0] == manifest.head[0] + 1
    assert letters == before[2]
    assert letters[-1][1].startswith(b"%PDF")
    assert worked.read_bytes() == PAPER
    assert run("audit", "verify")[0] == 0


def test_the_trail_continues_the_one_that_was_backed_up(app, cast, worked, run):
    run("backup")
    manifest = backup.read_manifest(only_backup())
    run("restore", only_backup(), "--replace")
    with scope.everything(), db.engine.connect() as connection:
        link = connection.exec_driver_sql(f"SELECT previous, action FROM audit_entry WHERE id > {manifest.head[0]}").one()
    assert link == (manifest.head[1], "恢复备份")


def test_what_stood_there_is_kept_aside(app, cast, worked, run):
    run("backup")
    path = only_backup()
    worked.write_bytes(b"newer")
    _code, said = run("restore", path, "--replace")
    (aside,) = Path(app.instance_path).glob("replaced-*")
    assert str(aside) in said
    assert (aside / "files" / worked.parent.name / worked.name).read_bytes() == b"newer"
    assert list(aside.glob("*.db")) or list(aside.glob("dudao-*.tar"))


@pytest.fixture
def untouched(app, cast, worked, run):
    """A backup and a check that what was refused has changed nothing."""
    run("backup")
    cast.ticket(title="备份之后的诉求")
    db.session.commit()
    before = facts()
    yield only_backup()
    assert facts() == before
    assert worked.read_bytes() == PAPER
    assert not list(Path(app.instance_path).glob("replaced-*"))


def test_a_place_with_data_is_not_overwritten_unasked(untouched, run):
    code, said = run("restore", untouched)
    assert code == 1
    assert "--replace" in said


def test_a_backup_with_one_changed_byte_is_refused(untouched, run):
    whole, size = untouched.read_bytes(), next(iter(backup.read_manifest(untouched).members.values()))[0]
    for place in (0.01, 0.5, 0.99):
        data = bytearray(whole)
        data[512 + int(place * size)] ^= 1
        untouched.write_bytes(data)
        code, said = run("restore", untouched, "--replace")
        assert code == 1
        assert "已损坏或被改动" in said


def test_a_backup_that_was_not_copied_to_its_end_is_refused(untouched, run):
    whole = untouched.read_bytes()
    for part in (0.0, 0.3, 0.8):
        untouched.write_bytes(whole[: int(part * len(whole))])
        for words in (("restore", untouched, "--replace"), ("restore", untouched, "--check")):
            code, said = run(*words)
            assert code == 1
            assert "不完整" in said


def _rewritten(path, change):
    """The same backup with a manifest somebody has changed, and an entry smuggled in when `change` returns one."""
    manifest = archive.read_manifest(path)
    extra = change(manifest)
    with tarfile.open(path) as tar:
        kept = [(entry, tar.extractfile(entry).read()) for entry in tar if entry.name != archive.MANIFEST]
    with tarfile.open(path, "w") as tar:
        for name, data in [*((entry.name, data) for entry, data in kept), *([extra] if extra else []), (archive.MANIFEST, manifest.text().encode())]:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))


def test_a_manifest_somebody_has_changed_is_refused(untouched, run):
    def fewer_rows(manifest):
        manifest.tables["ticket"] = 0

    _rewritten(untouched, fewer_rows)
    code, said = run("restore", untouched, "--replace")
    assert code == 1
    assert "清单被改动过" in said


def test_nothing_is_unpacked_that_is_not_part_of_a_backup(untouched, run):
    whole = untouched.read_bytes()
    for name in ("../../somewhere", "/etc/cron.d/x", "files/../../x", "keys/other"):
        def listed(manifest, name=name):
            manifest.members[name] = (1, "0" * 64)
            return name, b"x"

        untouched.write_bytes(whole)
        _rewritten(untouched, listed)
        code, said = run("restore", untouched, "--replace")
        assert code == 1
        assert "不该有的内容" in said


def test_while_somebody_works_nothing_is_restored(app, untouched, run):
    other = create_app({"INSTANCE_PATH": app.instance_path, "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
                        "SECRET_KEY": "test", "DATA_KEYS": app.config["DATA_KEYS"]})
    with other.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM ticket").scalar()
        with app.app_context():
            code, said = run("restore", untouched, "--replace")
    with other.app_context():
        db.engine.dispose()
    assert code == 1
    assert "请先停止督导台" in said


def test_a_backup_from_a_newer_program_is_refused(untouched, run):
    def newer(manifest):
        manifest.revision = "9999"
        manifest.seal = manifest.sealed_by()

    _rewritten(untouched, newer)
    code, said = run("restore", untouched, "--replace")
    assert code == 1
    assert "比本程序新" in said


def test_a_missing_attachment_is_named_when_it_is_backed_up(worked, run):
    worked.unlink()
    code, said = run("backup")
    assert code == 0
    assert f"附件 {worked.name} 在磁盘上不存在" in said
