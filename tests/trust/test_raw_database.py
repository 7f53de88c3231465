"""What somebody reads who has only the file of the database, its dump or its backup: no number, no name, no address, no password.

Every sealed column of every table gets a value, whatever tables and columns there are.
"""

import gzip
import io
import tarfile
from contextlib import suppress
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from models import User, db
from models.backup import engines
from models.importing.run import SealedData
from models.vault import Sealed, SealedBytes, Text
from tests.cast import PASSWORD, login
from tests.operation.conftest import only_backup
from tests.schema.rows import GOOD, Rows

NUMBER, PERSON, MAIL = "13987654321", "欧阳晓晨", "ouyang.xiaochen@example.gov.cn"
TELLING = {"phone": NUMBER, "name": PERSON, "mail": MAIL, "words": f"请联系{PERSON}{NUMBER}（{MAIL}）"}
HIDDEN = (NUMBER, "139 8765 4321", PERSON, MAIL, PASSWORD)


def telling(column):
    """What is put into a column that must not show it."""
    if isinstance(column.type, SealedData):
        return {"联系人": PERSON, "电话": NUMBER, "邮箱": MAIL}
    if isinstance(column.type, SealedBytes):
        return TELLING["words"].encode()
    return f"请回电{NUMBER}或139 8765 4321" if isinstance(column.type, Text) else TELLING[column.type.kind]


def stored(folder: Path) -> bytes:
    """Everything the engine keeps, as it can be read: the file with its log, or the dump."""
    if engines.dialect() == "sqlite":
        file = Path(db.engine.url.database)
        return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    target = folder / "dump.sql"
    engines._run("pg_dump", "--format=plain", f"--file={target}")
    return target.read_bytes()


@pytest.fixture
def filled(app, cast):
    """A row in every table, each sealed column of it filled; the columns. What a rule of the row does not let stand alone is left."""
    rows, found = Rows(db.session), []
    for table in db.metadata.sorted_tables:
        secret = [c for c in table.columns if isinstance(c.type, Sealed | SealedBytes | Text)]
        for column in secret if table.name in GOOD else ():  # all but the sign of life of the sweep
            key = rows.ids.get(table.name) or rows.add(table.name)
            with suppress(sa.exc.IntegrityError), db.session.begin_nested():
                db.session.execute(sa.update(table).where(table.c.id == key).values({column.key: telling(column)}))
                found.append(column)
    db.session.commit()
    return found


def test_no_column_shows_what_is_sealed_in_it(app, filled, tmp_path):
    assert len(filled) > 105
    raw = stored(tmp_path)
    for words in HIDDEN:
        assert words.encode() not in raw, words
    assert "请回电".encode() in raw, "so these are the rows, and the words around a number can be read"
    for column in filled:  # whoever has the key reads them all
        assert any(str(telling(column)) == str(value) for value in db.session.scalars(sa.select(column))), column


def test_no_backup_shows_what_is_sealed(app, filled, tmp_path):
    assert app.test_cli_runner().invoke(args=["backup"]).exit_code == 0
    with tarfile.open(only_backup()) as archive:
        parts = [archive.extractfile(member).read() for member in archive.getmembers() if member.isfile()]
    for part in parts:
        opened = gzip.GzipFile(fileobj=io.BytesIO(part)).read() if part[:2] == b"\x1f\x8b" else part
        for words in HIDDEN:
            assert words.encode() not in opened, words


def test_neither_a_log_in_nor_a_second_factor_nor_a_draft_can_be_taken_from_it(app, cast, client, tmp_path):
    secret = pyotp.random_base32()
    user = db.session.get(User, cast.jia_clerk.id)
    user.totp_secret = secret
    db.session.commit()
    login(client, "intake")
    address = {"address": "/ticket/register/", "title": "登记诉求", "fields": f'[["contact_phone","{NUMBER}"],["contact_name","{PERSON}"]]'}
    assert client.post("/kept/draft/", data=address).status_code == 200
    with client.session_transaction() as cookie:
        token = cookie["sid"]
    raw = stored(tmp_path)
    for words in (*HIDDEN, secret, token):
        assert words.encode() not in raw, words
    assert NUMBER in client.get("/ticket/register/").text, "the draft is there for whom it belongs to"
