"""Hostile words in every text field of every form and in every parameter of every address: stored and shown as words, never run.

The forms and the parameters are read from the pages and the panels themselves, so a new field is attacked without being named here.
"""

import re

import pytest

from tests.panel.browse import ON_SQLITE
from tests.panel.shelf import shelve

pytestmark = ON_SQLITE
# Short enough for most fields; 21993 would be a template that was run.
ALL = "\"'><script>alert(7)</script>{{7331*3}}'--"
WORDS = ("\"'><script>alert(7)</script>", "{{7331*3}}${7331*3}", "'||(SELECT 1)--", "=1+1|cmd", "../../etc/passwd", "javascript:alert(7)//")
LIVE = re.compile(r"<script>alert\(7\)|21993|on\w+=[\"']?alert\(7\)|href=[\"']?\s*javascript:alert", re.IGNORECASE)
USUAL = {"date": "2024-08-05", "datetime-local": "2024-08-05T10:00", "number": "1", "month": "2024-08"}
SEATS = ("supervisor", "sysadmin", "secadmin", "auditor", "coordinator", "intake")


@pytest.fixture
def panels(app):
    """Everything in the menu that has rows."""
    return [view for view in app.extensions["admin"][0]._views if hasattr(view, "model")]


def sound(answer, where):
    """Answered by the program, and nothing of the words is alive."""
    assert answer.status_code < 500, where
    if "html" in answer.headers.get("Content-Type", ""):
        assert not LIVE.search(answer.get_data(as_text=True)), where


def test_every_parameter_of_every_list_takes_hostile_words(desk, cast, panels):
    for view in panels:
        who = next((name for name in SEATS if desk(name).raw(f"{view.url}/").status_code == 200), None)
        if who is None:
            continue
        names = [f"flt_{flt.key_name}" for flt in view._filters or []] + ["search", "tab", "sort", "desc", "page", "page_size", "period"]
        sound(desk(who).client.get(f"{view.url}/", query_string=dict.fromkeys(names, ALL), buffered=True), view.endpoint)


def test_every_list_takes_numbers_nobody_offered(desk, cast, panels):
    """An order by a column that has none, pages before the first, sizes below nothing; the same behind a record's 返回."""
    tried = 0
    for view in panels:
        places = [n for n, (name, _label) in enumerate(view._list_columns) if name not in view._sortable_columns] + [len(view._list_columns), -1]
        who = next((name for name in SEATS if desk(name).raw(f"{view.url}/").status_code == 200), None)
        for place in places[:1] if who else ():
            asked = {"sort": place, "desc": "-1", "page": "-3", "page_size": "-1"}
            sound(desk(who).client.get(f"{view.url}/", query_string=asked, buffered=True), (view.endpoint, place))
            tried += 1
    ticket = cast.dispatched()
    for number in range(12):
        sound(desk("supervisor").client.get(f"/ticket/details/?id={ticket.id}&url=/ticket/%3Fsort%3D{number}"), number)
    assert tried > 60


def test_every_address_without_a_row_takes_hostile_words(app, desk, cast):
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.endswith("static"):
            continue
        url = rule.build(dict.fromkeys(rule.arguments, "7") | ({"step": "answer"} if rule.rule.startswith("/verify/") and "step" in rule.arguments else {}))[1]
        answer = desk("supervisor").client.get(url, query_string=dict.fromkeys(("id", "q", "kind", "period", "matter"), ALL), buffered=True)
        sound(answer, rule.rule)


def forms(page):
    """(address, given values, text fields) of the forms a page asks to be filled in."""
    for form in page.tree.xpath("//form[@method='post' or @method='POST']"):
        given, texts = {}, []
        for field in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
            name, kind = field.get("name"), field.get("type", "text")
            if field.tag == "textarea" or (field.tag == "input" and kind in ("text", "search", "tel")):
                texts.append(name)
            elif field.tag == "select":
                options = [option.get("value") for option in field.xpath(".//option[@value!='']")]
                given[name] = options[0] if options else ""
            elif kind in ("hidden", "date", "datetime-local", "number", "month"):
                given[name] = field.get("value") or USUAL.get(kind, "")
        if texts:
            yield form.get("action") or "", given, texts


@pytest.mark.parametrize("who", ["coordinator"])
def test_every_text_field_of_every_form_takes_hostile_words(desk, cast, panels, who):
    browser, filled = desk(who), 0
    ids = shelve(panels, cast.jia, cast.jia_clerk)
    for view in panels:
        for rest in ("new/", f"edit/?id={ids.get(view.endpoint, 1)}"):
            address = f"{view.url}/{rest}"
            page = browser.get(address)
            if page.status != 200 or not page.tree.xpath("//form[@method='post' or @method='POST']"):
                continue
            for action, given, texts in forms(page):
                target = action if action.startswith("/") and not action.startswith("/logout") else address
                sound(browser.client.post(target, data=given | dict.fromkeys(texts, ALL), buffered=True), address)
                sound(browser.raw(f"{view.url}/?tab=all"), view.endpoint)
                filled += 1
    assert filled


def test_hostile_words_of_a_demand_stay_words_through_its_whole_life(desk, cast):
    """List, record, search, dispatch, nudge, reply, workbook, sheet."""
    for number, words in enumerate(WORDS):
        ticket = cast.dispatched(title=f"{words}{number}", content=words, enterprise_name=words, contact_name=words[:30])
        for who in ("supervisor", "jia_clerk"):
            for url in ("/ticket/?tab=all", f"/ticket/details/?id={ticket.id}"):
                sound(desk(who).raw(url), (who, url, words))
        sound(desk("supervisor").client.get("/search/", query_string={"q": words}, buffered=True), words)
