"""What the packs hold fits the rest of the system: rules recur, verbs exist, roles keep apart."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import EscalationRule, LetterTemplate, Permission, Responsibility, Role, ServiceStandard, StockPhrase
from models.accountability import RUNGS, Trigger
from models.calendar import work_calendar
from models.flow import Flow, Transition
from models.recurrence import frequency_of, occurrences, validate_rrule
from models.setting import DEFAULTS, setting
from models.standard import Stage, find_standard
from models.ticket import Channel

REGISTER_ACTIONS = {"view", "create", "edit", "retire", "export", "import", "print"}
CASE_WORK = {"ticket", "task", "problem", "lead", "enterprise", "accountability", "notice", "report", "board", "search"}


def _flows(cls: type = Flow) -> Iterator[type]:
    for child in cls.__subclasses__():
        yield from (child, *_flows(child))


def _verbs() -> list[Transition]:
    return [verb for cls in _flows() for verb in cls.transitions().values()]


def _granted(session: Session, *roles: str) -> set[tuple[str, str]]:
    rows = session.execute(
        sa.select(Permission.resource, Permission.action).join(Role).where(Role.code.in_(roles) if roles else sa.true())
    )
    return {tuple(row) for row in rows}


def _recurring(session: Session) -> list[Responsibility]:
    return list(session.scalars(sa.select(Responsibility).where(Responsibility.rrule.is_not(None))))


def test_every_recurrence_rule_is_valid_and_asks_for_tasks_in_a_year(district: Session) -> None:
    duties = _recurring(district)
    assert len(duties) > 50
    for duty in duties:
        assert validate_rrule(duty.rrule)
        due = occurrences(duty.rrule, date(2024, 1, 1), date(2024, 12, 31), work_calendar(), duty.shift.value)
        assert 2 <= len(due) <= 262, duty.code


@pytest.mark.parametrize(
    ("code", "frequency", "first_due"),
    [
        ("M-2-7-1-1", "DAILY", "2024-05-06 11:00"),  # the first Monday or Wednesday after the holiday of 1 May
        ("M-3-2-1-yewu", "MONTHLY", "2024-05-20 17:30"),
        ("M-3-1-4", "QUARTERLY", "2024-06-25 17:30"),
        ("M-3-1-5", "HALF_YEARLY", "2024-06-25 17:30"),
        ("M-2-9-4-2", "MONTHLY", "2024-05-31 17:30"),
        ("J-4-2-2", "QUARTERLY", "2024-06-20 17:30"),
        ("W-2-3-4", "MONTHLY", "2024-05-08 17:30"),
    ],
)
def test_duties_fall_due_when_their_documents_say(
    district: Session, code: str, frequency: str, first_due: str
) -> None:
    duty = district.scalar(sa.select(Responsibility).where(Responsibility.code == code))
    assert frequency_of(duty.rrule) == frequency
    at = time.fromisoformat(duty.due_time) if duty.due_time else None
    start = date(2024, 5, 6)
    due = occurrences(duty.rrule, start, start + timedelta(days=70), work_calendar(), duty.shift.value, at=at)
    assert f"{due[0].due_at:%Y-%m-%d %H:%M}" == first_due


def test_quotas_are_the_documents(district: Session) -> None:
    quotas = {
        duty.code: f"{duty.quota}{duty.quota_unit}"
        for duty in district.scalars(sa.select(Responsibility).where(Responsibility.code.like("M-%")))
        if duty.quota
    }
    assert quotas == {
        "M-2-3-4": "20条", "M-2-5-3": "1篇", "M-2-5-6": "2种", "M-2-5-7": "2名", "M-2-9-4-1": "1篇", "M-2-9-4-2": "2条",
    }


def test_titles_of_duties_are_short(district: Session) -> None:
    titles = district.scalars(sa.select(Responsibility.title)).all()
    assert max(len(title) for title in titles) <= 30


def test_every_duty_falls_to_somebody(district: Session) -> None:
    assert [duty.code for duty in district.scalars(sa.select(Responsibility)) if not duty.owners()] == []


def test_every_verb_is_granted_to_some_role(district: Session) -> None:
    needed = {verb.permission for verb in _verbs() if isinstance(verb.permission, str)}
    granted = {":".join(pair) for pair in _granted(district)}
    assert needed - granted == set()
    assert {f"accountability:issue_{rung}" for rung in range(5)} <= granted


def test_what_is_granted_on_tickets_tasks_and_letters_is_a_verb_or_a_register_action(district: Session) -> None:
    declared = {verb.permission for verb in _verbs() if isinstance(verb.permission, str)}
    declared |= {"ticket:register", "ticket:reveal", "notice:issue", "notice:void", "accountability:draft"}
    declared |= {f"accountability:issue_{rung}" for rung in range(5)}
    granted = {
        f"{resource}:{action}"
        for resource, action in _granted(district)
        if resource in {"ticket", "task", "notice", "accountability"} and action not in REGISTER_ACTIONS
    }
    assert granted - declared == set()


def test_the_three_administrators_see_no_case_and_share_no_register(district: Session) -> None:
    held = {code: _granted(district, code) for code in ("SYSADMIN", "SECADMIN", "AUDITOR")}
    assert not any(resource in CASE_WORK for grants in held.values() for resource, _ in grants)
    assert held["AUDITOR"] == {("audit", action) for action in ("view", "verify", "export", "print")}
    assert ("role", "edit") not in held["SYSADMIN"]
    assert ("user", "create") not in held["SECADMIN"]
    kinds = dict(district.execute(sa.select(Role.code, Role.admin_kind).where(Role.admin_kind.is_not(None))).all())
    assert kinds == {"SYSADMIN": "SYSTEM", "SECADMIN": "SECURITY", "AUDITOR": "AUDIT"}


def test_only_discipline_reads_leads_and_those_who_hand_them_in_their_own(district: Session) -> None:
    rows = district.execute(
        sa.select(Role.code, Permission.scope).join(Permission.role).where(
            Permission.resource == "lead", Permission.action == "view"
        )
    ).all()
    assert {(code, level.value) for code, level in rows} == {("DISCIPLINE", "ALL"), ("SPECIAL", "OWN"), ("SUPERVISOR", "OWN")}


def test_rungs_are_issued_by_those_who_may(district: Session) -> None:
    rungs = {code: {a for r, a in _granted(district, code) if r == "accountability" and a.startswith("issue")}
             for code in ("SUPERVISOR", "DISCIPLINE", "COORDINATOR", "UNIT_HEAD")}
    assert rungs == {
        "SUPERVISOR": {"issue_0", "issue_1", "issue_2"}, "DISCIPLINE": {"issue_3", "issue_4"},
        "COORDINATOR": set(), "UNIT_HEAD": set(),
    }


def test_a_unit_never_decides_about_itself(district: Session) -> None:
    own = _granted(district, "UNIT_CLERK", "UNIT_HEAD")
    forbidden = {"callback", "close", "check_exemption", "decide_extension", "dispatch", "correct"}
    assert not {action for resource, action in own if resource == "ticket"} & forbidden
    levels = district.execute(
        sa.select(Permission.resource, Permission.scope).join(Role).where(
            Role.code.in_(["UNIT_CLERK", "UNIT_HEAD"]), Permission.resource.in_(CASE_WORK)
        )
    ).all()
    assert {level.value for _, level in levels} == {"UNIT"}


def test_the_ladder_has_one_rule_a_rung_and_its_letter(district: Session) -> None:
    rules = district.scalars(sa.select(EscalationRule)).all()
    climbing = {rule.rung: rule for rule in rules if rule.trigger == Trigger.RUNG_OVERDUE}
    assert sorted(climbing) == [2, 3, 4]
    assert all(rule.measure == RUNGS[rung] and rule.limit_amount for rung, rule in climbing.items())
    assert {rule.trigger for rule in rules} == set(Trigger)


def test_every_letter_a_rule_names_exists(district: Session) -> None:
    kinds = set(district.scalars(sa.select(LetterTemplate.kind)))
    named = set(district.scalars(sa.select(EscalationRule.template_kind))) - {None}
    assert named
    assert named - kinds == set()


def test_stock_phrases_stand_beside_verbs_that_exist(district: Session) -> None:
    names = {verb.name for verb in _verbs()}
    assert set(district.scalars(sa.select(StockPhrase.verb))) - names == set()


def test_limits_for_a_channel_name_channels_that_exist(district: Session) -> None:
    channels = set(district.scalars(sa.select(ServiceStandard.channel).where(ServiceStandard.channel.is_not(None))))
    assert channels
    assert channels <= set(Channel.__members__)


@pytest.mark.parametrize(
    ("stage", "channel", "days"),
    [
        (Stage.HANDLE, "WINDOW", 5), (Stage.HANDLE, "DISCLOSURE", 20), (Stage.HANDLE, "MINSHENG", 5),
        (Stage.EXTENSION, "WINDOW", 10), (Stage.REWORK, "WEB", 3), (Stage.SIGN, "WEB", 1), (Stage.RETURN, "WEB", 2),
    ],
)
def test_a_ticket_finds_its_limit(district: Session, stage: Stage, channel: str, days: int) -> None:
    assert find_standard("ticket", stage, None, channel).amount == days


def test_every_built_in_setting_is_in_the_panel(district: Session) -> None:
    assert {key: setting(key) for key in DEFAULTS} == DEFAULTS
