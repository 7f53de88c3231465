"""Campaigns, checks, suggestions, sessions, transactions, reform ledgers through their pages (S1, S2, S9–S11, K9)."""

import re
from datetime import date

import pytest

from models import (
    Campaign,
    Check,
    Concentration,
    InquirySession,
    Lead,
    ParallelApproval,
    Problem,
    ReformItem,
    Suggestion,
    Trade,
    db,
    scope,
)
from models.now import now
from models.supervision.states import LeadSource, ProblemSource
from models.ticket import Outcome
from tests.cast import login

FIRM = "演示恒达精密制造有限公司"


def one(model: type) -> object:
    return db.session.scalars(db.select(model)).one()


def test_a_campaign_is_entered_with_its_units(cast, client):
    login(client, "supervisor")
    client.post("/campaign/new/", data={"code": "ZX-1", "name": "窗口作风专项监督", "starts_on": "2024-08-01", "ends_on": "2024-10-31",
                                        "units": [cast.jia.id, cast.yi.id], "is_active": "y"})
    campaign = db.session.scalars(db.select(Campaign).where(Campaign.code == "ZX-1")).one()
    assert {unit.code for unit in campaign.units} == {"renshe", "caizheng"}
    assert "窗口作风专项监督" in client.get(f"/campaign/details/?id={campaign.id}").text


def test_a_check_is_entered_with_the_enterprises_by_name(cast, client):
    login(client, "discipline")
    answer = client.post("/check/new/", data={"held_on": "2024-08-02", "method": "SURPRISE", "unit": cast.jia.id, "firms": FIRM, "interviewed": "0",
                                              "files_read": "2", "findings": "窗口空岗"}, follow_redirects=True)
    check = one(Check)
    assert answer.status_code == 200
    assert ([firm.name for firm in check.enterprises], check.interviewed, check.created_by.username) == ([FIRM], 1, "discipline")
    page = client.get(f"/check/details/?id={check.id}").text
    for words in ("突击检查", FIRM, "登记问题", "提出建议", "提交线索"):
        assert words in page


def test_an_unknown_enterprise_is_named_in_the_refusal(cast, client):
    login(client, "discipline")
    answer = client.post("/check/new/", data={"held_on": "2024-08-02", "method": "ROUTINE", "unit": cast.jia.id, "firms": "无此企业", "interviewed": "1",
                                              "files_read": "0"})
    assert "企业库中没有：无此企业" in answer.text
    assert db.session.scalars(db.select(Check)).first() is None


def test_a_problem_is_entered_from_the_check(cast, client, check):
    login(client, "supervisor")
    db.session.commit()
    page = client.get(f"/problem/register/?check={check.id}").text
    assert f'<option selected value="{check.id}">' in page
    client.post("/problem/register/", data={"source": "CHECK", "check": check.id, "unit": cast.jia.id, "title": "空岗", "content": "空岗二十分钟"})
    problem = one(Problem)
    assert (problem.check.id, problem.unit.code) == (check.id, "renshe")
    assert problem.number in client.get(f"/check/details/?id={check.id}").text


def test_the_form_says_what_is_missing(cast, client):
    login(client, "supervisor")
    answer = client.post("/problem/register/", data={"source": "CHECK", "title": "空岗", "content": "空岗"})
    assert answer.status_code == 422
    assert "请选择责任单位" in answer.text


def test_the_unit_works_on_its_problem_in_the_browser_and_others_get_404(cast, client, found):
    problem = found()
    db.session.commit()
    other = client.application.test_client()
    assert login(other, "yi_clerk").get(f"/problem/details/?id={problem.id}").status_code == 404
    login(client, "jia_clerk")
    assert problem.number in client.get("/problem/").text
    answer = client.post(f"/problem/step/rectify/?id={problem.id}", data={"result": "已调整排班", "person": "演示-甲经办", "version": str(problem.version)},
                         follow_redirects=True)
    assert "待验收" in answer.text
    assert client.get(f"/problem/step/accept/?id={problem.id}").status_code == 404
    assert client.get("/check/").status_code == 404


def test_the_supervisors_to_do_holds_problems_to_accept(cast, client, found):
    problem = found()
    problem.rectify(by=cast.jia_clerk, result="已整改。", person="演示-甲经办")
    db.session.commit()
    assert problem.title in login(client, "discipline").get("/?tab=todo").text or "验收" in client.get("/problem/?tab=check").text


def test_a_suggestion_has_an_answer_and_a_day_together(cast, client, check):
    login(client, "supervisor")
    about = {"made_on": "2024-08-02", "unit": cast.jia.id, "content": "实行AB岗"}
    answer = client.post("/suggestion/new/", data=about | {"adoption": "ADOPTED"})
    assert "采纳情况和答复日期要同时填写" in answer.text
    client.post("/suggestion/new/", data=about | {"adoption": "ADOPTED", "answered_on": "2024-08-05", "answer": "已实行"})
    assert one(Suggestion).adoption == "ADOPTED"


@pytest.mark.parametrize(("username", "seen"), [("jia_clerk", 1), ("yi_clerk", 0), ("coordinator", 1), ("intake", 0)])
def test_a_unit_sees_suggestions_made_to_it(cast, username, seen):
    db.session.add(Suggestion(made_on=date(2024, 8, 2), unit=cast.jia, content="实行AB岗"))
    user = getattr(cast, username)
    _ = user.grants, user.group_units
    db.session.flush()
    with scope.acting(user):
        assert db.session.scalar(db.select(db.func.count()).select_from(Suggestion)) == seen


def test_a_point_raised_in_public_becomes_a_problem_with_unit_and_deadline(cast, client):
    session = InquirySession(name="人民质询会", held_on=date(2024, 8, 1), units=[cast.jia])
    db.session.add(session)
    db.session.commit()
    login(client, "coordinator")
    assert "交办问题" in client.get(f"/session/details/?id={session.id}").text
    client.post("/problem/register/", data={"source": "QUESTIONING", "session": session.id, "unit": cast.jia.id, "title": "多次补正", "content": "三次补正",
                                            "due": "2024-08-16"})
    problem = one(Problem)
    assert (problem.source, problem.due_at.date(), problem.unit.code) == (ProblemSource.QUESTIONING, date(2024, 8, 16), "renshe")
    assert problem.number in client.get(f"/session/details/?id={session.id}").text


def test_an_irregular_transaction_becomes_a_lead_once(cast, client):
    login(client, "supervisor")
    about = {"code": "JY-1", "title": "道路工程", "kind": "WORKS", "owner": cast.jia.id, "supervised": "IRREGULAR"}
    assert "异常情况" in client.post("/trade/new/", data=about).text
    client.post("/trade/new/", data=about | {"irregularity": "三家标书雷同"})
    trade, lead = one(Trade), one(Lead)
    assert (lead.source, lead.trade_id, lead.reported_unit.code, lead.content) == (LeadSource.TRADE, trade.id, "renshe", "三家标书雷同")
    client.post(f"/trade/edit/?id={trade.id}", data=about | {"irregularity": "三家标书雷同，价格规律"})
    assert one(Lead).id == lead.id


def test_a_regular_transaction_becomes_none(cast, client):
    login(client, "discipline")
    client.post("/trade/new/", data={"code": "JY-2", "title": "采购", "kind": "PURCHASE", "supervised": "INSIDE"})
    assert one(Trade).code == "JY-2"
    assert db.session.scalars(db.select(Lead)).first() is None


def test_two_concentrations_name_what_is_missing(cast, client):
    row = Concentration(unit=cast.jia, section_on=date(2024, 6, 1), stationed_on=date(2024, 6, 1), items_total=9, items_in=9)
    db.session.add(row)
    db.session.flush()
    assert (row.missing, row.is_done) == (["事项到位", "授权到位"], False)
    row.items_on = row.authorised_on = date(2024, 7, 1)
    assert row.is_done
    db.session.commit()
    assert "已到位" in login(client, "coordinator").get("/concentration/").text


def test_a_parallel_approval_names_its_lead_and_the_units_beside_it(cast, client):
    login(client, "coordinator")
    about = {"name": "施工许可并联审批", "lead": cast.jia.id, "units": [cast.yi.id], "days_before": "20", "days_after": "8"}
    assert client.post("/parallel/new/", data=about).status_code == 302
    row = one(ParallelApproval)
    assert (row.lead, row.units, row.days_before, row.days_after) == (cast.jia, [cast.yi], 20, 8)
    assert "施工许可并联审批" in client.get(f"/parallel/?flt_lead={cast.jia.id}").text


@pytest.mark.parametrize(("kind", "label"), [("POWER", "权力清单"), ("NEGATIVE", "负面清单"), ("CANCELLED", "取消事项"), ("ADJUSTED", "调整事项")])
def test_each_list_of_the_reform_shows_what_is_carried_out_and_what_is_not(cast, client, kind, label):
    for title, day in (("已落实的", date(2024, 7, 1)), ("还没办的", None)):
        db.session.add(ReformItem(kind=kind, title=title, unit=cast.jia, done_on=day))
    db.session.commit()
    login(client, "coordinator")
    done, open_ = (client.get(f"/reform/?flt_kind={kind}&flt_done={value}").text.split("<tbody")[1] for value in "10")
    assert label in done
    assert ("已落实的" in done, "还没办的" in done, "已落实的" in open_, "还没办的" in open_) == (True, False, False, True)


def test_a_unit_keeps_its_own_line_of_the_reform_ledger_only(cast, client):
    mine, other = (ReformItem(kind="CANCELLED", title="户外广告登记", unit=unit) for unit in (cast.jia, cast.yi))
    db.session.add_all([mine, other])
    db.session.commit()
    login(client, "jia_clerk")
    about = {"kind": "CANCELLED", "title": "户外广告登记", "done_on": "2024-08-01"}
    client.post(f"/reform/edit/?id={mine.id}", data=about | {"unit": cast.jia.id})
    client.post(f"/reform/edit/?id={other.id}", data=about | {"unit": cast.yi.id})
    db.session.expire_all()
    assert (mine.done_on, other.done_on) == (date(2024, 8, 1), None)


def test_an_outcome_is_summed_under_the_list_and_a_tickets_own_is_not_edited_here(cast, client):
    ticket = cast.accepted()
    rows = [Outcome(kind="企业退税", unit=cast.yi, amount=120), Outcome(kind="企业退税", unit=cast.jia, amount=30),
            Outcome(kind="资金", unit=cast.jia, amount=5, ticket=ticket)]
    db.session.add_all(rows)
    db.session.commit()
    login(client, "supervisor")
    assert "155.00" in client.get("/outcome/").text
    assert "150.00" in client.get("/outcome/?flt_kind=企业退税").text
    answer = client.post(f"/outcome/edit/?id={rows[2].id}", data={"at": "2024-08-05 09:00:00", "kind": "资金", "amount": "9"})
    assert "诉求中更正" in answer.text


@pytest.mark.parametrize("page", ["campaign", "check", "suggestion", "outcome", "session", "project", "trade", "onlinetest"])
def test_administrators_and_the_front_desk_do_not_reach_the_registers(cast, client, page):
    for username in ("sysadmin", "secadmin", "auditor", "intake", "special"):
        other = client.application.test_client()
        assert login(other, username).get(f"/{page}/").status_code == 404


def test_a_campaign_without_a_number_gets_the_next_one_of_the_month(client, cast):
    login(client, "supervisor")
    given = {"starts_on": "2024-08-01", "ends_on": "2024-10-31", "is_active": "y", "units": []}
    stem = f"ZX{now():%Y%m}"
    for name, typed in (("一", f"{stem}-002"), ("二", ""), ("三", "")):
        assert client.post("/campaign/new/", data=given | {"code": typed, "name": name}).status_code == 302
    numbers = {row.name: row.code for row in db.session.scalars(db.select(Campaign))}
    assert (numbers["一"], numbers["二"], numbers["三"]) == (f"{stem}-002", f"{stem}-001", f"{stem}-003")
    second = db.session.scalars(db.select(Campaign).where(Campaign.name == "二")).one()
    assert client.post(f"/campaign/edit/?id={second.id}", data=given | {"code": "", "name": "二改"}).status_code == 302
    db.session.expire_all()
    assert db.session.get(Campaign, second.id).code == f"{stem}-001"


def test_a_problem_names_everything_missing_at_once(client, cast):
    login(client, "discipline")
    page = client.post("/problem/register/", data={"source": "CHECK", "title": "", "content": " "}).text
    for words in ("请选择责任单位", "请填写问题事实", "请填写问题"):
        assert words in page, words


def test_a_problem_given_without_a_day_runs_by_the_standard(client, cast):
    login(client, "discipline")
    client.post("/check/new/", data={"held_on": "2024-08-02", "method": "ROUTINE", "unit": cast.jia.id, "interviewed": "0", "files_read": "0"})
    given = {"source": "CHECK", "check": one(Check).id, "unit": cast.jia.id, "title": "空岗", "content": "空岗二十分钟"}
    assert client.post("/problem/register/", data=given | {"due": "下周"}).status_code == 422
    assert client.post("/problem/register/", data=given | {"due": ""}).status_code == 302  # what a browser sends for an empty box
    assert one(Problem).due_at is not None


def test_a_suggestion_begins_from_the_check_it_is_about(client, cast):
    login(client, "discipline")
    client.post("/check/new/", data={"held_on": "2024-08-02", "method": "ROUTINE", "unit": cast.jia.id, "interviewed": "0", "files_read": "0"})
    page = client.get(f"/suggestion/new/?check={one(Check).id}")
    assert page.status_code == 200
    assert re.search(rf'<option value="{cast.jia.id}"[^>]* selected', page.text)
