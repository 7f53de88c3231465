"""Nodes of major projects, approval cases with a promise, the random test (S6, S7)."""

from datetime import date, datetime

import pytest

from models import ApprovalCase, ApprovalItem, MajorProject, Milestone, OnlineTest, Problem, db
from models.errors import Invalid, NotPermitted
from models.now import TZ, as_of
from models.report import kind_of, shown
from models.supervision.online import choose, draw
from models.supervision.states import ApprovalState, DrawResult, Focus, MilestoneState, Verdict
from models.supervision.sweep import warn_promises
from models.sweep.signing import remind_due_soon
from tests.cast import login


def at(text: str) -> datetime:
    """A moment of 2024."""
    return datetime.strptime(f"2024-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=TZ)


@pytest.fixture
def project(cast) -> MajorProject:
    """A project of 甲局 in the green channel."""
    row = MajorProject(name="演示产业园", lead=cast.jia, green_channel=True)
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def node(cast, project) -> Milestone:
    """Due on Thursday, 15 August."""
    return Milestone.plan(by=cast.supervisor, project=project, title="用地手续办结", planned_on=date(2024, 8, 15), focus=Focus.PROCEDURES)


@pytest.fixture
def item(cast) -> ApprovalItem:
    """Twenty days by law, five promised, two in the green channel."""
    row = ApprovalItem(code="SP-1", name="人力资源服务许可", unit=cast.jia, legal_days=20, promised_days=5, green_days=2)
    db.session.add(row)
    db.session.flush()
    return row


def test_a_node_keeps_its_first_plan_and_its_real_day(cast, node):
    assert (node.number, node.due_at) == ("JD202408-00001", at("08-15 17:30"))
    node.reschedule(by=cast.supervisor, until=date(2024, 8, 22), reason="雨天。")
    with as_of(at("08-21 10:00")):
        node.report(by=cast.jia_clerk, done_on=date(2024, 8, 20), result="已办结。")
        node.verify(by=cast.supervisor)
    assert (node.state, node.planned_on, node.done_on, node.slip, node.light) == (
        MilestoneState.DONE, date(2024, 8, 15), date(2024, 8, 20), 5, "DONE")


def test_a_node_is_not_done_tomorrow(cast, node):
    with pytest.raises(Invalid, match="不能晚于今天"):
        node.report(by=cast.jia_clerk, done_on=date(2024, 8, 6), result="已办结。")


def test_an_unverified_node_goes_on_with_its_old_date(cast, node):
    node.report(by=cast.jia_clerk, done_on=date(2024, 8, 5), result="已办结。")
    node.send_back(by=cast.supervisor, reason="批文未见。")
    assert (node.state, node.done_on, node.answered_at, node.due_at) == (MilestoneState.PLANNED, None, None, at("08-15 17:30"))


def test_a_unit_sets_no_nodes(cast, project):
    with pytest.raises(NotPermitted):
        Milestone.plan(by=cast.jia_clerk, project=project, title="节点", planned_on=date(2024, 8, 15), focus=Focus.FUNDS)


def test_a_problem_in_the_way_of_a_node_is_handled_rapidly(cast, client, node):
    login(client, "supervisor")
    page = client.get(f"/problem/register/?milestone={node.id}").text
    assert "快速处置" in page
    client.post("/problem/register/", data={
        "source": "PROJECT", "milestone": node.id, "unit": cast.jia.id, "title": "批文退回", "content": "两次退回。", "rapid": "y"})
    problem = db.session.scalars(db.select(Problem)).one()
    assert (problem.milestone.id, problem.due_at) == (node.id, at("08-08 17:30"))
    assert problem.number in client.get(f"/milestone/details/?id={node.id}").text


def test_the_page_of_a_project_shows_the_four_contents(cast, client, node):
    text = login(client, "supervisor").get(f"/project/details/?id={node.project_id}").text
    for focus in Focus:
        assert focus.label in text
    assert "用地手续办结" in text


def test_the_promise_is_the_clock_and_the_green_channel_has_its_own(cast, item, project):
    usual = ApprovalCase.accept(by=cast.jia_clerk, item=item, applicant="演示企业")
    green = ApprovalCase.accept(by=cast.jia_clerk, item=item, applicant="演示企业", project=project)
    assert (usual.due_at, green.due_at) == (at("08-12 17:30"), at("08-07 17:30"))


def test_a_case_is_warned_of_before_and_at_the_promise_once_each(cast, item):
    case = ApprovalCase.accept(by=cast.jia_clerk, item=item, applicant="演示企业")
    with as_of(at("08-09 08:00")):
        assert (remind_due_soon(), remind_due_soon(), warn_promises()) == (1, 0, 0)
    with as_of(at("08-12 17:31")):
        assert (warn_promises(), warn_promises(), case.light) == (1, 0, "RED")
    assert [event.label for event in case.events[:2]] == ["超承诺预警", "到期提醒"]


def test_time_that_does_not_count_by_law_moves_the_promise(cast, item):
    case = ApprovalCase.accept(by=cast.jia_clerk, item=item, applicant="演示企业")
    with as_of(at("08-06 10:00")):
        case.pause(by=cast.jia_clerk, reason="补正材料。")
    with as_of(at("08-20 10:00")):
        assert warn_promises() == 0
        case.resume(by=cast.jia_clerk)
    assert (case.state, case.paused_days, case.due_at) == (ApprovalState.RUNNING, 10, at("08-26 17:30"))


def test_a_case_beyond_its_promise_can_no_longer_be_stopped(cast, item):
    case = ApprovalCase.accept(by=cast.jia_clerk, item=item, applicant="演示企业")
    with as_of(at("08-13 10:00")), pytest.raises(Invalid, match="已超承诺"):
        case.pause(by=cast.jia_clerk, reason="补正材料。")


def test_a_refusal_gives_reasons(cast, item):
    case = ApprovalCase.accept(by=cast.jia_clerk, item=item, applicant="演示企业")
    with pytest.raises(Invalid, match="理由"):
        case.decide(by=cast.jia_clerk, verdict=Verdict.REFUSE)


def test_a_clerk_accepts_for_the_own_office_only(cast, client, item):
    login(client, "yi_clerk")
    answer = client.post("/approval/accept/", data={"item": item.id, "applicant": "演示企业"})
    assert answer.status_code == 422
    assert db.session.scalar(db.select(db.func.count()).select_from(ApprovalCase)) == 0
    login(client.application.test_client(), "jia_clerk").post("/approval/accept/", data={"item": item.id, "applicant": "演示恒达精密制造有限公司"})
    assert db.session.scalars(db.select(ApprovalCase)).one().enterprise is not None


def test_kept_promises_are_recounted_from_the_cases(cast, item):
    for days in (1, 5, 12):
        with as_of(at("08-05 10:00")):
            case = ApprovalCase.accept(by=cast.jia_clerk, item=item, applicant="演示企业")
        with as_of(at(f"08-{5 + days:02} 10:00")):
            case.decide(by=cast.jia_clerk, verdict=Verdict.GRANT)
    with as_of(at("08-05 10:00")):
        ApprovalCase.accept(by=cast.jia_clerk, item=item, applicant="演示企业")
        db.session.flush()
    with as_of(at("08-31 10:00")):
        report = kind_of("approval-month").build("2024-08")
        rows = db.session.scalars(db.select(ApprovalCase)).all()
        due = [row for row in rows if row.due_at <= at("08-31 10:00")]
        kept = [row for row in due if row.closed_at and row.closed_at <= row.due_at]
    assert [shown(cell) for cell in report.sheets[0].rows[0]] == ["区人社局", str(len(due)), str(len(kept)), "1", "50.0%"]
    with as_of(at("09-30 10:00")):
        assert shown(kind_of("approval-month").build("2024-09").sheets[0].rows[-1][-1]) == "—"


def test_a_draw_can_be_repeated_from_its_seed(cast, item):
    for number in range(2, 9):
        db.session.add(ApprovalItem(code=f"SP-{number}", name=f"事项{number}", unit=cast.yi, promised_days=3, online=number < 8))
    db.session.flush()
    rows = draw(4, by=cast.supervisor, seed=77)
    online = list(db.session.scalars(db.select(ApprovalItem.id).where(ApprovalItem.online)))
    assert sorted(row.item_id for row in rows) == choose(online, 4, 77)
    assert {row.seed for row in rows} == {77}
    assert draw(2, by=cast.supervisor)[0].batch == "WB20240805-2"
    with pytest.raises(Invalid, match="共7项"):
        draw(8, by=cast.supervisor)
    with pytest.raises(NotPermitted):
        draw(1, by=cast.jia_clerk)


def test_the_passable_rate_leaves_out_what_is_not_tested_yet(cast, item):
    others = [ApprovalItem(code=f"SP-{number}", name=f"事项{number}", unit=cast.yi, promised_days=3) for number in range(2, 5)]
    db.session.add_all(others)
    db.session.flush()
    rows = draw(4, by=cast.supervisor, seed=1)
    for row, result in zip(rows, (DrawResult.SMOOTH, DrawResult.SMOOTH, DrawResult.FAULTY), strict=False):
        row.result, row.tested_on, row.fault = result, date(2024, 8, 5), "材料清单不一致" if result == DrawResult.FAULTY else None
    db.session.flush()
    raw = db.session.scalars(db.select(OnlineTest.result)).all()
    report = kind_of("approval-month").build("2024-08")
    assert [shown(cell) for cell in report.sheets[1].rows[-1]] == ["合计", "3", "2", "66.7%"]
    assert sorted(raw) == ["FAULTY", "PENDING", "SMOOTH", "SMOOTH"]
    assert shown(kind_of("approval-month").build("2024-07").sheets[1].rows[-1][-1]) == "—"


def test_drawing_is_done_on_the_page(cast, client, item):
    login(client, "supervisor")
    assert client.post("/onlinetest/draw/", data={"count": "9"}).status_code == 422
    assert "批次" in client.post("/onlinetest/draw/", data={"count": "1", "seed": "5"}, follow_redirects=True).text
