"""Every page by every role: what one may not see does not exist, forms keep what was typed, links open their rows."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from models import CaseFile, CoerciveMeasure, Enterprise, Inspection, LeniencyItem, RandomDraw, db
from models.inspection.casefile import CaseKind, CaseReview, Rhythm
from models.inspection.states import Finding
from models.report import kind_of
from tests.cast import login
from tests.inspection.desk import at

LISTS = ["inspection", "joint", "draw", "target", "hazard", "penalty", "request", "review", "case", "coercion", "observation", "leniency", "quiet",
         "inspector", "inspection_field"]
HIDDEN = {  # who does not see what
    "special": set(LISTS), "sysadmin": set(LISTS), "auditor": set(LISTS), "intake": set(LISTS),
    "leader": {"case", "leniency", "inspector"}, "discipline": {"leniency", "inspector"},
    "jia_head": {"inspector", "inspection_field"}, "jia_clerk": set(), "park": set(),
}


@pytest.fixture
def full(desk):
    """One row of everything, of 甲局."""
    firm = desk.firm("演示满页有限公司")
    joint = desk.done(firm)
    with at("2024-08-20 17:00"):
        desk.visit(joint.targets[0].inspection, finding=Finding.HAZARD, danger="通道堵塞", recheck_on=date(2024, 8, 30))
        joint.targets[0].inspection.penalise(
            by=desk.cast.jia_clerk, kind="WARNING", document_no="警1号", decided_on=date(2024, 8, 20), violation="堵塞通道")
    desk.inspectors()
    RandomDraw.hold(by=desk.cast.jia_clerk, unit=desk.cast.jia, title="双随机", witness="演示-王证", field=None, wanted=1, seed="7")
    case = CaseFile(number="演示案1", unit=desk.cast.jia, kind=CaseKind.PENALTY, title="未按期报告", closed_on=date(2024, 7, 1))
    db.session.add(case)
    db.session.add(CoerciveMeasure(
        unit=desk.cast.jia, enterprise=firm, kind="SEAL", document_no="封1号", basis="法", property="库房", starts_on=date(2024, 8, 1),
        ends_on=date(2024, 8, 20), impact="PART", capital_left=True, accounts_left=True))
    db.session.add(LeniencyItem(code="MF-01", kind="EXEMPT", title="首次台账不全", conditions="当场改正", basis="法"))
    CaseReview.begin(case, Rhythm.DAILY, "2024-08-05", desk.unit("sifa"), date(2024, 8, 5))
    return desk


def test_lists_open_for_those_who_may_and_do_not_exist_for_others(full, app, client):
    for username, hidden in HIDDEN.items():
        reader = login(app.test_client(), username)
        answers = {name: reader.get(f"/{name}/").status_code for name in LISTS}
        assert {name for name, status in answers.items() if status == 404} == hidden, username
        assert set(answers.values()) <= {200, 404}, username


def test_a_unit_sees_its_own_business_only(full, client):
    own = db.session.scalars(sa.select(Inspection.id).where(Inspection.unit == full.cast.jia)).first()
    joint = db.session.scalars(sa.select(Inspection)).first().targets[0].joint_id
    login(client, "yi_clerk")
    assert client.get(f"/inspection/details/?id={own}").status_code == 404
    assert client.get(f"/joint/details/?id={joint}").status_code == 404
    words = {"target": "满页", "hazard": "通道堵塞", "penalty": "警1号", "coercion": "封1号", "case": "演示案1", "inspector": "演示-检查"}
    for name, secret in words.items():
        assert secret not in client.get(f"/{name}/").text
    login(client, "jia_clerk")
    assert client.get(f"/inspection/details/?id={own}").status_code == 200


def test_a_co_unit_sees_what_the_others_come_for_on_the_joint_page(full, client):
    joint = db.session.scalars(sa.select(Inspection)).first().targets[0].joint_id
    login(client, "bing_clerk")
    assert "仓储和台账" in client.get(f"/joint/details/?id={joint}").text


def _post(client, url, **data):
    return client.post(url, data=data)


def test_the_clerk_plans_on_a_form_that_keeps_what_was_typed(full, client):
    login(client, "jia_clerk")
    field = full.field().id
    given = {"title": "秋季检查", "field": field, "items": "仓储", "basis": "安全生产法"}
    assert "最早可安排2024-08-12" in client.get("/inspection/plan/").text
    wrong = _post(client, "/inspection/plan/", **given, targets="演示没有这家公司 2024-08-20")
    assert wrong.status_code == 422
    assert "企业库中没有" in wrong.text
    assert "秋季检查" in wrong.text
    assert "看不懂" in _post(client, "/inspection/plan/", **given, targets="演示恒达精密制造有限公司").text
    right = _post(client, "/inspection/plan/", **given, targets="演示恒达精密制造有限公司\t20240903\n\n演示满页有限公司，2024-9-4")
    assert right.status_code == 302
    row = db.session.scalars(sa.select(Inspection).where(Inspection.title == "秋季检查")).one()
    assert [(t.enterprise.name, t.planned_on) for t in row.targets] == [
        ("演示恒达精密制造有限公司", date(2024, 9, 3)), ("演示满页有限公司", date(2024, 9, 4))]


def test_an_urgent_visit_is_entered_on_its_form(full, client):
    login(client, "jia_clerk")
    given = {"title": "举报核查", "field": full.field().id, "items": "举报", "basis": "举报件", "targets": "演示恒达精密制造有限公司 2024-08-05"}
    assert "请选择法定情形" in _post(client, "/inspection/direct/", **given).text
    done = _post(client, "/inspection/direct/", **given, ground="COMPLAINT", reason="举报件17号", inspectors="演示-甲、演示-乙")
    assert done.status_code == 302
    assert client.get(done.location).status_code == 200


def test_the_head_approves_on_the_page_and_the_clerk_cannot(full, client):
    row = full.plan(full.firm())
    login(client, "jia_clerk")
    assert client.get(f"/inspection/step/approve/?id={row.id}").status_code == 404
    login(client, "jia_head")
    page = client.get(f"/inspection/step/approve/?id={row.id}").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    assert _post(client, f"/inspection/step/approve/?id={row.id}", version=version, opinion="同意").status_code == 302
    db.session.expire_all()
    assert db.session.get(Inspection, row.id).state == "APPROVED"


def test_a_draw_is_held_replayed_printed_and_becomes_a_plan(full, client):
    login(client, "jia_clerk")
    refused = _post(client, "/draw/hold/", title="抽", wanted="0", witness="演示-王证")
    assert refused.status_code == 422
    done = _post(client, "/draw/hold/", title="秋季双随机", wanted="1", witness="演示-王证", seed="演示种子", field=full.field().id)
    assert done.status_code == 302
    row = db.session.scalars(sa.select(RandomDraw).where(RandomDraw.title == "秋季双随机")).one()
    assert "演示种子" in client.get(done.location).text
    assert "结果与记录一致" in client.get(f"/draw/replay/?id={row.id}").text
    assert client.get(f"/draw/pdf/?id={row.id}").data.startswith(b"%PDF")
    assert row.pairs()[0][0]["name"] in client.get(f"/inspection/plan/?draw={row.id}").text
    login(client, "yi_head")
    assert "结果与记录一致" in client.get(f"/draw/replay/?id={row.id}").text
    assert client.get("/draw/hold/").status_code == 404


def test_a_tampered_draw_says_so_on_the_page(full, client):
    row = db.session.scalars(sa.select(RandomDraw)).first()
    db.session.execute(sa.update(RandomDraw.__table__).values(seed="别的种子"))
    login(client, "leader")
    assert "重放结果与记录不一致" in client.get(f"/draw/replay/?id={row.id}").text


def test_a_request_is_asked_on_its_form(full, client):
    login(client, "jia_clerk")
    given = {"title": "用工调查", "request_kind": "SURVEY", "content": "问卷", "scope_note": "园区", "enterprise_count": "30", "basis": "统计法第七条"}
    assert "要求完成的日期" in _post(client, "/request/ask/", **given).text
    assert "请填整数" in _post(client, "/request/ask/", **given | {"enterprise_count": "三十"}, wanted_on="20240830").text
    assert _post(client, "/request/ask/", **given, wanted_on="20240830").status_code == 302


def test_a_unit_registers_for_itself_only(full, client):
    login(client, "jia_clerk")
    firm = db.session.scalars(sa.select(Enterprise.id)).first()
    given = {"enterprise": firm, "kind": "SEAL", "document_no": "封9号", "basis": "法", "property": "设备", "starts_on": "2024-08-01",
             "ends_on": "2024-08-20", "impact": "NONE", "capital_left": "y", "accounts_left": "y"}
    page = client.get("/coercion/new/").text
    assert re.search(rf'<option value="{full.cast.jia.id}"[^>]* selected>', page)
    assert _post(client, "/coercion/new/", **given, unit=full.cast.yi.id).status_code == 200
    assert db.session.scalar(sa.select(CoerciveMeasure.id).where(CoerciveMeasure.document_no == "封9号")) is None
    assert _post(client, "/coercion/new/", **given, unit=full.cast.jia.id).status_code == 302


def test_every_figure_of_the_reports_opens_a_list_with_rows(full, client):
    login(client, "supervisor")
    links = {
        cell.url for code, period in (("inspection-year", "2024"), ("case-quarter", "2024-Q3"))
        for sheet in kind_of(code).build(period).sheets for row in sheet.rows for cell in row if getattr(cell, "url", "")
    }
    assert len(links) >= 12
    for url in sorted(links):
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert "已忽略" not in answer.text, url


def test_the_reports_are_for_those_who_supervise(full, app):
    for who in ("supervisor", "leader", "park", "coordinator", "discipline"):
        page = login(app.test_client(), who).get("/report/?kind=inspection-year&period=2024").text
        assert "跨部门联合检查1个" in page, who
    assert login(app.test_client(), "jia_clerk").get("/report/?kind=inspection-year&period=2024").status_code == 404


def test_the_reviewer_reads_the_files_drawn_for_it_and_no_others(full, client):
    db.session.add(CaseFile(number="演示案2", unit=full.cast.yi, kind=CaseKind.PENALTY, title="别的案", closed_on=date(2024, 7, 1)))
    row = db.session.scalars(sa.select(CaseReview)).one()
    login(client, "justice")
    assert "未按期报告" in client.get(f"/review/details/?id={row.id}").text
    page = client.get("/case/").text
    assert "演示案1" in page
    assert "演示案2" not in page
