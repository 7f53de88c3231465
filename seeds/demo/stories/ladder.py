"""Overdue tickets on the ladder 一督办 二挂牌 三约谈 四问责, letters and all (A1, A2); and the supervisors' desk each morning."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models import AccountabilityAction, Matter, Notice, db, drafting
from models.accountability import ActionState
from models.notice import Delivery, NoticeState
from models.now import now
from models.ticket import Satisfaction
from seeds.demo.desk import Case, Desk, acting_as
from seeds.demo.stories import paths

Story = Iterator[datetime]
REMINDERS = 4  # reminder letters that really go out; each is a page to be set
TALK_PLACE = "区政府一号会议室"
LEAVE_DAYS = 3  # younger proposals still wait for a decision


def climb(case: Case, to: int, then: str = "", by_leader: bool = False, **how: Any) -> Story:
    """Signed, then silence: rung after rung up to `to`. `then`: "answer" the last letter, or "finish" the ticket."""
    yield from paths.signed(case, **how)
    case.desk.claimed.add(case.ticket.id)
    for rung in range(1, to + 1):
        while (action := _draft(case, rung)) is None:
            yield case.morning()
        yield from _send(case, action, by_leader and rung == to)
    if then:
        yield case.later()
        _answer(case, action)
    if then == "finish":
        yield case.later()
        paths.reply(case)
        yield case.later()
        paths.review(case)
        yield case.later()
        supervisor = _issuer(case, action)
        with acting_as(supervisor):
            action.notice.close(by=supervisor, outcome=case.say("struck"))
        yield case.later(1)
        paths.call(case, Satisfaction.BASIC)


def _draft(case: Case, rung: int) -> AccountabilityAction | None:
    """The sweep's proposal for this rung, once it is there."""
    return next((a for a in case.ticket.actions if a.rung == rung and a.state == ActionState.DRAFT), None)


def _issuer(case: Case, action: AccountabilityAction) -> Any:
    """Rungs 1 and 2 belong to the supervisors, 3 and 4 to discipline (roles.md)."""
    return case.one("ducha" if action.rung <= 2 else "jijian")


def _send(case: Case, action: AccountabilityAction, by_leader: bool) -> Story:
    """Worded, perhaps sent up for signature, issued, and received by the unit."""
    notice, user = action.notice, _issuer(case, action)
    with acting_as(user):
        action.person = case.head.name
        if action.rung == 3:
            _arrange_the_talk(case, notice, user)
        elif not notice.edited:
            drafting.reword(notice)
    if by_leader:
        with acting_as(user):
            notice.submit(by=user, note="情况属实，请审签。")
        yield case.soon()
        user = case.one("lingdao")
    issue(case.desk, notice, user)
    yield case.later()
    _receive(case, notice)


def _arrange_the_talk(case: Case, notice: Notice, user: Any) -> None:
    """A talk needs a time and a place, which only people know."""
    talk = case.desk.calendar.close(case.desk.calendar.add(now().date(), 2)) - timedelta(hours=2)
    notice.arrange(by=user, time=talk, place=TALK_PLACE, host=user.name, participants="区政府督查室、区纪委监委")


def issue(desk: Desk, notice: Notice, user: Any) -> None:
    """Numbered and frozen."""
    with acting_as(user):
        notice.issue(by=user, render=desk.render)


def _receive(case: Case, notice: Notice) -> None:
    """By the unit in the system, by hand, or left behind before a witness; the advice on rung 4 goes to discipline."""
    if notice.action.rung == 4:
        user, reader = case.one("ducha"), case.one("jijian")
        with acting_as(user):
            notice.serve(by=user, unit=reader.unit, method=Delivery.DIRECT, received_by=reader.name, place="区纪委监委机关")
        return
    way = case.rng.random()
    if way < 0.6:
        with acting_as(case.clerk):
            notice.acknowledge(by=case.clerk)
        return
    user = case.one("ducha")
    method = Delivery.DIRECT if way < 0.9 else Delivery.LEFT
    with acting_as(user):
        notice.serve(
            by=user, unit=case.ticket.unit, method=method, received_by=case.clerk.name, place="承办单位办公室",
            witness="演示-见证" if method == Delivery.LEFT else "", note="当面送达" if method == Delivery.DIRECT else "收件人拒签，留置送达",
        )


def _answer(case: Case, action: AccountabilityAction) -> None:
    case.attach("督办事项整改情况报告.pdf", "督办反馈材料", case.clerk)
    with acting_as(case.clerk):
        action.notice.answer(by=case.clerk, feedback=case.say("feedback"))


class SupervisorsDesk:
    """What the supervisor does with proposals nobody's story claims: issue a few, decline most, leave the newest."""

    def __init__(self, desk: Desk) -> None:
        self.case, self.issued = Case(desk, "supervisor"), 0

    def work(self) -> Story:
        """One morning."""
        yield self.case.soon()
        old = self.case.desk.calendar.add(now().date(), -LEAVE_DAYS)
        rows = db.session.scalars(
            sa.select(Notice).join(Matter, Matter.id == Notice.matter_id)
            .where(Notice.state == NoticeState.DRAFT, Notice.action_id.is_not(None), Notice.matter_id.not_in(self.case.desk.claimed))
            .order_by(Notice.id)
        ).all()
        for notice in rows:
            self._decide(notice, notice.drafted_at.date() <= old)

    def _decide(self, notice: Notice, due: bool) -> None:
        action, user = notice.action, self.case.one("ducha")
        if action.unit_id == user.unit_id:  # nobody decides on the own unit
            user = self.case.one("jijian")
        if action.state == ActionState.DRAFT and action.rung == 0 and notice.matter.kind == "ticket" and user.username == "ducha" and self.issued < REMINDERS:
            self.issued += 1
            if notice.summons:
                with acting_as(user):
                    _arrange_the_talk(self.case, notice, user)
            issue(self.case.desk, notice, user)
            if self.issued == REMINDERS:
                with acting_as(user):
                    notice.revoke(by=user, reason="企业来电确认已办结，提示有误。")
            return
        if not due:
            return
        with acting_as(user):
            if action.state == ActionState.DRAFT:
                action.decline(by=user, reason=self.case.say("decline"))
            if notice.state == NoticeState.DRAFT:
                notice.void(by=user, reason=self.case.say("void"))
