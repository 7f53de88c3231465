"""Other systems: demands in by external number, out by cursor; the same permissions and scope as for people."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import ApiClient, AuditEntry, Permission, Role, Ticket, db
from models.identity.account import dormant
from models.now import as_of, now
from models.supervision import Lead
from models.supervision.states import LeadSource
from models.user import Level
from tests.public.street import settings
from views.api.document import document

DEMAND = {"title": "稳岗返还未到账", "content": "提交后两个月没有到账。", "enterprise_name": "演示远航科技有限公司", "contact_phone": "13812345678"}


def tickets():
    return db.session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()


def test_a_demand_sent_twice_is_one_demand_brought_up_to_date(call):
    first = call("PUT", "/tickets/HOTLINE/12345-0001", json=DEMAND)
    assert first.status_code == 201
    second = call("PUT", "/tickets/HOTLINE/12345-0001", json=DEMAND | {"content": "补充：三个月了。"})
    assert (second.status_code, second.json["number"]) == (200, first.json["number"])
    [ticket] = tickets()
    assert (ticket.content, ticket.source_number, ticket.state) == ("补充：三个月了。", "12345-0001", "REGISTERED")
    assert call("PUT", "/tickets/ZHENGQITONG/12345-0001", json=DEMAND).status_code == 201  # another channel, another demand


def test_once_given_to_a_unit_a_new_text_goes_into_the_timeline_once(call, cast):
    call("PUT", "/tickets/HOTLINE/1", json=DEMAND)
    [ticket] = tickets()
    ticket.dispatch(by=cast.coordinator, lead=cast.jia)
    for _ in range(2):
        assert call("PUT", "/tickets/HOTLINE/1", json=DEMAND | {"content": "企业又来电。"}).status_code == 200
    db.session.expire_all()
    assert ticket.content == DEMAND["content"]
    assert [event.note for event in ticket.events if event.action == "source_update"] == ["来件新内容：企业又来电。"]
    ticket.withdraw(by=cast.intake, reason="x")
    answer = call("PUT", "/tickets/HOTLINE/1", json=DEMAND | {"content": "再来电。"})
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert "已经终结" in answer.json["detail"]


def test_what_is_wrong_is_said_field_by_field_in_chinese(call):
    answer = call("PUT", "/tickets/HOTLINE/1", json={"title": "", "content": 5, "enterprise_name": "x" * 121, "contact_phone": "1", "state": "CLOSED"})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    said = {error["field"]: error["message"] for error in answer.json["errors"]}
    assert said["title"] == "请填写标题"
    assert said["content"] == "诉求内容应为文字"
    assert "120字以内" in said["enterprise_name"]
    assert "电话号码不对" in said["contact_phone"]
    assert said["state"] == "没有这个字段"
    assert tickets() == []
    assert call("PUT", "/tickets/HOTLINE/1", data="{", content_type="application/json").status_code == 400
    assert call("PUT", "/tickets/HOTLINE/1", data="x").status_code == 415
    assert call("PUT", "/tickets/NOWHERE/1", json=DEMAND).status_code == 404


def test_the_cursor_hands_out_each_change_once_and_in_order(call, cast):
    for n in range(5):
        cast.ticket(title=f"第{n}件", contact_phone="13812345678", contact_name="王小明")
    page = call("GET", "/tickets?limit=3").json
    assert ([row["title"] for row in page["items"]], page["more"]) == (["第0件", "第1件", "第2件"], True)
    page = call("GET", f"/tickets?since={page['next']}&limit=3").json
    assert ([row["title"] for row in page["items"]], page["more"]) == (["第3件", "第4件"], False)
    assert call("GET", f"/tickets?since={page['next']}").json["items"] == []
    tickets()[1].dispatch(by=cast.coordinator, lead=cast.jia, note="内部意见")
    answer = call("GET", f"/tickets?since={page['next']}")
    [row] = answer.json["items"]
    assert (row["title"], row["state"], row["unit"]) == ("第1件", "DISPATCHED", "区人社局")
    assert row["contact_phone"] == "138****5678"
    assert "内部意见" not in answer.text
    assert "13812345678" not in answer.text


def test_the_scope_is_that_of_the_account(call, cast, account):
    mine, other = cast.ticket(title="甲的"), cast.ticket(title="乙的")
    mine.dispatch(by=cast.coordinator, lead=cast.jia)
    other.dispatch(by=cast.coordinator, lead=cast.yi)
    role = db.session.scalars(sa.select(Role).where(Role.code == "INTERFACE")).one()
    for grant in db.session.scalars(sa.select(Permission).where(Permission.role_id == role.id, Permission.resource == "ticket")):
        grant.scope = Level.UNIT
    db.session.delete(db.session.scalars(sa.select(Permission).where(Permission.role_id == role.id, Permission.resource == "enterprise")).one())
    account.unit = cast.jia
    db.session.commit()
    assert [row["title"] for row in call("GET", "/tickets").json["items"]] == ["甲的"]
    assert [row["title"] for row in call("GET", "/matters/due?before=2024-12-31").json["items"]] == ["甲的"]
    assert call("GET", f"/tickets/{other.number}").status_code == 404
    assert call("GET", f"/tickets/{mine.number}").status_code == 200
    assert call("GET", "/enterprises").status_code == 403


def test_due_matters_leave_confidential_ones_out(call, cast):
    role = db.session.scalars(sa.select(Role).where(Role.code == "INTERFACE")).one()
    db.session.add(Permission(role=role, resource="lead", action="view", scope=Level.ALL))
    lead = Lead.receive(by=cast.discipline, title="机密线索", content="机密", source=LeadSource.REPORT)
    lead.due_at = lead.warn_at = now() + timedelta(days=1)
    cast.dispatched(title="普通的")
    assert [row["title"] for row in call("GET", "/matters/due?before=2024-12-31").json["items"]] == ["普通的"]
    assert call("GET", "/matters/due?before=2024-13-01").status_code == 400


def test_enterprises_come_without_people(call, cast):
    [row] = call("GET", "/enterprises").json["items"]
    assert row["credit_code"] == "91440300192317458F"
    assert not {"contact_name", "contact_phone"} & row.keys()


@pytest.mark.parametrize("how", ["none", "wrong", "revoked", "expired", "account off", "account promoted"])
def test_a_token_that_is_not_good_opens_nothing(call, cast, account, how, token):
    client = db.session.scalars(sa.select(ApiClient)).one()
    match how:
        case "revoked":
            client.revoke()
        case "account off":
            account.is_active = False
        case "account promoted":
            account.roles = [*account.roles, *cast.yi_head.roles]
    db.session.commit()
    given = {"none": None, "wrong": "dd_" + "x" * 43}.get(how, token)
    with as_of(now() + timedelta(days=366 if how == "expired" else 0)):
        answer = call("GET", "/tickets", token=given)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "令牌" in answer.json["title"]


def test_an_account_that_never_logs_in_stays_awake_as_long_as_its_token_is_used(call, cast, account):
    start = now()
    with as_of(start + timedelta(days=80)):
        assert call("GET", "/enterprises").status_code == 200
    with as_of(start + timedelta(days=169)):
        assert account not in dormant(90)
    with as_of(start + timedelta(days=171)):
        assert account in dormant(90)


def test_a_log_in_of_a_person_opens_nothing_here(call, desk, token):
    assert desk("coordinator").raw("/api/v1/tickets").status_code == 401
    assert desk("coordinator").raw("/api/v1/nowhere").status_code == 404


def test_off_by_default(call, token):
    settings(api_on="否")
    for path in ("/tickets", "/openapi.json"):
        assert call("GET", path).status_code == 404


def test_too_many_requests_and_too_many_wrong_tokens_are_stopped(call):
    settings(api_per_minute="3")
    assert [call("GET", "/enterprises").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(call("GET", "/enterprises").headers["Retry-After"]) > 0
    answers = [call("GET", "/enterprises", token="dd_" + "y" * 43).status_code for _ in range(32)]
    assert answers.count(401) == 30
    assert answers[-1] == 429


def test_what_a_system_reads_and_writes_is_in_the_trail_under_its_name(call):
    call("PUT", "/tickets/HOTLINE/1", json=DEMAND)
    call("GET", "/tickets")
    found = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.user_name == "12345平台（接口）")).all()
    assert {"接口读取", "新增"} <= {entry.action for entry in found}


def test_the_administrator_issues_a_token_once_for_interface_accounts_only(call, desk, cast, account, token):
    admin = desk("sysadmin")
    page = admin.post("/client/new/", {"name": "政企通", "user": str(account.id), "expires_on": "2025-08-01"})
    assert page.status == 302, page.said
    shown = admin.get("/client/")
    made = next(word for word in shown.said.replace("：", " ").replace("（", " ").split() if word.startswith("dd_"))
    assert made not in admin.get("/client/").html
    assert call("GET", "/enterprises", token=made).status_code == 200
    assert made not in "".join(db.session.scalars(sa.select(AuditEntry.changes)))
    assert admin.post("/client/new/", {"name": "冒名", "user": str(cast.coordinator.id), "expires_on": "2025-08-01"}).status != 302
    row = db.session.scalars(sa.select(ApiClient).where(ApiClient.name == "政企通")).one()
    assert admin.post("/client/action/", {"action": "revoke", "rowid": [str(row.id)]}).status == 302
    assert call("GET", "/enterprises", token=made).status_code == 401


def test_the_document_on_file_is_the_one_that_is_served(call):
    kept = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))
    assert kept == call("GET", "/openapi.json", token=None).json == json.loads(json.dumps(document()))
