"""Instructions, city notices, fixed days, visits, surveys, projects (D1, D4–D6, N4, N5, N7)."""

from datetime import date
from decimal import Decimal

import pytest

from models import (
    CityNotice,
    Difficulty,
    Enterprise,
    FixedDay,
    Instruction,
    Investment,
    Liaison,
    LocalRule,
    Survey,
    SurveyAnswer,
    Visit,
    db,
)
from models.errors import Invalid, NotPermitted, OutOfScope
from models.fixed_day import fixed_days
from models.instruction import InstructionState
from models.matter import Light
from models.scope import acting
from models.survey import tallies, tally
from models.sweep.ladder import propose_overdue
from models.ticket import Channel
from models.visit.coverage import coverage
from tests.duties.desk import at, code, day

S = InstructionState


def firm(serial: int = 1) -> Enterprise:
    """An enterprise of the register."""
    row = Enterprise(name=f"演示样例{serial}有限公司", credit_code=code(serial))
    db.session.add(row)
    db.session.flush()
    return row


def instruction(cast, **more):
    given = {"title": "企业反映供电增容慢", "leader": "演示-区长", "instructed_on": date(2024, 8, 4), "content": "请供电公司一周内解决"}
    return Instruction.register(by=cast.leader, **given | more)


def test_an_instruction_is_accepted_passed_on_reported_checked_and_closed(cast):
    row = instruction(cast)
    row.accept(by=cast.supervisor, opinion="拟请人社局办理")
    row.pass_on(by=cast.supervisor, lead=cast.jia, co=[cast.yi], due="2024-08-09")
    assert (row.state, row.due_at, row.co_units) == (S.PASSED, day("2024-08-09 17:30"), [cast.yi])
    with pytest.raises(NotPermitted):
        row.report(by=cast.yi_clerk, result="已办")
    row.report(by=cast.jia_clerk, result="已增容")
    row.send_back(by=cast.supervisor, reason="现场未送电")
    assert (row.answered_at, row.due_at) == (None, day("2024-08-09 17:30"))
    row.report(by=cast.jia_clerk, result="已送电")
    row.close(by=cast.supervisor, outcome="现场核实已送电")
    assert (row.state, row.light, row.returns) == (S.CLOSED, Light.DONE, 1)


def test_an_instruction_about_a_matter_stands_on_its_timeline(cast):
    ticket = cast.accepted()
    row = instruction(cast, about=ticket)
    assert row.number in ticket.events[0].note


def test_an_instruction_not_reported_in_time_climbs_the_ladder(cast):
    row = instruction(cast)
    row.accept(by=cast.supervisor)
    row.pass_on(by=cast.supervisor, lead=cast.jia, due="2024-08-06")
    with at("2024-08-07 08:00"):
        assert propose_overdue() == 1


def test_a_unit_sees_the_instruction_only_once_it_has_it(cast):
    row = instruction(cast)
    row.accept(by=cast.supervisor)
    with acting(cast.jia_clerk):
        assert db.session.scalars(db.select(Instruction)).all() == []
    row.pass_on(by=cast.supervisor, lead=cast.jia, due="2024-08-09")
    with acting(cast.jia_clerk):
        assert db.session.scalars(db.select(Instruction)).all() == [row]
    with acting(cast.yi_clerk):
        assert db.session.scalars(db.select(Instruction)).all() == []


def notice(cast, **more):
    given = {"title": "市营商环境考核通报", "issuer": "市营转办", "period": "2024-07", "issued_on": date(2024, 8, 5), "received_at": day("2024-08-05 10:00")}
    return CityNotice.enter(by=cast.coordinator, **given | more)


def test_a_city_notice_sets_off_the_duties_that_wait_for_it(cast):
    row = notice(cast)
    assert len(row.tasks) > 5
    assert {task.due_at for task in row.tasks} == {day("2024-08-07 17:30")}  # two days
    assert {task.responsibility.clause for task in row.tasks} == {"M 三(四)"}
    assert len({(task.responsibility_id, task.unit_id) for task in row.tasks}) == len(row.tasks)
    with pytest.raises(Invalid, match="已经录入"):
        notice(cast)
    with pytest.raises(NotPermitted):
        CityNotice.enter(by=cast.jia_clerk, title="x", issuer="y", period="2024-06", issued_on=date(2024, 8, 5), received_at=day("2024-08-05 10:00"))


def test_the_service_day_moves_to_a_working_day_and_the_meet_day_is_every_wednesday(cast):
    found = fixed_days(date(2024, 9, 1), date(2024, 9, 30))
    names = {day: [row.code for row in rows] for day, rows in found.items()}
    assert names[date(2024, 9, 9)] == ["W-service-day"]  # the 8th is a Sunday
    assert date(2024, 9, 8) not in names
    assert [d.day for d, codes in names.items() if "W-meet-day" in codes] == [4, 11, 18, 25]


def test_quiet_days_count_once_the_district_switches_them_on(cast):
    assert not any(row.kind == "QUIET" for rows in fixed_days(date(2024, 8, 1), date(2024, 8, 31)).values() for row in rows)
    db.session.scalars(db.select(FixedDay).where(FixedDay.code == "E-quiet-days")).one().is_active = True
    assert sum(any(row.kind == "QUIET" for row in rows) for rows in fixed_days(date(2024, 8, 1), date(2024, 8, 31)).values()) == 25


def visit(cast, enterprise, by="jia_clerk", **more):
    user = getattr(cast, by)
    given = {"officer": "演示-干部", "visited_on": date(2024, 8, 5), "situation": "订单稳定"}
    return Visit.enter(by=user, enterprise=enterprise, unit=user.unit, **given | more)


def test_what_an_enterprise_asks_for_in_a_visit_becomes_a_ticket(cast):
    row = visit(cast, firm(), need_title="招工难", need="缺二十名焊工")
    need = row.difficulties[0]
    assert (need.ticket.channel, need.ticket.content, need.ticket.enterprise, need.unit) == (Channel.VISIT, "缺二十名焊工", row.enterprise, cast.jia)
    forum = visit(cast, firm(2), way="FORUM", need_title="用地指标")
    assert forum.difficulties[0].ticket.channel == Channel.FORUM
    with acting(cast.yi_clerk):
        assert db.session.scalars(db.select(Difficulty)).all() == []


def test_a_clerk_enters_visits_of_the_own_unit_only(cast):
    with pytest.raises(NotPermitted):
        Visit.enter(by=cast.yi_clerk, enterprise=firm(), unit=cast.jia, officer="x", visited_on=date(2024, 8, 5), situation="y")
    with pytest.raises(Invalid, match="晚于今天"):
        visit(cast, firm(2), visited_on=date(2024, 8, 6))


def test_coverage_counts_enterprises_not_visits(cast):
    firms = [firm(i) for i in range(1, 5)]
    for i, one in enumerate(firms):
        db.session.add(Liaison(enterprise=one, unit=cast.jia if i < 3 else cast.yi, officer="演示-干部", starts_on=date(2024, 1, 1)))
    db.session.flush()
    visit(cast, firms[0])
    visit(cast, firms[0])
    visit(cast, firms[1], visited_on=date(2024, 7, 31))
    visit(cast, firms[3])  # covered by the other unit
    found = {row.unit: (row.firms, row.visited) for row in coverage(date(2024, 8, 1), date(2024, 8, 31))}
    assert found == {cast.jia: (3, 1), cast.yi: (1, 0)}


def test_an_enterprise_has_one_officer_at_a_time(cast):
    one = firm()
    db.session.add(Liaison(enterprise=one, unit=cast.jia, officer="演示-甲", starts_on=date(2024, 1, 1), is_active=False, ends_on=date(2024, 6, 1)))
    db.session.add(Liaison(enterprise=one, unit=cast.jia, officer="演示-乙", starts_on=date(2024, 6, 2)))
    db.session.flush()
    db.session.add(Liaison(enterprise=one, unit=cast.yi, officer="演示-丙", starts_on=date(2024, 6, 2)))
    with pytest.raises(Exception, match=r"(?i)unique|uq_liaison"):
        db.session.flush()
    db.session.rollback()


def survey(*answers):
    row = Survey(title="八月满意度调查", period="2024-08", starts_on=date(2024, 8, 1), ends_on=date(2024, 8, 31))
    db.session.add(row)
    for serial, (unit, level) in enumerate(answers, 1):
        db.session.add(SurveyAnswer(survey=row, enterprise=firm(serial), unit=unit, satisfaction=level, reason="原因", answered_on=date(2024, 8, 5)))
    db.session.flush()
    return row


def test_a_surveys_figures_are_those_a_recount_gives(cast):
    row = survey((cast.jia, "VERY"), (cast.jia, "NOT"), (cast.yi, "BASIC"), (None, "SATISFIED"))
    whole = tally(row)
    good = sum(1 for a in row.answers if a.satisfaction in ("VERY", "SATISFIED", "BASIC"))
    assert (whole.asked, whole.good, whole.rate) == (len(row.answers), good, "75.0%")
    assert whole.score == Decimal("67.50")
    assert [(unit, one.rate) for unit, one in tallies(row)] == [(cast.jia, "50.0%"), (cast.yi, "100.0%")]
    with acting(cast.jia_clerk):
        assert {a.unit for a in db.session.scalars(db.select(SurveyAnswer))} == {cast.jia}
    empty = Survey(title="九月", period="2024-09", starts_on=date(2024, 9, 1), ends_on=date(2024, 9, 30))
    db.session.add(empty)
    db.session.flush()
    assert (tally(empty).rate, tally(empty).score) == ("—", None)


def test_a_projects_difficulty_becomes_a_ticket(cast):
    project = Investment(name="演示新材料项目", investor="演示投资集团", unit=cast.jia, unit_id=cast.jia.id)
    db.session.add(project)
    db.session.flush()
    served = project.serve(by=cast.jia_clerk, served_on=date(2024, 8, 5), person="演示-专员", content="现场踏勘", need_title="环评前置慢")
    assert served.difficulties[0].ticket.enterprise_name == "演示投资集团"
    with pytest.raises(NotPermitted):
        project.serve(by=cast.yi_clerk, served_on=date(2024, 8, 5), person="x", content="y")
    with acting(cast.yi_clerk):
        project.officer = "他人"
        with pytest.raises(OutOfScope):
            db.session.flush()
    db.session.rollback()


def test_a_rule_past_its_planned_day_is_late_until_done(cast):
    row = LocalRule(title="企业帮扶办法", action="REVISE", unit=cast.jia, due_on=date(2024, 8, 2))
    db.session.add(row)
    db.session.flush()
    assert db.session.scalars(db.select(LocalRule).where(LocalRule.is_late)).all() == [row]
    row.done_on = date(2024, 8, 5)
    db.session.flush()
    assert (row.standing, db.session.scalars(db.select(LocalRule).where(LocalRule.is_late)).all()) == ("已完成", [])
