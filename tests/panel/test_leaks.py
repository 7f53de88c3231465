"""Two offices, one desk: nothing of 甲's reaches 乙 by any address, count, export, file, letter or look-up (stack.md §4)."""

import io
import re
from types import SimpleNamespace

import openpyxl
import pytest

from models import Attachment, Permission, Task, db, drafting
from models.accountability import AccountabilityAction, ActionState, Measure
from models.now import now
from models.ticket import Ticket
from models.user import Level
from tests.panel.browse import blank_page, details_url, file, step_url

SECRET = "甲局机密字样"


@pytest.fixture
def world(desk, cast):
    """Each office has a demand, a task, a letter and a measure that are out; a letter to 甲 is still a draft."""
    made = SimpleNamespace()
    for name, unit, clerk in (("jia", cast.jia, cast.jia_clerk), ("yi", cast.yi, cast.yi_clerk)):
        word = SECRET if name == "jia" else "乙局事项"
        ticket = cast.ticket(title=f"{word}诉求", content=f"{word}内容", enterprise_name=f"{word}公司", contact_phone="13812345678")
        ticket.dispatch(by=cast.coordinator, lead=unit)
        ticket.sign(by=clerk)
        task = Task.give(by=cast.coordinator, unit=unit, title=f"{word}任务", due_at=ticket.due_at)
        letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=unit, matter=ticket)
        letter.issue(by=cast.supervisor, render=lambda _letter: blank_page())
        measure = AccountabilityAction(
            matter=ticket, unit=unit, measure=Measure.REMIND, state=ActionState.ISSUED, occasion="x", grounds=f"{word}超期", decided_at=now(),
        )
        db.session.add(measure)
        db.session.flush()
        setattr(made, name, SimpleNamespace(ticket=ticket, task=task, letter=letter, measure=measure))
    made.jia.draft = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=made.jia.ticket)
    desk("jia_clerk").does(made.jia.ticket, "report_progress", progress="进展", progress_files=[file(f"{SECRET}.pdf")])
    made.jia.file = db.session.scalars(db.select(Attachment)).one()
    return made


def without_trace(page):
    return re.sub(r'追查编号</dt><dd class="code">\w+|nonce="[^"]+"|name="csrf_token"[^>]+', "", page.html)


def addresses(it):
    """Everything that opens one of these rows, `{}` for the id."""
    yield from ((f"/ticket/{page}/?id={{}}", it.ticket.id) for page in ("details", "sheet"))
    yield from ((f"/notice/{page}/?id={{}}", it.letter.id) for page in ("details", "page", "pdf", "word", "receipt"))
    yield from (("/task/details/?id={}", it.task.id), ("/accountability/details/?id={}", it.measure.id))
    yield from (("/file/{}", it.file.id), ("/file/{}/preview", it.file.id))
    yield from ((f"/ticket/step/{verb}/?id={{}}", it.ticket.id) for verb in ("sign", "reply", "report_progress", "send_back", "review", "defer"))
    yield from (("/task/step/submit/?id={}", it.task.id), ("/notice/step/acknowledge/?id={}", it.letter.id))
    yield from (("/notice/step/answer/?id={}", it.letter.id), ("/accountability/step/answer/?id={}", it.measure.id))


@pytest.mark.parametrize("spy", ["yi_clerk", "yi_head"])
def test_a_row_of_another_office_answers_exactly_like_a_missing_one(desk, world, spy):
    events = len(world.jia.ticket.events)
    for address, row_id in addresses(world.jia):
        foreign, missing = desk(spy).get(address.format(row_id)), desk(spy).get(address.format(987654))
        assert foreign.status == missing.status == 404, address
        assert without_trace(foreign).replace(str(row_id), "") == without_trace(missing).replace("987654", "").replace(str(row_id), ""), address
        assert SECRET not in foreign.html
        if "/step/" in address:
            posted = desk(spy).post(address.format(row_id), {"version": "1", "result": "x", "process": "x", "feedback": "x", "progress": "x"})
            assert posted.status == 404, address
    assert len(world.jia.ticket.events) == events
    assert world.jia.letter.receipts == []


def test_the_owner_opens_what_the_other_may_not(desk, world):
    for address, row_id in addresses(world.jia):
        if "/step/" not in address and "page" not in address:
            assert desk("jia_clerk").raw(address.format(row_id)).status_code == 200, address


def test_a_letter_reaches_its_unit_only_after_it_is_issued(desk, world):
    draft = world.jia.draft
    for who in ("jia_clerk", "jia_head", "yi_clerk"):
        for page in ("details", "page", "pdf", "word", "receipt"):
            assert desk(who).raw(f"/notice/{page}/?id={draft.id}").status_code == 404, (who, page)
        assert desk(who).raw(step_url(draft, "edit")).status_code == 404
        assert draft.title not in " ".join(desk(who).get("/notice/?tab=draft").rows())


def test_lists_counts_lights_filters_and_search_show_ones_own_office_only(desk, world, cast):
    browser = desk("yi_clerk")
    for address in (
        "/ticket/?tab=open", "/ticket/?tab=working", "/ticket/?flt_state=ACCEPTED", f"/ticket/?flt_unit={cast.jia.id}",
        "/ticket/?flt_q=甲局机密", "/ticket/?flt_enterprise=甲局机密",
        "/ticket/?sort=0&desc=1", "/task/", f"/task/?flt_unit={cast.jia.id}",
        "/notice/?tab=out", "/notice/?tab=all", "/accountability/?tab=out", "/accountability/?tab=all", "/inbox/", "/", "/?tab=done", "/?tab=mine",
        "/help/", "/search/?q=诉求", "/search/?q=13812345678",
    ):
        page = browser.get(address)
        assert page.status == 200, address
        assert SECRET not in page.html, address
        if "甲" in address:
            assert page.rows() == [], address
        assert world.jia.ticket.number not in page.html, address
        assert (world.jia.letter.number or "-") not in page.html, address
    page = browser.get("/ticket/?tab=open")
    assert (page.total, len(page.rows())) == (1, 1)
    assert "蓝 1" in page.words
    assert any(tab.startswith("在办") and tab.endswith("1") for tab in page.texts("//ul[contains(@class, 'tabs')]//a"))
    assert browser.get(f"/ticket/?flt_unit={cast.jia.id}").total == 0
    assert SECRET not in "".join(browser.get(f"/search/?q={SECRET}").texts("//ul[@class='rows']"))
    assert browser.get(f"/search/?q={world.jia.ticket.number}").status == 200
    assert browser.raw(f"/search/?q={world.yi.ticket.number}").headers["Location"] == details_url(world.yi.ticket)


def test_the_workbench_counts_ones_own_office(desk, world):
    assert "待办2" in " ".join(desk("yi_clerk").get("/").texts("//*[contains(@class, 'counts')]//a"))
    assert {who: desk(who).get("/ticket/?tab=open").total for who in ("yi_clerk", "supervisor")} == {"yi_clerk": 1, "supervisor": 2}
    assert "共 2 条" in desk("yi_clerk").get("/").words  # its demand and its task


def test_a_bulk_verb_takes_only_rows_in_sight(desk, world, cast):
    """The unit clerk has no bulk verb; a head of 乙 given the right for his office still cannot reach 甲's rows."""
    assert desk("yi_clerk").post("/ticket/action/", {"action": "nudge", "rowid": world.jia.ticket.id}).status == 404
    role = cast.yi_head.roles[0]
    db.session.add(Permission(role=role, resource="ticket", action="nudge", scope=Level.UNIT))
    db.session.flush()
    both = [world.jia.ticket.id, world.yi.ticket.id]
    assert desk("yi_head").post("/ticket/action/", {"action": "nudge", "rowid": both}).status == 302
    assert desk("yi_head").post("/ticket/action/?tab=open", {"action": "nudge", "scope": "all"}).status == 302
    assert (world.jia.ticket.reminders, world.yi.ticket.reminders) == (0, 1)  # once a day


def test_exports_hold_ones_own_office_only(desk, world, cast):
    for resource in ("ticket", "task", "notice", "accountability"):
        db.session.add(Permission(role=cast.yi_head.roles[0], resource=resource, action="export", scope=Level.UNIT))
    db.session.flush()
    for name in ("ticket", "task", "notice", "accountability"):
        query = "?tab=all" if name in ("notice", "accountability") else ""
        text = desk("yi_head").raw(f"/{name}/export/csv/{query}").data.decode("utf-8-sig")
        assert SECRET not in text, name
        assert len(text.strip().splitlines()) == 2, name
        book = openpyxl.load_workbook(io.BytesIO(desk("yi_head").raw(f"/{name}/export/xlsx/{query}").data))
        cells = [str(cell.value) for row in book.active.iter_rows() for cell in row]
        assert SECRET not in "".join(cells), name


def test_who_lost_a_matter_sees_it_no_more(desk, world, cast):
    ticket = world.yi.ticket
    desk("coordinator").does(ticket, "reassign", lead=cast.jia.id, reason="职责调整")
    assert desk("yi_clerk").get(details_url(ticket)).status == 404
    assert desk("jia_clerk").get(details_url(ticket)).status == 200


def test_a_special_supervisor_sees_what_he_submitted(desk, world):
    assert desk("special").get(details_url(world.jia.ticket)).status == 404
    page = desk("special").post(
        "/ticket/register/",
        {"title": "监督员反映", "channel": "SPECIAL", "enterprise": f"{SECRET}公司", "content": "情况", "files": [file("照片说明.pdf")]},
    )
    assert page.status == 302, page.said
    own = db.session.scalars(db.select(Ticket).where(Ticket.title == "监督员反映")).one()
    assert desk("special").get(details_url(own)).status == 200
    listed = desk("special").get("/ticket/")
    assert listed.total == 1
    assert desk("special").get("/search/?q=诉求").html.count(SECRET) == 0


def test_administrators_see_no_business(desk, world):
    for who in ("sysadmin", "secadmin", "auditor"):
        for address, row_id in addresses(world.jia):
            assert desk(who).raw(address.format(row_id)).status_code == 404, (who, address)
        for address in ("/", "/inbox/", "/search/?q=诉求", f"/search/?q={world.jia.ticket.number}"):
            page = desk(who).get(address)
            assert SECRET not in "".join(page.texts("//main//ul | //main//table")), (who, address)


def test_phones_are_masked_for_everybody_until_somebody_entitled_clicks(desk, world):
    """Nobody's page holds the number; whose role may see it has the button."""
    for who, may in (("supervisor", False), ("leader", False), ("discipline", False), ("jia_clerk", True), ("intake", True)):
        page = desk(who).get(details_url(world.jia.ticket))
        assert "13812345678" not in page.html, who
        assert "138****5678" in page.html, who
        assert ("data-reveal" in page.html) is may, who


def test_no_list_joins_a_kind_of_matter(app):
    """A joined load of a subclass goes past the limits on Matter; a load of its own keeps them (views/panel/rows.py)."""
    panels = [view for view in app.extensions["admin"][0]._views if hasattr(view, "scaffold_auto_joins")]
    joined = {f"{panel.endpoint}.{join.key}" for panel in panels for join in panel._auto_joins if join.property.mapper.inherits is not None}
    assert len(panels) > 50
    assert joined == set()
