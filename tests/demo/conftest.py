"""Demo districts built once per engine, in databases of their own; a test that changes one rolls back."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Notice, db, scope
from models.now import TZ, as_of
from models.store import Folder
from seeds.demo import Built, Order, build
from tests.conftest import Sqlite, make_app

MOMENT = datetime(2024, 10, 23, 15, 20, tzinfo=TZ)  # a Wednesday afternoon


def paper(notice: Notice) -> bytes:
    """A stand-in for the printed page: the small demo must not wait for twenty pages to be set."""
    return f"%PDF-1.4 {notice.number} {notice.title}".encode()


class Place:
    """One database with its own application."""

    def __init__(self, stage: object, name: str, folder: Path, source: "Place | None" = None) -> None:
        self.folder = folder
        if isinstance(stage, Sqlite):
            self.file = folder / f"{name}.db"
            shutil.copy(source.file if source else stage.template, self.file)
            url = f"sqlite:///{self.file}"
        else:
            stage._run(f"CREATE DATABASE dudao_{name} TEMPLATE {source.database if source else 'dudao_template'}")
            self.database = f"dudao_{name}"
            url = stage.admin.url.set(database=self.database).render_as_string(hide_password=False)
        self.app: Flask = make_app(folder, url)

    def build(self, *order: int, moment: datetime = MOMENT) -> Built:
        """Run the demo as of a fixed moment."""
        with self.app.app_context(), as_of(moment):
            built = build(Order(*order), Folder(self.folder / "files"), paper)
            self.close()
        return built

    def close(self) -> None:
        """Let the files be copied and the server drop the connection."""
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def small_place(stage: object, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Built]:
    """The hand-made demo."""
    place = Place(stage, "small", tmp_path_factory.mktemp("small"))
    return place, place.build()


@pytest.fixture(scope="session")
def large_place(stage: object, small_place: tuple[Place, Built], tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Built]:
    """The same with bulk rows on top."""
    place = Place(stage, "large", tmp_path_factory.mktemp("large"), small_place[0])
    return place, place.build(2000, 300)


@pytest.fixture
def twin(stage: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A second small demo, made from nothing at the same moment."""
    place = Place(stage, "twin", tmp_path_factory.mktemp("twin"))
    yield place
    with place.app.app_context():
        place.close()


def _inside(place: Place) -> Iterator[Place]:
    with place.app.app_context(), as_of(MOMENT), scope.everything():
        yield place
        db.session.rollback()
        place.close()


@pytest.fixture
def small(small_place: tuple[Place, Built]) -> Iterator[Place]:
    """Inside the small demo, at its last moment."""
    yield from _inside(small_place[0])


@pytest.fixture
def large(large_place: tuple[Place, Built]) -> Iterator[Place]:
    """Inside the large demo, at its last moment."""
    yield from _inside(large_place[0])


VOLATILE = {  # drawn anew for every database: codes, hashes over them, the password
    "user_account": {"password_hash"}, "api_client": {"token_hash", "token_head"}, "notice": {"code", "pdf", "pdf_sha256"}, "receipt": {"signed_hash"},
    "audit_entry": {"id", "changes", "imprints", "previous", "hash"}, "audit_head": {"hash", "reference"},
}


def content() -> dict[str, list[tuple]]:
    """Every table's rows without what is drawn anew for every database.

    Audit entries are compared without their place: within one step the order of the rows changed is not promised.
    """
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in VOLATILE.get(table.name, ())]
        found[table.name] = [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(*table.primary_key))]
    found["audit_entry"].sort(key=repr)
    return found
