"""New, changed, unchanged and wrong rows: previewed, entered by key, never twice, within one's own rights."""

import pytest

from models import (
    AuditEntry,
    Enterprise,
    ImportRow,
    ImportRun,
    Indicator,
    IndicatorResult,
    Permission,
    Role,
    Survey,
    SurveyAnswer,
    Ticket,
    Unit,
    UnitAlias,
    db,
)
from models.errors import Invalid, NotPermitted, Refused
from models.importing import RunState
from models.now import now
from models.ticket import Channel, TicketState
from models.user import Level
from tests.importing.desk import ENTERPRISES, TICKETS, book, code, entered, firm, reasons, upload, verdicts


def enterprise(serial):
    return db.session.scalars(db.select(Enterprise).where(Enterprise.credit_code == code(serial))).one()


def test_a_preview_enters_nothing_and_a_second_upload_changes_nothing(cast):
    data = book(ENTERPRISES, firm(1), firm(2))
    run = upload("enterprise", cast.intake, data)
    assert verdicts(run) == ["新增", "新增"]
    assert db.session.scalar(db.select(db.func.count(Enterprise.id)).where(Enterprise.credit_code == code(1))) == 0
    run.confirm(by=cast.intake)
    again = upload("enterprise", cast.intake, data)
    assert (verdicts(again), again.same) == (["不变", "不变"], 2)
    with pytest.raises(Refused, match="没有可以导入的行"):
        again.confirm(by=cast.intake)


def test_a_known_key_is_updated_and_blank_or_masked_cells_leave_what_was_there(cast):
    entered("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1, name="演示更名有限公司", day="", phone="139****0000")))
    row = enterprise(1)
    assert (run.changed, row.name, f"{row.registered_on}", row.contact_phone) == (1, "演示更名有限公司", "2024-08-01", "13900000000")


@pytest.mark.parametrize(("wrong", "why"), [
    ({"code": "91440300192317458G"}, "校验位不符"), ({"code": "9.14403001923174E+17"}, "科学计数"), ({"code": 914403001923174580}, "科学计数"),
    ({"code": ""}, "缺少统一社会信用代码"), ({"kind": "合作社"}, "应为有限公司、股份有限公司"), ({"town": "没有的镇"}, "没有“没有的镇”这个单位"),
    ({"day": "八月"}, "请写成 2024-05-20"), ({"phone": "12"}, "电话号码不对"), ({"name": "长" * 121}, "超过120字"), ({"name": "#REF!"}, "公式出错"),
])
def test_a_wrong_row_says_why_and_the_others_go_in(cast, wrong, why):
    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1), firm(2, **wrong)))
    assert why in reasons(run)
    assert (run.added, run.bad, enterprise(1).name) == (1, 1, "演示第1制造有限公司")


def test_the_same_key_twice_in_a_file_is_entered_once(cast):
    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1), firm(1, name="演示另一写法有限公司")))
    assert "与第2行重复" in reasons(run)
    assert enterprise(1).name == "演示第1制造有限公司"


def test_short_names_and_aliases_mean_their_unit(cast):
    town = db.session.scalars(db.select(Unit).where(Unit.kind == "TOWN", Unit.is_active)).first()
    db.session.add(UnitAlias(unit=town, alias="演示镇的别名"))
    db.session.flush()
    entered("enterprise", cast.intake, book(ENTERPRISES, firm(1, town="演示镇的别名")))
    assert enterprise(1).town is town


def test_a_row_the_database_refuses_sends_all_back_to_the_preview_and_is_named(cast):
    head = ["指标", "月份", "得分", "全市位次"]
    indicators = db.session.scalars(db.select(Indicator).limit(2)).all()
    run = entered("result", cast.coordinator, book(head, [indicators[0].name, "2024年7月", 90.5, 3], [indicators[1].name, "202407", "81", 0]))
    assert (run.state, run.added, run.bad) == (RunState.PREVIEW, 1, 1)
    assert "全市位次应大于零" in reasons(run)
    assert db.session.scalar(db.select(db.func.count(IndicatorResult.id)).where(IndicatorResult.period == "2024-07")) == 0
    run.confirm(by=cast.coordinator)
    row = db.session.scalars(db.select(IndicatorResult).where(IndicatorResult.period == "2024-07")).one()
    assert (row.indicator, f"{row.value}", row.city_rank, row.unit) == (indicators[0], "90.50", 3, None)


def test_a_result_of_the_whole_district_is_found_again_without_a_unit(cast):
    head = ["指标", "月份", "单位", "得分"]
    name = db.session.scalars(db.select(Indicator.name)).first()
    entered("result", cast.coordinator, book(head, [name, "2024-07", "", "80"], [name, "2024-07", "人社局", "70"]))
    run = entered("result", cast.coordinator, book(head, [name, "2024-07", "", "85"], [name, "2024-07", "区人社局", "70"]))
    assert (run.changed, run.same) == (1, 1)


def test_units_are_found_by_any_spelling_and_new_ones_get_a_code(cast):
    run = entered("unit", cast.sysadmin, book(["单位名称", "类型", "备注"], ["人社局", "", "导入备注"], ["演示新设局", "政府部门", ""]))
    assert (run.changed, run.added) == (1, 1)
    assert (cast.jia.name, cast.jia.note) == ("区人社局", "导入备注")
    made = db.session.scalars(db.select(Unit).where(Unit.name == "演示新设局")).one()
    assert (made.code, made.pinyin) == ("ysxsj", "YSXSJ")


def test_survey_answers_name_survey_and_enterprise(cast):
    entered("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    db.session.add(Survey(title="7月调查", period="2024-07", starts_on=now().date(), ends_on=now().date()))
    db.session.flush()
    head = ["月份", "统一社会信用代码", "满意程度", "日期", "不满意原因"]
    run = entered("survey_answer", cast.intake, book(head, ["2024-07", code(1), "不满意", "20240705", "慢"], ["2024-07", code(2), "满意", "20240705", ""]))
    assert (run.added, run.bad) == (1, 1)
    assert "没有登记" in reasons(run)
    row = db.session.scalars(db.select(SurveyAnswer)).one()
    assert (row.enterprise.name, row.satisfaction.label, row.reason) == ("演示第1制造有限公司", "不满意", "慢")


# -- demands from other systems -------------------------------------------------------------


def demand(serial, **changed):
    given = {"number": f"GD2024{serial:04d}", "who": "演示恒达公司", "phone": "13900000000", "text": "厂区停电三天。请尽快恢复。", "at": "2024-08-01 09:30:15"}
    return list((given | changed).values())


def test_an_export_of_the_hotline_is_taken_as_it_is_and_updates_by_its_number(cast):
    run = entered("ticket", cast.intake, book(TICKETS, demand(1), demand(2)), channel="HOTLINE")
    one, two = db.session.scalars(db.select(Ticket).order_by(Ticket.id)).all()
    assert (one.source_number, one.channel, one.title, one.state, f"{one.opened_at:%m-%d %H:%M}") == (
        "GD20240001", Channel.HOTLINE, "厂区停电三天", TicketState.REGISTERED, "08-01 09:30")
    assert one.number != two.number
    assert one.created_by is cast.intake
    assert run.added == 2
    again = entered("ticket", cast.intake, book(TICKETS, demand(1, text="厂区停电四天。"), demand(2)), channel="HOTLINE")
    assert (again.added, again.changed, again.same) == (0, 1, 1)
    db.session.refresh(one)
    assert (one.content, one.state) == ("厂区停电四天。", TicketState.REGISTERED)
    assert [event.label for event in one.events] == ["导入更新", "登记"]


def test_a_closed_demand_is_left_alone_and_one_being_handled_keeps_its_handling(cast):
    entered("ticket", cast.intake, book(TICKETS, demand(1), demand(2)), channel="HOTLINE")
    one, two = db.session.scalars(db.select(Ticket).order_by(Ticket.id)).all()
    one.withdraw(by=cast.intake, reason="撤回")
    two.dispatch(by=cast.coordinator, lead=cast.jia, note="办")
    run = entered("ticket", cast.intake, book(TICKETS, demand(1, text="改了。"), demand(2, text="也改了。")), channel="HOTLINE")
    assert (run.same, run.changed) == (1, 1)
    assert "不再更新" in reasons(run)
    db.session.refresh(two)
    assert (two.state, two.unit, two.content) == (TicketState.DISPATCHED, cast.jia, "也改了。")


def test_the_same_number_from_another_channel_is_another_demand(cast):
    entered("ticket", cast.intake, book(TICKETS, demand(1)), channel="HOTLINE")
    assert entered("ticket", cast.intake, book([*TICKETS, "来源"], [*demand(1), "政企通平台"]), channel="HOTLINE").added == 1


# -- who ------------------------------------------------------------------------------------


def test_who_may_not_import_is_refused_and_who_lost_the_right_cannot_confirm(cast):
    with pytest.raises(NotPermitted):
        upload("enterprise", cast.jia_clerk, book(ENTERPRISES, firm(1)))
    run = upload("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    with pytest.raises(NotPermitted):
        run.confirm(by=cast.coordinator)


def test_a_unit_imports_only_its_own_rows(cast):
    role = db.session.scalars(db.select(Role).where(Role.code == "UNIT_CLERK")).one()
    db.session.add_all([Permission(role=role, resource="indicator", action=action, scope=Level.UNIT) for action in ("import", "edit")])
    db.session.flush()
    for kept in ("own_grants", "grants"):
        cast.jia_clerk.__dict__.pop(kept, None)
    name = db.session.scalars(db.select(Indicator.name)).first()
    run = entered("result", cast.jia_clerk, book(["指标", "月份", "单位", "得分"], [name, "2024-07", "区人社局", "70"], [name, "2024-07", "区财政局", "70"]))
    assert (run.added, run.bad) == (1, 1)
    assert "不是您可以导入的单位" in reasons(run)


def test_every_row_is_in_the_trail_under_the_name_of_who_confirmed(cast):
    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    db.session.commit()
    links = db.session.scalars(db.select(AuditEntry).where(AuditEntry.resource.in_(["enterprise", "import_run"]))).all()
    assert {(link.action, link.resource) for link in links} >= {("新增", "enterprise"), ("新增", "import_run")}
    assert run.settled_by is cast.intake


def test_what_is_dropped_is_forgotten(cast):
    run = upload("enterprise", cast.intake, book(ENTERPRISES, firm(1)))
    run.drop(by=cast.intake)
    assert (run.state, db.session.scalar(db.select(db.func.count(ImportRow.id)))) == (RunState.DROPPED, 0)


def test_an_empty_list_or_one_too_long_is_refused(cast, monkeypatch):
    with pytest.raises(Invalid, match="没有数据行"):
        upload("enterprise", cast.intake, book(ENTERPRISES))
    monkeypatch.setattr("models.importing.plan.Import.most", 2)
    with pytest.raises(Invalid, match="一次最多导入2行"):
        upload("enterprise", cast.intake, book(ENTERPRISES, firm(1), firm(2), firm(3)))
    assert db.session.scalar(db.select(db.func.count(ImportRun.id))) >= 0
