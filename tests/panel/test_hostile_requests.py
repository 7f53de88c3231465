"""Addresses nobody's page contains: never a crash, never another site, nothing shown that should not be."""

import pytest

from tests.panel.browse import details_url

LISTS = ("task", "notice", "accountability", "rule", "enterprise", "unit", "contact", "alias", "group", "membership",
         "responsibility", "indicator", "result", "category", "standard", "calendar", "document")
SYSTEM = ("user", "setting", "phrase", "heartbeat", "template")
ODD = (
    "page=-1", "page=90000000000000000000", "page=abc", "page_size=999999", "page_size=-1", "sort=99", "sort=-5", "sort=abc&desc=9",
    "tab=nonsense", "search=%25_%27%22%5C%3Cb%3E", "flt0_1=2", "endpoint=x", "export_type=x", "_external=1&_scheme=javascript", "_scheme=x",
    "_anchor=x&_method=POST", "self=1&view=2",
)
IDS = ("abc", "-1", "0", "99999999999999999999", "9223372036854775807", "²", "٣", "1%27%20OR%201=1", "%7B%7B7*7%7D%7D", "1,2", "")
VALUES = (
    "99999999999999999999", "-1", "²", "abc", "' OR 1=1 --", "{{7*7}}", "<script>alert(1)</script>", "0001-01-01", "9999-12-31", "2024-13-45",
    "2024-05-20 to", "to", "%", "_", "\\", "某" * 3000,
)


@pytest.fixture
def panels(app):
    """Panel by endpoint."""
    return {view.endpoint: view for view in app.extensions["admin"][0]._views}


def test_odd_addresses_of_lists_are_answered_with_the_list(desk, cast):
    cast.accepted()
    for query in ODD:
        answer = desk("supervisor").raw(f"/ticket/?{query}")
        assert answer.status_code == 200, query
        assert b"javascript:" not in answer.data, query
    # Every other list reads its address with the same code: all oddities at once.
    for who, lists in (("supervisor", LISTS), ("sysadmin", SYSTEM), ("auditor", ("audit",)), ("secadmin", ("grant", "role", "permission"))):
        for name in lists:
            assert desk(who).raw(f"/{name}/?{'&'.join(ODD)}").status_code == 200, name


def test_odd_values_of_every_filter_are_ignored_or_find_nothing(desk, cast, panels):
    cast.accepted()
    for name in ("ticket", "task", "notice", "accountability", "calendar"):
        for value in VALUES:
            everywhere = {f"flt_{flt.key_name}": value for flt in panels[name]._filters}
            answer = desk("supervisor").client.get(f"/{name}/", query_string=everywhere, buffered=True)
            assert answer.status_code == 200, (name, value)
            assert b"<script>alert" not in answer.data


def test_odd_ids_are_not_found(desk, cast):
    ticket = cast.accepted()
    for odd in IDS:
        for url in ("/ticket/details/", "/ticket/step/nudge/", "/ticket/sheet/", "/task/details/", "/notice/details/", "/notice/pdf/",
                    "/notice/page/", "/notice/word/", "/notice/receipt/", "/accountability/details/", "/accountability/step/decline/"):
            assert desk("supervisor").raw(f"{url}?id={odd}").status_code == 404, (url, odd)
        assert desk("supervisor").post(f"/ticket/step/nudge/?id={odd}", {"version": "1"}).status == 404, odd
        for url in ("/enterprise/details/", "/unit/details/", "/rule/edit/"):
            assert desk("supervisor").raw(f"{url}?id={odd}").status_code in (302, 404), (url, odd)
        assert desk("supervisor").post("/ticket/action/", {"action": "nudge", "rowid": odd}).status == 302
    assert ticket.reminders == 0
    for path in ("/file/0", "/file/99999999999999999999", "/file/abc", "/file/-1", "/file/1/preview", "/ticket/export/exe/", "/no/such/page",
                 "/static/no.css", "/static/../app.py", "/static/admin/no.js"):
        assert desk("supervisor").raw(path).status_code == 404, path


def test_pages_of_a_letter_ask_for_sane_sizes(desk, cast):
    for query in ("id=1&n=abc", "id=1&n=-1&w=abc", "id=1&w=99999999999999", "n=2"):
        assert desk("supervisor").raw(f"/notice/page/?{query}").status_code == 404


def test_search_takes_anything(desk, cast):
    cast.accepted()
    for words in (*VALUES, "SQ2024", "%%%", "__"):
        answer = desk("supervisor").client.get("/search/", query_string={"q": words}, buffered=True)
        assert answer.status_code in (200, 302)
        assert b"<script>alert" not in answer.data
    assert desk("supervisor").get("/search/?q=%25%25").rows() == []


def test_a_nul_character_is_a_bad_request_everywhere(desk, cast):
    for url in ("/search/?q=%00ab", "/ticket/?flt_q=%00", "/ticket/?search=a%00", "/ticket/details/?id=%00"):
        assert desk("supervisor").raw(url).status_code == 400
    assert desk("intake").post("/ticket/register/", {"title": "a\0b"}).status == 400
    assert desk("").post("/login", {"username": "a\0b", "password": "x"}).status == 400


def test_no_address_leads_to_another_site(desk, cast):
    ticket = cast.accepted()
    foreign = ("http://evil.example", "//evil.example", "/\\evil.example", "http:/evil.example", "http:evil.example", "@evil.example",
               "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "\\\\evil.example", " //evil.example", "evil.example")
    for target in foreign:
        for url in ("/ticket/", details_url(ticket).partition("?")[0], "/rule/edit/", "/enterprise/details/"):
            answer = desk("supervisor").client.get(url, query_string={"id": ticket.id, "url": target}, buffered=True)
            assert answer.status_code == 400, (url, target)
        assert desk("supervisor").post("/ticket/action/?url=/ticket/", {"action": "nudge", "url": target}).status == 400, target
        stranger = desk("").client
        answer = stranger.post("/login", data={"username": "leader", "password": "Ceshi-2024#", "next": target})
        assert answer.headers["Location"] == "/", target
        stranger.post("/logout")


def test_a_link_back_to_where_one_was_is_kept_through_logging_in(desk, cast):
    ticket = cast.accepted()
    stranger = desk("").client
    answer = stranger.get(details_url(ticket))
    assert answer.status_code == 302
    page = desk("").get(answer.headers["Location"])
    assert page.value("next") == details_url(ticket)
    answer = stranger.post("/login", data={"username": "supervisor", "password": "Ceshi-2024#", "next": page.value("next")})
    assert answer.headers["Location"] == details_url(ticket)


def test_methods_nobody_offers_are_refused_in_chinese(desk):
    page = desk("supervisor").get("/ticket/action/")
    assert page.status == 405
    assert "这个地址不能直接打开" in page.words
    for url in ("/logout", "/task/delete/"):
        assert desk("supervisor").raw(url).status_code == 405


def test_a_request_that_is_too_big_is_refused_in_chinese(app, desk):
    app.config["MAX_CONTENT_LENGTH"], kept = 1000, app.config["MAX_CONTENT_LENGTH"]
    try:
        page = desk("intake").post("/ticket/register/", {"title": "某" * 2000})
    finally:
        app.config["MAX_CONTENT_LENGTH"] = kept
    assert page.status == 413
    assert "太大" in page.words
