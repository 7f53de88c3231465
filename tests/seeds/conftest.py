"""Databases of their own for the tests of the packs, and the facts of the documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy.orm import Session

import models.database  # noqa: F401 – foreign keys on and real transactions, as in service
from models import db, scope
from seeds.loader import load_packs


@contextmanager
def _empty_database() -> Iterator[Session]:
    """A session on an empty database in memory."""
    app = Flask("packs")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    with app.app_context(), scope.everything():
        db.create_all(None)  # the primary alone; other tests may have a replica
        yield db.session()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def store() -> Iterator[Session]:
    """An empty database."""
    with _empty_database() as session:
        yield session


@pytest.fixture(scope="module")
def district() -> Iterator[Session]:
    """A database with all packs loaded, shared by the tests of a module, which only read it."""
    with _empty_database() as session:
        load_packs(session)
        yield session


@pytest.fixture(scope="session")
def facts() -> dict[str, Any]:
    """What the documents say (facts.yaml)."""
    return yaml.safe_load((Path(__file__).parent / "facts.yaml").read_text(encoding="utf-8"))
