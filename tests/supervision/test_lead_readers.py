"""Leads: assessed, transferred with a letter, fed back, closed; nobody else learns of them (S4)."""

import json
from datetime import timedelta
from io import BytesIO

import pytest

from models import AccountabilityAction, Attachment, AuditEntry, Lead, Matter, MatterEvent, Notice, User, db, scope
from models.drafting import reword
from models.errors import Invalid, NotPermitted, Refused
from models.now import as_of
from models.supervision.states import Assessment, LeadOutcome, LeadSource, LeadState
from models.supervision.summary import Stretch, figures
from models.sweep import sweep
from models.ticket.states import Organ
from tests.cast import login

S = LeadState
SECRET = "收受会员卡"
OUTSIDERS = ("coordinator", "intake", "jia_clerk", "jia_head", "yi_clerk", "supervisor", "leader", "sysadmin", "secadmin", "auditor")


@pytest.fixture
def lead(cast) -> Lead:
    """A special supervisor's lead about 甲局."""
    return Lead.receive(
        by=cast.special, title=f"反映有人{SECRET}", content=f"五月以来多次{SECRET}，有照片。", source=LeadSource.SPECIAL,
        reported_unit=cast.jia, reported_person="演示-某科长", informant="演示-反映人", informant_phone="13800138000",
    )


@pytest.fixture
def transferred(cast, lead) -> Lead:
    """Assessed and transferred."""
    lead.assess(by=cast.discipline, conclusion=Assessment.TRANSFER, opinion="有具体情节，可查。")
    lead.transfer(by=cast.discipline, organ=Organ.DISCIPLINE, handled="核对了反映人身份，未接触被反映人。")
    return lead


def test_it_runs_from_receipt_to_the_answer(cast, transferred):
    lead = transferred
    assert (lead.number, lead.state) == ("XS202408-00001", S.TRANSFERRED)
    letter = lead.notices[0]
    reword(letter)
    assert (letter.kind, letter.addressee) == ("LEAD_TRANSFER", "区纪委监委")
    for words in (SECRET, "区人社局", "演示-某科长", "核对了反映人身份"):
        assert words in letter.body
    lead.feed_back(by=cast.discipline, outcome=LeadOutcome.WARNED, result="已批评教育。")
    lead.close(by=cast.discipline, answer="已核查处理，感谢监督。")
    assert (lead.state, lead.is_open) == (S.CLOSED, False)


def test_nothing_is_transferred_before_it_is_assessed(cast, lead):
    with pytest.raises(Refused, match="待研判"):
        lead.transfer(by=cast.discipline, organ=Organ.COURT, handled="无。")


def test_a_dismissed_lead_is_answered(cast, lead):
    with pytest.raises(Invalid, match="回复"):
        lead.assess(by=cast.discipline, conclusion=Assessment.DISMISS, opinion="无具体情节。")
    lead.assess(by=cast.discipline, conclusion=Assessment.DISMISS, opinion="无具体情节。", answer="线索不具体，请补充后再提交。")
    assert (lead.state, lead.is_open) == (S.DISMISSED, False)


def test_nobody_assesses_their_own_lead(cast):
    own = Lead.receive(by=cast.discipline, title="举报", content="内容", source=LeadSource.REPORT)
    with pytest.raises(Refused, match="自己提交"):
        own.assess(by=cast.discipline, conclusion=Assessment.TRANSFER, opinion="可查。")


def test_the_timeline_tells_the_steps_and_not_the_words(cast, transferred):
    assert [event.label for event in transferred.events][:2] == ["移送", "起草文书"]
    assert not any(SECRET in event.note or "可查" in event.note or "核对" in event.note for event in transferred.events)


@pytest.mark.parametrize("username", OUTSIDERS)
def test_for_everybody_else_it_does_not_exist(cast, transferred, username):
    user, number = getattr(cast, username), transferred.id
    _ = user.grants, user.group_units
    db.session.flush()
    with scope.acting(user):
        for model, column in ((Matter, Matter.id), (Lead, Lead.id), (MatterEvent, MatterEvent.matter_id), (Notice, Notice.matter_id)):
            assert db.session.scalar(db.select(db.func.count()).select_from(model).where(column == number)) == 0, model
        assert db.session.scalar(db.select(db.select(Lead.id).where(Lead.content != "").exists())) is False


@pytest.mark.parametrize("username", OUTSIDERS)
def test_no_page_speaks_of_it(cast, client, transferred, username):
    db.session.commit()
    login(client, username)
    number = transferred.number
    for page in ("/", "/inbox/", "/notice/?tab=all", "/search/?q=会员卡有人", "/search/?q=XS2024", "/search/?q=线索", "/lead/?tab=all", "/audit/",
                 "/accountability/?tab=all"):
        text = client.get(page, follow_redirects=True).text
        assert SECRET not in text, page
        assert "某科长" not in text, page
        assert number not in text or page == "/audit/", page
    assert client.get(f"/lead/details/?id={transferred.id}").status_code == 404
    assert client.get(f"/search/?q={number}").status_code == 200
    assert client.get(f"/notice/details/?id={transferred.notices[0].id}").status_code == 404


def test_the_trail_says_that_and_not_what(cast, transferred):
    transferred.attachments.append(
        Attachment(label="移送材料", original_name=f"{SECRET}照片.pdf", stored="a" * 32, size=1, sha256="0" * 64, mime="application/pdf")
    )
    db.session.commit()
    entries = db.session.scalars(db.select(AuditEntry)).all()
    resources = {entry.resource for entry in entries}
    assert {"lead", "matter_event", "notice", "attachment"} <= resources
    text = json.dumps([json.loads(entry.changes) for entry in entries], ensure_ascii=False)
    for words in (SECRET, "某科长", "可查", "核对了反映人", "13800138000"):
        assert words not in text
    assert transferred.number in text


def test_the_auditor_reads_the_entries_without_content(cast, client, transferred):
    entry = db.session.scalars(db.select(AuditEntry.id).where(AuditEntry.resource == "lead").order_by(AuditEntry.id)).first()
    db.session.commit()
    entry = db.session.scalars(db.select(AuditEntry.id).where(AuditEntry.resource == "lead").order_by(AuditEntry.id)).first()
    text = login(client, "auditor").get(f"/audit/details/?id={entry}").text
    assert "***" in text
    assert SECRET not in text


def test_who_handed_it_in_sees_their_words_and_the_answer_only(cast, client, transferred):
    lead = transferred
    lead.feed_back(by=cast.discipline, outcome=LeadOutcome.WARNED, result="已给予诫勉。")
    lead.close(by=cast.discipline, answer="已核查处理，感谢监督。")
    db.session.commit()
    text = login(client, "special").get(f"/lead/details/?id={lead.id}").text
    assert SECRET in text
    assert "已核查处理" in text
    for words in ("可查", "诫勉", "核对了反映人", "研判意见"):
        assert words not in text


def test_a_special_supervisor_hands_one_in_through_the_form(cast, client):
    login(client, "special")
    answer = client.post("/lead/receive/", data={
        "source": "SPECIAL", "title": "窗口吃拿卡要", "content": "六月三日在窗口。", "files": (BytesIO(b"%PDF-1.4 x"), "照片.pdf"),
    }, follow_redirects=True)
    assert "XS" in answer.text
    assert "窗口吃拿卡要" in answer.text
    lead = db.session.scalars(db.select(Lead)).one()
    assert [file.original_name for file in lead.attachments] == ["照片.pdf"]
    assert client.get("/check/").status_code == 404


def test_a_supervisor_who_hands_one_in_does_not_see_its_letter(cast):
    lead = Lead.receive(by=cast.supervisor, title="线索", content="内容", source=LeadSource.CHECK)
    lead.assess(by=cast.discipline, conclusion=Assessment.TRANSFER, opinion="可查。")
    lead.transfer(by=cast.discipline, organ=Organ.PROCURATORATE, handled="无。")
    db.session.flush()
    with scope.acting(cast.supervisor):
        assert db.session.scalar(db.select(db.func.count()).select_from(Lead)) == 1
        assert db.session.scalar(db.select(db.func.count()).select_from(Notice)) == 0


def test_a_named_reader_reads_this_lead_and_no_other(cast, client, transferred):
    Lead.receive(by=cast.special, title="另一件", content="别的内容", source=LeadSource.SPECIAL)
    transferred.name_reader(by=cast.discipline, user=cast.leader)
    db.session.commit()
    login(client, "leader")
    text = client.get(f"/lead/details/?id={transferred.id}").text
    assert SECRET in text
    assert "可查" in text
    assert "另一件" not in client.get("/lead/?tab=all").text
    with pytest.raises(NotPermitted):
        transferred.feed_back(by=cast.leader, outcome=LeadOutcome.SETTLED, result="了结。")
    transferred.drop_reader(by=cast.discipline, user=cast.leader)
    db.session.commit()
    assert client.get(f"/lead/details/?id={transferred.id}").status_code == 404


def test_only_somebody_in_service_can_be_named_and_only_once(cast, lead):
    cast.leader.is_active = False
    db.session.flush()
    with pytest.raises(Invalid, match="停用"):
        lead.name_reader(by=cast.discipline, user=cast.leader)
    with pytest.raises(Invalid, match="不是知悉人"):
        lead.drop_reader(by=cast.discipline, user=cast.supervisor)
    lead.name_reader(by=cast.discipline, user=cast.supervisor)
    with pytest.raises(Invalid, match="已是知悉人"):
        lead.name_reader(by=cast.discipline, user=cast.supervisor)


def test_a_reader_is_picked_from_the_people_and_the_trail_does_not_name_them(cast, client, lead):
    number, who = lead.id, cast.leader.id
    login(client, "discipline")
    form = client.get(f"/lead/step/name_reader/?id={number}").text
    assert f'<option value="{who}"' in form
    assert "演示-领导（" in form
    assert client.post(f"/lead/step/name_reader/?id={number}", data={"user": str(who), "version": str(lead.version)}).status_code == 302
    page = client.get(f"/lead/details/?id={number}").text
    assert "演示-领导" in page
    assert "挂牌督办" not in page  # a lead climbs no ladder, so its page draws none
    assert client.post(f"/lead/step/drop_reader/?id={number}", data={"user": "999999"}).status_code == 422


def test_a_lead_climbs_no_ladder(cast, lead):
    with as_of(lead.due_at + timedelta(days=30)):
        sweep()
        assert db.session.scalar(db.select(db.func.count()).select_from(AccountabilityAction)) == 0


def test_how_many_there_are_is_told_to_readers_of_all_only(cast, lead):
    stretch = Stretch(first=lead.opened_at.date().replace(day=1), end=lead.opened_at.date().replace(month=9, day=1))
    seen = {}
    db.session.flush()
    for username in ("discipline", "supervisor", "leader", "special"):
        user: User = getattr(cast, username)
        _ = user.grants, user.group_units
        with scope.acting(user):
            seen[username] = figures(stretch).leads
    assert seen == {"discipline": 1, "supervisor": None, "leader": None, "special": None}
