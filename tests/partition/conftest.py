"""A desk on PostgreSQL with some work in its trail."""

import shutil
from pathlib import Path

import pytest

from models import db
from models.partition import extend_scheduled
from tests.command_line import command_line

ON_POSTGRES = pytest.mark.parametrize("stage", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def run(app, cast, monkeypatch):
    monkeypatch.delenv("BACKUP_DIR", raising=False)
    for left in (Path(app.instance_path) / "backups", *Path(app.instance_path).glob("replaced-*")):
        shutil.rmtree(left, ignore_errors=True)
    return command_line(app)


@pytest.fixture
def extend(app):
    """What the scheduler does at each turn."""

    def turn():
        db.session.commit()
        return extend_scheduled(app)

    return turn
