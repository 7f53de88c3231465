"""A task given to a unit with a deadline: submitted, accepted, sent back, waived; quotas (D1)."""

import pytest

from models.errors import Invalid, NotPermitted, Refused
from models.matter import Light
from models.task import Task
from models.task import TaskState as S
from tests.flow.desk import at, day


def given(cast, **about):
    """A task 甲局 owes by Friday noon."""
    about = {"unit": cast.jia, "title": "报送减证清单", "due_at": day("2024-08-09 12:00")} | about
    return Task.give(by=cast.coordinator, **about)


def test_a_task_goes_to_a_unit_and_is_submitted_and_accepted(cast):
    task = given(cast, deliverable="清单")
    assert (task.number, task.state, task.unit, task.due_at) == ("RW202408-00001", S.OPEN, cast.jia, day("2024-08-09 12:00"))
    with at("2024-08-08 10:00"):
        task.submit(by=cast.jia_clerk, result="已报20项")
    with at("2024-08-12 10:00"):
        assert task.light == Light.DONE
        task.accept(by=cast.coordinator)
    assert (task.state, task.closed_at, task.answered_at) == (S.ACCEPTED, day("2024-08-12 10:00"), day("2024-08-08 10:00"))
    assert [event.label for event in reversed(task.events)] == ["下达", "报送", "验收"]


def test_only_the_coordinator_gives_tasks_and_only_for_the_future(cast):
    for username in ("jia_head", "supervisor", "leader", "sysadmin"):
        with pytest.raises(NotPermitted):
            Task.give(by=getattr(cast, username), unit=cast.jia, title="任务", due_at=day("2024-08-09 12:00"))
    with pytest.raises(Invalid, match="今天之后"):
        given(cast, due_at=day("2024-08-05 09:00"))
    for title in (" ", "长" * 121):
        with pytest.raises(Invalid, match="任务名称"):
            given(cast, title=title)
    cast.jia.is_active = False
    with pytest.raises(Invalid, match="已停用"):
        given(cast)


def test_another_unit_cannot_submit_it(cast):
    task = given(cast)
    with pytest.raises(NotPermitted):
        task.submit(by=cast.yi_clerk, result="代交")


def test_sent_back_it_runs_on_the_old_clock(cast):
    task = given(cast)
    task.submit(by=cast.jia_clerk, result="空表")
    with at("2024-08-09 13:00"):
        assert task.light == Light.DONE
        task.send_back(by=cast.coordinator, reason="缺佐证材料")
        assert (task.state, task.returns, task.answered_at, task.light) == (S.SENT_BACK, 1, None, Light.RED)
        task.submit(by=cast.jia_clerk, result="已补")
        assert task.light == Light.RED


def test_waiving_needs_a_reason(cast):
    task = given(cast)
    with pytest.raises(Invalid, match="免办理由"):
        task.waive(by=cast.coordinator, reason="")
    task.waive(by=cast.coordinator, reason="上级取消")
    assert (task.state, task.is_open) == (S.WAIVED, False)
    with pytest.raises(Refused, match="现在是“免办”"):
        task.submit(by=cast.jia_clerk, result="晚了")


def test_a_quota_asks_for_the_count_and_keeps_the_shortfall(cast):
    task = given(cast, quota=3)
    with pytest.raises(Invalid, match="定额3"):
        task.submit(by=cast.jia_clerk, result="稿件")
    with pytest.raises(Invalid, match="不能为负"):
        task.submit(by=cast.jia_clerk, result="稿件", count=-1)
    task.submit(by=cast.jia_clerk, result="稿件", count="2")
    assert (task.done, task.shortfall) == (2, 1)
    with pytest.raises(Invalid, match="定额3，尚缺1"):
        task.accept(by=cast.coordinator)
    task.send_back(by=cast.coordinator, reason="再报一篇")
    task.submit(by=cast.jia_clerk, result="无稿件", count=0)
    assert task.shortfall == 3
    task.accept(by=cast.coordinator, opinion="本月活动取消")
    assert task.events[0].note == "本月活动取消"


def test_the_giver_moves_the_date_and_reminds(cast):
    task = given(cast)
    task.nudge(by=cast.supervisor)
    task.reschedule(by=cast.coordinator, until="20240816", reason="市里推迟")
    assert (task.reminders, task.due_at, task.extensions) == (1, day("2024-08-16 17:30"), 1)
    with pytest.raises(Invalid, match="今天之后"):
        task.reschedule(by=cast.coordinator, until="2024-08-01", reason="倒填")
    with pytest.raises(NotPermitted):
        task.reschedule(by=cast.jia_clerk, until="2024-08-30", reason="忙不过来")


def test_a_stale_task_form_is_refused(cast):
    task = given(cast)
    opened = task.version
    task.nudge(by=cast.coordinator)
    with pytest.raises(Refused, match="刚刚有人办理过"):
        task.submit(by=cast.jia_clerk, result="结果", version=opened)
