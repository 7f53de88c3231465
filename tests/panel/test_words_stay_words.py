"""Whatever somebody types comes back as words: never as markup, never as a formula."""

import csv
import io
import zipfile

import pytest

from models import Task, db
from models.ticket import Ticket
from tests.panel.browse import ON_SQLITE, details_url, file, step_url
from tests.panel.test_the_main_job import ENTRY

XSS = "<img src=x onerror=alert(1)>'\"{{7*7}}</script><script>alert(2)</script>"
FORMULAS = ('=1+1', "+1", "-1+2", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://evil.example\")")


def clean(page):
    """No element of the payload has become part of the page."""
    assert not page.tree.xpath("//img[@src='x'] | //*[@onerror] | //script[contains(text(), 'alert')]")
    assert "<img src=x" not in page.html
    assert ">49<" not in page.html


@ON_SQLITE
def test_markup_in_every_field_of_a_demand_is_shown_as_typed(desk, cast):
    entry = {name: XSS[:limit] for name, limit in (("title", 110), ("enterprise", 110), ("contact_name", 30), ("source_number", 40), ("content", 999))}
    page = desk("intake").post("/ticket/register/", ENTRY | entry | {"files": [file(f"{XSS}.pdf".translate({ord(c): None for c in '/"'}))]})
    assert page.status == 302, page.said
    ticket = db.session.scalars(db.select(Ticket)).one()
    desk("coordinator").does(ticket, "dispatch", lead=cast.jia.id, note=XSS)
    desk("jia_clerk").does(ticket, "sign")
    desk("jia_clerk").does(ticket, "report_progress", progress=XSS)
    page = desk("jia_clerk").press(ticket, "reply", process=XSS, result="", gain=XSS)
    clean(page)
    assert page.value("process") == XSS
    desk("jia_clerk").does(ticket, "reply", process=XSS, result=XSS, resolution="SOLVED")
    clean(desk("jia_head").get(step_url(ticket, "review")))
    desk("jia_head").does(ticket, "review", decision="AGREE", opinion=XSS)
    desk("supervisor").post("/ticket/action/", {"action": "nudge", "rowid": ticket.id})
    for who, address in (
        ("coordinator", details_url(ticket)), ("coordinator", "/ticket/?tab=callback"), ("coordinator", "/"), ("jia_clerk", "/inbox/"),
        ("intake", f"/search/?q={ticket.title[:20]}"), ("intake", step_url(ticket, "callback")), ("supervisor", "/ticket/?tab=open"),
        ("intake", f"/ticket/?search={XSS}&flt_q={XSS}&flt_unit={XSS}&tab={XSS}"), ("auditor", "/audit/"),
    ):
        page = desk(who).get(address)
        assert page.status == 200, address
        clean(page)
    assert ticket.title in desk("coordinator").get(details_url(ticket)).words
    clean(desk("intake").post("/ticket/register/", ENTRY | {"title": "", "enterprise": XSS[:110], "form_token": XSS[:40]}))
    clean(desk("").post("/login", {"username": XSS, "password": "x", "next": XSS}))
    clean(desk("coordinator").get(f"/no/{XSS.replace('/', '')}"))


@ON_SQLITE
def test_markup_in_a_task_a_letter_and_the_registers_is_shown_as_typed(desk, cast, quick_press):
    ticket = cast.accepted(title=XSS[:110])
    assert desk("coordinator").post(
        "/task/give/", {"title": XSS[:110], "units": [cast.jia.id], "due": "29990104", "content": XSS, "deliverable": XSS[:80]}
    ).status == 302
    task = db.session.scalars(db.select(Task)).one()
    clean(desk("jia_clerk").get(details_url(task)))
    assert desk("supervisor").post("/notice/draft/", {"kind": "KEY_REMINDER", "matter": ticket.number, "unit": cast.jia.id}).status == 302
    for address in ("/notice/?tab=draft", "/notice/details/?id=1", "/notice/step/edit/?id=1", "/"):
        clean(desk("supervisor").get(address))
    page = desk("intake").post("/enterprise/new/", {"name": XSS[:110], "credit_code": XSS[:30], "contact_name": XSS[:30], "address": XSS[:100]})
    clean(page)
    page = desk("sysadmin").post("/unit/new/", {"code": "xss", "name": XSS[:20], "full_name": XSS[:60], "kind": "GOVERNMENT", "sort": "1", "is_active": "y"})
    clean(page)
    clean(desk("sysadmin").get("/unit/?flt_q=img"))
    clean(desk("coordinator").get("/task/give/"))


@pytest.fixture
def formulas(cast):
    for text in FORMULAS:
        cast.ticket(title=text, enterprise_name=text)


def test_exported_workbooks_hold_no_formula(desk, formulas):
    answer = desk("coordinator").raw("/ticket/export/xlsx/?tab=open")
    assert answer.status_code == 200
    sheet = zipfile.ZipFile(io.BytesIO(answer.data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<f " not in sheet
    assert sheet.count("<row ") == 3 + len(FORMULAS)  # title, when and by whom, column names
    assert "&lt;span" not in sheet
    assert "filename*=UTF-8''%E4%BC%81%E4%B8%9A%E8%AF%89%E6%B1%82_" in answer.headers["Content-Disposition"]


def test_exported_csv_begins_with_a_mark_and_quotes_formulas(desk, formulas):
    answer = desk("coordinator").raw("/ticket/export/csv/?tab=open")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == len(FORMULAS)
    for row in rows:
        assert row["诉求标题"].startswith("'"), row
        assert row["企业"].startswith("'"), row
        assert row["状态"] == "待研判"
        assert "<" not in "".join(row.values())
        assert "None" not in row.values()
        assert "+08:00" not in "".join(row.values())


def test_an_export_holds_what_is_filtered_and_is_on_record(desk, cast, formulas):
    cast.accepted(title="要导出的一件")
    answer = desk("coordinator").raw("/ticket/export/csv/?flt_q=要导出&tab=open")
    assert answer.data.decode("utf-8-sig").count("\n") == 2
    assert "要导出的一件" in answer.data.decode("utf-8-sig")
    assert "导出" in desk("auditor").get("/audit/?flt_action=导出").words


def test_every_export_a_role_may_make_opens(desk, cast):
    cast.accepted()
    for who, names in (
        ("coordinator", ("ticket", "task", "enterprise", "unit", "contact", "group", "membership", "responsibility", "indicator", "result")),
        ("sysadmin", ("category", "standard", "calendar", "document", "user")), ("secadmin", ("grant", "role", "permission")),
        ("auditor", ("audit",)), ("supervisor", ("accountability",)),
    ):
        for name in names:
            answer = desk(who).raw(f"/{name}/export/csv/")
            assert answer.status_code == 200, name
            text = answer.data.decode("utf-8-sig")
            assert "<" not in text.replace("<string>", ""), name
            assert "+08:00" not in text or name == "audit", name
    assert desk("sysadmin").raw("/user/export/xlsx/").data.startswith(b"PK")
