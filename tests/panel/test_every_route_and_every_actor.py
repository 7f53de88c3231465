"""Who may open what: the whole table, so that no address appears, disappears or opens to somebody unnoticed.

`routes.yaml` holds method, address and who may. What is not granted is not found; strangers are sent to the log-in page.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from flask_admin.base import BaseView
from werkzeug.routing import Map, Rule

from models import (
    Attachment,
    Heartbeat,
    Indicator,
    IndicatorResult,
    StockPhrase,
    Task,
    UnitAlias,
    UnitContact,
    User,
    db,
    drafting,
)
from models.accountability import AccountabilityAction, ActionState, Measure
from models.clock import LimitUnit
from models.now import now
from models.unit import ContactPost
from tests.cast import PEOPLE
from tests.panel.browse import ON_SQLITE, blank_page
from tests.panel.shelf import shelve

pytestmark = ON_SQLITE
TABLE = yaml.safe_load((Path(__file__).parent / "routes.yaml").read_text("utf-8"))
PUBLIC = {"/login", "/healthz", "/readyz", "/static/<path:filename>", "/static/admin/<path:filename>", "/verify/<code>"} | {
    "/p/", "/p/track", "/p/rate", "/p/done", "/p/leave", "/p/add", "/p/withdraw", "/p/bootstrap.css", "/p/static/<path:filename>"}
# Leaving, a code nobody has guessed, what the slow press prints, what wants a demand shown to be one's own,
# and what wants minutes or a published report have tests of their own.
TWINS = {"intake2", "yi_head"}  # same roles, same offices as another
BY_THEMSELVES = {"/logout", "/verify/<code>", "/verify/<code>/<any(acknowledge, answer):step>",
                 "/ticket/sheet/", "/notice/receipt/", "/notice/companion/", "/meeting/pdf/", "/meeting/word/", "/report/file/", "/report/correct/",
                 "/p/add", "/p/withdraw", "/personal/<of>/<int:row_id>", "/me/factor/off/", "/me/codes/", "/me/lend/end/",
                 # one's own filters, columns and drafts: tests/panel/test_kept.py
                 "/kept/", "/kept/columns/", "/kept/draft/", "/kept/draft/drop/", "/kept/filter/drop/", "/kept/follow/"}
FILES = {"admin.static": {"filename": "admin/js/form.js"}}
POWERFUL = {"coordinator", "jia_clerk", "supervisor", "sysadmin", "secadmin"}  # who might open what nobody may
ACTION = {"action": "nudge"}
# The verb asked for of many rows where a list knows no nudging.
ACTIONS = {"notice": "print", "accountability": "decline", "inspection": "approve", "joint": "confirm", "request": "approve", "review": "accept"}
# The verb asked for where a kind knows no nudging.
STEPS = {"notice": "answer", "accountability": "answer", "lead": "assess", "inspection": "approve", "joint": "confirm", "request": "approve",
         "review": "review", "meeting": "hold"}
ARGUMENTS = {"export_type": "csv", "step": "nudge", "filename": "icons.svg", "code": "0" * 16, "file_id": 1, "of": "ticket", "row_id": 1,
             "register": "enterprise", "chapter": "common", "shown": "login"}

OWN = {"/verify/<code>/<any(acknowledge, answer):step>": {"step": "answer"}}  # a door that knows its steps


def doors(app):
    """(method, rule) of everything a person can ask; the interface knows tokens, not persons: tests/interface."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            continue
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield method, rule


@pytest.fixture
def rows(cast, app):
    """A row behind each panel: a demand and a task of 甲局, a letter and a measure that are out to it, one of each register."""
    ticket = cast.dispatched()
    task = Task.give(by=cast.coordinator, unit=cast.jia, title="报送报告", due_at=ticket.due_at)
    notice = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=ticket)
    notice.issue(by=cast.supervisor, render=lambda _letter: blank_page())
    with db.session.no_autoflush:
        indicator = db.session.scalars(db.select(Indicator)).first()
        action = AccountabilityAction(
            matter=ticket, unit=cast.jia, measure=Measure.REMIND, state=ActionState.ISSUED, occasion="x", grounds="超期", decided_at=now(),
            limit_amount=3, limit_unit=LimitUnit.WORKDAY.value,
        )
        attachment = Attachment(original_name="a.pdf", stored="0" * 32, size=4, sha256="0" * 64, mime="application/pdf", uploaded_at=now())
        ticket.attachments.append(attachment)
        db.session.add(action)
        made = {
            "staff": UnitContact(unit=cast.jia, post=ContactPost.HANDLER, name="演示-某"), "alias": UnitAlias(unit=cast.jia, alias="演示别名"),
            "result": IndicatorResult(indicator=indicator, period="2024-08"), "phrase": StockPhrase(verb="x", text="y"),
            "heartbeat": Heartbeat(started_at=now(), finished_at=now(), as_of=now(), counts="{}"),
            "user": User(username="somebody", name="演示-某", must_change=False), "accountability": action,
        }
        db.session.add_all(made.values())
    db.session.flush()
    folder = Path(app.config["UPLOAD_DIR"]) / "00"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("0" * 32)).write_bytes(b"%PDF")
    panels = [view for view in app.extensions["admin"][0]._views if hasattr(view, "model")]
    shelf = shelve(panels, cast.jia, cast.jia_clerk)
    ids = shelf | {"ticket": ticket.id, "task": task.id, "notice": notice.id, "files": attachment.id} | {name: row.id for name, row in made.items()}
    return ids | {"grant": ids["user"]}


@pytest.fixture
def bare(monkeypatch):
    """Pages without their templates: only who gets in is asked here."""
    monkeypatch.setattr(BaseView, "render", lambda _self, template, **_context: template)
    monkeypatch.setattr("views.errors.render_template", lambda template, **_context: template)


def asked_of(app):
    return {f"{method} {rule.rule}" for method, rule in doors(app)}


def test_no_address_is_missing_from_the_table(app):
    asked = asked_of(app)
    table = {address for address, who in TABLE.items() if who != "token"}
    assert asked - table == set(), "new addresses: say in routes.yaml who may open them"
    assert table - asked == set(), "addresses that are gone"


def test_a_new_address_does_not_go_unnoticed(app):
    grown = Map([rule.empty() for rule in app.url_map.iter_rules()] + [Rule("/back/door/<int:row>", endpoint="back", methods=["GET", "POST"])],
                converters=app.url_map.converters)
    assert asked_of(SimpleNamespace(url_map=grown)) - TABLE.keys() == {"GET /back/door/<int:row>", "POST /back/door/<int:row>"}


def open_to(browser, method, rule, rows):
    """Whether this door opens."""
    name = (rule.endpoint or "").partition(".")[0]
    arguments = {key: ARGUMENTS[key] for key in rule.arguments} | FILES.get(rule.endpoint, {})
    if "file_id" in arguments:
        arguments["file_id"] = rows["files"]
    if "step" in arguments:
        arguments["step"] = STEPS.get(name, "nudge")
    given = {"action": ACTIONS.get(name, ACTION["action"])} if method == "POST" else None
    answer = browser.client.open(f"{rule.build(arguments)[1]}?id={rows.get(name, 1)}", method=method, data=given, buffered=True)
    return answer.status_code != 404 and answer.headers.get("Location", "").partition("?")[0] != "/login"


@pytest.mark.parametrize("who", [name for name in PEOPLE if name not in TWINS])
def test_each_person_opens_exactly_what_the_table_says(app, desk, rows, bare, who):
    browser, wrong = desk(who), []
    for method, rule in doors(app):
        allowed = TABLE[f"{method} {rule.rule}"]
        if rule.rule in BY_THEMSELVES or (allowed == "nobody" and who not in POWERFUL):
            continue
        expected = allowed in ("everybody", "everyone") or who in allowed.split()
        if open_to(browser, method, rule, rows) != expected:
            wrong.append(f"{method} {rule.rule}: {'should open' if expected else 'should be closed'}")
    assert wrong == []


def test_a_stranger_is_sent_to_the_log_in_page_from_everywhere_else(app, desk, rows):
    browser = desk("")
    for method, rule in doors(app):
        if rule.rule in PUBLIC:
            assert TABLE[f"{method} {rule.rule}"] == "everybody"
            continue
        url = rule.build({key: ARGUMENTS[key] for key in rule.arguments} | OWN.get(rule.rule, {}))[1]
        answer = browser.client.open(f"{url}?id=1", method=method)
        assert answer.status_code in (302, 404), (method, url)
        assert answer.headers.get("Location", "/login").startswith("/login"), (method, url)
        assert len(answer.data) < 1000, (method, url)
    for url in ("/healthz", "/login", "/static/icons.svg"):
        assert browser.raw(url).status_code == 200
