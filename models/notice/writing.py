"""Writing a letter: worded, arranged, sent for signature, issued, void (A2).

A number is allocated when the letter is issued, in the same transaction as the frozen PDF: gapless,
unique, never reused; a void letter keeps its number.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from models.accountability import ActionState
from models.accountability.conditions import in_order, may_be_taken_back
from models.asks import Ask
from models.base import db
from models.calendar import work_calendar
from models.clock import deadline
from models.errors import Invalid, Refused
from models.flow import transition
from models.notice.facts import reply_due, reword
from models.notice.renewing import moved, remember, renew, why_stale
from models.notice.states import UNISSUED
from models.notice.states import NoticeState as S
from models.notice.template import NoticeSeries
from models.now import now
from models.numbering import bump
from models.user import User
from models.wording import chinese_date


def _issue_permission(notice: Any) -> str:
    return f"accountability:issue_{notice.action.rung}" if notice.action else "notice:issue"


def _void_permission(notice: Any) -> str:
    """A letter of a measure that is out is taken back by who may issue it."""
    return _issue_permission(notice) if notice.action and notice.state not in UNISSUED else "notice:void"


def _revoke_permission(notice: Any) -> str:
    return _issue_permission(notice) if notice.action else ""  # no measure, nothing to revoke


def _last_rung(notice: Any, by: User | None) -> str | None:
    if notice.action is None or notice.state in UNISSUED or notice.action.is_over:
        return None
    return may_be_taken_back(notice.action, by)


def _arrange_permission(notice: Any) -> str:
    return "notice:edit" if notice.summons else ""  # other letters have no meeting, so nobody is asked for one


def _ready(notice: Any, by: User | None) -> str | None:
    """A draft measure must be next in order; one that is out may get a new letter for a void one."""
    if notice.summons and not (notice.edited or notice.details.get("meeting")):
        return "请先填写会议时间、地点"
    if notice.action is None:
        return why_stale(notice)
    if notice.action.state == ActionState.DRAFT:
        return in_order(notice.action, by) or why_stale(notice)
    return f"所附措施{notice.action.state.label}，不再签发文书" if notice.action.is_over else why_stale(notice)


def _renew_permission(notice: Any) -> str:
    return "notice:edit" if notice.edited else ""  # an unedited draft is worded from today's facts anyway


def _may_renew(notice: Any, by: User | None) -> str | None:
    return None if moved(notice) or _stated_is_past(notice) else "正文所写事实没有变动"


def _stated_is_past(notice: Any) -> bool:
    """The deadline a hand-edited draft states has gone by."""
    action = notice.action
    waits = action is not None and action.state == ActionState.DRAFT and action.limit is not None
    return bool(waits and action.new_due_at and action.new_due_at <= now())


class Writing:
    """Verbs before a letter is out, and taking it back."""

    @transition("修改", source=UNISSUED, permission="notice:edit", order=50)
    def edit(
        self, *, by: User,
        title: Annotated[str, Ask("标题", limit=120, secret=True)],
        addressee: Annotated[str, Ask("主送", limit=200, secret=True)],
        body: Annotated[str, Ask("正文", long=True, limit=20000, secret=True)],
        cc: Annotated[str, Ask("抄送", limit=300, secret=True)] = "",
        contact: Annotated[str, Ask("联系方式", limit=80, secret=True)] = "",
        until: Annotated[datetime | None, Ask("正文所写办理时限", help="督办类文书填写，须与正文一致；不填按原拟时限")] = None,
    ) -> None:
        """Change the wording of this letter before it is issued; `until` is the deadline its text states."""
        if until is not None and until <= now():
            raise Invalid("until", "办理时限应在现在之后")
        first = not self.edited
        self.title, self.addressee, self.body, self.cc, self.contact = title, addressee, body, cc, contact
        self.edited = True
        if until is not None and self.action and self.action.state == ActionState.DRAFT:
            self.action.new_due_at = until
        remember(self, first=first)

    @transition(
        "更新事实", source=UNISSUED, permission=_renew_permission, when=_may_renew, order=7,
        hint="日期、逾期天数、办理时限等改按今日情况，手工修改的语句保留；两者相碰的由人核对",
    )
    def renew(self, *, by: User) -> None:
        """Today's facts into a hand-edited draft; a stated deadline that has gone by is counted anew."""
        past = _stated_is_past(self)
        if past:
            self.action.new_due_at = deadline(now(), self.action.limit, work_calendar()).due_at
        renew(self)
        if past and chinese_date(self.action.new_due_at) not in self.body:
            raise Refused("正文所写时限已过，又是手工写的，请在“修改”中改正正文和时限，或“重新生成”")

    @transition(
        "安排会议", source=UNISSUED, permission=_arrange_permission, order=8,
        hint="写入约谈或调度通知；手工修改过的正文请随后“更新事实”",
    )
    def arrange(
        self, *, by: User,
        time: Annotated[datetime, Ask("会议时间", to_the_minute=True, help="如 2024-08-20 09:00")],
        place: Annotated[str, Ask("会议地点", limit=80)],
        host: Annotated[str, Ask("主持人", limit=30)],
        participants: Annotated[str, Ask("参加单位", limit=120, help="多个用顿号隔开")],
        materials: Annotated[str, Ask("携带材料", limit=120, help="多个用顿号隔开")] = "事项办理情况说明、相关证明材料",
    ) -> None:
        """When and where the talk takes place, who leads it, what to bring."""
        if time <= now():
            raise Invalid("time", "会议时间应在现在之后")
        lists = {"participants": participants.split("、"), "materials": materials.split("、")}
        self.details = self.details | {"meeting": {"time": time.isoformat(), "place": place, "host": host, **lists}}
        reword(self)

    @transition("重新生成", source=UNISSUED, permission="notice:edit", order=55, hint="放弃手工修改，按最新事实和模板重新生成")
    def regenerate(self, *, by: User) -> None:
        """Back to the template's words and today's facts."""
        self.edited = False
        self.details = {name: value for name, value in self.details.items() if name not in ("worded", "check")}
        reword(self)

    @transition("送签", source={S.DRAFT}, target=S.SUBMITTED, permission="notice:draft", order=20)
    def submit(self, *, by: User, note: Annotated[str, Ask("送签意见", long=True, bare=True)] = "") -> None:
        """To the leader for signature."""

    @transition("退回修改", source={S.SUBMITTED}, target=S.DRAFT, permission=_issue_permission, order=30)
    def hand_back(self, *, by: User, opinion: Annotated[str, Ask("修改意见", long=True, bare=True)]) -> None:
        """Not signed yet: the wording needs work."""

    @transition(
        "签发", source=UNISSUED, target=S.ISSUED, permission=_issue_permission, when=_ready, order=10,
        hint="签发即编号、定稿，之后不能修改；作废的文号不再使用",
    )
    def issue(self, *, by: User, render: Callable[[Any], bytes]) -> None:
        """Climb (for a rung), word an unedited draft from today's facts, number, freeze.

        `render` turns the numbered letter into its PDF.
        """
        self.signer, self.issued_at, self.dated = by, now(), now().date()
        if self.action and self.action.state == ActionState.DRAFT:
            self.action.issue(by=by, stated_due=self.action.new_due_at if self.edited else None)
        self.reply_due_at = reply_due(self)
        reword(self)
        if self.word:
            self.year = self.dated.year
            self.serial = bump(NoticeSeries, word=self.word, year=self.year)
            self.number = f"{self.word}〔{self.year}〕{self.serial}号"
        self.code = secrets.token_hex(8)
        self.pdf = render(self)
        self.pdf_sha256 = hashlib.sha256(self.pdf).hexdigest()

    @transition(
        "作废", source={S.DRAFT, S.SUBMITTED, S.ISSUED, S.SERVED, S.ANSWERED}, target=S.VOID, permission=_void_permission,
        when=_last_rung, order=200,
        hint="文号保留为作废，不再使用。已发出的措施退回待审定，级次和时限随之退回，并另拟一份文书，改正后重新签发",
    )
    def void(self, *, by: User, reason: Annotated[str, Ask("作废原因", limit=200, bare=True)]) -> None:
        """Withdrawn; an issued number stays taken. A measure that was out waits to be issued again, with a new draft."""
        out = self.state not in UNISSUED
        self.void_reason, self.closed_at = reason, now()
        if out and self.action and not self.action.is_over:
            self.state = S.VOID
            self.action.reopen()
            db.session.flush()  # one live letter a measure: this one must be void before the next is written
            self._write_again(by)

    def _write_again(self, by: User) -> None:
        """A draft like this one, to be corrected: hand-edited words stay, others are made from today's facts."""
        kept = ("kind", "form", "word", "title", "addressee", "body", "cc", "contact", "agency", "edited")
        again = type(self)(
            **{name: getattr(self, name) for name in kept}, state=S.DRAFT, matter=self.matter, action=self.action,
            addressee_unit=self.addressee_unit, details=dict(self.details), drafted_by=by, drafted_at=now(),
        )
        db.session.add(again)
        reword(again)

    @transition(
        "作废并撤销措施", source={S.ISSUED, S.SERVED, S.ANSWERED}, target=S.VOID, permission=_revoke_permission, when=_last_rung,
        order=210, hint="措施不应作出时使用：文号保留为作废，级次和时限退回上一级，同一事由不再提出",
    )
    def revoke(self, *, by: User, reason: Annotated[str, Ask("撤销理由", limit=180, bare=True)]) -> None:
        """The measure itself was wrong: it and its letter are withdrawn."""
        self.action.revoke(by=by, reason=reason)
