"""Verbs on many rows at once: from the verb's own declaration, each row by itself, one reminder a day."""

from datetime import timedelta
from urllib.parse import quote

from models.now import now
from models.task import Task
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE


def press(browser, address, action, rows, **more):
    return browser.post(address, {"action": action, "rowid": [str(row.id) for row in rows], "scope": "page"} | more)


def given(cast, title):
    """A task 甲局 owes next week."""
    return Task.give(by=cast.coordinator, unit=cast.jia, title=title, due_at=now() + timedelta(days=7))


def submitted(cast, title):
    task = given(cast, title)
    task.submit(by=cast.jia_clerk, result="办好了")
    return task


def test_many_tasks_are_accepted_and_the_opinion_stands_in_each_course(desk, cast):
    rows = [submitted(cast, f"任务{n}") for n in range(2)]
    early = given(cast, "还没报送")
    press(desk("coordinator"), "/task/action/", "accept", [*rows, early], note="验收合格")
    assert [row.state.label for row in rows] == ["已完成", "已完成"]
    assert all(row.events[0].note == "验收合格" for row in rows)
    said = desk("coordinator").get("/task/").said
    assert "已验收 2 条" in said
    assert early.number in said


def test_what_must_be_reasoned_is_not_done_without_a_reason(desk, cast):
    row = given(cast, "免办试试")
    press(desk("coordinator"), "/task/action/", "waive", [row])
    assert row.is_open
    assert "请填写免办理由" in desk("coordinator").get("/task/").said
    button = desk("coordinator").get("/task/").tree.xpath("//button[@value='waive']")[0]
    assert (button.get("data-label"), "data-required" in button.attrib) == ("免办理由", True)
    press(desk("coordinator"), "/task/action/", "waive", [row], note="上级已取消")
    assert row.state.label == "免办"


def test_reminders_reach_every_kind_from_the_list_of_all_matters_but_once_a_day(desk, cast):
    rows = [cast.accepted(title="诉求一件"), given(cast, "任务一件")]
    for _ in range(2):
        press(desk("supervisor"), "/matter/action/", "nudge", rows, note="请抓紧")
    assert [row.reminders for row in rows] == [1, 1]
    assert "今天已经催办过" in desk("supervisor").get("/").said


def test_a_clerk_signs_for_all_that_came_in(desk, cast):
    rows = [cast.ticket(title=f"新来{n}") for n in range(2)]
    for row in rows:
        row.dispatch(by=cast.coordinator, lead=cast.jia)
    press(desk("jia_clerk"), "/ticket/action/", "sign", rows)
    assert [row.state.label for row in rows] == ["办理中", "办理中"]


def test_a_head_agrees_to_many_answers_at_once_and_what_is_not_answered_is_named(desk, cast):
    rows = [cast.accepted(title=f"答复{n}") for n in range(2)]
    for row in rows:
        row.reply(by=cast.jia_clerk, process="已到现场", result="已经办好")
    early = cast.accepted(title="还没答复")
    assert not desk("jia_clerk").get("/ticket/").tree.xpath("//button[@value='review']")
    assert desk("jia_head").get("/ticket/").texts("//button[@value='review']") == ["审核同意"]
    press(desk("jia_head"), "/ticket/action/", "review", [*rows, early], note="同意答复")
    assert [row.state.label for row in rows] == ["待回访", "待回访"]
    assert all(row.events[0].note.endswith("同意答复") for row in rows)
    assert early.is_open
    assert f"1 条没有审核同意：{early.number}" in desk("jia_head").get("/").said


def test_a_row_of_a_plain_register_knows_its_neighbours(desk, cast):
    listed = desk("coordinator").get("/unit/?search=局")
    first = listed.tree.xpath("//td[contains(@class, 'list-buttons-column')]//a/@href | //a[contains(@class, 'title-link')]/@href")[0]
    page = desk("coordinator").get(first)
    assert page.texts("//*[contains(@class, 'neighbours')]/span")[0].startswith("第 1 / ")
    following = desk("coordinator").get(page.tree.xpath("//a[@rel='next']/@href")[0])
    assert following.texts("//*[contains(@class, 'neighbours')]/span")[0].startswith("第 2 / ")
    assert desk("coordinator").get(f"/unit/details/?id={cast.jia.id}&url={quote('/ticket/?tab=open')}").tree.xpath("//*[contains(@class, 'neighbours')]") == []


def test_it_is_told_before_the_press_of_how_many_the_state_does_not_allow_it(desk, cast):
    rows = [submitted(cast, f"任务{n}") for n in range(2)] + [given(cast, "还没报送")]
    press(desk("coordinator"), "/task/action/", "accept", rows[:1], note="验收合格")
    boxes = {box.get("value"): box.get("data-able").split() for box in desk("coordinator").get("/task/?tab=all").tree.xpath("//input[@name='rowid']")}
    assert ["accept" in boxes[str(row.id)] for row in rows] == [False, True, False]
    assert all("export" in able for able in boxes.values())
    about = desk("coordinator").client.get("/task/reach/?tab=all").get_json()
    assert about["units"] == 1
    assert about["able"]["accept"] == 1
    assert about["able"]["nudge"] == len([able for able in boxes.values() if "nudge" in able]) == 1
