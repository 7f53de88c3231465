"""A list of new firms is taken back; survey answers come from a workbook; meetings and visits keep their files."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from models import Attachment, Contact, Enterprise, NewFirm, Survey, SurveyAnswer, Visit, db, scope
from models.contact import ContactState
from models.contact.batch import BatchState
from models.contact.figures import month_rates
from models.errors import Invalid, NotPermitted, Refused
from models.survey import tally
from models.ticket.states import Satisfaction
from tests.cast import login
from tests.duties.desk import batch, code, contacted, held, row, workbook

PDF = b"%PDF-1.7\n%demo"
AUGUST = (date(2024, 8, 1), date(2024, 8, 31))


def test_a_list_taken_back_leaves_no_firm_no_task_and_the_register_as_before(cast):
    known = Enterprise(name="演示旧名有限公司", credit_code=code(2), industry="批发业", contact_phone="13900000000")
    db.session.add(known)
    made = batch(cast, row(1), row(2, name="演示新名有限公司", industry="制造业"), row(3, lead=""))
    known.contact_phone = "13911111111"  # changed since by somebody else: kept
    assert made.undo(by=cast.intake, reason="名单有误") == 3
    assert made.state == BatchState.UNDONE
    assert {one.state for one in db.session.scalars(db.select(Contact))} == {ContactState.VOID}
    assert (known.name, known.industry, known.contact_phone) == ("演示旧名有限公司", "批发业", "13911111111")
    assert [one.is_active for one in db.session.scalars(db.select(Enterprise).where(Enterprise.credit_code == code(1)))] == [False]
    district = month_rates(*AUGUST)[0]
    assert (district.entered, district.pushed, district.announced) == (0, 0, 0)
    with scope.acting(cast.intake):
        assert db.session.scalars(db.select(NewFirm)).all() == []


def test_what_was_taken_back_can_be_entered_again(cast):
    batch(cast, row(1)).undo(by=cast.intake, reason="漏写部门")
    again = batch(cast, row(1))
    assert again.firms[0].contact.state == ContactState.PUSHED
    assert again.firms[0].enterprise.is_active
    assert month_rates(*AUGUST)[0].entered == 1


def test_a_list_a_unit_has_worked_on_is_not_taken_back(cast):
    made = batch(cast, row(1), row(2))
    contacted(cast, made.firms[1].contact)
    with pytest.raises(Refused, match=made.firms[1].contact.number):
        made.undo(by=cast.intake, reason="名单有误")
    assert made.state == BatchState.CONFIRMED
    assert made.firms[0].contact.state == ContactState.PUSHED
    with pytest.raises(NotPermitted):
        made.undo(by=cast.coordinator, reason="名单有误")
    with pytest.raises(Invalid):
        made.undo(by=cast.intake, reason=" ")


def test_the_list_is_taken_back_on_its_page_with_a_reason(client, cast):
    number = batch(cast, row(1)).id
    login(client, "intake")
    assert f"/firm/undo/?id={number}" in client.get("/firm/batches/").text
    assert client.post(f"/firm/undo/?id={number}", data={"reason": ""}).status_code == 422
    assert client.post(f"/firm/undo/?id={number}", data={"reason": "重复上传"}).status_code == 302
    page = client.get("/firm/batches/").text
    assert "已撤销" in page
    assert "重复上传" in page
    assert client.post(f"/firm/undo/?id={number}", data={"reason": "再撤"}).status_code == 422


@pytest.fixture
def survey(cast):
    made = Survey(title="八月调查", period="2024-08", starts_on=AUGUST[0], ends_on=AUGUST[1])
    db.session.add_all([made, *(Enterprise(name=f"演示受访{i}有限公司", credit_code=code(i)) for i in range(1, 4))])
    db.session.flush()
    return made


HEAD = ["企业名称", "信用代码", "评价单位", "满意度", "意见建议", "调查方式", "调查日期"]


def send(client, survey, *rows, **more):
    data = {"file": (workbook(*rows, head=HEAD), "答卷.xlsx"), **more}
    return client.post(f"/survey/upload/?id={survey}", data=data, content_type="multipart/form-data")


def test_answers_come_from_the_interviewers_list_and_every_bad_line_is_named(client, cast, survey):
    number = survey.id
    good = ["演示受访1有限公司", "", "区人社局", "非常满意", "", "电话", "2024-08-05"]
    by_code = ["名称写错也认代码", code(2), "", "不满意", "答复太慢", "走访", ""]
    login(client, "coordinator")
    page = send(client, number, good, by_code, ["没有这家", "", "没有这个局", "很好", "", "", ""], ["演示受访3有限公司", "", "", "不满意", "", "", ""], good)
    assert page.status_code == 422
    third = ("第3行", "企业库中没有这家企业", "没有“没有这个局”这个单位", "满意度“很好”应为")
    for said in (*third, "第4行", "不满意的须写明意见建议", "第5行", "已有这家企业的答卷"):
        assert said in page.text
    assert db.session.scalar(db.select(db.func.count(SurveyAnswer.id))) == 0
    assert send(client, number, good, by_code, ["没有这家", "", "", "满意", "", "", ""], skip_bad="y").status_code == 302
    found = tally(db.session.get(Survey, number))
    assert (found.asked, found.good, found.levels[Satisfaction.NOT]) == (2, 1, 1)
    assert send(client, number, good).status_code == 422  # one answer an enterprise


def test_the_template_of_answers_is_read_as_it_is(client, cast, survey):
    number = survey.id
    login(client, "intake")
    sheet = load_workbook(BytesIO(client.get("/survey/template/").data)).worksheets[0]
    head, sample = ([cell.value for cell in line] for line in (sheet[1], sheet[2]))
    sample[0], sample[-1] = "演示受访1有限公司", "2024-08-05"
    data = {"file": (workbook(sample, head=head), "答卷.xlsx")}
    assert client.post(f"/survey/upload/?id={number}", data=data, content_type="multipart/form-data").status_code == 302
    assert login(client.application.test_client(), "jia_clerk").get(f"/survey/upload/?id={number}").status_code == 404


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
