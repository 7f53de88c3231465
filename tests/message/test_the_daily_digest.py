"""One message a person and day, with what waits and without what may not leave the house."""

import email
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import AuditEntry, OutboxMessage, Setting, db
from models.message import OutboxState, deliver, make_digests
from models.message.delivery import _claim
from models.message.posting import signature
from models.now import as_of, now
from models.supervision import Lead
from models.supervision.states import LeadSource
from models.sweep import sweep
from tests.duties.desk import day
from tests.public.street import settings


def outbox():
    return db.session.scalars(db.select(OutboxMessage).order_by(OutboxMessage.id)).all()


def text_of(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default).get_content()


def test_nothing_is_made_or_sent_until_it_is_switched_on(late, robot):
    settings(robot_url=robot.url)
    sweep()
    assert outbox() == []
    assert deliver() == {"已发送": 0, "稍后再试": 0, "未能发出": 0}
    assert robot.got == []


def test_each_person_gets_one_mail_a_day_with_what_is_late(late, post_office):
    settings(**post_office.where)
    sweep()
    sweep()
    with as_of(now() + timedelta(hours=3)):
        sweep()
        deliver()
        deliver()
    assert sorted(mail.rcpt_tos[0] for mail in post_office.got) == ["jia@example.gov.cn", "leader@example.gov.cn"]
    mail = next(mail for mail in post_office.got if mail.rcpt_tos == ["jia@example.gov.cn"])
    text = text_of(mail)
    assert late.number in text
    assert "已超期 1 件" in text
    assert {row.state for row in outbox()} == {OutboxState.SENT}
    with as_of(day("2024-08-06 09:00")):
        sweep()
        deliver()
    assert len(post_office.got) == 4


@pytest.mark.parametrize("moment", ["2024-08-03 09:00", "2024-08-05 08:29"])
def test_not_on_days_of_rest_and_not_before_the_hour(late, moment):
    settings(mail_on="是")
    with as_of(day(moment)):
        assert make_digests() == 0


def test_a_person_for_whom_nothing_waits_gets_nothing(late, cast):
    cast.yi_clerk.email, cast.secadmin.email = "yi@example.gov.cn", "sec@example.gov.cn"
    settings(mail_on="是")
    make_digests()
    assert {row.user.username for row in outbox()} == {"jia_clerk", "leader"}


def test_no_personal_data_and_nothing_secret_leaves_the_house(late, cast, post_office, robot):
    with as_of(day("2024-07-22 10:00")):
        lead = Lead.receive(by=cast.discipline, title="机密线索标题", content="机密内容", source=LeadSource.REPORT)
    lead.due_at = lead.warn_at = day("2024-07-25 17:30")
    cast.discipline.email = "jw@example.gov.cn"
    settings(**post_office.where, robot_on="是", robot_url=robot.url)
    make_digests()
    db.session.commit()
    deliver()
    mails = {mail.rcpt_tos[0]: text_of(mail) for mail in post_office.got}
    everything = "".join(mails.values()) + str(robot.got)
    for hidden in ("机密", "13812345678", "演示远航", "演示-"):
        assert hidden not in everything, hidden
    assert lead.number in mails["jw@example.gov.cn"]
    assert lead.number not in mails["leader@example.gov.cn"]
    assert late.number not in str(robot.got)


def test_the_robot_gets_counts_in_the_format_of_its_house(late, robot, monkeypatch):
    settings(robot_on="是", robot_url=robot.url)
    make_digests()
    db.session.commit()
    monkeypatch.setenv("ROBOT_SECRET", "SEC123")
    assert deliver()["已发送"] == 1
    [(path, said)] = robot.got
    assert path.startswith("/robot/send?access_token=geheim&timestamp=")
    assert "&sign=" in path
    assert said["msgtype"] == "markdown"
    assert "- 区人社局：超期 1 件" in said["markdown"]["text"]
    settings(robot_format="政务微信")
    with as_of(day("2024-08-06 09:00")):
        make_digests()
        db.session.commit()
        deliver()
    path, said = robot.got[1]
    assert path == "/robot/send?access_token=geheim"
    assert "全区已超期 1 件" in said["markdown"]["content"]
    assert signature("") == ""


def test_what_fails_is_tried_again_later_each_time_and_then_given_up_and_shown(late, post_office, desk):
    settings(**post_office.where)
    make_digests()
    db.session.commit()
    post_office.refuse = "451 later"
    moment, waits = now(), []
    for _ in range(10):
        with as_of(moment):
            deliver()
        db.session.expire_all()
        row = outbox()[0]
        if row.state == OutboxState.GIVEN_UP:
            break
        waits.append(int((row.next_at - moment).total_seconds() // 60))
        with as_of(moment + timedelta(seconds=30)):
            assert sum(deliver().values()) == 0  # not before its time
        moment = row.next_at
    assert waits == [1, 5, 15, 60, 240, 720]
    assert (row.state, row.tries, row.error) == (OutboxState.GIVEN_UP, 7, "邮件服务器拒绝：451")
    assert "未能发出的消息" in desk("sysadmin").get("/inbox/").words
    page = desk("sysadmin").get("/outbox/?flt_state=GIVEN_UP")
    assert page.total == 2
    assert late.number not in page.html  # the administrator sees that, not what
    assert late.number not in desk("sysadmin").get(f"/outbox/details/?id={row.id}").html
    assert desk("jia_clerk").get("/outbox/").status == 404
    post_office.refuse = ""
    assert desk("sysadmin").post("/outbox/action/", {"action": "retry", "rowid": [str(row.id)]}).status == 302
    with as_of(now() + timedelta(minutes=1)):
        assert deliver()["已发送"] == 1


def test_a_robot_that_refuses_breaks_off_or_points_elsewhere_is_not_believed(late, robot):
    settings(robot_on="是", robot_url=robot.url)
    make_digests()
    db.session.commit()
    moment = now()
    for answer, said in (((200, {"errcode": 310000, "errmsg": "sign not match"}), "机器人拒绝：310000"), ((500, {}), "机器人拒绝：HTTP 500"),
                         ((302, {}), "机器人拒绝：HTTP 302")):
        robot.answer = answer
        with as_of(moment):
            assert deliver()["稍后再试"] == 1
        db.session.expire_all()
        assert outbox()[0].error == said
        moment = outbox()[0].next_at
    settings(robot_url="http://127.0.0.1:1/x?access_token=geheim")
    with as_of(moment):
        deliver()
    db.session.expire_all()
    assert "没有连上" in outbox()[0].error
    assert "geheim" not in outbox()[0].error


def test_a_message_too_old_is_not_sent(late, post_office):
    settings(**post_office.where)
    make_digests()
    db.session.commit()
    with as_of(now() + timedelta(days=3)):
        assert deliver()["未能发出"] == 2
    assert post_office.got == []


def test_two_schedulers_do_not_send_twice(late, post_office):
    settings(**post_office.where)
    make_digests()
    db.session.commit()
    [first, *_rest] = outbox()
    first_id = first.id
    assert _claim(first_id) is not None
    assert _claim(first_id) is None


def test_the_robots_address_is_hidden_in_the_panel_and_in_the_trail(late, desk):
    row = db.session.scalars(db.select(Setting).where(Setting.key == "robot_url")).one()
    admin = desk("sysadmin")
    assert admin.post(f"/setting/edit/?id={row.id}", {"value": "https://oapi.example/robot?access_token=geheim", "row_version": ""}).status == 302
    db.session.expire_all()
    assert row.value.endswith("geheim")
    for address in ("/setting/?page_size=100", f"/setting/edit/?id={row.id}", f"/setting/details/?id={row.id}"):
        assert "geheim" not in admin.get(address).html, address
    assert "geheim" not in "".join(db.session.scalars(sa.select(AuditEntry.changes)))
    admin.post(f"/setting/edit/?id={row.id}", {"value": ""})
    db.session.expire_all()
    assert row.value.endswith("geheim")
    admin.post(f"/setting/edit/?id={row.id}", {"value": "无"})
    db.session.expire_all()
    assert row.value == ""


def test_many_are_nudged_in_one_act_and_each_keeps_its_trace(cast, desk):
    tickets = [cast.accepted(title=f"催办{n}") for n in range(3)]
    page = desk("supervisor").post("/ticket/action/", {"action": "nudge", "rowid": [str(row.id) for row in tickets], "note": "请今天答复"})
    assert page.status == 302
    db.session.expire_all()
    assert [row.reminders for row in tickets] == [1, 1, 1]
    assert all(row.events[0].label == "催办" and row.events[0].note == "请今天答复" and row.events[0].by_name == "演示-督导" for row in tickets)
    inbox = desk("jia_clerk").get("/inbox/").words
    assert all(row.title in inbox for row in tickets)


def test_a_mail_goes_to_the_address_its_reader_has_then_and_to_nobody_who_has_left(late, cast, post_office):
    settings(**post_office.where)
    make_digests()
    cast.jia_clerk.email, cast.leader.is_active = "neu@example.gov.cn", False
    db.session.commit()
    assert deliver() == {"已发送": 1, "稍后再试": 1, "未能发出": 0}
    assert [mail.rcpt_tos for mail in post_office.got] == [["neu@example.gov.cn"]]
    assert "收件人已停用" in next(row.error for row in outbox() if row.state == OutboxState.WAITING)
