"""A demo district in a folder of its own, made as of any moment; for the rehearsals, not for anybody's data."""

from datetime import datetime
from pathlib import Path

from flask import Flask

from app import create_app
from migrations import upgrade
from models import db, scope
from models.now import as_of
from models.store import Folder
from seeds.demo import Built, Order, build
from seeds.loader import load_packs


def app_in(folder: Path) -> Flask:
    """The application over `folder`, with keys that are always the same."""
    return create_app({
        "TESTING": True, "INSTANCE_PATH": str(folder), "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'dudao.db'}", "SECRET_KEY": "rehearsal",
        "WTF_CSRF_ENABLED": False, "DATA_KEYS": f"index:{'0' * 64},k1:{'1' * 64}",
    })


def build_at(folder: Path, moment: datetime) -> tuple[Flask, Built]:
    """Make `folder` and the demo district in it, as it is at `moment`; letters are stand-ins, setting them takes a minute."""
    folder.mkdir()
    app = app_in(folder)
    upgrade(app)
    with app.app_context(), as_of(moment):
        with scope.everything():
            load_packs(db.session)
            db.session.commit()
        built = build(Order(), Folder(folder / "files"), lambda notice: f"%PDF-1.4 {notice.number}".encode())
        close()
    return app, built


def close() -> None:
    """Let go of the database, so that its file can be copied."""
    db.session.remove()
    db.engine.dispose()
