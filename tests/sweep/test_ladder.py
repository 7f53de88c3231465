"""The ladder 督办→挂牌→约谈→问责: proposed by rules, issued by people, one rung at a time (A1)."""

import pytest

from models import db
from models.accountability import ActionState
from models.errors import Invalid, NotPermitted, Refused
from models.notice import NoticeState
from tests.flow.desk import at, day, do
from tests.sweep.office import climb, draft_of, only_rules, stub, swept


def test_a_neglected_ticket_climbs_four_rungs_with_four_numbered_letters(cast, neglected):
    assert swept("2024-08-12 17:29") == {"到期提醒": 1}
    steps = []
    for moment in ("2024-08-13 08:00", "2024-08-17 08:00", "2024-08-26 08:00", "2024-09-03 08:00"):
        letter = climb(cast, neglected, moment)
        steps.append((neglected.ladder, letter.number, f"{neglected.ladder_due_at:%m-%d %H:%M}", letter.kind))
        assert swept(moment) == {}
    assert steps == [
        (1, "示营督〔2024〕1号", "08-16 17:30", "SUPERVISION_NOTICE"),
        (2, "示营挂〔2024〕1号", "08-23 17:30", "LISTED_SUPERVISION"),
        (3, "示营约〔2024〕1号", "09-02 17:30", "SUMMONS_TALK"),
        (4, "示营问〔2024〕1号", "10-08 17:30", "ACCOUNTABILITY_ADVICE"),
    ]
    assert swept("2024-11-29 08:00") == {}
    shown = [event.label for event in reversed(neglected.events) if event.action == "notice_issue"]
    assert shown == ["签发"] * 4
    for number in ("示营督〔2024〕1号", "示营挂〔2024〕1号", "示营约〔2024〕1号", "示营问〔2024〕1号"):
        assert any(number in event.note for event in neglected.events)


def test_a_second_sweep_at_the_same_moment_does_nothing(cast, neglected):
    assert swept("2024-08-13 08:00") == {"拟办·超期": 1}
    assert swept("2024-08-13 08:00") == {}
    assert swept("2024-08-20 08:00") == {}


def test_nothing_is_issued_by_the_machine(cast, neglected):
    swept("2024-08-13 08:00")
    assert neglected.ladder == 0
    assert draft_of(neglected).notice.state == NoticeState.DRAFT
    assert draft_of(neglected).notice.number is None


def test_the_grounds_say_what_was_missed(cast, neglected):
    swept("2024-08-15 08:00")
    action = draft_of(neglected)
    assert "应于2024年8月12日17时30分前答复" in action.grounds
    assert "已超3个工作日" in action.grounds
    assert action.missed_at == day("2024-08-12 17:30")


def test_a_proposal_is_declined_only_with_a_reason_and_not_made_again(cast, neglected):
    swept("2024-08-13 08:00")
    action = draft_of(neglected)
    with pytest.raises(Invalid, match="请填写理由"):
        action.decline(by=cast.supervisor, reason=" ")
    action.decline(by=cast.supervisor, reason="省厅系统停机")
    db.session.commit()
    assert action.notices[0].state == NoticeState.VOID
    assert swept("2024-08-20 08:00") == {}
    assert neglected.ladder == 0


def test_after_a_declined_proposal_the_next_missed_deadline_is_proposed(cast, neglected):
    swept("2024-08-13 08:00")
    with at("2024-08-13 09:00"):
        draft_of(neglected).decline(by=cast.supervisor, reason="情有可原")
        do(cast, neglected, "reassign", lead=cast.jia)
        db.session.commit()
    assert neglected.due_at == day("2024-08-20 17:30")
    assert swept("2024-08-21 08:00") == {"拟办·超期": 1, "视同签收": 1}


def test_no_rung_is_skipped_however_late_it_is(cast, neglected):
    assert swept("2024-12-02 08:00") == {"拟办·超期": 1}
    assert draft_of(neglected).rung == 1
    assert swept("2024-12-30 08:00") == {}


def test_a_forged_higher_rung_is_refused(cast, neglected):
    swept("2024-08-13 08:00")
    action = draft_of(neglected)
    action.rung, action.measure = 3, "SUMMON"
    db.session.flush()
    with at("2024-08-13 09:00"), pytest.raises(Refused, match="不能越级"):
        action.notice.issue(by=cast.discipline, render=stub)
    assert (neglected.ladder, action.notice.number) == (0, None)


def test_supervisors_issue_the_lower_rungs_discipline_the_higher_leaders_all(cast, neglected):
    climb(cast, neglected, "2024-08-13 08:00")
    climb(cast, neglected, "2024-08-17 08:00")
    swept("2024-08-26 08:00")
    letter = draft_of(neglected).notice
    with at("2024-08-26 08:00"):
        for username in ("supervisor", "coordinator", "jia_head", "sysadmin"):
            with pytest.raises(NotPermitted):
                letter.issue(by=getattr(cast, username), render=stub)
        with pytest.raises(Refused, match="请先填写会议时间、地点"):
            letter.issue(by=cast.leader, render=stub)
        letter.arrange(by=cast.discipline, time="2024-08-29 09:00", place="三楼会议室", host="演示-主任", participants="区政府督查室")
        letter.issue(by=cast.leader, render=stub)
    assert neglected.ladder == 3
    assert "约谈时间。2024年8月29日9时00分" in letter.body


def test_no_rung_goes_out_without_its_letter(cast, neglected):
    swept("2024-08-13 08:00")
    action = draft_of(neglected)
    with at("2024-08-13 09:00"):
        with pytest.raises(Refused, match="文书签发"):
            action.issue(by=cast.supervisor)
        action.notice.void(by=cast.supervisor, reason="措辞不当")
        with pytest.raises(Refused, match="请先起草文书"):
            action.issue(by=cast.supervisor)
    assert neglected.ladder == 0


def test_an_answer_in_time_ends_the_climb_and_takes_the_proposal_back(cast, neglected):
    swept("2024-08-13 08:00")
    action = draft_of(neglected)
    with at("2024-08-13 09:00"):
        do(cast, neglected, "reply")
        do(cast, neglected, "review")
        db.session.commit()
        with pytest.raises(Refused, match="事项已答复"):
            action.notice.issue(by=cast.supervisor, render=stub)
    assert swept("2024-08-13 10:00") == {"撤销失效拟办": 1}
    assert (action.state, action.decline_reason) == (ActionState.DECLINED, "事项已答复，拟办自动撤销")
    assert neglected.events[0].label == "拟督办撤销"


def test_a_rework_gives_the_unit_its_time_before_the_next_rung(cast, neglected):
    climb(cast, neglected, "2024-08-13 08:00")
    with at("2024-08-15 09:00"):
        do(cast, neglected, "reply")
        do(cast, neglected, "review")
    with at("2024-08-19 09:00"):
        do(cast, neglected, "callback", solved=False)
        db.session.commit()
    assert (neglected.ladder, neglected.ladder_due_at) == (1, day("2024-08-22 17:30"))
    assert swept("2024-08-20 08:00") == {}
    swept("2024-08-23 08:00")
    action = draft_of(neglected)
    assert action.rung == 2
    assert "重办后限2024年8月22日17时30分前办结" in action.grounds


def test_another_unit_starts_at_its_own_rung_and_comes_back_to_it(cast, neglected):
    letter = climb(cast, neglected, "2024-08-13 08:00")
    with at("2024-08-14 09:00"):
        do(cast, neglected, "reassign", lead=cast.yi)
        db.session.commit()
    assert (neglected.ladder, neglected.ladder_due_at) == (0, None)
    assert (letter.action.state, letter.state) == (ActionState.CLOSED, NoticeState.CLOSED)
    assert climb(cast, neglected, "2024-08-22 08:00").number == "示营督〔2024〕2号"
    with at("2024-08-22 09:00"):
        do(cast, neglected, "reassign", lead=cast.jia)
        db.session.commit()
    assert neglected.ladder == 1
    assert climb(cast, neglected, "2024-09-03 08:00").action.rung == 2


def test_a_rung_is_struck_off_when_the_matter_closes(cast, neglected):
    letter = climb(cast, neglected, "2024-08-13 08:00")
    with at("2024-08-14 09:00"):
        for verb in ("reply", "review"):
            do(cast, neglected, verb)
    swept("2024-08-14 10:00")
    with at("2024-08-15 09:00"):
        do(cast, neglected, "callback")
    assert (letter.action.state, letter.state) == (ActionState.CLOSED, NoticeState.CLOSED)
    assert letter.action.outcome == "事项已办结，自动销号"
    assert swept("2024-12-15 09:00") == {}


def test_whoever_closes_the_matter_strikes_off_what_that_person_cannot_even_see(cast, neglected):
    """The intake clerk has no permission on measures; the law of the matter holds all the same."""
    from models import Ticket, scope

    letter = climb(cast, neglected, "2024-08-13 08:00")
    with at("2024-08-14 09:00"):
        for verb in ("reply", "review"):
            do(cast, neglected, verb)
        db.session.commit()
        key, clerk = neglected.id, cast.intake
        db.session.expire_all()
        with scope.acting(clerk):
            ticket = db.session.get(Ticket, key, populate_existing=True)
            assert ticket.actions == []
            ticket.callback(by=clerk, reached=True, solved=True, satisfaction="VERY")
        db.session.commit()
    db.session.refresh(letter.action)
    assert letter.action.state == ActionState.CLOSED


def test_closing_a_rung_by_hand_waits_for_the_answer(cast, neglected):
    letter = climb(cast, neglected, "2024-08-13 08:00")
    with at("2024-08-14 09:00"):
        letter.answer(by=cast.jia_clerk, feedback="正在补材料")
        assert (letter.state, letter.action.state) == (NoticeState.ANSWERED, ActionState.ANSWERED)
        with pytest.raises(Refused, match="尚未答复，不能销号"):
            letter.close(by=cast.supervisor, outcome="算了")
        assert letter.state == NoticeState.ANSWERED
        for verb in ("reply", "review"):
            do(cast, neglected, verb)
        letter.close(by=cast.supervisor, outcome="核查属实")
    assert (letter.state, letter.action.state, letter.action.outcome) == (NoticeState.CLOSED, ActionState.CLOSED, "核查属实")


def test_a_reminder_nobody_sent_gives_way_to_the_rung(cast, neglected):
    only_rules("due-soon", "overdue")
    assert swept("2024-08-09 08:00")["拟办·临期提示"] == 1
    reminder = draft_of(neglected)
    assert swept("2024-08-13 08:00")["拟办·超期"] == 1
    assert (reminder.state, reminder.notices[0].state) == (ActionState.DECLINED, NoticeState.VOID)
    assert draft_of(neglected).rung == 1


def test_the_advice_to_hold_to_account_goes_to_the_discipline_commission_about_the_unit(cast, neglected):
    for moment in ("2024-08-13 08:00", "2024-08-17 08:00", "2024-08-26 08:00"):
        climb(cast, neglected, moment)
    letter = climb(cast, neglected, "2024-09-03 08:00")
    assert (letter.addressee, letter.addressee_unit, letter.action.unit) == ("区纪委监委", cast.discipline.unit, cast.jia)
    assert "区人社局" in letter.body
    assert "示营约〔2024〕1号" in letter.body
