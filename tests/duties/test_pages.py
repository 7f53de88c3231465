"""The pages as each role meets them: who reaches what, importing a list, minutes in print, figures that open their rows."""

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from models import Contact, Difficulty, Instruction, Liaison, Meeting, Survey, SurveyAnswer, Task, Visit, db
from models.meeting import MeetingState
from models.now import local
from models.ticket import Ticket
from tests.cast import login
from tests.duties.desk import at, batch, code, contact, contacted, day, decided, held, row, workbook
from tests.duties.test_registers import firm, notice

LISTS = ["/meeting/", "/decision/", "/instruction/", "/city_notice/", "/fixed_day/", "/fixed_day/month/", "/local_rule/", "/firm/",
    "/contact/", "/contact/rates/",
         "/liaison/", "/visit/", "/visit/coverage/", "/difficulty/", "/survey/", "/survey_answer/", "/investment/", "/special_supervisor/",
         "/station/", "/meeting/week/"]
OPEN = {
    "coordinator": set(LISTS),
    "intake": {"/firm/", "/contact/", "/contact/rates/", "/fixed_day/", "/fixed_day/month/", "/liaison/", "/survey/", "/survey_answer/",
        "/special_supervisor/", "/station/"},
    "jia_clerk": set(LISTS) - {"/city_notice/", "/special_supervisor/", "/station/"},
    "supervisor": set(LISTS) - {"/firm/", "/liaison/", "/investment/"},
    "special": set(), "auditor": set(), "sysadmin": {"/fixed_day/", "/fixed_day/month/"},
}


@pytest.mark.parametrize("who", OPEN)
def test_each_role_reaches_its_own_lists_and_no_others(client, cast, who):
    contacted(cast, contact(cast))
    decided(cast, held(cast, "2024-08-05 09:00"))
    login(client, who)
    assert {url for url in LISTS if client.get(url).status_code == 200} == OPEN[who]


def upload(client, *rows, announced="3", name="名单.xlsx"):
    data = {"file": (workbook(*rows), name), "announced": announced}
    return client.post("/import/upload/firm/", data=data, content_type="multipart/form-data")


def test_a_list_is_previewed_its_bad_rows_come_back_and_the_rest_is_entered(client, cast):
    login(client, "intake")
    good, bad = ["演示新办一有限公司", code(1), "有限责任公司", "2024年8月1日", "区人社局"], ["演示新办二商行", code(2), "个体工商户", "2024-08-01", ""]
    answer = upload(client, good, [None] * 5, bad)
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert re.search(r"新增<span class=\"pill\">1</span>.*错误<span class=\"pill\">1</span>", page)
    assert "不在录入范围" in page
    number = re.search(r"id=(\d+)", answer.location)[1]
    sheet = load_workbook(BytesIO(client.get(f"/import/bad/?id={number}").data)).active
    assert [cell.value for cell in sheet[1]][-1] == "错误原因"
    assert sheet.max_row == 2
    assert sheet.cell(2, 1).value == "演示新办二商行"
    assert db.session.scalar(db.select(db.func.count(Contact.id))) == 0
    assert client.post(f"/import/settle/?id={number}", data={"verb": "confirm"}).status_code == 302
    one = db.session.scalars(db.select(Contact)).one()
    assert (one.who, one.unit.code) == ("演示新办一有限公司", "renshe")
    assert "已导入，不能导入" in client.post(f"/import/settle/?id={number}", data={"verb": "confirm"}, follow_redirects=True).text


def test_a_unit_records_its_contact_through_the_form(client, cast):
    one = contact(cast)
    number = one.id
    login(client, "jia_clerk")
    page = client.get(f"/contact/details/?id={number}")
    assert "登记联系" in page.text
    form = {"version": str(one.version), "section": "就业股", "person": "演示-经办", "way": "PHONE", "contacted_at": "2024-08-05 10:10", "record": "已联系",
            "need_title": "招工难", "need": "缺焊工"}
    assert client.post(f"/contact/step/record_contact/?id={number}", data=form).status_code == 302
    assert db.session.scalar(db.select(db.func.count(Difficulty.id))) == 1
    page = client.get(f"/contact/details/?id={number}").text
    assert "招工难（已转诉求）" in page  # the ticket itself is for those who triage it
    login(client.application.test_client(), "yi_clerk").get("/")


def test_another_units_contact_does_not_exist(client, cast):
    number = contact(cast).id
    login(client, "yi_clerk")
    assert client.get(f"/contact/details/?id={number}").status_code == 404
    assert client.get(f"/contact/step/record_contact/?id={number}").status_code == 404


def numbers(page):
    """(number, address) of every linked figure."""
    return [(int(n), url.replace("&amp;", "&")) for url, n in re.findall(r'<(?:dd|td[^>]*)><a href="([^"]+)">(\d+)</a>', page)]


def rows_in(page):
    """How many rows a list says it has."""
    return len(re.findall(r'<tr[^>]*data-row|<td class="[^"]*col-title', page))


def test_every_number_of_the_rates_opens_exactly_its_rows(client, cast):
    batch(cast, row(1), row(2), row(3, "区财政局"), row(4, lead=""), announced=5)
    one, _two, three = db.session.scalars(db.select(Contact).order_by(Contact.id)).all()
    contacted(cast, one)
    contacted(cast, three)
    with at("2024-08-09 10:00"):
        login(client, "coordinator")
        found = [pair for pair in numbers(client.get("/contact/rates/?period=2024-08").text) if "batches" not in pair[1]]
        assert len(found) >= 8
        for number, url in found:
            assert rows_in(client.get(url).text) == number, url


def test_every_number_of_the_coverage_opens_exactly_its_rows(client, cast):
    firms = [firm(i) for i in range(1, 4)]
    db.session.add_all(Liaison(enterprise=one, unit=cast.jia, officer="演示-干部", starts_on=date(2024, 1, 1)) for one in firms)
    Visit.enter(by=cast.jia_clerk, enterprise=firms[0], unit=cast.jia, officer="演示-干部", visited_on=date(2024, 8, 5), situation="稳定")
    login(client, "coordinator")
    found = numbers(client.get("/visit/coverage/?period=2024-08").text)
    assert sorted(n for n, _ in found) == [1, 1, 2, 2, 3, 3]
    for number, url in found:
        assert rows_in(client.get(url).text) == number, url


def test_every_number_of_a_survey_opens_exactly_its_rows(client, cast):
    made = Survey(title="八月调查", period="2024-08", starts_on=date(2024, 8, 1), ends_on=date(2024, 8, 31))
    levels = [(cast.jia, "VERY"), (cast.jia, "NOT"), (None, "BASIC")]
    db.session.add_all([made, *(SurveyAnswer(survey=made, enterprise=firm(i), unit=u, satisfaction=s, reason="慢", answered_on=date(2024, 8, 5))
                                for i, (u, s) in enumerate(levels, 1))])
    db.session.flush()
    number = made.id
    login(client, "coordinator")
    found = numbers(client.get(f"/survey/result/?id={number}").text)
    assert [n for n, _ in found][:2] == [3, 2]
    for count, url in found:
        assert rows_in(client.get(url).text) == count, url


def test_a_meeting_goes_from_notice_to_printed_minutes(client, cast):
    login(client, "coordinator")
    answer = client.post("/meeting/convene/", data={"kind": "WEEKLY", "group": "", "starts_at": "2024-08-05 09:00", "place": "二楼", "host": "演示-主持"})
    assert answer.status_code == 302
    made = db.session.scalars(db.select(Meeting)).one()
    number = made.id

    def step(name, **form):
        version = db.session.scalar(db.select(Meeting.version).where(Meeting.id == number))
        return client.post(f"/meeting/step/{name}/?id={number}", data={"version": str(version), **form})

    assert step("hold", present=[str(cast.jia.id)], on_leave=[str(cast.yi.id)]).status_code == 302
    assert step("decide", content="梳理清单", units=[str(cast.jia.id)], due="2024-08-16").status_code == 302
    assert step("write", summary="一致认为应当抓紧。").status_code == 302
    db.session.expire_all()
    assert made.state == MeetingState.MINUTED
    assert client.get(f"/meeting/details/?id={number}").status_code == 200
    pdf = client.get(f"/meeting/pdf/?id={number}")
    assert pdf.mimetype == "application/pdf"
    text = PdfDocument(pdf.data)[0].get_textpage().get_text_bounded()
    assert "营转办周例会纪要" in text
    assert "一致认为应当抓紧。" in text


def test_a_leader_writes_an_instruction_and_the_unit_reports(client, cast):
    login(client, "leader")
    form = {"title": "供电增容慢", "leader": "演示-领导", "instructed_on": "2024-08-05", "content": "一周内解决"}
    assert client.post("/instruction/register/", data=form).status_code == 302
    made = db.session.scalars(db.select(Instruction)).one()
    assert client.get(f"/instruction/step/accept/?id={made.id}").status_code == 404
    login(client.application.test_client(), "supervisor")


def test_a_city_notice_is_entered_with_its_tasks(client, cast):
    login(client, "coordinator")
    form = {"title": "市通报", "issuer": "市营转办", "period": "2024-07", "issued_on": "2024-08-05", "received_at": "2024-08-05 09:00"}
    answer = client.post("/city_notice/enter/", data=form)
    assert answer.status_code == 302
    count = db.session.scalar(db.select(db.func.count(Task.id)))
    assert count > 5
    assert f"任务 {count} 件" in client.get(answer.location).text
    assert client.post("/city_notice/enter/", data=form).status_code == 422


def test_a_visit_with_a_problem_reaches_the_ledger_and_the_tickets(client, cast):
    name = firm().name
    login(client, "jia_clerk")
    form = {"enterprise": name, "officer": "演示-干部", "visited_on": "20240805", "way": "ONSITE", "situation": "稳定", "need_title": "招工难"}
    answer = client.post("/visit/enter/", data=form)
    assert answer.status_code == 302
    assert "招工难" in client.get(answer.location).text
    assert db.session.scalars(db.select(Ticket)).one().title == "招工难"
    assert "没有这家企业" in client.post("/visit/enter/", data=form | {"enterprise": "没有的公司"}).text


def test_the_workbench_names_the_fixed_day(client, cast):
    login(client, "coordinator")
    with at("2024-08-07 09:00"):
        assert "工作日 · 助企见面日" in client.get("/").text
    assert "见面日" not in client.get("/").text


def test_the_details_of_a_city_notice_show_its_tasks(client, cast):
    number = notice(cast).id
    login(client, "supervisor")
    assert "触发任务" in client.get(f"/city_notice/details/?id={number}").text


@pytest.mark.parametrize("typed", ["20240805 1010", "202408051010", "2024/8/5 10:10", "2024年8月5日10时10分", "2024.8.5 10：10"])
def test_the_time_of_a_contact_is_understood_as_people_type_it(client, cast, typed):
    one = contact(cast)
    login(client, "jia_clerk")
    number = one.id
    assert "如 2024-05-20 09:30" in client.get(f"/contact/step/record_contact/?id={number}").text
    form = {"version": str(one.version), "section": "就业股", "person": "演示-经办", "way": "PHONE", "contacted_at": typed, "record": "已联系"}
    assert client.post(f"/contact/step/record_contact/?id={number}", data=form).status_code == 302
    db.session.expire_all()
    assert local(db.session.get(Contact, number).contacted_at) == day("2024-08-05 10:10")


@pytest.mark.parametrize("typed", ["2024-08-05", "上午十点", "2024-08-05 25:10"])
def test_a_day_alone_is_no_time_of_a_contact(client, cast, typed):
    one = contact(cast)
    login(client, "jia_clerk")
    form = {"version": str(one.version), "section": "就业股", "person": "演示-经办", "way": "PHONE", "contacted_at": typed, "record": "已联系"}
    answer = client.post(f"/contact/step/record_contact/?id={one.id}", data=form)
    assert answer.status_code == 422
    assert "联系时间请写成 2024-05-20 09:30 或 20240520 0930" in answer.text


def test_the_files_of_a_contact_are_called_evidence(client, cast):
    one = contact(cast)
    login(client, "jia_clerk")
    page = client.get(f"/contact/step/record_contact/?id={one.id}").text
    assert re.findall(r"<label[^>]*>\s*(联系记录|佐证材料)", page) == ["联系记录", "佐证材料"]


def test_the_page_of_a_survey_leads_to_its_results(client, cast):
    row = Survey(title="八月调查", period="2024-08", unit=cast.jia, starts_on=date(2024, 8, 1), ends_on=date(2024, 8, 4))
    db.session.add(row)
    db.session.commit()
    login(client, "coordinator")
    page = client.get(f"/survey/details/?id={row.id}").text
    link = re.search(r'href="(/survey/result/[^"]+)">0 份，看调查结果', page)[1]
    assert "八月调查" in client.get(link).text
