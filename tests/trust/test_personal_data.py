"""Phones and contact persons: sealed in the file, masked on every page, shown by one logged click (GB/T 22239 8.1.4.8, 8.1.4.11)."""

import io
import json
import re

import openpyxl
import pdfplumber
import pytest
import sqlalchemy as sa

from models import AuditEntry, Enterprise, Ticket, db, scope, vault
from models.ticket import TicketState
from models.vault import UNREADABLE, Sealed, ring
from tests.flow.desk import do, ticket_in
from tests.panel.browse import ON_SQLITE, details_url

NUMBER, PERSON = "13812345678", "王小明"


def raw(column):
    """A sealed column as the database holds it."""
    return db.session.scalars(sa.select(sa.type_coerce(column, sa.Text)).where(column.is_not(None))).all()


def test_a_phone_is_read_back_found_by_the_whole_and_by_its_end_but_is_not_in_the_row(cast):
    ticket = cast.ticket(contact_phone=NUMBER, contact_name=PERSON)
    db.session.flush()
    [stored] = raw(Ticket.contact_phone)
    assert NUMBER not in stored
    assert NUMBER[-4:] not in vault.unseal(stored).replace(NUMBER, "")
    for clause in (Ticket.contact_phone == NUMBER, Ticket.contact_phone.ends_in("5678"), Ticket.contact_name == PERSON):
        assert db.session.scalars(sa.select(Ticket).where(clause)).all() == [ticket]
    for clause in (Ticket.contact_phone == "13812345679", Ticket.contact_phone.ends_in("5679"), Ticket.contact_phone.is_(None)):
        assert db.session.scalars(sa.select(Ticket).where(clause)).all() == []


@pytest.mark.parametrize("clause", [lambda: Ticket.contact_phone.like("138%"), lambda: Ticket.contact_phone > "1"])
def test_comparing_cipher_text_is_refused_instead_of_finding_nothing(app, clause):
    with pytest.raises(TypeError, match="sealed"):
        clause()


@pytest.mark.parametrize("place", [0, 25, 40, -3])
def test_a_changed_value_is_unreadable_never_wrong(cast, place):
    ticket = cast.ticket(contact_phone=NUMBER)
    db.session.flush()
    [stored] = raw(Ticket.contact_phone)
    spoilt = stored[:place] + ("A" if stored[place] != "A" else "B") + stored[place:][1:]
    db.session.execute(sa.update(Ticket.__table__).where(Ticket.__table__.c.id == ticket.id).values(contact_phone=sa.literal(spoilt, sa.Text)))
    db.session.expire_all()
    assert ticket.contact_phone == UNREADABLE


def test_two_rows_with_one_number_are_sealed_differently(cast):
    one, two = vault.seal(NUMBER), vault.seal(NUMBER)
    assert one != two
    assert vault.unseal(one) == vault.unseal(two) == NUMBER


def test_no_column_for_a_phone_or_a_contact_person_is_open():
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if "phone" in column.key or column.key in ("mobile", "contact_name", "informant"):
                assert isinstance(column.type, Sealed), f"{table.name}.{column.key}"


def test_the_keys_come_from_a_file_only_the_owner_reads_and_grow(tmp_path):
    made = vault.Ring(None, tmp_path / "data_keys")
    assert (tmp_path / "data_keys").stat().st_mode & 0o777 == 0o600
    other = vault.Ring(None, tmp_path / "data_keys")
    assert made.keys == other.keys
    assert made.add() == made.current == "k2"
    assert other.key("k2") == made.keys["k2"], "another process reads the new key when it meets it"
    with pytest.raises(RuntimeError, match="不完整"):
        vault.Ring("k1:00", tmp_path / "none")


@ON_SQLITE
def test_a_click_shows_the_number_and_is_in_the_trail(desk, cast):
    ticket = cast.dispatched(contact_phone=NUMBER, contact_name=PERSON)
    address = f"/personal/ticket/{ticket.id}?only=contact_name,contact_phone"
    for who in ("supervisor", "leader", "yi_clerk", "auditor", "sysadmin"):
        assert desk(who).client.post(address).status_code == 404, who
    assert desk("jia_clerk").raw(address).status_code == 405, "not by following a link"
    answer = desk("jia_clerk").client.post(address, headers={"Accept": "application/json"})
    assert answer.json == {"contact_name": PERSON, "contact_phone": NUMBER}
    assert NUMBER in desk("jia_clerk").client.post(address).text, "without JavaScript it is a page"
    links = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "查看个人信息")).all()
    assert [(link.user_name, link.resource, link.row_id) for link in links] == [("演示-甲经办", "ticket", str(ticket.id))] * 2
    assert json.loads(links[0].changes) == {"fields": ["联系人", "联系电话"]}


@ON_SQLITE
def test_when_the_click_cannot_be_logged_nothing_is_shown(desk, cast, monkeypatch):
    ticket = cast.dispatched(contact_phone=NUMBER)

    def fail(*_):
        raise RuntimeError("trail")

    monkeypatch.setattr("models.audit.append", fail)
    with pytest.raises(RuntimeError, match="trail"):
        desk("jia_clerk").client.post(f"/personal/ticket/{ticket.id}?only=contact_phone")


@ON_SQLITE
def test_a_form_left_masked_changes_nothing_and_a_new_number_is_kept(desk, cast):
    firm = db.session.scalars(sa.select(Enterprise)).first()
    firm.contact_phone, firm.contact_name = NUMBER, PERSON
    db.session.flush()
    browser, address = desk("intake"), f"/enterprise/edit/?id={firm.id}"
    page = browser.get(address)
    assert NUMBER not in page.html
    assert "138****5678" in page.html
    form = {"name": firm.name, "kind": "LIMITED", "contact_name": "王**", "contact_phone": "138****5678", "is_active": "y"}
    assert browser.post(address, form).status == 302
    assert (firm.contact_name, firm.contact_phone) == (PERSON, NUMBER)
    assert browser.post(address, form | {"contact_phone": "13900001111"}).status == 302
    assert (firm.contact_name, firm.contact_phone) == (PERSON, "13900001111")
    changes = db.session.scalars(sa.select(AuditEntry.changes).where(AuditEntry.resource == "enterprise", AuditEntry.action == "修改")).all()
    assert json.loads(changes[-1])["contact_phone"] == ["138****5678", "139****1111"]


@ON_SQLITE
def test_exports_are_masked_unless_asked_for_by_somebody_who_may_which_is_logged(desk, cast):
    firm = db.session.scalars(sa.select(Enterprise)).first()
    firm.contact_phone = NUMBER
    db.session.flush()

    def cells(who, query):
        book = openpyxl.load_workbook(io.BytesIO(desk(who).raw(f"/enterprise/export/xlsx/{query}").data))
        return "".join(str(cell.value) for row in book.active.iter_rows() for cell in row)

    assert NUMBER not in cells("coordinator", "")
    assert NUMBER in cells("coordinator", "?personal=1")
    assert desk("supervisor").raw("/enterprise/export/xlsx/?personal=1").status_code == 404
    actions = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.resource == "enterprise", AuditEntry.action.like("导出%"))).all()
    assert actions == ["导出", "导出个人信息"]


@ON_SQLITE
def test_search_finds_a_number_by_the_whole_or_its_last_four_digits(desk, cast):
    ticket = cast.dispatched(contact_phone=NUMBER)
    for words, found in ((NUMBER, True), ("138 1234 5678", True), ("5678", True), ("1381234", False), ("13812345679", False)):
        assert (str(ticket) in desk("jia_clerk").get(f"/search/?q={words}").html) is found, words
        assert str(ticket) not in desk("supervisor").get(f"/search/?q={words}").html, "who may not see a number may not guess it either"


@ON_SQLITE
def test_pages_with_personal_data_carry_the_readers_name(desk, cast):
    ticket = cast.dispatched(contact_phone=NUMBER)
    assert 'class="reader-mark"' in (html := desk("supervisor").get(details_url(ticket)).html)
    assert "演示-督导" in html[html.index('class="reader-mark"'):]
    assert 'class="reader-mark"' not in desk("supervisor").get("/calendar/").html


def test_keys_are_changed_by_a_command_and_every_value_moves_to_the_new_one(cast, app, monkeypatch):
    cast.ticket(contact_phone=NUMBER, contact_name=PERSON, content=f"请回电{NUMBER}")
    db.session.commit()
    keys = dict(ring().keys) | {"k2": bytes(range(32))}
    monkeypatch.setattr(ring(), "keys", keys)
    result = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert result.exit_code == 0, result.output
    assert {vault.key_of(value) for value in raw(Ticket.contact_phone)} == {"k2"}
    assert {vault.key_of(one) for value in raw(Ticket.content) for one in vault.sealed_within(value)} == {"k2"}
    monkeypatch.setattr(ring(), "keys", {name: key for name, key in keys.items() if name != "k1"})
    db.session.expire_all()
    assert db.session.scalars(sa.select(Ticket).where(Ticket.contact_phone == NUMBER)).one().contact_name == PERSON
    assert db.session.scalars(sa.select(Ticket.content)).one() == f"请回电{NUMBER}"


@ON_SQLITE
def test_a_phone_typed_into_running_words_is_masked_and_shown_to_who_may_see_it_by_a_logged_click(desk, cast):
    """Forms give it as it was written; titles, which stand everywhere, never hold it."""
    ticket = cast.accepted(title="请回电13812345678", content=f"联系{NUMBER}或138 1234 5678，单位座机0535-4219000，代码91440300192317458F")
    ticket.log("note", "记录", by=cast.jia_clerk, note=f"已与{NUMBER}联系")
    db.session.flush()
    assert ticket.title == "请回电138****5678"
    for who, may in (("supervisor", False), ("leader", False), ("jia_clerk", True)):
        record, *lists = [desk(who).get(url) for url in (details_url(ticket), "/ticket/?tab=open", "/search/?q=请回电")]
        assert NUMBER not in record.html, who
        assert "138 1234 5678" not in record.html, who
        assert bool(record.tree.xpath("//form[contains(@action, 'only=words')]")) is may, who
        assert "0535-4219000" in record.html
        assert "91440300192317458F" in record.html
        for page in lists:
            assert NUMBER not in page.html
            assert "138****5678" in page.words
    address, other = f"/personal/ticket/{ticket.id}?only=words", cast.accepted(content=f"联系{NUMBER}")
    assert desk("supervisor").client.post(address).status_code == 404
    desk("jia_clerk").client.post(address)
    assert NUMBER not in desk("jia_clerk").get(details_url(other)).html, "for that record only"
    shown = desk("jia_clerk").get(desk("jia_clerk").client.post(address).headers["Location"]).html
    assert NUMBER in shown
    assert "138 1234 5678" in shown
    assert NUMBER not in desk("jia_clerk").get(details_url(ticket)).html, "once"
    links = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "查看个人信息")).all()
    assert [json.loads(link.changes) for link in links] == [{"fields": ["文字里的手机号"]}] * 2
    for who in ("supervisor", "coordinator"):
        assert NUMBER not in desk(who).raw("/ticket/export/csv/").data.decode("utf-8-sig")


def test_a_phone_in_running_words_is_sealed_in_the_row_and_the_words_around_it_are_found(cast):
    ticket = cast.accepted(content=f"请联系{NUMBER}，或138-1234-5678，逾期未办")
    db.session.commit()
    [stored] = [text for text in raw(Ticket.content) if "请联系" in text]
    assert stored.endswith("，逾期未办")
    assert not re.search(r"138.?1234", stored)
    assert ticket.content == f"请联系{NUMBER}，或138-1234-5678，逾期未办"
    assert db.session.scalars(sa.select(Ticket).where(Ticket.content.contains("逾期未办"))).all() == [ticket]
    assert NUMBER not in "".join(db.session.scalars(sa.select(AuditEntry.changes)))


@pytest.mark.parametrize("words", ["没有号码", "编号138123456789", f"{NUMBER}", f"a{NUMBER}b", f"{NUMBER}\n{NUMBER}", "\ue000x\ue001", "\ue000", ""])
def test_running_words_come_back_as_they_were_written(app, words):
    assert vault.unseal_numbers(vault.seal_numbers(words)) == words


@ON_SQLITE
def test_the_printed_sheet_of_a_demand_carries_the_readers_name_and_no_phone_for_those_who_may_not_see_it(desk, cast):
    ticket = cast.accepted(content=f"请回电{NUMBER}")
    db.session.flush()
    for who, name, may in (("supervisor", "演示-督导", False), ("jia_clerk", "演示-甲经办", True)):
        answer = desk(who).raw(f"/ticket/sheet/?id={ticket.id}")
        with pdfplumber.open(io.BytesIO(answer.data)) as book:
            words = "".join(character["text"] for page in book.pages for character in page.chars)
        assert words.count(name) >= 5
        assert (NUMBER in words) is may


@ON_SQLITE
def test_who_calls_a_second_time_sees_the_number_of_that_demand_for_as_long_as_the_call_is_open(desk, cast):
    closed, running = ticket_in(cast, TicketState.CLOSED), cast.dispatched(contact_phone=NUMBER)
    closed.contact_phone = NUMBER

    def asked(row):
        return desk("supervisor").client.post(f"/personal/ticket/{row.id}?only=contact_phone", headers={"Accept": "application/json"})

    assert asked(closed).json == {"contact_phone": NUMBER}
    assert asked(running).status_code == 404
    with scope.everything():
        do(cast, closed, "second_call")
        db.session.commit()
    assert asked(closed).status_code == 404
