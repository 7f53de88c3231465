"""What each role usually does in a day, pressed in a browser. The main job and the ladder stand in test_main_job and test_neglected."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from models import Enterprise, Inspection, InspectionField, Notice, Ticket, User, db
from models.user import Role
from tests.browser.desk import moment
from tests.browser.furniture import no_recurring_tasks
from tests.browser.record import confirm, press, state, timeline
from tests.cast import PASSWORD, Cast
from views.letters.binding import render_notice

TITLE = "厂区供水管网改造需两家单位配合"
FIRM = "演示恒达精密制造有限公司"


def open_ticket(page, ticket):
    page.goto(f"/ticket/details/?id={ticket}")


def send(page, verb, said):
    """Send the form of a verb whose flash has words of its own."""
    page.get_by_role("button", name=f"确认{verb}").click()
    expect(page.locator("main .alert-success")).to_contain_text(said)


def choose_unit(page, field, keys, name):
    page.locator(f"#s2id_{field} a, #s2id_{field} input").first.click()
    page.keyboard.type(keys)
    expect(page.locator(".select2-highlighted")).to_contain_text(name)
    page.keyboard.press("Enter")


def test_a_clerk_at_the_counter_settles_one_on_the_spot_and_a_colleague_calls_back(desk, people):
    page = people.log_in("intake")
    page.get_by_role("link", name="登记诉求").first.click()
    page.get_by_label("标题").fill("补开参保缴费证明")
    page.get_by_label("诉求企业").fill("恒达精密")
    expect(page.locator(f"datalist option[value='{FIRM}']")).to_have_count(1)
    page.get_by_label("诉求企业").fill(FIRM)
    expect(page.get_by_text("已入库 · 91440300192317458F")).to_be_visible()
    page.get_by_label("诉求内容").fill("参加投标，需要当天开具参保缴费证明。")
    page.get_by_role("button", name="登记", exact=True).click()
    press(page, "当场解决")
    page.get_by_label("解决情况").fill("窗口当场打印并加盖电子章。")
    confirm(page, "当场解决")
    expect(state(page)).to_have_text("待回访")
    expect(page.locator(".btn-row").get_by_role("link", name="回访", exact=True)).to_have_count(0)  # not by whoever settled it
    other = people.log_in("intake2")
    other.get_by_role("link", name="回访：补开参保缴费证明").click()
    other.get_by_text("联系上", exact=True).click()
    other.get_by_text("已解决", exact=True).click()
    other.get_by_label("满意度").select_option(label="非常满意")
    confirm(other, "回访")
    assert timeline(other) == ["登记", "当场解决", "回访"]


def test_two_units_work_on_one_demand_and_the_second_finds_its_part_on_its_own_workbench(desk, people):
    with desk.at_work() as cast:
        cast.ticket(title=TITLE)
    page = people.log_in("coordinator")
    page.get_by_role("link", name=f"派发：{TITLE}").click()
    page.get_by_text("主办加协办", exact=True).click()
    choose_unit(page, "lead", "rs", "区人社局")
    choose_unit(page, "co", "cz", "区财政局")
    confirm(page, "派发")
    beside = people.log_in("yi_clerk")
    expect(beside.get_by_role("link", name=re.compile("^待签收")).first).to_contain_text("1")
    beside.get_by_role("link", name=f"协办签收：{TITLE}").click()
    send(beside, "协办签收", "协办已签收")
    beside.goto("/")
    beside.get_by_role("link", name=f"协办反馈：{TITLE}").click()
    beside.get_by_label("协办意见").fill("改造资金已列入本季度预算。")
    send(beside, "协办反馈", "已反馈协办意见")
    expect(beside.get_by_role("link", name="协办反馈", exact=True)).to_have_count(0)
    assert timeline(beside) == ["登记", "派发", "协办签收", "协办反馈"]


def test_a_unit_reports_progress_asks_for_time_and_the_coordinator_gives_it(desk, people):
    with desk.at_work() as cast:
        ticket = cast.dispatched(title=TITLE).id
    page = people.log_in("jia_clerk")
    page.get_by_role("link", name=f"签收：{TITLE}").click()
    confirm(page, "签收")
    press(page, "报进展")
    page.get_by_label("办理进展").fill("已与供水公司约定勘查时间。")
    confirm(page, "报进展")
    head = people.log_in("jia_head")
    open_ticket(head, ticket)
    press(head, "申请延期")
    head.get_by_label("延至").fill("2024-06-03")
    head.get_by_label("延期理由").fill("勘查需要停水配合。")
    confirm(head, "申请延期")
    expect(head.locator(".facts").filter(has_text="勘查需要停水配合")).to_contain_text("待审批")
    page = people.log_in("coordinator")
    page.get_by_role("link", name=f"审批延期：{TITLE}").click()
    page.get_by_text("同意", exact=True).click()
    send(page, "审批延期", "已审批延期申请")
    expect(page.locator("main")).to_contain_text("限 6月3日 17:30")


def test_a_second_return_ends_with_the_unit_the_coordinator_names(desk, people):
    with desk.at_work() as cast:
        ticket = cast.dispatched(title=TITLE)
        ticket.send_back(by=cast.jia_clerk, ground="NOT_OURS", note="应由财政局承办")
        ticket.dispatch(by=cast.coordinator, lead=cast.yi)
        ticket = ticket.id
    page = people.log_in("yi_clerk")
    open_ticket(page, ticket)
    press(page, "退回")
    page.get_by_text("不属本单位职责", exact=True).click()
    page.get_by_label("说明").fill("应由人社局承办，见三定规定。")
    page.get_by_role("button", name="确认退回").click()
    page = people.log_in("coordinator")
    open_ticket(page, ticket)
    expect(page.locator(".facts").filter(has_text="退回待派")).to_contain_text("等待重新派发已 0 个工作日")
    expect(page.get_by_role("link", name="派发", exact=True)).to_have_count(0)
    press(page, "指定承办")
    choose_unit(page, "lead", "rs", "区人社局")
    page.get_by_label("指定理由").fill("职责在人社局。")
    send(page, "指定承办", "已指定承办单位")
    page = people.log_in("jia_clerk")
    open_ticket(page, ticket)
    expect(page.get_by_role("link", name="签收", exact=True).first).to_be_visible()
    expect(page.get_by_role("link", name="退回", exact=True)).to_have_count(0)


def test_the_supervisor_nudges_and_a_letter_goes_out_is_signed_for_answered_and_struck_off(desk, people):
    with desk.at_work("2024-04-30 10:12") as cast:
        no_recurring_tasks()
        ticket = cast.accepted(title=TITLE).id
    page = people.log_in("supervisor")
    open_ticket(page, ticket)
    press(page, "催办")
    page.get_by_role("button", name="确认催办").click()
    expect(page.locator("main .alert-success")).to_contain_text("催办")
    desk.sweep("2024-05-17 15:00")
    with desk.at_work() as cast:
        letter = db.session.scalars(sa.select(Notice)).one()
        letter.issue(by=cast.supervisor, render=render_notice)
        number, action = letter.number, letter.action_id
    unit = people.log_in("jia_clerk")
    unit.get_by_role("link", name=re.compile(re.escape(number))).first.click()
    press(unit, "签收文书")
    unit.get_by_role("button", name="确认签收文书").click()
    expect(unit.locator("section[aria-labelledby=rcpt]")).to_contain_text("演示-甲经办 签收")
    press(unit, "反馈")
    unit.get_by_label("办理反馈").fill("已明确由供水科办理，5月24日前答复企业。")
    confirm(unit, "反馈")
    with desk.at_work() as cast:
        row = db.session.get(Ticket, ticket)
        row.reply(by=cast.jia_clerk, process="现场勘查", result="管网已接通")
        row.review(by=cast.jia_head, decision="AGREE")
    page.goto(f"/accountability/details/?id={action}")
    press(page, "销号")
    page.get_by_label("处理结果").fill("已答复企业，情况属实。")
    confirm(page, "销号")
    expect(state(page)).to_have_text("已销号")


def test_the_leader_writes_an_instruction_and_gives_leave_for_a_protected_enterprise(desk, people):
    with desk.at_work() as cast:
        cast.ticket(title=TITLE).report_up(by=cast.coordinator, question="涉及三个部门，请示如何分工")
        _plan(cast)
    page = people.log_in("leader")
    page.get_by_role("link", name=f"批示：{TITLE}").click()
    page.get_by_label("批示意见").fill("人社局牵头，一周内办结。")
    confirm(page, "批示")
    page.goto("/")
    page.get_by_role("link", name="准予例外：危险化学品专项检查").click()
    page.get_by_label("批准理由").fill("群众反映强烈，区委区政府批准。")
    confirm(page, "准予例外")
    page.goto("/")
    expect(page.get_by_text("这里没有事项")).to_be_visible()
    head = people.log_in("jia_head")
    head.get_by_role("link", name="批准检查：危险化学品专项检查").click()
    confirm(head, "批准检查")
    expect(state(head)).to_have_text("待报备")


def _plan(cast: Cast) -> Inspection:
    firm = db.session.scalars(sa.select(Enterprise).where(Enterprise.name == FIRM)).one()
    firm.is_whitelisted = True
    field = db.session.scalars(sa.select(InspectionField).where(InspectionField.code == "weihua")).one()
    return Inspection.plan(by=cast.jia_clerk, unit=cast.jia, field=field, title="危险化学品专项检查", items="仓储和台账", basis="安全生产法第六十五条",
                           dates=[(firm, moment("2024-06-05 09:00").date())])


def test_a_special_supervisor_hands_in_a_lead_and_discipline_takes_it_up(desk, people):
    page = people.log_in("special")
    page.goto("/lead/receive/")
    page.get_by_label("标题").fill("窗口办事推诿情况反映")
    page.get_by_label("线索内容").fill("5月20日上午，窗口连续三次要求补交同一材料。")
    page.get_by_role("button", name="提交线索").click()
    expect(page.locator("main .alert-success")).to_be_visible()
    other = people.log_in("discipline")
    other.get_by_role("link", name="研判：窗口办事推诿情况反映").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("研判")


def test_the_park_office_finds_what_units_have_filed(desk, people):
    with desk.at_work("2024-05-20 09:00") as cast:
        role = db.session.scalars(sa.select(Role).where(Role.code == "PARK")).one()
        cast.jia_head.roles = [*cast.jia_head.roles, role]
        db.session.flush()
        plan = _plan(cast)
        plan.permit(by=cast.leader, reason="区委区政府批准")
        plan.approve(by=cast.jia_head)
        plan.file(by=cast.jia_clerk)
    page = people.log_in("jia_head")
    page.goto("/inspection/")
    page.get_by_role("link", name="危险化学品专项检查").first.click()
    expect(state(page)).to_have_text("已报备")


def test_a_grant_taken_away_is_gone_at_the_next_press_and_the_trail_says_who_did_it(desk, people):
    clerk = people.log_in("intake")
    expect(clerk.get_by_role("link", name="登记诉求").first).to_be_visible()
    page = people.log_in("secadmin")
    page.goto("/permission/matrix/")
    page.locator("td a[aria-label*='，受理员 对 企业诉求']").click()
    page.locator("#a_register").select_option(label="不授予")
    page.get_by_label("调整依据").fill("区营商办通知")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main .alert-success")).to_be_visible()
    clerk.reload()
    expect(clerk.get_by_role("link", name="登记诉求")).to_have_count(0)
    clerk.watcher.expect(404)
    assert clerk.goto("/ticket/register/").status == 404
    trail = people.log_in("auditor")
    trail.goto("/audit/")
    expect(trail.locator("tbody tr").filter(has_text="演示-安全").first).to_be_visible()


def test_a_new_account_gets_a_password_for_once_and_changes_it_at_the_first_log_in(desk, people):
    page = people.log_in("sysadmin")
    page.get_by_role("link", name="新增用户").first.click()
    page.get_by_label("登录名").fill("xinren")
    page.get_by_label("姓名").fill("演示-新人")
    choose_unit(page, "unit", "rs", "区人社局")
    page.get_by_role("button", name="保存", exact=True).click()
    said = page.locator("main .alert-success").first.inner_text()
    with desk.at_work():
        assert db.session.scalars(sa.select(User.must_change).where(User.username == "xinren")).one()
    once = re.search(r"口令\S*?[：:]\s*(\S+?)(?:[，。（]|$)", said)
    assert once, said
    fresh = people.stranger()
    fresh.goto("/login")
    fresh.get_by_label("登录名").fill("xinren")
    fresh.get_by_label("口令").fill(once.group(1))
    fresh.get_by_role("button", name="登录").click()
    expect(fresh.get_by_label("新口令").first).to_be_visible()
    fresh.goto("/")
    expect(fresh.get_by_label("新口令").first).to_be_visible()
    assert once.group(1) != PASSWORD
