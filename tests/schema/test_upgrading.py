"""A database that is in use takes the newer migrations: its rows stay, and what refers to them still does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask

import migrations
from migrations import upgrade
from models import Category, Draft, OutboxMessage, User, db, scope
from models.report.daily import TicketDay
from tests.conftest import make_app

NEWEST = ScriptDirectory(str(migrations.HERE)).get_current_head()
ROWS = (
    "INSERT INTO enterprise (id, name, kind, is_whitelisted, is_active) VALUES (1, '演示企业', 'LIMITED', 0, 1)",
    "INSERT INTO firm_batch (id, file_name, announced, state, content, uploaded_at, confirmed_at)"
    " VALUES (1, 'a.xlsx', 1, 'CONFIRMED', '{}', '2024-08-05 02:10:00', '2024-08-05 02:10:00')",
    "INSERT INTO new_firm (id, batch_id, enterprise_id, registered_on, entered_at) VALUES (1, 1, 1, '2024-08-01', '2024-08-05 02:10:00')",
)


def test_a_filled_sqlite_database_is_upgraded_with_its_references_whole(tmp_path):
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'used.db'}")
    upgrade(app, "0005")
    with app.app_context(), db.engine.begin() as connection:
        for row in ROWS:
            connection.exec_driver_sql(row)
    upgrade(app)
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        found = connection.exec_driver_sql("SELECT b.file_name FROM new_firm f JOIN firm_batch b ON b.id = f.batch_id").scalars().all()
        assert found == ["a.xlsx"]
    with app.app_context():
        db.engine.dispose()


@contextmanager
def upgraded(folder: Path, revision: str, *rows: str) -> Iterator[None]:
    """Rows written at `revision`, then every later migration; inside, the upgraded desk may be asked."""
    app = make_app(folder, f"sqlite:///{folder / 'used.db'}")
    upgrade(app, revision)
    with app.app_context(), db.engine.begin() as connection:
        for row in rows:
            connection.exec_driver_sql(row)
    upgrade(app)
    with app.app_context(), scope.everything():
        yield
        db.session.remove()
        db.engine.dispose()


def raw(folder: Path) -> bytes:
    return b"".join(part.read_bytes() for part in folder.glob("used.db*"))


def test_mail_addresses_are_sealed_by_the_upgrade_and_leave_the_outbox(tmp_path):
    rows = (
        "INSERT INTO user_account (id, username, name, email, must_change, failed_logins, is_active, totp_on, created_at)"
        " VALUES (1, 'yi', '演示-乙', 'yi@example.gov.cn', 0, 0, 1, 0, '2024-08-05 02:10:00')",
        "INSERT INTO outbox_message (id, key, way, user_id, address, subject, body, state, made_at, next_at, tries)"
        " VALUES (1, 'k', 'MAIL', 1, 'yi@example.gov.cn', 's', 'b', 'WAITING', '2024-08-05 02:10:00', '2024-08-05 02:10:00', 0)",
    )
    with upgraded(tmp_path, "0017", *rows):
        assert db.session.get(User, 1).email == "yi@example.gov.cn"
        assert db.session.query(OutboxMessage.user_id).scalar() == 1
        assert db.session.scalar(sa.select(User.id).where(User.email == "yi@example.gov.cn")) == 1
    assert b"yi@example.gov.cn" not in raw(tmp_path)


def test_numbers_in_running_words_and_drafts_are_sealed_by_the_upgrade(tmp_path):
    rows = (
        "INSERT INTO category (id, code, name, family, sort, is_active, description)"
        " VALUES (1, 'c', 'n', 'DEMAND', 1, 1, '请联系138-1234-5678或13912345678'), (2, 'd', 'm', 'DEMAND', 1, 1, '第202411号')",
        "INSERT INTO user_account (id, username, name, must_change, failed_logins, is_active, totp_on, created_at)"
        " VALUES (1, 'yi', '演示-乙', 0, 0, 1, 0, '2024-08-05 02:10:00')",
        "INSERT INTO draft (id, user_id, address, title, fields, saved_at)"
        " VALUES (1, 1, '/a', 't', '[[\"name\",\"欧阳晓晨\"]]', '2024-08-05 02:10:00')",
    )
    with upgraded(tmp_path, "0019", *rows):
        assert db.session.scalars(sa.select(Category.description).order_by(Category.id)).all() == ["请联系138-1234-5678或13912345678", "第202411号"]
        assert db.session.scalar(sa.select(Draft.fields)) == '[["name","欧阳晓晨"]]'
    for words in ("138-1234-5678", "13912345678", "欧阳晓晨"):
        assert words.encode() not in raw(tmp_path)
    assert "请联系".encode() in raw(tmp_path)


@pytest.mark.parametrize(("statement", "left"), [
    ("UPDATE matter SET title = title WHERE id < 0", 0), ("CREATE INDEX ix_unit_try ON unit (sort, code)", 1),
])
def test_figures_by_day_are_counted_anew_where_an_upgrade_wrote_to_what_they_count(tmp_path, monkeypatch, statement, left):
    """A figure no demand stands behind is gone after a migration that may have changed demands, and not looked at by any other."""
    head = f"from alembic import op\nrevision, down_revision = '9001', '{NEWEST}'\n"
    (tmp_path / "next.py").write_text(f"{head}\n\ndef upgrade():\n    op.execute({statement!r})\n")
    monkeypatch.setattr(migrations, "config", with_more(migrations.config, tmp_path))
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'used.db'}")
    upgrade(app, NEWEST)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.insert(TicketDay.__table__).values(day=date(2024, 8, 5), fresh=False))
    upgrade(app)
    with app.app_context(), scope.everything():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(TicketDay)) == left
        db.session.remove()
        db.engine.dispose()


def with_more(config: Callable[[Flask], Config], folder: Path) -> Callable[[Flask], Config]:
    """Alembic's configuration with the migrations of one more folder."""

    def made(app: Flask) -> Config:
        found = config(app)
        found.set_main_option("version_locations", f"{migrations.HERE / 'versions'}\n{folder}")
        found.set_main_option("path_separator", "newline")
        return found

    return made
