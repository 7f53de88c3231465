"""The supervisors' office: sweeping at a moment, issuing what was proposed."""

from datetime import timedelta
from typing import Any

from models import AccountabilityAction, EscalationRule, Ticket, db
from models.accountability import ActionState
from models.notice import Notice
from models.now import as_of, now
from models.sweep import sweep
from tests.flow.desk import day

LADDER = ("overdue", "rung1-overdue", "rung2-overdue", "rung3-overdue")
SIGNERS = {0: "supervisor", 1: "supervisor", 2: "supervisor", 3: "discipline", 4: "discipline"}


def stub(notice: Notice) -> bytes:
    """A PDF that says what was frozen."""
    return f"%PDF-1.7 {notice.number}\n{notice.body}".encode()


RATINGS = "三色评价"  # counted anew each day; its tests are in tests/rating


def swept(moment: str, **about: Any) -> dict[str, int]:
    """What a sweep at that moment did, zeros and ratings left out."""
    return {label: count for label, count in sweep(day(moment), **about).items() if count and label != RATINGS}


def only_rules(*codes: str) -> None:
    """Switch every other rule off."""
    for rule in db.session.scalars(db.select(EscalationRule)):
        rule.is_active = rule.code in codes
    db.session.commit()


def no_duties() -> None:
    """Switch the recurring duties of the packs off."""
    from models import Responsibility

    for duty in db.session.scalars(db.select(Responsibility)):
        duty.is_active = False
    db.session.commit()


def draft_of(ticket: Ticket) -> AccountabilityAction:
    """The proposal waiting for a decision."""
    return next(action for action in ticket.actions if action.state == ActionState.DRAFT)


def issue(cast: Any, action: AccountabilityAction, moment: str) -> Notice:
    """Issue the letter of a proposal; a summons is arranged first."""
    with as_of(day(moment)):
        if action.notice.summons:
            action.notice.arrange(
                by=cast.discipline, time=now() + timedelta(days=2), place="区政务服务中心三楼", host="演示-主任", participants="区政府督查室"
            )
        action.notice.issue(by=getattr(cast, SIGNERS[action.rung]), render=stub)
        db.session.commit()
    return action.notice


def climb(cast: Any, ticket: Ticket, moment: str) -> Notice:
    """Sweep, then issue what was proposed at the same moment."""
    swept(moment)
    return issue(cast, draft_of(ticket), moment)
