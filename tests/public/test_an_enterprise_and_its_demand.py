"""T15: submit, follow, add, take back and rate one's own demand, without a log-in (J 四(三), W 三(三))."""

import pytest

from models import Attachment, EnterpriseRating, PublicDemand, Ticket, db, drafting
from models.public import challenge
from models.ticket import Channel, Satisfaction, TicketState
from models.ticket.states import OPEN_STATES
from tests.panel.browse import file
from tests.public.street import answered, look_up, picture, settings, submit, submitted


def test_a_demand_enters_the_triage_list_with_its_own_channel(desk, cast):
    ticket, _code = submitted(desk(""))
    assert (ticket.state, ticket.channel, ticket.created_by) == (TicketState.REGISTERED, Channel.WEB, None)
    assert ticket.title == "冷链车辆办通行证，窗口和网上说的材料不一样"
    assert ticket.contact_phone == "13800000000"
    assert ticket.events[0].by_name == "企业"
    assert any(ticket.number in row for row in desk("intake").get("/ticket/?tab=triage").rows())
    assert "企业自行提交" in desk("coordinator").get(f"/ticket/details/?id={ticket.id}").words


def test_it_is_followed_by_number_and_code_or_number_and_telephone(desk, cast):
    ticket, code = submitted(desk(""))
    for proof in (code, code.lower().replace("-", " "), "13800000000", "+86 138 0000 0000"):
        other = desk("").client.application.test_client()
        page = other.post("/p/track", data={"number": ticket.number.lower(), "proof": proof})
        assert page.status_code == 302, proof
        assert ticket.title in other.get("/p/track").text


def test_a_demand_of_the_telephone_line_is_followed_as_well(desk, cast):
    ticket = cast.ticket(contact_phone="13912345678")
    assert look_up(desk(""), ticket.number, "13912345678").status == 302
    assert "正在研判" in desk("").get("/p/track").words


def test_the_way_is_shown_in_plain_words_with_unit_day_and_final_reply_only(desk, cast, quick_press):
    browser = desk("")
    ticket, _code = submitted(browser)
    ticket.dispatch(by=cast.coordinator, lead=cast.yi, note="内部派发意见")
    ticket.send_back(by=cast.yi_clerk, ground="NOT_OURS", note="内部退回说明")
    assert "区财政局" not in browser.get("/p/track").words
    assert "正在研判" in browser.get("/p/track").words
    ticket.dispatch(by=cast.coordinator, lead=cast.jia, note="内部派发意见")
    page = browser.get("/p/track").words
    assert "承办 区人社局" in page
    assert f"{ticket.due_at.month}月{ticket.due_at.day}日（周" in page
    ticket.sign(by=cast.jia_clerk)
    ticket.report_progress(by=cast.jia_clerk, progress="内部进展")
    letter = drafting.draft("KEY_REMINDER", by=cast.supervisor, unit=cast.jia, matter=ticket)
    ticket.nudge(by=cast.supervisor, note="内部催办")
    ticket.reply(by=cast.jia_clerk, process="内部过程", result="清单已发给您。")
    page = browser.get("/p/track").words
    assert "正在办理" in page
    assert "清单已发给您" not in page
    ticket.review(by=cast.jia_head, decision="AGREE", opinion="内部审核意见")
    page = browser.get("/p/track").words
    assert "清单已发给您" in page
    for hidden in ("内部", "演示-甲", "退回", "催办", letter.title, "督办"):
        assert hidden not in page, hidden


@pytest.mark.parametrize("state", [state for state in TicketState if state not in OPEN_STATES])
def test_every_other_end_has_its_words(desk, cast, state):
    ticket, _code = submitted(desk(""))
    match state:
        case TicketState.WITHDRAWN:
            ticket.withdraw(by=cast.intake, reason="内部")
        case TicketState.TRANSFERRED:
            ticket.transfer(by=cast.coordinator, organ="DISCIPLINE", reason="内部")
        case TicketState.MERGED:
            ticket.merge(by=cast.coordinator, into=cast.ticket().number)
        case TicketState.EXEMPTED:
            ticket.dispatch(by=cast.coordinator, lead=cast.jia)
            ticket.sign(by=cast.jia_clerk)
            ticket.attachments.append(Attachment(label="证明材料", original_name="a.pdf", stored="s", size=1, sha256="0" * 64, mime="application/pdf"))
            ticket.exempt_ask(by=cast.jia_clerk, ground="UNTRUE", explanation="内部", evidence="内部")
            ticket.check_exemption(by=cast.coordinator, decision="AGREE", opinion="内部")
        case TicketState.CLOSED:
            answered(cast, ticket)
            ticket.callback(by=cast.intake, reached=True, solved=True, satisfaction="VERY", comment="内部")
    assert ticket.state == state
    page = desk("").get("/p/track").words
    assert "内部" not in page
    assert "纪委" not in page
    assert any(words in page for words in ("不予受理", "已移交有关机关", "已撤回", "合并办理", "答复"))


def test_the_enterprise_adds_to_it_until_it_ends(desk, cast):
    browser = desk("")
    ticket, _code = submitted(browser, files=[file("现场.png", picture())])
    page = browser.post("/p/add", {"text": "昨天又去了一次。", "files": [file("照片.jpg", picture("JPEG"))]}, content_type="multipart/form-data")
    assert page.status == 302
    assert "昨天又去了一次。" in browser.get("/p/track").words
    assert [row.original_name for row in ticket.attachments] == ["现场.png", "照片.jpg"]
    ticket.dispatch(by=cast.coordinator, lead=cast.jia)
    assert "昨天又去了一次。" in desk("jia_clerk").get(f"/ticket/details/?id={ticket.id}").words
    ticket.withdraw(by=cast.intake, reason="不办了")
    assert browser.post("/p/add", {"text": "再补充"}).status == 422


def test_taking_back_needs_the_code_which_the_handling_unit_does_not_have(desk, cast):
    ticket, code = submitted(desk(""))
    look_up(desk(""), ticket.number, "13800000000")
    desk("").post("/p/leave")
    look_up(desk(""), ticket.number, "13800000000")
    assert "确认撤回" not in desk("").get("/p/track").words
    assert desk("").post("/p/withdraw", {"reason": "不办了"}).status == 422
    desk("").post("/p/leave")
    look_up(desk(""), ticket.number, code)
    assert desk("").post("/p/withdraw", {"reason": "已自行解决"}).status == 302
    db.session.expire_all()
    assert ticket.state == TicketState.WITHDRAWN


def test_the_rating_is_the_enterprises_own_statement_and_the_call_back_still_decides(desk, cast, quick_press):
    browser = desk("")
    ticket, _code = submitted(browser)
    assert "还没有答复" in browser.get("/p/rate").words
    assert browser.post("/p/rate", {"solved": "1", "satisfaction": "VERY"}).status == 422
    answered(cast, ticket)
    assert "清单已发给您" in browser.get("/p/rate").words
    assert browser.post("/p/rate", {"satisfaction": "VERY"}).error("solved") == "请选择问题解决了没有"
    assert browser.post("/p/rate", {"solved": "0", "satisfaction": "NOT", "comment": "还是要补材料"}).status == 302
    db.session.expire_all()
    row = db.session.scalars(db.select(EnterpriseRating)).one()
    assert (row.round, row.solved, row.satisfaction) == (1, False, Satisfaction.NOT)
    assert (ticket.state, ticket.satisfaction, ticket.callbacks) == (TicketState.APPROVED, None, [])
    form = desk("intake").get(f"/ticket/step/callback/?id={ticket.id}")
    assert "没解决，不满意。还是要补材料" in form.words
    assert [ticket.number in line for line in desk("coordinator").get("/ticket/?flt_own=BAD").rows()] == [True]
    assert desk("coordinator").get("/ticket/?flt_own=GOOD").rows() == []
    for who in ("jia_clerk", "jia_head"):  # the unit that answered reads that there is a rating, not what it says
        assert "还是要补材料" not in desk(who).get(f"/ticket/details/?id={ticket.id}").words
        assert desk(who).get("/ticket/?flt_own=BAD").rows() == []
    ticket.callback(by=cast.intake, reached=True, solved=False, satisfaction="NOT")
    assert ticket.state == TicketState.REWORK


def test_each_round_is_rated_once(desk, cast, quick_press):
    browser = desk("")
    ticket, _code = submitted(browser)
    answered(cast, ticket)
    good = {"solved": "1", "satisfaction": "VERY"}
    assert browser.post("/p/rate", good).status == 302
    assert browser.post("/p/rate", good).status == 422
    ticket.callback(by=cast.intake, reached=True, solved=False, satisfaction="NOT")
    assert "正在重新办理" in browser.get("/p/track").words
    ticket.reply(by=cast.jia_clerk, process="又办", result="已补办。")
    ticket.review(by=cast.jia_head, decision="AGREE")
    assert browser.post("/p/rate", good).status == 302
    assert [row.round for row in db.session.scalars(db.select(EnterpriseRating))] == [1, 2]


def test_what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_is_lost(desk, cast):
    page = submit(desk(""), enterprise="", phone="12345", credit_code="91110000600037342L", consent=None, sum="99")
    assert page.status == 422
    assert page.error("enterprise") == "请填写企业名称"
    assert "手机号应为11位" in page.error("phone")
    assert "校验位不符" in page.error("credit_code")
    assert "同意" in page.error("consent")
    assert "算得不对" in page.error("sum")
    assert page.value("content").startswith("冷链车辆")
    assert db.session.scalar(db.select(db.func.count(Ticket.id))) == 0


def test_the_right_answer_in_characters_is_right_too_and_stays_when_something_else_is_wrong(desk, cast):
    page = desk("").get("/p/")
    key, word = "test", page.value("word")
    right = next(challenge.spoken(n) for n in range(20) if challenge.is_right(key, word, str(n)))
    again = submit(desk(""), word=word, sum=right, contact="")
    assert again.status == 422
    assert again.value("word") == word
    assert again.value("sum") == right


def test_the_register_lends_its_row_only_to_the_right_code_with_the_right_name(desk, cast):
    name, code = "演示恒达精密制造有限公司", "91440300192317458F"
    known, _ = submitted(desk(""), enterprise=name, credit_code=code)
    assert known.enterprise.credit_code == code
    foreign, _ = submitted(desk(""), enterprise="演示冒名有限公司", credit_code=code)
    assert foreign.enterprise is None
    assert f"{code}（企业自报，未入库）" in desk("coordinator").get(f"/ticket/details/?id={foreign.id}").words


def test_switched_off_there_is_nothing_and_the_log_in_page_does_not_point_there(desk, cast):
    assert "/p/" in desk("").get("/login").links()
    settings(public_page="否")
    for address in ("/p/", "/p/track", "/p/rate", "/p/done"):
        assert desk("").get(address).status == 404
    assert desk("").post("/p/", {}).status == 404
    assert "/p/" not in desk("").get("/login").links()


def test_nothing_on_the_page_lies_outside_its_prefix(desk, cast):
    for address in ("/p/", "/p/track", "/p/rate", "/p/nowhere"):
        page = desk("").get(address)
        found = page.tree.xpath("//@href | //@src | //@action")
        assert [target for target in found if not target.startswith(("/p/", "#"))] == [], address
        for target in found:
            if target.startswith("/p/static") or target == "/p/bootstrap.css":
                assert desk("").raw(target.partition("#")[0]).status_code == 200, target


def test_only_a_hash_of_the_code_is_kept(desk, cast):
    _ticket, code = submitted(desk(""))
    row = db.session.scalars(db.select(PublicDemand)).one()
    assert code.replace("-", "") not in row.token_hash
    assert len(row.token_hash) == 64
    assert row.consent_at
