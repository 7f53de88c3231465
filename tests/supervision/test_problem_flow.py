"""Problems: found, rectified, accepted, looked back at (S3)."""

from datetime import date, datetime, timedelta

import pytest

from models import Notice, Problem, db
from models.accountability import AccountabilityAction
from models.errors import Invalid, NotPermitted, Refused
from models.now import TZ, as_of
from models.supervision.states import LookBackResult, ProblemSource, ProblemState
from models.supervision.sweep import propose_relapses, remind_look_back
from models.sweep import sweep

S, R = ProblemState, LookBackResult


def test_a_problem_gets_the_standard_limit_of_fifteen_working_days(found):
    problem = found()
    assert (problem.number, problem.state) == ("WT202408-00001", S.OPEN)
    assert problem.due_at == datetime(2024, 8, 26, 17, 30, tzinfo=TZ)


def test_a_rapid_problem_of_a_major_project_gets_three_working_days(found):
    assert found(rapid=True).due_at == datetime(2024, 8, 8, 17, 30, tzinfo=TZ)


def test_a_date_given_by_the_finder_is_the_deadline(found):
    assert found(due=date(2024, 8, 9)).due_at == datetime(2024, 8, 9, 17, 30, tzinfo=TZ)


def test_a_deadline_must_lie_ahead(found):
    with pytest.raises(Invalid, match="今天之后"):
        found(due=date(2024, 8, 2))


def test_a_problem_from_a_check_names_the_check(found):
    with pytest.raises(Invalid, match="来源检查"):
        found(check=None)


def test_a_problem_raised_in_public_names_the_session(found):
    with pytest.raises(Invalid, match="场次"):
        found(source=ProblemSource.QUESTIONING, check=None)


def test_a_unit_cannot_enter_a_problem(cast, found):
    with pytest.raises(NotPermitted):
        found(by=cast.jia_clerk)


def test_the_unit_names_a_responsible_person_before_it_reports(cast, found):
    problem = found()
    with pytest.raises(Invalid, match="责任人"):
        problem.rectify(by=cast.jia_clerk, result="已整改。")
    problem.plan(by=cast.jia_clerk, measures="调整排班，值班长巡查。", person="演示-甲经办")
    problem.rectify(by=cast.jia_clerk, result="已整改。")
    assert (problem.state, problem.person) == (S.RECTIFIED, "演示-甲经办")


def test_another_unit_can_neither_rectify_nor_see_it(cast, client, found):
    problem = found()
    with pytest.raises(NotPermitted):
        problem.rectify(by=cast.yi_clerk, result="已整改。", person="演示-乙经办")


def test_a_refused_rectification_goes_on_with_the_old_clock(cast, found):
    problem = found()
    due = problem.due_at
    problem.rectify(by=cast.jia_clerk, result="已整改。", person="演示-甲经办")
    problem.send_back(by=cast.supervisor, reason="没有材料。")
    assert (problem.state, problem.due_at, problem.answered_at, problem.returns) == (S.RECTIFYING, due, None, 1)


def test_acceptance_starts_the_second_due_date(accepted):
    assert accepted.state == S.LOOK_BACK
    assert accepted.look_back_due_at.date() == date(2024, 9, 4)
    assert accepted.is_open


def test_an_accepted_problem_is_not_late_while_it_waits_for_its_look_back(accepted):
    with as_of(accepted.due_at + timedelta(days=60)):
        sweep()
        assert not accepted.actions
        assert accepted.light == "DONE"


def test_the_look_back_is_announced_once(accepted):
    with as_of(datetime(2024, 8, 20, 9, tzinfo=TZ)):
        assert remind_look_back() == 0
    with as_of(datetime(2024, 8, 30, 9, tzinfo=TZ)):
        assert (remind_look_back(), remind_look_back()) == (1, 0)
    assert accepted.events[0].label == "回头看提醒"


def test_a_real_rectification_is_struck_off(cast, accepted):
    accepted.look_back(by=cast.supervisor, result=R.REAL, note="三次到窗口均在岗。")
    assert (accepted.state, accepted.is_open, [look.result for look in accepted.look_backs]) == (S.CLOSED, False, [R.REAL])


def test_a_partial_rectification_starts_a_new_clock(cast, accepted):
    accepted.look_back(by=cast.supervisor, result=R.PARTIAL, note="午间仍空岗。")
    assert (accepted.state, accepted.reworks, accepted.answered_at, accepted.look_back_due_at) == (S.REOPENED, 1, None, None)
    assert accepted.due_at == datetime(2024, 8, 12, 17, 30, tzinfo=TZ)


def test_the_unit_does_not_look_back_at_itself(cast, accepted, grant):
    grant("jia_clerk", "SUPERVISOR")
    with pytest.raises(Refused, match="本单位"):
        accepted.look_back(by=cast.jia_clerk, result=R.REAL, note="好。")


def test_a_relapse_reopens_and_the_next_sweep_proposes_the_first_rung(cast, accepted):
    with as_of(datetime(2024, 9, 2, 10, tzinfo=TZ)):
        accepted.look_back(by=cast.supervisor, result=R.RELAPSE, note="再次空岗。")
        assert (accepted.state, accepted.relapses, accepted.light) == (S.REOPENED, 1, "RED")
        counts = sweep()
    action = db.session.scalars(db.select(AccountabilityAction)).one()
    assert (counts["拟办·整改反弹"], counts["拟办·超期"], action.rung) == (1, 0, 1)
    assert "反弹" in action.grounds
    assert "再次空岗" in action.grounds
    with as_of(datetime(2024, 9, 2, 11, tzinfo=TZ)):
        assert sweep()["拟办·整改反弹"] == 0


def test_a_second_relapse_climbs_to_the_second_rung(cast, accepted):
    def relapse(day: datetime) -> None:
        with as_of(day):
            accepted.look_back(by=cast.supervisor, result=R.RELAPSE, note="再次空岗。")
            propose_relapses()
            _issue(accepted.actions[-1], cast.supervisor)
            accepted.rectify(by=cast.jia_clerk, result="已再次整改。")
            accepted.accept(by=cast.supervisor)

    relapse(datetime(2024, 9, 2, 10, tzinfo=TZ))
    relapse(datetime(2024, 10, 8, 10, tzinfo=TZ))
    assert [action.rung for action in accepted.actions] == [1, 2]
    assert (accepted.ladder, accepted.relapses) == (2, 2)


def test_after_the_rung_has_gone_out_its_own_deadline_decides(cast, accepted):
    with as_of(datetime(2024, 9, 2, 10, tzinfo=TZ)):
        accepted.look_back(by=cast.supervisor, result=R.RELAPSE, note="再次空岗。")
        propose_relapses()
        _issue(accepted.actions[0], cast.supervisor)
        assert sweep()["拟办·整改反弹"] == 0
    with as_of(datetime(2024, 9, 6, 9, tzinfo=TZ)):
        assert sweep()["拟办·督办逾期升级"] == 1


def test_a_closed_problem_that_comes_back_is_reopened(cast, accepted):
    accepted.look_back(by=cast.supervisor, result=R.REAL, note="在岗。")
    accepted.reopen(by=cast.supervisor, note="企业又反映空岗。")
    assert (accepted.state, accepted.is_open, accepted.relapses, len(accepted.look_backs)) == (S.REOPENED, True, 1, 2)


def test_closing_strikes_off_what_the_ladder_had_open(cast, found):
    problem = found(due=date(2024, 8, 6))
    with as_of(datetime(2024, 8, 7, 9, tzinfo=TZ)):
        sweep()
        _issue(problem.actions[0], cast.supervisor)
        problem.rectify(by=cast.jia_clerk, result="已整改。", person="演示-甲经办")
        problem.accept(by=cast.supervisor)
        problem.look_back(by=cast.supervisor, result=R.REAL, note="真改。")
    assert (problem.actions[0].state, problem.ladder_due_at) == ("CLOSED", None)


def _issue(action: AccountabilityAction, by: object) -> None:
    letter: Notice = action.notice
    letter.issue(by=by, render=lambda notice: b"%PDF " + notice.number.encode())


def test_every_problem_carries_its_own_kind(found):
    found()
    assert db.session.scalar(db.select(db.func.count()).select_from(Problem)) == 1
