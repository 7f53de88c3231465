"""A letter is a living record: drafted, arranged, issued and frozen, served, answered, struck off, void (A2)."""

import hashlib
from datetime import timedelta

import pytest

from models import drafting
from models.accountability import ActionState
from models.base import db
from models.errors import Invalid, NotPermitted, Refused
from models.notice import NoticeState as S
from models.now import as_of, now
from tests.flow.desk import at, day, do
from tests.sweep.office import draft_of, no_duties, only_rules, stub, swept


@pytest.fixture
def overdue(cast):
    """A ticket whose 督办 has been proposed on Tuesday 13 August, 08:00; the test plays at nine."""
    no_duties()
    only_rules("overdue")
    ticket = cast.accepted()
    db.session.commit()
    swept("2024-08-13 08:00")
    with at("2024-08-13 09:00"):
        yield ticket


def drafted(letter):
    """What the template says at this moment."""
    drafting.reword(letter)
    return letter.body


def issued(cast, ticket):
    letter = draft_of(ticket).notice
    letter.issue(by=cast.supervisor, render=stub)
    return letter


def test_a_draft_is_worded_from_its_template_and_has_no_number(overdue):
    letter = draft_of(overdue).notice
    assert (letter.state, letter.number, letter.code, letter.pdf) == (S.DRAFT, None, None, None)
    assert overdue.number in letter.body
    assert "请于2024年8月16日17时30分前办结" in letter.body
    assert (letter.addressee, letter.addressee_unit) == ("区人社局", overdue.unit)


def test_issuing_numbers_and_freezes_what_was_printed(cast, overdue):
    letter = issued(cast, overdue)
    assert (letter.number, letter.year, letter.serial, letter.dated) == ("示营督〔2024〕1号", 2024, 1, day("2024-08-13 00:00").date())
    assert letter.pdf_sha256 == hashlib.sha256(letter.pdf).hexdigest()
    assert letter.number in letter.pdf.decode()
    assert letter.signer == cast.supervisor
    for verb in ("edit", "regenerate", "issue", "submit"):
        with pytest.raises(Refused, match="现在是“已签发”"):
            letter.do(verb, by=cast.supervisor)


def test_an_unedited_draft_issued_later_states_todays_facts_and_deadline(cast, overdue):
    with as_of(now() + timedelta(days=6)):  # Monday 19 August
        letter = issued(cast, overdue)
    assert letter.reply_due_at == letter.action.new_due_at == overdue.ladder_due_at == day("2024-08-22 17:30")
    assert "请于2024年8月22日17时30分前办结" in letter.body
    assert "已逾期5个工作日" in letter.body


def test_a_hand_edited_letter_keeps_its_words_and_its_deadline(cast, overdue):
    letter = draft_of(overdue).notice
    text = {"title": "督办通知单", "addressee": "区人社局", "body": "请于2024年8月20日17时30分前办结。"}
    with pytest.raises(Invalid, match="现在之后"):
        letter.edit(by=cast.supervisor, **text, until="2024-08-01 17:30")
    letter.edit(by=cast.supervisor, **text, until="2024-08-20 17:30")
    with as_of(now() + timedelta(days=2)):
        letter.issue(by=cast.supervisor, render=stub)
    assert letter.body == text["body"]
    assert overdue.ladder_due_at == letter.reply_due_at == day("2024-08-20 17:30")


def edited_by_hand(cast, letter, old, new):
    """One place of the text changed in the editor, nothing else."""
    assert old in letter.body
    letter.edit(by=cast.supervisor, title=letter.title, addressee=letter.addressee, body=letter.body.replace(old, new), until=letter.action.new_due_at)


def test_a_hand_edited_draft_with_older_facts_is_refused_until_they_are_taken_over(cast, overdue):
    letter = draft_of(overdue).notice
    edited_by_hand(cast, letter, "写明办理过程、", "写明办理全过程、原因、")
    with as_of(now() + timedelta(days=1)):
        with pytest.raises(Refused, match="处事实已变动（如“截至2024年8月13日”），请先“更新事实”"):
            letter.issue(by=cast.supervisor, render=stub)
        assert (letter.state, letter.number, overdue.ladder) == (S.DRAFT, None, 0)
        letter.renew(by=cast.supervisor)
        letter.issue(by=cast.supervisor, render=stub)
    assert "截至2024年8月14日，已逾期2个工作日" in letter.body
    assert "写明办理全过程、原因、处理结果" in letter.body
    assert "请于2024年8月16日17时30分前办结" in letter.body  # the deadline the text states is kept
    assert letter.reply_due_at == day("2024-08-16 17:30")


def test_a_draft_edited_before_midnight_and_issued_after_says_that_only_the_date_is_old(cast, overdue):
    letter = draft_of(overdue).notice
    with at("2024-08-16 22:00"):  # a Friday: on Saturday no more working days have gone by
        letter.edit(by=cast.supervisor, title=letter.title, addressee=letter.addressee, body=drafted(letter) + "\n另请附佐证材料。")
    with at("2024-08-17 09:00"):
        with pytest.raises(Refused, match="所写日期不是今日（“截至2024年8月16日”），其余事实没有变动；请先“更新事实”"):
            letter.issue(by=cast.supervisor, render=stub)
        letter.renew(by=cast.supervisor)
        letter.issue(by=cast.supervisor, render=stub)
    assert "截至2024年8月17日" in letter.body
    assert letter.body.endswith("另请附佐证材料。")


def test_a_draft_edited_when_no_facts_were_kept_is_looked_at_once_more(cast, overdue):
    letter = draft_of(overdue).notice
    words = {"title": letter.title, "addressee": letter.addressee, "body": "经查，该事项逾期未办，现予督办。"}
    letter.edit(by=cast.supervisor, **words)
    letter.details = {name: kept for name, kept in letter.details.items() if name != "worded"}
    with pytest.raises(Refused, match="没有留存修改当日的事实，请在“修改”中按今日情况核对后保存"):
        letter.issue(by=cast.supervisor, render=stub)
    letter.edit(by=cast.supervisor, **words)
    letter.issue(by=cast.supervisor, render=stub)
    assert letter.body == words["body"]


def test_a_clause_changed_both_by_hand_and_by_the_facts_is_checked_by_a_person(cast, overdue):
    letter = draft_of(overdue).notice
    edited_by_hand(cast, letter, "已逾期1个工作日", "已严重逾期1个工作日")
    with as_of(now() + timedelta(days=1)):
        letter.renew(by=cast.supervisor)
        assert "已严重逾期1个工作日" in letter.body
        with pytest.raises(Refused, match="今日应为“已逾期2个工作日，”，请在“修改”中核对"):
            letter.issue(by=cast.supervisor, render=stub)
        edited_by_hand(cast, letter, "已严重逾期1个", "已严重逾期2个")
        letter.issue(by=cast.supervisor, render=stub)
    assert "已严重逾期2个工作日" in letter.body


def test_a_stated_deadline_that_has_passed_is_counted_anew_with_the_facts(cast, overdue):
    letter = draft_of(overdue).notice
    edited_by_hand(cast, letter, "督办事项", "督办的事项")
    with as_of(now() + timedelta(days=6)):
        letter.renew(by=cast.supervisor)
        letter.issue(by=cast.supervisor, render=stub)
    assert "请于2024年8月22日17时30分前办结" in letter.body
    assert "督办的事项" in letter.body
    assert overdue.ladder_due_at == day("2024-08-22 17:30")


def test_a_deadline_in_the_hands_own_words_is_not_counted_anew(cast, overdue):
    letter = draft_of(overdue).notice
    letter.edit(by=cast.supervisor, title="督办", addressee="区人社局", body="八月十六日前办结。")
    with as_of(now() + timedelta(days=6)), pytest.raises(Refused, match="请在“修改”中改正正文和时限"):
        letter.renew(by=cast.supervisor)
    assert letter.action.new_due_at == day("2024-08-16 17:30")


def test_an_unedited_draft_offers_nothing_to_take_over(cast, overdue):
    letter = draft_of(overdue).notice
    assert "renew" not in {step.name for step, _why in letter.steps_for(cast.supervisor)}
    edited_by_hand(cast, letter, "督办事项", "督办的事项")
    assert {step.name: why for step, why in letter.steps_for(cast.supervisor)}["renew"] == "正文所写事实没有变动"


def test_a_deadline_stated_by_hand_must_still_lie_ahead_or_the_letter_is_made_anew(cast, overdue):
    letter = draft_of(overdue).notice
    letter.edit(by=cast.supervisor, title="督办", addressee="区人社局", body="八月十六日前办结。")
    with as_of(now() + timedelta(days=6)):
        with pytest.raises(Refused, match="正文所写时限2024年8月16日17时30分已过"):
            letter.issue(by=cast.supervisor, render=stub)
        assert (letter.state, letter.number, overdue.ladder) == (S.DRAFT, None, 0)
        letter.regenerate(by=cast.supervisor)
        letter.issue(by=cast.supervisor, render=stub)
    assert "8月22日" in letter.body


def test_a_printer_that_fails_leaves_no_number_and_no_rung(cast, overdue):
    def broken(_notice):
        raise OSError("no paper")

    letter = draft_of(overdue).notice
    with pytest.raises(OSError, match="no paper"):
        letter.issue(by=cast.supervisor, render=broken)
    assert (letter.state, letter.number, overdue.ladder, letter.action.state) == (S.DRAFT, None, 0, ActionState.DRAFT)
    assert issued(cast, overdue).number == "示营督〔2024〕1号"


def test_serials_start_anew_each_year(cast, overdue):
    issued(cast, overdue)
    with as_of(day("2025-01-02 09:00")):
        other = drafting.draft("SUPERVISION_NOTICE", by=cast.supervisor, unit=cast.yi, matter=cast.ticket())
        other.issue(by=cast.supervisor, render=stub)
    assert other.number == "示营督〔2025〕1号"


def test_sent_for_signature_and_handed_back(cast, overdue):
    letter = draft_of(overdue).notice
    letter.submit(by=cast.supervisor, note="请审定")
    assert letter.state == S.SUBMITTED
    with pytest.raises(Invalid, match="修改意见"):
        letter.hand_back(by=cast.leader, opinion="")
    letter.hand_back(by=cast.leader, opinion="时限过短")
    assert letter.state == S.DRAFT
    letter.submit(by=cast.supervisor)
    letter.issue(by=cast.leader, render=stub)
    assert letter.signer == cast.leader


def test_the_addressee_signs_for_it_in_the_system_once(cast, overdue):
    letter = issued(cast, overdue)
    with pytest.raises(Refused, match="由主送单位签收"):
        letter.acknowledge(by=cast.supervisor)
    with pytest.raises(NotPermitted):
        letter.acknowledge(by=cast.yi_clerk)
    letter.acknowledge(by=cast.jia_clerk)
    [receipt] = letter.receipts
    assert (receipt.unit, receipt.method, receipt.signed_hash) == (cast.jia, "SYSTEM", letter.pdf_sha256)
    assert (letter.state, letter.served_at) == (S.SERVED, now())
    with pytest.raises(Refused, match="已签收过"):
        letter.acknowledge(by=cast.jia_head)


def test_leaving_a_letter_takes_a_witness(cast, overdue):
    letter = issued(cast, overdue)
    served = {"unit": cast.jia, "method": "LEFT", "received_by": "演示-收件"}
    with pytest.raises(Invalid, match="见证人"):
        letter.serve(by=cast.supervisor, **served)
    letter.serve(by=cast.supervisor, **served, witness="演示-见证")
    assert letter.receipts[0].witness == "演示-见证"


def test_the_unit_answers_and_the_supervisor_strikes_off(cast, overdue):
    letter = issued(cast, overdue)
    with pytest.raises(NotPermitted):
        letter.answer(by=cast.yi_clerk, feedback="不关我事")
    letter.answer(by=cast.jia_clerk, feedback="已拨付")
    for verb in ("reply", "review"):
        do(cast, overdue, verb)
    letter.close(by=cast.supervisor, outcome="属实")
    assert (letter.state, letter.action.state, letter.action.feedback) == (S.CLOSED, ActionState.CLOSED, "已拨付")


def test_a_unit_neither_sees_nor_touches_a_letter_that_is_not_out(cast, overdue):
    letter = draft_of(overdue).notice
    for username in ("jia_clerk", "jia_head"):
        assert letter.steps_for(getattr(cast, username)) == []
        assert not letter.permits(getattr(cast, username), "notice:view")


def test_grounds_requirements_and_the_responsible_person_are_filled_in_before_issuing(cast, overdue):
    action = draft_of(overdue)
    action.amend(by=cast.supervisor, grounds="经查，材料压件十日。", requirements="三日内拨付。", person="演示-股长")
    letter = issued(cast, overdue)
    assert "经查，材料压件十日。" in letter.body
    assert "三日内拨付。" in letter.body
    assert action.person == "演示-股长"


def test_only_a_summons_asks_for_a_meeting(cast, overdue):
    assert "arrange" not in {step.name for step, _why in draft_of(overdue).notice.steps_for(cast.supervisor)}
    summons = drafting.draft("SUMMONS_TALK", by=cast.discipline, unit=cast.jia, matter=overdue)
    assert "arrange" in {step.name for step, _why in summons.steps_for(cast.discipline)}
    with pytest.raises(Invalid, match="现在之后"):
        summons.arrange(by=cast.discipline, time="2024-08-01 09:00", place="甲", host="乙", participants="丙")


def test_a_stale_letter_form_is_refused(cast, overdue):
    letter = draft_of(overdue).notice
    opened = letter.version
    letter.submit(by=cast.supervisor)
    with pytest.raises(Refused, match="刚刚有人办理过"):
        letter.issue(by=cast.supervisor, render=stub, version=opened)


def test_a_letter_without_a_measure_takes_the_days_of_its_template(cast, overdue):
    from models import LetterTemplate

    template = db.session.scalars(db.select(LetterTemplate).where(LetterTemplate.kind == "WARNING_NOTICE")).one()
    template.reply_days = 2
    letter = drafting.draft("WARNING_NOTICE", by=cast.supervisor, unit=cast.jia, matter=overdue)
    letter.issue(by=cast.supervisor, render=stub)
    assert letter.reply_due_at == day("2024-08-15 17:30")


def test_drafting_takes_permission_and_an_active_template(cast, overdue):
    with pytest.raises(NotPermitted, match="不能起草"):
        drafting.draft("WARNING_NOTICE", by=cast.jia_head, unit=cast.jia, matter=overdue)
    with pytest.raises(Invalid, match="没有启用的文书模板"):
        drafting.draft("NO_SUCH_LETTER", by=cast.supervisor, unit=cast.jia, matter=overdue)
