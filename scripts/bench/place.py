"""A desk to measure: its own folder and database, filled by the demo's bulk writer, with passwords the bench knows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from app import create_app
from migrations import upgrade
from models import Setting, User, db, scope
from models.identity.policy import Factor
from models.store import file_store
from scripts.throwaway_postgres import cluster
from seeds.demo import Order, build
from seeds.loader import load_packs
from views.letters.binding import render_notice

PASSWORD = "Celiang-2024#"
# Who measures: the whole district; an office with a fiftieth of all tickets, two of its people.
PEOPLE = {"coordinator": "tongchou", "intake": "shouli1", "supervisor": "ducha", "leader": "lingdao", "clerk": "shuiwu_jingban", "head": "shuiwu_fuze"}


@dataclass
class Place:
    """An app over a filled database."""

    app: Flask
    engine: str
    tickets: int
    seconds: float  # filling it took; 0 when it was filled before


def database(engine: str, folder: Path, given: str | None) -> str | None:
    """The address of a database that outlives the run: the one given, or a file; None for a throw-away server."""
    return given or (f"sqlite:///{folder / 'bench.db'}" if engine == "sqlite" else None)


@contextmanager
def place(engine: str, folder: Path, tickets: int, enterprises: int, given: str | None = None) -> Iterator[Place]:
    """The desk with at least that much in it; a SQLite file is kept for the next run."""
    folder.mkdir(parents=True, exist_ok=True)
    if url := database(engine, folder, given):
        yield _filled(desk(folder, url), engine, tickets, enterprises)
        return
    with cluster() as url:
        made = _filled(desk(folder, url.replace("postgresql://", "postgresql+psycopg://", 1)), engine, tickets, enterprises)
        try:
            yield made
        finally:
            with made.app.app_context():
                db.engine.dispose()


def desk(folder: Path, url: str) -> Flask:
    """As it is served: CSRF, scope and audit are on; only its keys are fixed, so that a kept database can be read again."""
    keys = f"index:{'0' * 64},k1:{'1' * 64}"
    return create_app({"INSTANCE_PATH": str(folder), "SQLALCHEMY_DATABASE_URI": url, "SECRET_KEY": "bench", "DATA_KEYS": keys})


def _filled(app: Flask, engine: str, tickets: int, enterprises: int) -> Place:
    started = time.perf_counter()
    upgrade(app)
    with app.app_context(), scope.everything():
        load_packs(db.session)
        db.session.commit()
        built = build(Order(tickets, enterprises), file_store(), render_notice)
        _let_in()
        db.session.remove()
    return Place(app, engine, tickets, time.perf_counter() - started if built.tickets else 0.0)


def _let_in() -> None:
    """Known passwords (a weak hash: logging in is not what is measured), no second factor, sessions that do not fall asleep."""
    digest = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    for user in db.session.scalars(sa.select(User).where(User.username.in_(PEOPLE.values()))):
        user.password_hash, user.must_change = digest, False
    for key, value in {"totp_for": Factor.NONE, "idle_minutes": "99999"}.items():
        db.session.scalars(sa.select(Setting).where(Setting.key == key)).one().value = value
    db.session.commit()
