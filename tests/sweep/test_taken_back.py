"""A letter that is out is taken back: void and written again, or void with its measure; rung and clock go back with it (A1, A2)."""

import pytest

from models import db
from models.accountability import ActionState
from models.errors import Invalid, NotPermitted, Refused
from models.notice import NoticeState as S
from tests.flow.desk import at, day, do
from tests.sweep.office import climb, draft_of, stub, swept

FIRST, SECOND = "2024-08-13 08:00", "2024-08-17 08:00"


def test_a_void_letter_gives_the_measure_back_to_be_issued_again(cast, neglected):
    first = climb(cast, neglected, FIRST)
    action = first.action
    with at("2024-08-14 09:00"):
        with pytest.raises(Invalid, match="作废原因"):
            first.void(by=cast.supervisor, reason="")
        first.void(by=cast.supervisor, reason="抄送单位有误")
        db.session.commit()
        assert (first.state, first.number, first.void_reason) == (S.VOID, "示营督〔2024〕1号", "抄送单位有误")
        assert (action.state, action.decided_at, neglected.ladder, neglected.ladder_due_at) == (ActionState.DRAFT, None, 0, None)
        again = action.notice
        assert (again.state, again.number, again.kind, again.addressee) == (S.DRAFT, None, first.kind, first.addressee)
    with at("2024-08-15 09:00"):
        again.issue(by=cast.supervisor, render=stub)
    assert (again.number, action.state, neglected.ladder) == ("示营督〔2024〕2号", ActionState.ISSUED, 1)
    assert neglected.ladder_due_at == again.reply_due_at == day("2024-08-20 17:30")
    assert "已超3个工作日" in again.body


def test_hand_edited_words_are_kept_for_the_letter_written_again(cast, neglected):
    swept(FIRST)
    letter = draft_of(neglected).notice
    with at(FIRST):
        letter.edit(by=cast.supervisor, title="督办通知单", addressee="区人社局", body="改过的正文。", until="2024-08-20 17:30")
        letter.issue(by=cast.supervisor, render=stub)
        letter.void(by=cast.supervisor, reason="主送有误")
        assert (letter.action.notice.body, letter.action.notice.edited) == ("改过的正文。", True)


def test_after_a_void_second_rung_the_first_and_its_clock_stand_again(cast, neglected):
    first = climb(cast, neglected, FIRST)
    second = climb(cast, neglected, SECOND)
    assert neglected.ladder == 2
    with at("2024-08-17 09:00"):
        with pytest.raises(Refused, match="请先撤回后一级"):
            first.void(by=cast.supervisor, reason="错")
        with pytest.raises(Refused, match="请先撤回后一级"):
            first.action.revoke(by=cast.supervisor, reason="错")
        second.void(by=cast.supervisor, reason="附件漏印")
        db.session.commit()
    assert (neglected.ladder, neglected.ladder_due_at) == (1, first.action.new_due_at)
    assert swept("2024-08-17 10:00") == {}
    with at("2024-08-18 10:00"):
        second.action.notice.issue(by=cast.supervisor, render=stub)
    assert (neglected.ladder, second.action.notice.number) == (2, "示营挂〔2024〕2号")


def test_a_revoked_measure_takes_its_letter_rung_and_clock_with_it_and_is_not_proposed_again(cast, neglected):
    letter = climb(cast, neglected, FIRST)
    with at("2024-08-14 09:00"):
        with pytest.raises(NotPermitted):
            letter.revoke(by=cast.jia_head, reason="不服")
        letter.revoke(by=cast.supervisor, reason="企业已撤回诉求，不应督办")
        db.session.commit()
    assert (letter.state, letter.number, letter.action.state) == (S.VOID, "示营督〔2024〕1号", ActionState.WITHDRAWN)
    assert (neglected.ladder, neglected.ladder_due_at) == (0, None)
    assert letter.action.outcome == "撤销：企业已撤回诉求，不应督办"
    assert swept("2024-09-13 08:00") == {}
    # The unit was told of it, so it also sees that it no longer holds.
    assert letter.permits(cast.jia_clerk, "notice:view")
    assert letter.action.permits(cast.jia_clerk, "accountability:view")


def test_a_proposal_of_the_next_rung_goes_when_the_rung_below_it_is_taken_back(cast, neglected):
    first = climb(cast, neglected, FIRST)
    swept(SECOND)
    second = draft_of(neglected)
    with at("2024-08-17 09:00"):
        first.void(by=cast.supervisor, reason="主送有误")
    assert (second.rung, second.state, second.decline_reason) == (2, ActionState.DECLINED, "前一级措施已撤回，拟办自动撤销")
    assert draft_of(neglected).rung == 1


def test_a_later_clock_of_the_matter_still_counts_when_a_rung_is_taken_back(cast, neglected):
    climb(cast, neglected, FIRST)
    with at("2024-08-15 09:00"):
        for verb in ("reply", "review"):
            do(cast, neglected, verb)
    with at("2024-08-19 09:00"):
        do(cast, neglected, "callback", solved=False)
        db.session.commit()
    rework = neglected.ladder_due_at
    second = climb(cast, neglected, "2024-08-23 08:00")
    with at("2024-08-23 09:00"):
        second.revoke(by=cast.supervisor, reason="重办期内有进展")
    assert (neglected.ladder, neglected.ladder_due_at) == (1, rework)


def test_a_letter_never_sent_is_void_alone_and_the_unit_never_sees_it(cast, neglected):
    swept(FIRST)
    action = draft_of(neglected)
    letter = action.notice
    with at(FIRST):
        letter.void(by=cast.supervisor, reason="措辞不当")
    assert (letter.state, action.state, action.notice) == (S.VOID, ActionState.DRAFT, None)
    assert not letter.permits(cast.jia_clerk, "notice:view")


def test_who_may_not_issue_a_rung_cannot_take_it_back(cast, neglected):
    for moment in (FIRST, SECOND):
        climb(cast, neglected, moment)
    summons = climb(cast, neglected, "2024-08-26 08:00")
    with at("2024-08-26 09:00"):
        with pytest.raises(NotPermitted):
            summons.void(by=cast.supervisor, reason="不该发")
        summons.void(by=cast.leader, reason="时间冲突，改期")
    assert neglected.ladder == 2


def test_an_answer_on_the_measure_is_the_answer_on_the_letter_and_the_other_way_round(cast, neglected):
    letter = climb(cast, neglected, FIRST)
    with at("2024-08-14 09:00"):
        letter.action.answer(by=cast.jia_clerk, feedback="正在补材料")
    assert (letter.state, letter.feedback, letter.action.feedback) == (S.ANSWERED, "正在补材料", "正在补材料")
    with at("2024-08-14 10:00"), pytest.raises(Refused, match="现在是“已反馈”"):
        letter.answer(by=cast.jia_clerk, feedback="再答一次")
    other = climb(cast, neglected, SECOND)
    with at("2024-08-18 09:00"):
        other.answer(by=cast.jia_clerk, feedback="本周办结")
    assert (other.action.state, other.action.feedback, other.action.feedback_at) == (ActionState.ANSWERED, "本周办结", day("2024-08-18 09:00"))
    assert [event.label for event in neglected.events if event.label.endswith("反馈")] == ["反馈", "督办·反馈"]


def test_nobody_decides_on_a_measure_against_the_own_unit(cast, neglected):
    with at("2024-08-06 09:00"):
        do(cast, neglected, "reassign", lead=cast.supervisor.unit)
        db.session.commit()
    swept("2024-08-20 08:00")
    action = draft_of(neglected)
    assert action.unit == cast.supervisor.unit
    with at("2024-08-20 09:00"):
        for verb, given in (("decline", {"reason": "免"}), ("amend", {"grounds": "另写"})):
            with pytest.raises(Refused, match="应当回避"):
                action.do(verb, by=cast.supervisor, **given)
        with pytest.raises(Refused, match="应当回避"):
            action.notice.issue(by=cast.supervisor, render=stub)
        action.notice.issue(by=cast.leader, render=stub)
        with pytest.raises(Refused, match="应当回避"):
            action.notice.void(by=cast.supervisor, reason="撤")
    assert neglected.ladder == 1
