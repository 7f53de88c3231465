"""A person proposes 提示, 调度 or 通报 for poor handling; the ladder stays the rules' business (A3)."""

import pytest

from models.accountability import ActionState, Measure
from models.accountability.by_hand import propose
from models.errors import Invalid, NotPermitted


def test_a_supervisor_proposes_a_reminder_and_its_letter_is_drafted(cast):
    ticket = cast.accepted()
    action = propose(ticket, by=cast.supervisor, unit=cast.jia, measure=Measure.REMIND, grounds="只答复已转办，没有实质进展", days=3)
    assert action.state == ActionState.DRAFT
    assert action.rung == 0
    assert action.notice.addressee_unit == cast.jia
    assert "拟提示" in {event.label for event in ticket.events}


@pytest.mark.parametrize(
    ("measure", "kind"),
    [(Measure.REMIND, "KEY_REMINDER"), (Measure.DISPATCH_TALK, "DISPATCH_NOTICE"), (Measure.CIRCULAR, "CIRCULAR_NOTICE")],
)
def test_every_softer_measure_has_the_letter_of_its_kind(cast, measure, kind):
    letter = propose(cast.accepted(), by=cast.supervisor, unit=cast.jia, measure=measure, grounds="连续两次办理不实").notice
    assert (letter.kind, letter.addressee_unit) == (kind, cast.jia)
    assert "连续两次办理不实" in letter.body
    assert letter.summons == (measure == Measure.DISPATCH_TALK)


@pytest.mark.parametrize("measure", [Measure.SUPERVISE, Measure.LIST, Measure.SUMMON, Measure.ACCOUNT])
def test_rungs_are_not_proposed_by_hand(cast, measure):
    with pytest.raises(Invalid, match="逐级提出"):
        propose(cast.accepted(), by=cast.supervisor, unit=cast.jia, measure=measure, grounds="越级")


def test_a_unit_clerk_proposes_nothing(cast):
    with pytest.raises(NotPermitted):
        propose(cast.accepted(), by=cast.jia_clerk, unit=cast.yi, measure=Measure.REMIND, grounds="对方不配合")


def test_a_letter_about_what_is_not_late_demands_no_reason_for_being_late_and_gives_away_no_number(cast):
    ticket = cast.accepted(content="路面塌陷，请回电13812345678")
    letter = propose(ticket, by=cast.supervisor, unit=cast.jia, measure=Measure.REMIND, grounds="只答复已转办").notice
    assert "未按期" not in letter.body
    assert "时限临近" not in letter.body
    assert "13812345678" not in letter.body


def test_only_units_of_the_matter_are_reminded(cast):
    with pytest.raises(Invalid, match="不是本事项的主办或协办单位"):
        propose(cast.accepted(), by=cast.supervisor, unit=cast.yi, measure=Measure.REMIND, grounds="与本件无关")
