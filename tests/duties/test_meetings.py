"""Meetings: decisions become tasks, unfinished ones carry over and get listed, minutes merge (D2, D3)."""

from datetime import date

import pytest

from models import Decision, Meeting, Setting, Task, db
from models.errors import Invalid, NotPermitted, Refused
from models.meeting import DecisionCarry, MeetingKind, MeetingState, Presence, carry_decisions
from models.meeting.minutes import compose, mergeable, numeral
from models.scope import acting
from tests.duties.desk import at, day, decided, group, held

S = MeetingState
WEEKS = ("2024-08-05 10:10", "2024-08-12 09:30", "2024-08-19 09:30", "2024-08-26 09:30", "2024-09-02 09:30")


def test_a_decision_becomes_one_task_a_unit_with_its_deadline(cast):
    meeting = held(cast, WEEKS[0])
    meeting.decide(by=cast.coordinator, content="梳理涉企案件清单", units=[cast.jia, cast.yi], due="2024-08-16", deliverable="清单")
    assert [(d.unit, d.task.unit, d.task.due_at, d.task.deliverable) for d in meeting.decisions] == [
        (unit, unit, day("2024-08-16 17:30"), "清单") for unit in (cast.jia, cast.yi)
    ]
    with pytest.raises(Invalid, match="今天之后"):
        meeting.decide(by=cast.coordinator, content="x", units=[cast.jia], due="2024-08-02")


def test_attendance_says_who_came_who_was_excused(cast):
    meeting = held(cast, WEEKS[0])
    assert {(a.unit, a.presence) for a in meeting.attendance} == {(cast.jia, Presence.PRESENT), (cast.yi, Presence.LEAVE)}


def test_a_meeting_is_not_held_before_its_time(cast):
    meeting = Meeting.convene(by=cast.coordinator, kind=MeetingKind.WEEKLY, starts_at=day("2024-08-06 09:00"), group=group("fazhi"))
    with pytest.raises(Refused, match="时间还没有到"):
        meeting.hold(by=cast.coordinator, present=[cast.jia])
    assert meeting.title == "法治保障组2024年第32周例会"


def test_unfinished_decisions_carry_over_and_after_three_carries_are_listed(cast):
    first = held(cast, WEEKS[0])
    lasting, done = decided(cast, first), decided(cast, first, "开展一次法律体检")
    done.task.submit(by=cast.jia_clerk, result="已开展")
    done.task.accept(by=cast.coordinator)
    second = held(cast, WEEKS[1])
    assert [(link.decision, link.meeting) for link in db.session.scalars(db.select(DecisionCarry))] == [(lasting, second)]
    held(cast, WEEKS[2])
    assert (lasting.carries, lasting.is_stalled) == (2, False)
    held(cast, WEEKS[3])
    assert (lasting.carries, lasting.standing, done.carries) == (3, "久拖未完成", 0)
    assert db.session.scalars(db.select(Decision).where(Decision.is_stalled)).all() == [lasting]
    assert lasting.task.events[0].action == "stalled"
    lasting.task.submit(by=cast.jia_clerk, result="已梳理")
    assert db.session.scalars(db.select(Decision).where(Decision.is_stalled)).all() == []


def test_the_number_of_carries_is_a_setting(cast):
    db.session.scalars(db.select(Setting).where(Setting.key == "decision_carries")).one().value = "1"
    lasting = decided(cast, held(cast, WEEKS[0]))
    held(cast, WEEKS[1])
    assert lasting.is_stalled


def test_the_sweep_carries_over_even_when_nobody_records_the_meeting(cast):
    lasting = decided(cast, held(cast, WEEKS[0]))
    later = Meeting.convene(by=cast.coordinator, kind=MeetingKind.WEEKLY, starts_at=day(WEEKS[1]), group=group("fazhi"))
    assert carry_decisions() == 0
    with at("2024-08-12 10:00"):
        assert carry_decisions() == 1
        assert carry_decisions() == 0
        later.hold(by=cast.coordinator, present=[cast.jia])
    assert lasting.carries == 1


def test_another_groups_or_a_cancelled_meeting_carries_nothing(cast):
    lasting = decided(cast, held(cast, WEEKS[0]))
    held(cast, WEEKS[1], "yewu")
    off = Meeting.convene(by=cast.coordinator, kind=MeetingKind.WEEKLY, starts_at=day(WEEKS[2]), group=group("fazhi"))
    off.cancel(by=cast.coordinator, reason="改期")
    with at(WEEKS[3]):
        assert carry_decisions() == 0
    assert lasting.carries == 0


def test_the_offices_weekly_minutes_merge_the_groups_and_name_the_gaps(cast):
    law, trade = held(cast, WEEKS[0], "fazhi"), held(cast, "2024-08-07 15:00", "zhaoshang")
    decided(cast, law)
    with at("2024-08-08 10:00"):
        law.write(by=cast.coordinator, summary="听取执法规范化进展。")
        trade.write(by=cast.coordinator, summary="研究在谈项目用地。")
    office = held(cast, "2024-08-09 09:00", None)
    with at("2024-08-09 11:00"):
        office.write(by=cast.coordinator)
    assert [(m.state, m.merged_into) for m in (law, trade)] == [(S.MERGED, office)] * 2
    text = office.minutes
    assert text.index("法治保障组（8月5日）") < text.index("听取执法规范化进展。") < text.index("招商引资项目组（8月7日）")
    assert "梳理涉企案件清单（责任单位：区人社局，完成时限：12月31日）。" in text
    gaps = text.split("未报送纪要的工作组")[1]
    assert "综合协调组" in gaps
    assert "法治保障组" not in gaps
    assert office.paper_name == "营转办周例会纪要"


def test_last_weeks_minutes_are_not_merged_into_this_week(cast):
    law = held(cast, WEEKS[0], "fazhi")
    law.write(by=cast.coordinator, summary="上周情况。")
    office = held(cast, WEEKS[1], None)
    assert mergeable(office) == []
    with pytest.raises(Invalid, match="请填写会议情况"):
        office.write(by=cast.coordinator)


def test_the_months_minutes_merge_the_weekly_ones_of_the_office(cast):
    for week in WEEKS[:2]:
        weekly = held(cast, week, None)
        weekly.write(by=cast.coordinator, summary=f"{week[5:10]}调度情况。")
    monthly = held(cast, "2024-08-28 09:00", None, MeetingKind.MONTHLY)
    with at("2024-08-28 11:00"):
        monthly.write(by=cast.coordinator, summary="区政府办主持，听取各指标汇报。")
    assert monthly.paper_name == "营转办月例会纪要"
    assert "08-05调度情况。" in monthly.minutes
    assert "08-12调度情况。" in monthly.minutes
    assert [m.issue for m in monthly.sources] == [1, 2]


def test_carried_decisions_stand_in_the_next_minutes(cast):
    decided(cast, held(cast, WEEKS[0]))
    assert "梳理涉企案件清单（责任单位：区人社局，完成时限：12月31日）。已结转1次。" in compose(held(cast, WEEKS[1]), [])


def test_a_lead_unit_keeps_its_own_groups_meetings_only(cast, hire_clerk):
    clerk = hire_clerk("sifa")
    mine = Meeting.convene(by=clerk, kind=MeetingKind.WEEKLY, starts_at=day(WEEKS[0]), group=group("fazhi"))
    mine.hold(by=clerk, present=[cast.jia])
    mine.decide(by=clerk, content="报送清单", units=[cast.jia], due=date(2024, 8, 16))
    mine.write(by=clerk, summary="研究清单。")
    assert mine.decisions[0].task.created_by == clerk
    for wrong in (group("yewu"), None):
        with pytest.raises(NotPermitted, match="本单位牵头"):
            Meeting.convene(by=clerk, kind=MeetingKind.WEEKLY, starts_at=day(WEEKS[1]), group=wrong)


def test_merged_minutes_are_closed(cast):
    law = held(cast, WEEKS[0])
    law.write(by=cast.coordinator, summary="情况。")
    law.revise(by=cast.coordinator, minutes="改过的正文", reason="更正人名")
    office = held(cast, WEEKS[0], None)
    office.write(by=cast.coordinator)
    with pytest.raises(Refused):
        law.revise(by=cast.coordinator, minutes="再改", reason="再更正")


def test_a_member_sees_its_groups_meetings_and_what_it_was_given(cast):
    held(cast, WEEKS[0], "yewu")  # attended by 甲局, which also is a member
    held(cast, WEEKS[1], "dudao").decide(by=cast.coordinator, content="报送", units=[cast.yi], due="2024-12-31")
    hidden = Meeting.convene(by=cast.coordinator, kind=MeetingKind.WEEKLY, starts_at=day(WEEKS[2]), group=group("dudao"))
    db.session.flush()
    with acting(cast.yi_clerk):
        seen = db.session.scalars(db.select(Meeting)).all()
        assert hidden not in seen
        assert len(seen) == 2
        assert db.session.scalars(db.select(Decision)).one().standing == "办理中"
    with acting(cast.special):
        assert db.session.scalars(db.select(Meeting)).all() == []


@pytest.mark.parametrize(("place", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (32, "三十二")])
def test_numerals(place, word):
    assert numeral(place) == word


def test_tasks_show_what_is_missing_of_the_quota_as_it_is_done(cast):
    task = Task.give(by=cast.coordinator, unit=cast.jia, title="本月新闻线索", due_at=day("2024-08-30 17:30"), quota=2)
    task.progress(by=cast.jia_clerk, count=1, note="已报一条")
    assert task.shortfall == 1
    with pytest.raises(NotPermitted):
        task.progress(by=cast.yi_clerk, count=2)
