"""A desk with a day's work on it, which is backed up, spoilt and brought back."""

import hashlib
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import Attachment, backup, chain, db, drafting, scope
from models.now import now
from tests.command_line import command_line
from tests.panel.browse import blank_page

STORED = "ab" * 16
PAPER = b"%PDF-1.7 a file given with a demand"


@pytest.fixture
def clean(app, monkeypatch):
    """Begin with an empty folder of backups and no file but one's own."""
    monkeypatch.delenv("BACKUP_DIR", raising=False)
    for folder in (Path(app.instance_path) / "backups", Path(app.config["UPLOAD_DIR"])):
        shutil.rmtree(folder, ignore_errors=True)
    for left in Path(app.instance_path).glob("replaced-*"):
        shutil.rmtree(left)


@pytest.fixture
def worked(app, clean, cast):
    """A demand with a file and a letter that is out; the path of the file."""
    path = Path(app.config["UPLOAD_DIR"]) / STORED[:2] / STORED
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PAPER)
    ticket = cast.dispatched()
    ticket.attachments.append(Attachment(original_name="合同.pdf", stored=STORED, size=len(PAPER), sha256=hashlib.sha256(PAPER).hexdigest(),
                                         mime="application/pdf", uploaded_at=now()))
    letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=ticket)
    letter.issue(by=cast.supervisor, render=lambda _letter: blank_page())
    db.session.commit()
    return path


@pytest.fixture
def run(app, clean):
    return command_line(app)


def facts():
    """What a restored desk must have in common with the one that was backed up: rows of every table, head of the trail, letters."""
    with db.engine.connect() as connection:
        tables = {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in sa.inspect(connection).get_table_names()}
        letters = connection.exec_driver_sql("SELECT number, pdf FROM notice ORDER BY id").all()
    with scope.everything():
        head = chain.head()
    db.session.remove()
    db.engine.dispose()
    return tables, head, [(number, pdf and bytes(pdf)) for number, pdf in letters]


def only_backup():
    """The one file in the folder."""
    (found,) = backup.kept()
    return found[0]
