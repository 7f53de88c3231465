"""A desk with a replica: a copy of its database as it was at one moment, in which a row is changed so that one sees who answered."""

import shutil

import pytest
import sqlalchemy as sa

from app import create_app
from models import db
from tests.cast import login
from tests.conftest import Sqlite
from tests.panel.browse import Visitor
from tests.panel.conftest import Alone

HERE, THERE = "主库上的题目", "副本上的题目"


class Twin:
    """The application over the primary and its copy."""

    def __init__(self, app, url):
        config = {name: app.config[name] for name in ("TESTING", "WTF_CSRF_ENABLED", "SECRET_KEY", "DATA_KEYS", "INSTANCE_PATH")}
        self.app = create_app(config | {"SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"], "READ_DATABASE_URL": url})
        self.app.test_client_class = Alone
        self.asked, self.engine = [], sa.create_engine(url, poolclass=sa.NullPool)
        with self.app.app_context():
            sa.event.listen(db.engines["replica"], "before_cursor_execute", lambda *told: self.asked.append(told[2]))

    def spoil(self, *statements):
        """Change the copy behind the desk's back."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def person(self, username, *, just_in=False):
        """Logged in a while ago, unless just in."""
        client = login(self.app.test_client(), username)
        if not just_in:
            with client.session_transaction() as session:
                session.pop("wrote")
        return Visitor(client)

    def doctor(self):
        """What the check-up says."""
        with self.app.app_context():
            return self.app.test_cli_runner().invoke(args=["doctor"]).output

    def close(self):
        """No connection is left open."""
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture
def copied(app, stage, tmp_path):
    """`copied()`: the address of a copy of the database as it is now."""

    def copy():
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        if isinstance(stage, Sqlite):
            shutil.copy(stage.file, tmp_path / "replica.db")
            return f"sqlite:///{tmp_path / 'replica.db'}"
        stage._run("DROP DATABASE IF EXISTS dudao_replica WITH (FORCE)", "CREATE DATABASE dudao_replica TEMPLATE dudao_test")
        return db.engine.url.set(database="dudao_replica").render_as_string(hide_password=False)

    return copy


@pytest.fixture
def twin(app, cast, copied):
    """A ticket whose title says who answered."""
    cast.accepted(title=HERE)
    made = Twin(app, copied())
    made.spoil(f"UPDATE matter SET title = '{THERE}'")
    yield made
    made.close()
