"""T11, T12: one matter, one list, one result, printed from a real ticket; a demand with a tendency sends out a warning."""

from models import db, drafting
from tests.cast import login
from tests.letters.measure import Sheet


def test_the_sheet_tells_what_was_asked_every_step_and_the_result(cast, client):
    ticket = cast.accepted()
    ticket.reply(by=cast.jia_clerk, process="已核实社保缴费记录", result="稳岗返还资金已拨付")
    ticket.review(by=cast.jia_head, decision="AGREE", opinion="情况属实")
    ticket.callback(by=cast.intake2, reached=True, solved=True, satisfaction="VERY")
    db.session.commit()
    answer = login(client, "coordinator").get(f"/ticket/sheet/?id={ticket.id}")
    assert answer.data.startswith(b"%PDF")
    text = Sheet(answer.data).text().replace("\n", "")
    for words in (ticket.number, ticket.title, "稳岗返还资金已拨付", *(event.label for event in ticket.events)):
        assert words in text, words
    assert {"登记", "派发", "签收", "审核", "回访"} <= {event.label for event in ticket.events}


def test_a_demand_with_a_tendency_offers_a_warning_to_its_unit(cast, client):
    ticket = cast.accepted()
    db.session.commit()
    login(client, "coordinator")
    page = f"/ticket/details/?id={ticket.id}"
    assert "kind=WARNING_NOTICE" not in client.get(page).text
    ticket.flag(by=cast.intake, tendencies=["MEDIA", "PETITION"], note="有媒体关注")
    db.session.commit()
    assert "kind=WARNING_NOTICE" in client.get(page).text
    letter = drafting.draft("WARNING_NOTICE", by=cast.coordinator, unit=ticket.unit, matter=ticket)
    assert (letter.word, letter.addressee_unit) == ("示营警", cast.jia)
    assert ticket.number in letter.body
