"""A list of new firms is taken back; survey answers come from a workbook; meetings and visits keep their files."""

from datetime import date
from io import BytesIO

import pytest

from models import Attachment, Contact, Enterprise, NewFirm, Visit, db, scope
from models.contact import ContactState
from models.contact.figures import month_rates
from models.errors import NotPermitted, Refused
from models.importing import RunState
from tests.cast import login
from tests.duties.desk import batch, code, contacted, held, row

PDF = b"%PDF-1.7\n%demo"
AUGUST = (date(2024, 8, 1), date(2024, 8, 31))


def test_a_list_taken_back_leaves_no_firm_no_task_and_the_register_as_before(cast):
    known = Enterprise(name="演示旧名有限公司", credit_code=code(2), industry="批发业", contact_phone="13900000000")
    db.session.add(known)
    made = batch(cast, row(1), row(2, name="演示新名有限公司", industry="制造业"), row(3, lead=""))
    known.contact_phone = "13911111111"  # changed since by somebody else, and nothing the list said: kept
    made.run.undo(by=cast.intake)
    assert made.run.state == RunState.UNDONE
    assert made.voided_at
    assert {one.state for one in db.session.scalars(db.select(Contact))} == {ContactState.VOID}
    assert (known.name, known.industry, known.contact_phone) == ("演示旧名有限公司", "批发业", "13911111111")
    assert [one.is_active for one in db.session.scalars(db.select(Enterprise).where(Enterprise.credit_code == code(1)))] == [False]
    district = month_rates(*AUGUST)[0]
    assert (district.entered, district.pushed, district.announced) == (0, 0, 0)
    with scope.acting(cast.intake):
        assert db.session.scalars(db.select(NewFirm)).all() == []


def test_what_was_taken_back_can_be_entered_again(cast):
    batch(cast, row(1)).run.undo(by=cast.intake)
    again = batch(cast, row(1))
    assert again.firms[0].contact.state == ContactState.PUSHED
    assert again.firms[0].enterprise.is_active
    assert month_rates(*AUGUST)[0].entered == 1


def test_a_list_a_unit_has_worked_on_is_not_taken_back(cast):
    made = batch(cast, row(1), row(2))
    contacted(cast, made.firms[1].contact)
    with pytest.raises(Refused, match="已经办理、退回或改派的企业1条"):
        made.run.undo(by=cast.intake)
    assert made.run.state == RunState.DONE
    assert made.firms[0].contact.state == ContactState.PUSHED
    with pytest.raises(NotPermitted):
        made.run.undo(by=cast.coordinator)


def test_the_list_is_taken_back_on_its_page(client, cast):
    number = batch(cast, row(1)).run_id
    login(client, "intake")
    assert f"/import/details/?id={number}" in client.get("/firm/batches/").text
    assert "撤销这一批" in client.get(f"/import/details/?id={number}").text
    assert client.post(f"/import/settle/?id={number}", data={"verb": "undo"}).status_code == 302
    assert "已撤销" in client.get("/firm/batches/").text
    assert "不能撤销" in client.post(f"/import/settle/?id={number}", data={"verb": "undo"}, follow_redirects=True).text


def fetched(client, file):
    """What the browser is given of a file."""
    with client.get(f"/file/{file}") as answer:
        return answer.data


def test_a_meeting_keeps_its_files_and_they_are_seen_with_it(client, cast):
    number = held(cast, "2024-08-05 09:00").id
    login(client, "coordinator")
    data = {"label": "签到表", "files": (BytesIO(PDF), "签到表.pdf")}
    assert client.post(f"/meeting/attach/?id={number}", data=data, content_type="multipart/form-data").status_code == 302
    page = client.get(f"/meeting/details/?id={number}").text
    assert "签到表.pdf" in page
    file = db.session.scalar(db.select(Attachment.id))
    assert fetched(client, file) == PDF
    wrong = {"files": (BytesIO(b"MZ"), "木马.exe")}
    assert client.post(f"/meeting/attach/?id={number}", data=wrong, content_type="multipart/form-data").status_code == 422
    login(client, "jia_clerk")
    assert fetched(client, file) == PDF  # attended
    assert client.get(f"/meeting/attach/?id={number}").status_code == 404
    login(client, "intake")
    assert client.get(f"/file/{file}").status_code == 404


def test_a_visit_keeps_its_photographs_and_another_unit_cannot_fetch_them(client, cast):
    firm = db.session.scalars(db.select(Enterprise)).first()
    visit = Visit.enter(by=cast.jia_clerk, enterprise=firm, unit=cast.jia, officer="演示-干部", visited_on=date(2024, 8, 5), situation="稳定")
    number = visit.id
    login(client, "jia_clerk")
    data = {"files": (BytesIO(PDF), "走访照片.pdf")}
    assert client.post(f"/visit/attach/?id={number}", data=data, content_type="multipart/form-data").status_code == 302
    assert "走访照片.pdf" in client.get(f"/visit/details/?id={number}").text
    file = db.session.scalar(db.select(Attachment.id))
    assert fetched(client, file) == PDF
    assert client.post(f"/visit/attach/?id={number}", data={}, content_type="multipart/form-data").status_code == 422
    login(client, "yi_clerk")
    assert client.get(f"/file/{file}").status_code == 404
