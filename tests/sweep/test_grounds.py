"""A letter states the facts of the day it goes out; what was proposed stays on record (A1, A2)."""

import pytest

from models import Responsibility, Task, db
from models.accountability import ActionState
from tests.flow.desk import at, day, do
from tests.sweep.office import draft_of, issue, no_duties, only_rules, stub, swept


@pytest.fixture
def proposed(cast):
    """Proposed on Tuesday 13 August, one working day late."""
    no_duties()
    only_rules("overdue", "rung1-overdue")
    ticket = cast.accepted()
    db.session.commit()
    swept("2024-08-13 08:00")
    return draft_of(ticket)


def test_the_letter_has_one_day_in_all_its_figures(cast, proposed):
    before = proposed.grounds
    assert "截至2024年8月13日8时00分未答复，已超1个工作日，其间催办0次" in before
    with at("2024-08-19 09:00"):
        do(cast, proposed.matter, "nudge")
        letter = proposed.notice
        letter.issue(by=cast.supervisor, render=stub)
    assert "截至2024年8月19日，已逾期5个工作日" in letter.body
    assert "截至2024年8月19日9时00分未答复，已超5个工作日，其间催办1次" in letter.body
    assert "8月13日" not in letter.body
    assert proposed.grounds != before
    assert proposed.proposed_grounds == before


def test_until_then_the_proposal_shows_what_it_would_say_today(proposed):
    with at("2024-08-15 09:00"):
        assert "已超3个工作日" in proposed.grounds_now
    assert "已超1个工作日" in proposed.grounds


def test_facts_written_by_a_person_are_not_reworded(cast, proposed):
    with at("2024-08-14 09:00"):
        proposed.amend(by=cast.supervisor, grounds="经查，材料压在窗口十日。", requirements="三日内拨付。")
    letter = issue(cast, proposed, "2024-08-19 09:00")
    assert "经查，材料压在窗口十日。" in letter.body
    assert proposed.amended
    assert "已超1个工作日" in proposed.proposed_grounds


def test_changing_only_the_requirements_leaves_the_facts_to_the_day(cast, proposed):
    with at("2024-08-14 09:00"):
        proposed.amend(by=cast.supervisor, grounds=proposed.grounds_now, requirements="三日内拨付。")
    letter = issue(cast, proposed, "2024-08-19 09:00")
    assert "三日内拨付。" in letter.body
    assert "已超5个工作日" in letter.body


def test_the_next_rung_speaks_of_the_answer_that_came_meanwhile(cast, proposed):
    first = issue(cast, proposed, "2024-08-13 09:00")
    swept("2024-08-17 08:00")
    second = draft_of(first.matter)
    assert "（无反馈）" in second.grounds
    with at("2024-08-17 09:00"):
        first.answer(by=cast.jia_clerk, feedback="正在办")
    letter = issue(cast, second, "2024-08-17 10:00")
    assert "（有反馈但未办结）" in letter.body
    assert second.state == ActionState.ISSUED


def test_a_reminder_sent_after_the_deadline_says_that_it_has_passed(cast):
    no_duties()
    only_rules("due-soon")
    ticket = cast.accepted()
    db.session.commit()
    swept("2024-08-09 08:00")
    reminder = draft_of(ticket)
    assert "时限临近" in reminder.grounds
    letter = issue(cast, reminder, "2024-08-14 09:00")
    assert "时限临近" not in letter.body
    assert "已超2个工作日" in letter.body


def test_a_letter_over_an_unfilled_quota_says_how_much_is_missing(cast):
    no_duties()
    only_rules("overdue", "rung1-overdue", "rung2-overdue")
    duty = db.session.scalars(db.select(Responsibility).where(Responsibility.quota_unit == "条")).first()
    task = Task.give(by=cast.coordinator, unit=cast.jia, title="本月新闻线索", due_at=day("2024-08-12 17:30"), quota=5, responsibility=duty, period="2024-08")
    db.session.commit()
    swept("2024-08-13 08:00")
    first = draft_of(task)
    assert "定额5条，已完成0条，尚缺5条。" in first.grounds
    with at("2024-08-13 08:30"):
        task.progress(by=cast.jia_clerk, count=3)
    assert "定额5条，已完成3条，尚缺2条。" in issue(cast, first, "2024-08-13 09:00").body
    swept("2024-08-20 08:00")
    assert draft_of(task).grounds.endswith("定额5条，已完成3条，尚缺2条。")
