"""Leave for protected enterprises is decided in sight of what speaks against it; a plan's form names every mistake at once."""

import re
from datetime import date

import sqlalchemy as sa

from models import Inspection, db
from models.inspection.states import InspectionState as S
from tests.cast import login
from tests.inspection.desk import page as paper


def _version(page: str) -> str:
    return re.search(r'name="version"[^>]*value="(\d+)"', page)[1]


def test_who_gives_leave_reads_what_speaks_against_the_visit_and_may_refuse_it(desk, app, client):
    firm = desk.firm("演示受护机械有限公司")
    row = desk.plan(firm)
    firm.is_whitelisted = True
    db.session.commit()
    login(client, "leader")
    for step in ("permit", "refuse_leave"):
        page = client.get(f"/inspection/step/{step}/?id={row.id}").text
        assert "须准予例外的企业" in page
        assert "“白名单”内" in page
    page = client.get(f"/inspection/step/refuse_leave/?id={row.id}").text
    missing = client.post(f"/inspection/step/refuse_leave/?id={row.id}", data={"version": _version(page), "reason": ""})
    assert missing.status_code == 422
    done = client.post(f"/inspection/step/refuse_leave/?id={row.id}", data={"version": _version(page), "reason": "半年内已到过一次"})
    assert done.status_code == 302
    db.session.expire_all()
    row = db.session.get(Inspection, row.id)
    assert (row.state, row.approved_by, row.filed_at) == (S.RETURNED, None, None)
    clerk = login(app.test_client(), "jia_clerk").get(f"/inspection/details/?id={row.id}").text
    assert "半年内已到过一次" in clerk
    assert "修改计划" in clerk


def test_leave_that_nobody_needs_cannot_be_refused(desk, client):
    row = desk.plan(desk.firm())
    login(client, "leader")
    page = client.get(f"/inspection/step/refuse_leave/?id={row.id}").text
    assert client.post(f"/inspection/step/refuse_leave/?id={row.id}", data={"version": _version(page), "reason": "不必"}).status_code == 409
    assert db.session.get(Inspection, row.id).state == S.DRAFTED


def test_a_plan_names_every_mistake_at_once(desk, client):
    desk.firm("演示三行有限公司")
    login(client, "jia_clerk")
    lines = "演示查无此厂 2024-09-03\n演示三行有限公司\n演示三行有限公司 2024-13-45\n演示三行有限公司 2024-09-04"
    page = client.post("/inspection/plan/", data={"title": "", "field": "", "items": "仓储", "basis": "", "targets": lines}).text
    for words in ("请填写检查名称", "请选择监管领域", "请填写检查依据", "第1行：“演示查无此厂”企业库中没有", "第2行看不懂", "第3行的日期不对：2024-13-45"):
        assert words in page, words
    assert "第4行" not in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Inspection)) == 0


def test_a_plan_without_mistakes_is_kept_line_by_line(desk, client):
    desk.firm("演示三行有限公司")
    login(client, "jia_clerk")
    given = {"title": "秋季检查", "field": desk.field().id, "items": "仓储", "basis": "安全生产法"}
    assert client.post("/inspection/plan/", data=given | {"targets": "演示三行有限公司 2024-09-04"}).status_code == 302
    row = db.session.scalars(sa.select(Inspection)).one()
    assert [(target.enterprise.name, target.planned_on) for target in row.targets] == [("演示三行有限公司", date(2024, 9, 4))]


def test_the_park_reads_how_far_the_letter_to_the_enterprise_is(desk, client):
    joint = desk.agreed(desk.firm("演示告知有限公司"))
    address = f"/joint/details/?id={joint.id}"
    login(client, "park")
    assert "待督导员签发" not in client.get(address).text
    joint.notify(by=desk.user("park"), contact="演示-园区，0000-2000001")
    db.session.commit()
    assert "已拟好，待督导员签发；签发后方可实施" in client.get(address).text
    joint.notices[0].issue(by=desk.cast.supervisor, render=paper)
    db.session.commit()
    page = client.get(address).text
    assert f"{joint.letter.number}（" in page
    assert "待督导员签发" not in page
