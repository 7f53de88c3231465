"""甲局 owns a row behind every panel, all of them with one tell-tale word; 乙局's head holds every permission there is for the own office.

Nothing is listed by hand: panels come from the app, rows from the schema, permissions from the catalogue. Only the scope stands between.
"""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask_admin.base import BaseView

from models import Attachment, Enterprise, Permission, db, scope
from models.base import Choice
from models.now import now
from models.separation import ONLY
from models.user import Level
from models.vault import Text
from tests.panel.shelf import shelve
from views.permits import catalogue

SPY = "yi_head"
SECRET = "甲局机密字样"
MISSING = 987654321


@pytest.fixture
def panels(app):
    """Panels of rows."""
    return [view for view in app.extensions["admin"][0]._views if hasattr(view, "model")]


@pytest.fixture
def spy(desk, cast, monkeypatch):
    """乙局's head at the desk; the limits of his sight are worked out once, as he and they stay the same."""
    role = cast.yi_head.roles[0]
    held = {(row.resource, row.action) for row in db.session.scalars(sa.select(Permission).where(Permission.role_id == role.id))}
    db.session.execute(sa.update(Permission).where(Permission.role_id == role.id).values(scope=Level.UNIT))
    for resource in catalogue().values():
        for action in resource.actions:
            if (resource.code, action) not in held and resource.code not in ONLY:
                db.session.add(Permission(role=role, resource=resource.code, action=action, scope=Level.UNIT))
    db.session.commit()
    seated, work_out, kept = desk(SPY), scope.of_user, {}

    def remembered(user: Any) -> scope.Scope:
        key = user and user.id
        if key not in kept:
            kept[key] = work_out(user).options
        return scope.Scope(open=False, user=user, options=kept[key])

    monkeypatch.setattr(scope, "of_user", remembered)
    return seated


@pytest.fixture
def rows(cast, panels):
    """Endpoint → id of 甲局's row."""
    ids = shelve(panels, cast.jia, cast.jia_clerk)
    ticket = cast.dispatched(title=SECRET)
    file = Attachment(original_name=f"{SECRET}.pdf", stored="0" * 32, size=4, sha256="0" * 64, mime="application/pdf", uploaded_at=now())
    ticket.attachments.append(file)
    db.session.commit()
    return ids | {"ticket": ticket.id, "files": file.id}


@pytest.fixture
def foreign(cast, panels, rows, spy):
    """Of these rows the ones hidden from the spy, marked with the tell-tale word."""
    models = {panel.endpoint: panel.model for panel in panels} | {"files": Attachment}
    with scope.acting(cast.yi_head):
        found = {name: row_id for name, row_id in rows.items() if db.session.scalar(sa.select(models[name].id).where(models[name].id == row_id)) is None}
    for name, row_id in found.items():
        for table in sa.inspect(models[name]).tables:
            _mark(table, row_id)
    db.session.commit()
    db.session.expire_all()
    return found


def _mark(table: sa.Table, row_id: int) -> None:
    """Every word the shelf has put into this row becomes the tell-tale one."""
    words = [c for c in table.columns if isinstance(c.type, sa.String | Text) and not isinstance(c.type, Choice)]
    row = db.session.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
    marked = {c.key: SECRET for c in words if row and str(row[c.key] or "").startswith("演示")}
    if marked and table is not Enterprise.__table__:
        db.session.execute(sa.update(table).where(table.c.id == row_id).values(marked))


@pytest.fixture
def seen(monkeypatch):
    """Rows handed to list pages, instead of the pages: `seen.pop()` is the last list's."""
    found: list[list[int]] = []

    def listing(_self: Any, template: str, **context: Any) -> str:
        found.append([row.id for row in context.get("data") or [] if hasattr(row, "id")])
        return template

    monkeypatch.setattr(BaseView, "render", listing)
    monkeypatch.setattr("views.errors.render_template", lambda template, **_context: template)
    return found


def told(answer: Any, row_id: int) -> tuple[int, str, str]:
    """What an answer tells, without the id that was asked for."""
    text = re.sub(r'追查编号</dt><dd class="code">\w+|nonce="[^"]+"|name="csrf_token"[^>]+', "", answer.data.decode("utf-8", "replace"))
    return answer.status_code, answer.headers.get("Location", "").replace(str(row_id), "#"), re.sub(rf"\b{row_id}\b", "#", text)


def state_of(panels: list[Any]) -> dict[str, Any]:
    """Every row of every panel's table, to see that nothing has changed; the trail grows, as it says what was asked for."""
    db.session.expire_all()
    tables = {table for panel in panels for table in sa.inspect(panel.model).tables if table.name != "audit_entry"}
    return {table.name: db.session.execute(sa.select(table).order_by(*table.primary_key)).all() for table in tables}
