"""Flask-Admin as it comes, over the same tables: what a quick panel by its manual would cost. Measured in the same run."""

import sqlalchemy as sa
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session, scoped_session, sessionmaker

ADDRESSES = {"first page": "/matter/?page_size=50", "last page reached": "/matter/?page_size=50&page=199", "rare word": "/matter/?page_size=50&search=没有的词"}


def stock(engine: sa.Engine) -> Flask:
    """An app with one list of matters: no log-in, no scope, no audit, no CSRF."""
    app = Flask("stock")
    app.config["SECRET_KEY"] = "stock"
    base = automap_base()
    base.prepare(engine, reflection_options={"only": ["matter", "unit"], "resolve_fks": False}, name_for_collection_relationship=lambda *_: "matters")
    session = scoped_session(sessionmaker(engine, class_=Session))
    app.teardown_appcontext(lambda _error: session.remove())

    class Matters(ModelView):
        can_set_page_size = True
        page_size_options = (20, 50)
        column_list = ("number", "title", "unit_id", "state", "opened_at", "due_at", "answered_at", "closed_at", "ladder", "reworks", "returns")
        column_searchable_list = ("number", "title")

    Admin(app, "stock", url="/").add_view(Matters(base.classes.matter, session, endpoint="matter", url="/matter"))
    return app
