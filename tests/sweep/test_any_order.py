"""Whatever officials and machine do with measures and letters, in any order: the ladder's law holds (hypothesis, A1, A2)."""

import itertools
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import AccountabilityAction, Notice, NoticeSeries, db
from models.accountability import ActionState
from models.accountability.states import IN_FORCE
from models.errors import Refused
from models.notice import NoticeState
from models.now import as_of, now
from models.sweep.ladder import propose_due_soon, propose_overdue, propose_rungs, withdraw_stale
from tests.flow.desk import ACTOR, MONDAY, PLAIN, answers
from tests.sweep.office import stub

PEOPLE = ("supervisor", "discipline", "leader", "coordinator", "jia_clerk", "jia_head", "yi_clerk")
WORK = ("nudge", "reply", "review", "callback", "reassign", "nudge", "defer", "approve_deferral", "ask_extension", "decide_extension")
DEEDS = ("sweep", "sweep", "sweep", "letter", "letter", "letter", "letter", "measure", "work")
STEP = st.tuples(st.sampled_from(DEEDS), st.integers(0, 9_999), st.integers(20, 300))
COURSE = settings(
    max_examples=30, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def asked(verb, seed):
    """What a verb of a measure or a letter is told."""
    words = {"reason": "有误", "feedback": "正在办", "outcome": "核查属实", "opinion": "改", "grounds": "经查属实。", "requirements": "限期办结。"}
    if verb.name == "arrange":
        return {"time": now() + timedelta(days=2), "place": "会议室", "host": "演示-主任", "participants": "区政府督查室"}
    if verb.name == "edit":
        return {"title": "文书", "addressee": "区人社局", "body": "请办结。"} | ({"until": now() + timedelta(days=3)} if seed % 2 else {})
    if verb.name == "issue":
        return {"render": stub} if "render" in verb.run.__annotations__ else {}
    return {ask.name: words[ask.name] for ask in verb.asks if ask.name in words}


def pressed(cast, row, seed):
    """One verb that somebody is offered on this row, chosen by `seed`."""
    offers = [(who, step) for who in PEOPLE for step, why in row.steps_for(getattr(cast, who)) if why is None and step.name != "serve"]
    upward = [offer for offer in offers if offer[1].name in ("arrange", "issue")]
    if upward and seed % 4:  # else most courses would end on the first rungs
        offers = upward
    if offers:
        who, step = offers[seed % len(offers)]
        row.do(step.name, by=getattr(cast, who), **asked(step, seed))


def worked(cast, ticket, seed):
    """Somebody works on the matter itself."""
    verb = WORK[seed % len(WORK)]
    given_ = answers(cast, ticket, verb) if verb in PLAIN or verb in ("reassign", "defer", "ask_extension") else {}
    if verb == "reassign":
        given_["lead"] = cast.yi if ticket.unit is cast.jia else cast.jia
    if verb == "callback":
        given_ |= {"solved": bool(seed % 3)}
    ticket.do(verb, by=getattr(cast, ACTOR[verb]), **given_)


def play(cast, ticket, step):
    """One step; a refusal is an answer too."""
    what, seed, _hours = step
    rows = {"letter": ticket.notices, "measure": ticket.actions}.get(what, [])
    try:
        with db.session.begin_nested():
            if what == "sweep":
                for effect in (withdraw_stale, propose_due_soon, propose_overdue, propose_rungs):
                    effect()
            elif what == "work":
                worked(cast, ticket, seed)
            elif rows:
                pressed(cast, rows[-1 - seed % min(len(rows), 3)], seed // 3)
    except Refused:
        pass


def law(ticket):
    """What must hold after every step."""
    db.session.flush()
    db.session.expire_all()
    for unit, group in itertools.groupby(sorted(ticket.actions, key=lambda a: a.unit_id), key=lambda a: a.unit_id):
        mine = list(group)
        rungs = sorted(a.rung for a in mine if a.rung and a.state in IN_FORCE)
        assert rungs == list(range(1, len(rungs) + 1)), "a rung was skipped or climbed twice"
        if unit == ticket.unit_id:
            assert ticket.ladder == len(rungs)
        elif ticket.is_open:
            assert not any(a.rung and a.state in (ActionState.DRAFT, ActionState.ISSUED, ActionState.ANSWERED) for a in mine)
        open_ = [a.rung for a in mine if a.state == ActionState.DRAFT]
        assert len(open_) == len(set(open_)), "two proposals of one rung wait"
    assert ticket.ladder or ticket.ladder_due_at is None
    for action in ticket.actions:
        assert sum(not letter.is_void for letter in action.notices) <= 1
        if action.rung and action.state in (ActionState.ISSUED, ActionState.ANSWERED):
            assert action.notice is not None
            assert action.notice.number
            assert (action.state == ActionState.ANSWERED) == (action.notice.state == NoticeState.ANSWERED)
    numbered()


def numbered():
    """Every issued letter has one number, and no number is missing or used twice."""
    issued = db.session.execute(
        sa.select(Notice.word, Notice.year, Notice.serial, Notice.number).where(Notice.issued_at.is_not(None))
    ).all()
    series = {(row.word, row.year): row.last for row in db.session.scalars(sa.select(NoticeSeries))}
    for key, last in series.items():
        serials = sorted(row.serial for row in issued if (row.word, row.year) == key)
        assert serials == list(range(1, last + 1)), f"{key} has a gap or a double"
    assert all(row.number == f"{row.word}〔{row.year}〕{row.serial}号" for row in issued)


@COURSE
@given(steps=st.lists(STEP, min_size=20, max_size=60))
def test_any_order_of_verbs_keeps_the_law_of_the_ladder(cast, steps):
    nested = db.session.begin_nested()
    try:
        nothing_yet()
        with as_of(MONDAY):
            ticket = cast.accepted()
        moment = MONDAY
        for step in steps:
            moment += timedelta(hours=step[2])
            with as_of(moment):
                play(cast, ticket, step)
                law(ticket)
    finally:
        nested.rollback()
        db.session.expire_all()


def nothing_yet():
    """Each course begins on an empty desk."""
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccountabilityAction)) == 0
