"""Every address that takes an id, asked by the best-equipped head of another office: a foreign row is a missing row.

Nothing here is listed by hand: addresses come from the app, rows from the schema, verbs and look-ups from their declarations,
and the spy holds every permission there is, as far as the own office reaches. So only the scope stands between.
"""

import io
import re

import openpyxl
import pytest
import sqlalchemy as sa

from models import Attachment, Permission, db, scope
from models.flow import Flow
from models.now import now
from models.separation import ONLY
from models.user import Level
from tests.panel.browse import ON_SQLITE
from tests.panel.shelf import shelve
from tests.panel.test_every_route_and_every_actor import bare
from views.permits import catalogue

__all__ = ["bare"]
pytestmark = ON_SQLITE
MISSING = 987654321
SPY = "yi_head"
# They take no row of anybody: leaving, one's own account, a code printed on paper.
NOT_ROWS = re.compile(r"/(logout|login|login/code|session/\w+|me/.*|health|static/.*|verify/<code>|)$")


@pytest.fixture
def panels(app):
    """Panels of rows."""
    return [view for view in app.extensions["admin"][0]._views if hasattr(view, "model")]


@pytest.fixture
def spy(desk, cast):
    """乙局's head with every permission the panel could grant, for the own office."""
    role = cast.yi_head.roles[0]
    held = {(row.resource, row.action) for row in db.session.scalars(sa.select(Permission).where(Permission.role_id == role.id))}
    db.session.execute(sa.update(Permission).where(Permission.role_id == role.id).values(scope=Level.UNIT))
    for resource in catalogue().values():
        for action in resource.actions:
            if (resource.code, action) not in held and resource.code not in ONLY:
                db.session.add(Permission(role=role, resource=resource.code, action=action, scope=Level.UNIT))
    db.session.commit()
    return desk(SPY)


@pytest.fixture
def rows(cast, panels):
    """Endpoint → id of 甲局's row, for the panels whose rows 乙局's head does not see."""
    ids = shelve(panels, cast.jia, cast.jia_clerk)
    ticket = cast.dispatched()
    file = Attachment(original_name="甲.pdf", stored="0" * 32, size=4, sha256="0" * 64, mime="application/pdf", uploaded_at=now())
    ticket.attachments.append(file)
    db.session.commit()
    ids["ticket"], ids["files"] = ticket.id, file.id
    return ids


@pytest.fixture
def foreign(cast, panels, rows, spy):
    """Of these rows the ones hidden from the spy; whoever hides too little fails the next test."""
    with scope.acting(cast.yi_head):
        models = {panel.endpoint: panel.model for panel in panels} | {"files": Attachment}
        found = {name: row_id for name, row_id in rows.items() if db.session.scalar(sa.select(models[name].id).where(models[name].id == row_id)) is None}
    db.session.expunge_all()
    return found


def addresses(app, panels, foreign):
    """(method, address with {} for the id) of every door that leads to these rows."""
    by_name = {panel.endpoint: panel for panel in panels}
    for rule in app.url_map.iter_rules():
        name = rule.endpoint.partition(".")[0]
        if NOT_ROWS.match(rule.rule) or name not in foreign:
            continue
        model = getattr(by_name.get(name), "model", None)
        steps = list(model.transitions()) if model is not None and issubclass(model, Flow) else ["x"]
        for step in steps if "step" in rule.arguments else [""]:
            given = {"step": step, "export_type": "csv", "of": name} | dict.fromkeys(("file_id", "row_id"), 0)
            path = rule.build({key: given[key] for key in rule.arguments})[1]
            path = re.sub(r"/0(?=/|$)", "/{}", path) if {"file_id", "row_id"} & rule.arguments else f"{path}?id={{}}"
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield method, path


def said(answer, row_id):
    """What an answer tells, without the id that was asked for."""
    text = answer.data.decode("utf-8", "replace")
    return answer.status_code, answer.headers.get("Location", "").replace(str(row_id), "#"), re.sub(rf"\b{row_id}\b", "#", text)


def state_of(panels):
    """Every row of every panel's table, to see that nothing has changed."""
    tables = {table for panel in panels for table in sa.inspect(panel.model).tables}
    return {table.name: db.session.execute(sa.select(table).order_by(*table.primary_key)).all() for table in tables}


def test_most_of_the_house_is_hidden_from_another_office(foreign, rows):
    assert {"ticket", "task", "notice", "accountability", "problem", "lead", "inspection", "meeting", "instruction", "files"} <= foreign.keys()
    assert len(foreign) > len(rows) / 3


def test_every_address_answers_a_foreign_row_like_a_missing_one(app, panels, foreign, spy, bare):
    before, asked, wrong = state_of(panels), 0, []
    for method, address in addresses(app, panels, foreign):
        name = address.split("/")[1]
        row_id = foreign["files" if name == "file" else name]
        data = {"id": row_id, "rowid": row_id, "action": "nudge", "version": "1"} if method == "POST" else None
        blank = {"id": MISSING, "rowid": MISSING, "action": "nudge", "version": "1"} if method == "POST" else None
        one = spy.client.open(address.format(row_id), method=method, data=data, buffered=True)
        other = spy.client.open(address.format(MISSING), method=method, data=blank, buffered=True)
        asked += 1
        if said(one, row_id) != said(other, MISSING):
            wrong.append((method, address, one.status_code, other.status_code))
    assert wrong == []
    assert asked > 400
    db.session.expire_all()
    assert state_of(panels) == before


def test_bulk_verbs_reach_no_foreign_row(panels, foreign, spy):
    before = state_of(panels)
    for panel in panels:
        if panel.endpoint not in foreign:
            continue
        for action in panel._actions or ():
            for query in ("", "?tab=all"):
                given = {"action": action[0], "rowid": [foreign[panel.endpoint]], "scope": "page", "note": "x"}
                spy.client.post(f"{panel.url.rstrip('/')}/action/{query}", data=given, buffered=True)
    db.session.expire_all()
    assert state_of(panels) == before


def test_lists_filters_and_exports_hold_no_foreign_row(cast, panels, foreign, spy):
    found, values = [], (cast.jia.id, "演示")
    for panel in panels:
        if panel.endpoint not in foreign:
            continue
        link, place = f"/{panel.endpoint}/details/?id={foreign[panel.endpoint]}", f"{panel.url.rstrip('/')}/"
        filters = [f"flt_{flt.key_name}={value}" for flt in panel._filters or () for value in values]
        for query in ("", "tab=all", "search=演示", f"search={foreign[panel.endpoint]}", *filters):
            page = spy.client.get(f"{place}?{query}", buffered=True)
            if re.search(re.escape(link) + r"(?!\d)", page.text.replace("&amp;", "&")):
                found.append(f"{place}?{query}")
        for kind in ("csv", "xlsx"):
            answer = spy.client.get(f"{place}export/{kind}/?tab=all", buffered=True)
            if answer.status_code == 200 and len(lines(answer, kind)) > own_rows(cast, panel):
                found.append(f"{place}export/{kind}/")
    assert found == []


def lines(answer, kind):
    """Rows of an exported file without its heads."""
    if kind == "csv":
        return answer.data.decode("utf-8-sig").strip().splitlines()[1:]
    return list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=3, values_only=True))


def own_rows(cast, panel):
    """How many rows of the panel's table the spy sees."""
    with scope.acting(cast.yi_head):
        return db.session.scalar(sa.select(sa.func.count()).select_from(panel.model))


def test_look_ups_and_choices_offer_no_foreign_row(cast, panels, rows, spy):
    found = []
    for panel in panels:
        place = f"{panel.url.rstrip('/')}/"
        for name, loader in (panel._form_ajax_refs or {}).items():
            answer = spy.client.get(f"{place}ajax/lookup/?name={name}&query=演示&limit=99999", buffered=True)
            if answer.status_code == 200:
                seen = visible(cast, loader.model)
                found += [(place, name, key) for key, _label in answer.json if key not in seen]
        page = spy.get(f"{place}new/")
        if page.status != 200:
            continue
        for relation in sa.inspect(panel.model).relationships:
            options = {int(value) for value in page.tree.xpath(f"//select[@name='{relation.key}']/option/@value") if value.isdecimal()}
            found += [(place, relation.key, key) for key in options - visible(cast, relation.mapper.class_)]
    assert found == []


def visible(cast, model):
    """Ids the spy sees."""
    with scope.acting(cast.yi_head):
        return set(db.session.scalars(sa.select(model.id)))
