"""One demand through the forms of everybody concerned (T2–T8)."""

import sqlalchemy as sa

from models import Attachment, Category, Unit, db
from models.ticket import Ticket
from models.ticket import TicketState as S
from tests.panel.browse import PNG, details_url, file

ENTRY = {
    "title": "稳岗返还资金逾期未到账", "channel": "WINDOW", "enterprise": "演示远航科技有限公司", "contact_name": "演示-联系人",
    "contact_phone": "13800000000", "content": "提交申领后一直没有到账，请协调。", "form_token": "a" * 32,
}


def registered(desk, **more):
    """Enter a demand by the form; the ticket."""
    page = desk("intake").post("/ticket/register/", ENTRY | more)
    assert page.status == 302, page.said
    return db.session.scalars(sa.select(Ticket).order_by(Ticket.id.desc())).first()


def dispatched(desk, cast, *co, **more):
    """Entered and given to 甲局."""
    ticket = registered(desk, **more)
    desk("coordinator").does(ticket, "dispatch", lead=cast.jia.id, co=[unit.id for unit in co], note="请依法办理")
    return ticket


def accepted(desk, cast, *co, **more):
    """Signed for by 甲局."""
    ticket = dispatched(desk, cast, *co, **more)
    desk("jia_clerk").does(ticket, "sign")
    return ticket


def replied(desk, cast, *co):
    """Answered by 甲局's clerk, waiting for its head."""
    ticket = accepted(desk, cast, *co)
    desk("jia_clerk").does(ticket, "reply", process="核实申领材料", result="已拨付 8.64 万元", resolution="SOLVED", gain="8.64")
    return ticket


def steps(ticket):
    return [event.label for event in reversed(ticket.events)]


def test_a_demand_is_entered_dispatched_handled_reviewed_called_back_and_closed(desk, cast):
    category = db.session.scalars(sa.select(Category)).first()
    ticket = registered(desk, category=category.id, files=[file("申领表.pdf"), file("照片.png", PNG)])
    assert ticket.category == category
    desk("coordinator").does(ticket, "dispatch", lead=cast.jia.id, co=[cast.yi.id], note="请依法办理")
    desk("jia_clerk").does(ticket, "sign")
    desk("yi_clerk").does(ticket, "co_sign")
    desk("jia_clerk").does(ticket, "report_progress", progress="已调阅申领记录", progress_files=[file("台账.pdf")])
    desk("yi_clerk").does(ticket, "co_reply", opinion="资金已下达", opinion_files=[file("拨款单.pdf")])
    desk("jia_clerk").does(
        ticket, "reply", process="核实", result="已拨付", resolution="SOLVED", gain="8.64", result_files=[file("回单.pdf")]
    )
    assert ticket.state == S.REPLIED
    assert ticket.answered_at is None
    desk("jia_head").does(ticket, "review", decision="AGREE", opinion="同意")
    assert ticket.answered_at
    desk("intake").does(ticket, "callback", reached="y", solved="y", satisfaction="SATISFIED", comment="满意")
    assert ticket.state == S.CLOSED
    assert steps(ticket) == ["登记", "派发", "签收", "协办签收", "报进展", "协办反馈", "反馈办理结果", "审核", "回访"]
    assert [a.original_name for a in ticket.attachments] == ["申领表.pdf", "照片.png", "台账.pdf", "拨款单.pdf", "回单.pdf"]
    page = desk("jia_clerk").get(details_url(ticket))
    for words in ("8.64", "满意", "已拨付", "资金已下达", "回单.pdf", "第1轮回访"):
        assert words in page.words


def test_a_demand_sent_back_twice_is_assigned_by_force_and_stays(desk, cast):
    ticket = registered(desk)
    for _ in range(2):
        desk("coordinator").does(ticket, "dispatch", lead=cast.jia.id)
        desk("jia_clerk").does(ticket, "send_back", ground="NOT_OURS", note="应由财政部门承办")
    assert desk("coordinator").press(ticket, "dispatch", lead=cast.jia.id).status == 409
    desk("coordinator").does(ticket, "force_assign", lead=cast.jia.id, reason="职责明确")
    page = desk("jia_clerk").press(ticket, "send_back", ground="NOT_OURS", note="仍不属本单位")
    assert page.status == 409
    assert "指定承办" in page.said
    assert ticket.state == S.DISPATCHED


def test_more_time_is_asked_by_the_unit_and_decided_by_the_coordinator(desk, cast):
    ticket = accepted(desk, cast)
    before = ticket.due_at
    from models.calendar import work_calendar

    until = work_calendar().add(before.date(), 3)
    desk("jia_head").does(ticket, "ask_extension", until=until.strftime("%Y%m%d"), reason="需要上级核拨")
    assert ticket.due_at == before
    desk("coordinator").does(ticket, "decide_extension", decision="AGREE")
    assert ticket.due_at.date() == until
    assert "延至" in desk("jia_head").get(details_url(ticket)).words


def test_not_accepting_needs_evidence_and_somebody_elses_yes(desk, cast):
    ticket = accepted(desk, cast)
    asked = {"ground": "UNLAWFUL", "explanation": "不符合政策规定", "evidence": "政策文件"}
    page = desk("jia_clerk").press(ticket, "exempt_ask", **asked)
    assert page.status == 422
    assert "请上传证明材料" in page.error("evidence")
    desk("jia_clerk").does(ticket, "exempt_ask", **asked, evidence_files=[file("政策文件.pdf")])
    desk("coordinator").does(ticket, "check_exemption", decision="AGREE", opinion="理由成立")
    assert ticket.state == S.EXEMPTED
    assert ticket.exempt


def test_a_promise_signed_by_the_head_becomes_the_clock(desk, cast):
    from models.calendar import work_calendar

    ticket = accepted(desk, cast)
    day = work_calendar().add(ticket.due_at.date(), 15)
    desk("jia_clerk").does(
        ticket, "defer", measures="列入预算", plan="分期拨付", steps="先审后拨", promised=f"{day:%Y-%m-%d}", consent="企业书面同意",
        consent_files=[file("同意书.pdf")],
    )
    assert "已提出承诺办理，待主要负责人签批" in desk("jia_clerk").get(details_url(ticket)).said
    desk("jia_head").does(ticket, "approve_deferral", decision="AGREE", opinion="同意")
    assert ticket.state == S.DEFERRED
    assert ticket.due_at.date() == day


def test_a_dissatisfied_enterprise_is_handled_again_under_the_same_number(desk, cast):
    ticket = replied(desk, cast)
    desk("jia_head").does(ticket, "review", decision="AGREE")
    number = ticket.number
    desk("intake").does(ticket, "callback", reached="y", solved="n", satisfaction="NOT", comment="没有解决")
    assert (ticket.state, ticket.reworks, ticket.number) == (S.REWORK, 1, number)
    desk("jia_clerk").does(ticket, "reply", process="重新核实", result="已补拨", resolution="SOLVED")
    desk("jia_head").does(ticket, "review", decision="AGREE")
    desk("intake").does(ticket, "callback", reached="y", solved="y", satisfaction="VERY")
    assert ticket.state == S.CLOSED
    assert "第 2 轮办理" in desk("intake").get(details_url(ticket)).words


def test_a_demand_settled_on_the_spot_is_called_back_by_another_person(desk, cast):
    ticket = registered(desk)
    desk("intake").does(ticket, "resolve_on_spot", result="当场解释政策并办结")
    page = desk("intake").press(ticket, "callback", reached="y", solved="y", satisfaction="VERY")
    assert page.status == 409
    desk("intake2").does(ticket, "callback", reached="y", solved="y", satisfaction="VERY")
    assert ticket.state == S.CLOSED


def test_a_unit_entered_by_pinyin_picker_value_of_nobody_is_refused(desk, cast):
    ticket = registered(desk)
    page = desk("coordinator").press(ticket, "dispatch", lead="99999999")
    assert page.status == 422
    assert page.error("lead")
    assert ticket.state == S.REGISTERED


def test_picked_rows_are_nudged_each_by_itself(desk, cast):
    open_one, closed_one = accepted(desk, cast), registered(desk, form_token="b" * 32)
    page = desk("supervisor").post(
        "/ticket/action/", {"action": "nudge", "rowid": [open_one.id, closed_one.id], "note": "请抓紧", "scope": "page", "url": "/ticket/"}
    )
    assert page.status == 302
    assert (open_one.reminders, closed_one.reminders) == (1, 0)
    said = desk("supervisor").get("/ticket/").said
    assert "已催办 1 条" in said
    assert closed_one.number in said


def test_all_filtered_rows_are_nudged_and_no_other(desk, cast):
    mine = [cast.accepted(title=f"第{n}件") for n in range(3)]
    other = cast.ticket(title="别家的")
    other.dispatch(by=cast.coordinator, lead=cast.yi)
    url = f"/ticket/?flt_unit={cast.jia.id}"
    page = desk("supervisor").post(f"/ticket/action/?flt_unit={cast.jia.id}", {"action": "nudge", "scope": "all", "url": url, "note": "请抓紧"})
    assert page.status == 302
    assert [t.reminders for t in mine] == [1, 1, 1]
    assert other.reminders == 0


def test_nudging_everything_from_the_list_form_as_the_page_sends_it_obeys_its_filter(desk, cast):
    """The page posts scope=all to the bare address; the filters are in the posted `url`."""
    mine = cast.accepted()
    other = cast.ticket(title="别家的")
    other.dispatch(by=cast.coordinator, lead=cast.yi)
    listed = desk("supervisor").get(f"/ticket/?flt_unit={cast.jia.id}")
    form = listed.tree.xpath("//form[@id='bulk']")[0]
    data = {node.get("name"): node.get("value") for node in form.xpath(".//input[@type='hidden']")}
    page = desk("supervisor").post(form.get("action"), data | {"action": "nudge", "scope": "all"})
    assert page.status == 302
    assert (mine.reminders, other.reminders) == (1, 0)


def test_evidence_belongs_to_its_ticket(desk, cast):
    ticket = registered(desk, files=[file("申领表.pdf")])
    kept = db.session.scalars(sa.select(Attachment)).one()
    assert kept.matter_id == ticket.id
    got = desk("intake").raw(f"/file/{kept.id}")
    assert got.data.startswith(b"%PDF")
    assert db.session.scalar(sa.select(sa.func.count(Unit.id))) > 50
