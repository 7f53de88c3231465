"""Backups, restoring, verifying and moving in, with attachments in an S3-compatible store; on both engines."""

import hashlib
import shutil
from pathlib import Path

import pytest

from models import Attachment, backup, db
from models.now import now
from models.store import Folder
from tests.command_line import command_line

STORED, OTHER = "ab" * 16, "cd" * 16
PAPER = b"%PDF-1.7 a file given with a demand"


@pytest.fixture
def worked(app, cast, shelf, monkeypatch):
    """A demand with a file in the store; no backup yet."""
    monkeypatch.delenv("BACKUP_DIR", raising=False)
    for left in (Path(app.instance_path) / "backups", *Path(app.instance_path).glob("replaced-*")):
        shutil.rmtree(left, ignore_errors=True)
    shelf.put(STORED, PAPER)
    cast.dispatched().attachments.append(Attachment(
        original_name="合同.pdf", stored=STORED, size=len(PAPER), sha256=hashlib.sha256(PAPER).hexdigest(), mime="application/pdf", uploaded_at=now()))
    db.session.commit()
    return shelf


@pytest.fixture
def run(app, worked):
    return command_line(app)


def test_a_backup_brings_the_files_back_into_an_empty_store(worked, run):
    code, said = run("backup")
    assert (code, "附件1个" in said) == (0, True), said
    ((path, manifest),) = backup.kept()
    assert manifest.absent == []
    worked.clear()
    code, said = run("restore", path, "--replace")
    assert code == 0, said
    assert worked.read(STORED) == PAPER
    assert run("audit", "verify")[0] == 0


def test_a_spoilt_file_is_replaced_and_kept_aside_and_others_stay(app, worked, run):
    run("backup")
    ((path, _manifest),) = backup.kept()
    worked.put(STORED, b"spoilt")
    worked.put(OTHER, b"given since")
    assert run("restore", path, "--replace")[0] == 0
    assert (worked.read(STORED), worked.read(OTHER)) == (PAPER, b"given since")
    (aside,) = Path(app.instance_path).glob("replaced-*")
    assert (aside / "files" / STORED[:2] / STORED).read_bytes() == b"spoilt"


def test_without_the_store_neither_backup_nor_restoring_does_half(app, cast, worked, run):
    run("backup")
    ((path, _manifest),) = backup.kept()
    cast.ticket(title="备份之后的诉求")
    db.session.commit()
    worked.vanish()
    for words in (("backup",), ("restore", path, "--replace")):
        code, said = run(*words)
        assert (code, "连不上" in said) == (1, True), said
    assert [kept for kept, _manifest in backup.kept()] == [path]
    assert db.session.scalar(db.text("SELECT count(*) FROM matter WHERE title = '备份之后的诉求'")) == 1


def test_verifying_names_what_is_changed_gone_or_out_of_reach(worked, run):
    assert run("audit", "verify")[0] == 0
    worked.put(STORED, b"spoilt")
    assert "附件1被改动" in run("audit", "verify")[1]
    worked.clear()
    assert "附件1的文件不在" in run("audit", "verify")[1]
    worked.vanish()
    assert "附件从第1号起没有核验" in run("audit", "verify")[1]


def test_a_folder_moves_into_the_store_once(worked, run, tmp_path):
    worked.clear()
    code, said = run("files", "copy", tmp_path)
    assert (code, "没有或摘要不符1个" in said) == (1, True), said
    with (tmp_path / "paper").open("xb+") as paper:
        paper.write(PAPER)
        paper.seek(0)
        Folder(tmp_path).put(STORED, paper)
    code, said = run("files", "copy", tmp_path)
    assert (code, "新放入1个" in said) == (0, True), said
    assert worked.read(STORED) == PAPER
    assert "已在1个" in run("files", "copy", tmp_path)[1]
    assert run("audit", "verify")[0] == 0
