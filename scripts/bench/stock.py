"""Flask-Admin as it comes, over the same table: what a quick panel by its manual would cost. Measured in the same run."""

import os

import sqlalchemy as sa
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from sqlalchemy.orm import registry, scoped_session, sessionmaker

URL = "BENCH_URL"
LIST = "/matter/?page_size=50"
ADDRESSES = {"first page": LIST, "last page reached": f"{LIST}&page=199", "no such word": f"{LIST}&search=没有的词"}
TEXTS, NUMBERS, MOMENTS = ("number", "title", "state"), ("unit_id", "ladder", "reworks", "returns"), ("opened_at", "due_at", "answered_at", "closed_at")


def stock(engine: sa.Engine) -> Flask:
    """An app with one list of matters: no log-in, no scope, no audit, no CSRF."""
    app = Flask("stock")
    app.config["SECRET_KEY"] = "stock"
    Babel(app)
    kinds = dict.fromkeys(TEXTS, sa.String) | dict.fromkeys(NUMBERS, sa.Integer) | dict.fromkeys(MOMENTS, sa.DateTime)
    row = type("Row", (), {})
    table = sa.Table("matter", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), *(sa.Column(name, kind) for name, kind in kinds.items()))
    registry().map_imperatively(row, table)
    session = scoped_session(sessionmaker(engine))
    app.teardown_appcontext(lambda _error: session.remove())

    class Matters(ModelView):
        can_set_page_size = True
        page_size_options = (20, 50)
        column_list = tuple(kinds)
        column_searchable_list = ("number", "title")

    Admin(app, "stock", url="/").add_view(Matters(row, session, endpoint="matter", url="/matter"))
    return app


def served() -> Flask:
    """For a server process of its own, which has nothing of the product in it: over the database named in the environment."""
    return stock(sa.create_engine(os.environ[URL]))
