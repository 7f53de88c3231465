"""Every address of the house asked by the best-equipped head of another office: a foreign row is a missing row, and stands in no answer."""

import io
import re
import zipfile

from flask import g

from models import scope
from models.flow import Flow
from tests.panel.browse import ON_SQLITE
from tests.trust.spying import MISSING, SECRET, foreign, panels, rows, seen, spy, state_of, told

__all__ = ["foreign", "panels", "rows", "seen", "spy"]
pytestmark = ON_SQLITE
# What every panel has, then what some have beside: by the id of a row, or a page of its own. A new address has to be put into one of these.
BY_ID = {"action_view", "ajax_update", "delete_view", "details_view", "edit_view",
         "attach", "bad", "companion", "draw", "end_sessions", "factor", "page", "pdf", "progress", "propose", "push", "receipt", "rehearse", "replay",
         "reset", "result", "serve", "settle", "sheet", "step", "unlock", "word"}
LISTS = {"index_view", "export", "ajax_lookup", "reach"}
PAGES = {"accept", "alike", "ask", "batches", "book", "candidates", "cell", "convene", "coverage", "create_view", "direct", "dormant", "draft", "enter",
         "give", "hold", "matrix", "month", "names", "notice", "plan", "rates", "receive", "register", "tell", "template", "upload", "week", "year"}
# Addresses of no panel: by the id of a row; pages of the whole house; and those that take no row of anybody, only one's own or a secret.
BY_ID_TOO = {"files.download", "files.preview", "kept.follow", "personal.reveal", "report.correct", "report.file"}
PAGES_TOO = {"admin.index", "board.index", "help.index", "inbox.index", "kept.save", "operation.index", "report.index", "report.publish", "search.index"}
ROWLESS = {"static", "admin.static", "healthz", "readyz", "metrics", "help.manual", "help.picture", "kept.columns", "kept.draft", "kept.drop",
           "kept.undraft", "inbox.seen"}
BY_THEMSELVES = re.compile(r"^(auth|account|api|public|verify)\.")  # tests/identity, tests/interface, tests/public
# A row some pages are begun from: parameter → panel.
BEGUN_FROM = {"draw": "draw", "check": "check", "project": "project", "matter": "ticket", "action": "accountability", "session": "session",
              "milestone": "milestone", "into": "ticket", "id": "ticket"}
# Registers and lists that belong to the whole house; whoever adds one says so here.
SHARED = {
    "alias", "calendar", "category", "checklist", "city_notice", "client", "document", "draw", "enterprise", "field", "fixed_day", "group", "import_word",
    "indicator", "inspection_field", "leniency", "local_rule", "membership", "outbox", "phrase", "policy", "quiet", "rating_rule", "responsibility",
    "result", "rule", "service_item", "special_supervisor", "staff", "standard", "station", "survey", "template", "unit",
}


def test_every_address_is_put_somewhere(app, panels):
    names = {panel.endpoint for panel in panels}
    for rule in app.url_map.iter_rules():
        name, _, view = rule.endpoint.partition(".")
        known = BY_ID | LISTS | PAGES if name in names else set()
        assert view in known or rule.endpoint in BY_ID_TOO | PAGES_TOO | ROWLESS or BY_THEMSELVES.match(rule.endpoint), rule.endpoint


def test_what_is_not_hidden_from_another_office_is_known_by_name(foreign, rows):
    assert rows.keys() - foreign.keys() == SHARED
    assert len(foreign) > 50


def doors(app, panels, foreign):
    """(row's id, method, address with {} for the id) of every door that leads to these rows."""
    models = {panel.endpoint: panel.model for panel in panels}
    for rule in app.url_map.iter_rules():
        name, _, view = rule.endpoint.partition(".")
        if rule.endpoint in BY_ID_TOO:
            targets = {"files": ["files"], "kept": ["ticket"], "report": ["report"], "personal": sorted(foreign.keys() & models.keys())}[name]
        elif name in foreign and view in BY_ID:
            targets = [name]
        else:
            continue
        for target in targets:
            model = models.get(name)
            steps = list(model.transitions()) if model is not None and issubclass(model, Flow) else ["x"]
            for step in steps if "step" in rule.arguments else [""]:
                given = {"step": step, "of": target} | dict.fromkeys(("file_id", "row_id"), 0)
                path = rule.build({key: given[key] for key in rule.arguments})[1]
                path = re.sub(r"/0(?=/|$)", "/{}", path) if {"file_id", "row_id"} & rule.arguments else f"{path}?id={{}}"
                for method in sorted(rule.methods & {"GET", "POST"}):
                    yield foreign.get(target, 1), method, path


def ask(spy, method, address, row_id):
    data = {"id": row_id, "rowid": row_id, "action": "nudge", "version": "1"} if method == "POST" else None
    return told(spy.client.open(address.format(row_id), method=method, data=data, buffered=True), row_id)


def test_every_door_answers_a_foreign_row_like_a_missing_one(app, panels, foreign, spy, seen):
    before, wrong, nowhere = state_of(panels), [], ask(spy, "GET", "/no/such/page/{}", MISSING)
    asked = list(doors(app, panels, foreign))
    for row_id, method, address in asked:
        answer = ask(spy, method, address, row_id)
        if answer != nowhere and answer != ask(spy, method, address, MISSING):
            wrong.append((method, address, answer))
    assert wrong == []
    assert len(asked) > 600
    assert state_of(panels) == before


def test_bulk_verbs_reach_no_foreign_row(panels, foreign, spy, seen):
    before = state_of(panels)
    for panel in panels:
        for action in panel._actions or () if panel.endpoint in foreign else ():
            for how in ("page", "all"):
                given = {"action": action[0], "rowid": [foreign[panel.endpoint]], "scope": how, "note": "x"}
                spy.client.post(f"{panel.url.rstrip('/')}/action/?tab=all", data=given, buffered=True)
    assert state_of(panels) == before


def test_no_condition_of_a_list_brings_a_foreign_row(app, cast, panels, foreign, spy):
    """Asked of the panels themselves: each condition alone, by the foreign word or the foreign office."""
    asked, found = 0, []
    with app.test_request_context("/"), scope.acting(cast.yi_head):
        g._login_user = cast.yi_head
        for panel in (panel for panel in panels if panel.endpoint in foreign):
            for flt in panel._filters or ():
                for value in (SECRET, str(foreign[panel.endpoint]), str(cast.jia.id)):
                    if flt.validate(value):
                        asked += 1
                        if foreign[panel.endpoint] in (row.id for row in flt.apply(panel.get_query(), value)):
                            found.append((panel.endpoint, flt.key_name))
    assert found == []
    assert asked > 300


def test_the_owner_finds_the_very_rows(desk, panels, foreign, rows):
    """So the silence above says something."""
    assert SECRET in words(desk("jia_clerk").raw("/ticket/?tab=open"))
    assert desk("jia_clerk").raw(f"/ticket/details/?id={rows['ticket']}").status_code == 200


def test_no_list_export_look_up_or_form_holds_a_foreign_word(panels, foreign, spy):
    """The pages as they are, columns, counts, choices and all."""
    opened, found = 0, []
    for panel in panels:
        place = f"{panel.url.rstrip('/')}/"
        look_ups = [f"{place}ajax/lookup/?name={name}&query={SECRET[:2]}&limit=9999" for name in panel._form_ajax_refs or {}]
        exports = [f"{place}export/{kind}/?tab=all" for kind in ("csv", "xlsx")]
        for address in (f"{place}?tab=all", f"{place}new/", f"{place}reach/?tab=all", *exports, *look_ups):
            answer = spy.client.get(address, buffered=True)
            opened += answer.status_code == 200
            if SECRET in words(answer):
                found.append(address)
    assert found == []
    assert opened > 200


def words(answer):
    """The text of an answer, workbooks opened."""
    if answer.data[:2] != b"PK":
        return answer.data.decode("utf-8", "replace").encode().decode("unicode_escape", "replace") if answer.is_json else answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_no_page_of_the_house_holds_a_foreign_word_whatever_row_it_is_begun_from(app, panels, foreign, spy):
    names, wrong = {panel.endpoint for panel in panels}, []
    begun = {name: foreign.get(panel, 1) for name, panel in BEGUN_FROM.items()}
    for rule in app.url_map.iter_rules():
        name, _, view = rule.endpoint.partition(".")
        if not (rule.endpoint in PAGES_TOO or (name in names and view in PAGES - {"create_view"})) or "GET" not in rule.methods:
            continue
        path = rule.build(dict.fromkeys(rule.arguments, "enterprise"))[1]
        common = {"q": SECRET, "panel": "ticket", "title": SECRET, "enterprise": SECRET}
        one = spy.client.get(path, query_string=begun | common, buffered=True)
        if words(one).count(SECRET) > words(spy.client.get(path, query_string=dict.fromkeys(begun, MISSING) | common, buffered=True)).count(SECRET):
            wrong.append(rule.rule)
    assert wrong == []
