"""A meeting and who came (D2; M 三(一), J 四(二))."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import audit, scope
from models import columns as c
from models.asks import Ask
from models.base import Labelled, db
from models.calendar import work_calendar
from models.errors import Invalid, NotPermitted, Refused
from models.flow import Flow, Transition, transition
from models.group import GroupMembership, MemberRole, WorkGroup
from models.meeting.carry import DecisionCarry, carry_over
from models.meeting.decision import Decision
from models.meeting.minutes import compose, mergeable
from models.meeting.words import OFFICE, MeetingKind, MeetingState, Presence
from models.now import local, now
from models.numbering import next_serial
from models.task import Task
from models.unit import Unit
from models.user import Level, User

S = MeetingState

if TYPE_CHECKING:
    from models.attachment import Attachment


class Meeting(Flow, db.Model):
    """One meeting of a group; without a group it is the office's own (营转办), which merges the groups' minutes."""

    __tablename__ = "meeting"

    id: Mapped[int] = c.key()
    kind: Mapped[MeetingKind] = c.choice("类型", MeetingKind, default=MeetingKind.WEEKLY)
    group_id: Mapped[int | None] = c.ref("work_group.id", "工作组", help="不选为营转办会议，汇总各组纪要", index=False)
    title: Mapped[str] = c.text("会议名称", 120, required=True)
    starts_at: Mapped[datetime] = c.when("时间", required=True, index=True)
    place: Mapped[str | None] = c.text("地点", 80)
    host: Mapped[str | None] = c.text("主持人", 30)
    agenda: Mapped[str | None] = c.long("议题")
    state: Mapped[MeetingState] = c.choice("状态", MeetingState, default=S.PLANNED)
    summary: Mapped[str | None] = c.long("会议情况")
    minutes: Mapped[str | None] = c.long("纪要正文")
    issue: Mapped[int | None] = c.whole("期号")
    minuted_at: Mapped[datetime | None] = c.when("纪要时间")
    recorder_id: Mapped[int | None] = c.ref("user_account.id", "记录人")
    merged_into_id: Mapped[int | None] = c.ref("meeting.id", "汇入", index=False)
    carried_at: Mapped[datetime | None] = c.when("结转时间")
    convened_by_id: Mapped[int | None] = c.ref("user_account.id", "召集人")
    version: Mapped[int] = c.whole("版本", default=1)

    group: Mapped[WorkGroup | None] = relationship()
    recorder: Mapped[User | None] = relationship(foreign_keys=recorder_id)
    convened_by: Mapped[User | None] = relationship(foreign_keys=convened_by_id)
    merged_into: Mapped["Meeting | None"] = relationship(foreign_keys=merged_into_id, remote_side=id, back_populates="sources")
    sources: Mapped[list["Meeting"]] = relationship(foreign_keys=merged_into_id, back_populates="merged_into", order_by="Meeting.starts_at")
    attendance: Mapped[list["Attendance"]] = relationship(back_populates="meeting", order_by="Attendance.id")
    decisions: Mapped[list[Decision]] = relationship(back_populates="meeting", order_by=Decision.id)
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="meeting", order_by="Attachment.id")
    carried: Mapped[list[DecisionCarry]] = relationship(back_populates="meeting", order_by=DecisionCarry.id)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_meeting_group", "group_id", "kind", "starts_at"),
        sa.Index("ix_meeting_merged_into", "merged_into_id"),
        sa.CheckConstraint("state NOT IN ('MINUTED', 'MERGED') OR (minutes IS NOT NULL AND issue IS NOT NULL)", name="minuted_has_minutes"),
        sa.CheckConstraint("(state = 'MERGED') = (merged_into_id IS NOT NULL)", name="merged_has_target"),
    )

    @property
    def owner(self) -> str:
        """综合协调组, or 营转办."""
        return self.group.name if self.group else OFFICE

    @property
    def paper_name(self) -> str:
        """综合协调组周例会纪要 · 营转办周例会纪要. M 三(一)"""
        return f"{self.owner}{self.kind.label}纪要"

    @property
    def keepers(self) -> list[Unit]:
        """Who keeps the group's meetings: its leads, else its members."""
        return (self.group.units(MemberRole.LEAD) or self.group.units(MemberRole.MEMBER)) if self.group else []

    def reaches(self, by: User, level: Level, party: str | None) -> bool:
        """A unit keeps the meetings of the groups it leads."""
        if level == Level.OWN:
            return self.convened_by_id == by.id
        return by.unit_id is not None and any(unit.id == by.unit_id for unit in self.keepers)

    def note_step(self, step: Transition, by: User | None, before: Labelled, note: str) -> None:
        """A meeting's history is the audit trail."""
        audit.note(step.label, "meeting", self.id, note=note)

    def span(self) -> tuple[datetime, datetime]:
        """The week (Monday to Sunday) or month the minutes are merged for: [first, next)."""
        first = local(self.starts_at).replace(hour=0, minute=0, second=0)
        if self.kind == MeetingKind.WEEKLY:
            first -= timedelta(days=first.weekday())
            return first, first + timedelta(days=7)
        first = first.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1)

    @classmethod
    def convene(
        cls, *, by: User, kind: MeetingKind, starts_at: datetime, group: WorkGroup | None = None, title: str = "", **about: Any
    ) -> "Meeting":
        """Plan a meeting; without a title it gets the usual one. Raises NotPermitted or Invalid."""
        row = cls(kind=kind, group=group, starts_at=local(starts_at), convened_by=by, title="", **about)
        if not row.permits(by, "meeting:create"):
            raise NotPermitted("您只能召集本单位牵头的工作组会议")
        row.title = title.strip() or row.usual_title()
        if len(row.title) > 120:
            raise Invalid("title", "会议名称请控制在120字以内")
        with scope.everything():
            same = (Meeting.group_id.is_not_distinct_from(group.id if group else None), Meeting.kind == kind, Meeting.starts_at == row.starts_at)
            if db.session.scalar(sa.select(Meeting.id).where(*same, Meeting.state != S.CANCELLED)):
                raise Invalid("starts_at", "这个时间的同类会议已经登记")
            db.session.add(row)
            db.session.flush()
        return row

    def usual_title(self) -> str:
        """综合协调组2024年第32周例会."""
        at = local(self.starts_at)
        if self.kind == MeetingKind.WEEKLY:
            iso = at.isocalendar()
            return f"{self.owner}{iso.year}年第{iso.week}周例会"
        place = {
            MeetingKind.MONTHLY: f"{at.month}月例会", MeetingKind.QUARTERLY: f"第{(at.month + 2) // 3}季度例会",
            MeetingKind.HALF_YEAR: f"{'上' if at.month <= 6 else '下'}半年汇报会",
        }
        return f"{self.owner}{at.year}年{place.get(self.kind, f'{at.month}月{at.day}日{self.kind.label}')}"

    @transition("登记召开", source={S.PLANNED}, target=S.HELD, permission="meeting:hold", order=10,
                hint="上次会议未完成的议定事项自动结转到本次会议")
    def hold(
        self, *, by: User,
        present: Annotated[list[Unit], Ask("出席单位")],
        on_leave: Annotated[list[Unit], Ask("请假单位")] = (),
        sitting_in: Annotated[list[Unit], Ask("列席单位")] = (),
        host: Annotated[str, Ask("主持人", limit=30, help="与计划不同的填写")] = "",
        place: Annotated[str, Ask("地点", limit=80, help="与计划不同的填写")] = "",
    ) -> None:
        """Who came; and what is still open from before is on the table again."""
        if self.starts_at > now():
            raise Refused("会议时间还没有到，不能登记召开")
        self.host, self.place = host or self.host, place or self.place
        seen: set[int] = set()
        for units, presence in ((present, Presence.PRESENT), (on_leave, Presence.LEAVE), (sitting_in, Presence.SITTING_IN)):
            for unit in units:
                if unit.id in seen:
                    raise Invalid("on_leave", f"{unit}重复填写了到会情况")
                seen.add(unit.id)
                self.attendance.append(Attendance(unit=unit, presence=presence))
        carry_over(self)

    @transition("议定事项", done="已登记议定事项", source={S.HELD}, permission="meeting:decide", order=20,
                hint="每个责任单位一项任务，到期未完成的结转到下次会议")
    def decide(
        self, *, by: User,
        content: Annotated[str, Ask("议定事项", long=True, bare=True, limit=300)],
        units: Annotated[list[Unit], Ask("责任单位")],
        due: Annotated[date, Ask("完成时限")],
        deliverable: Annotated[str, Ask("成果形式", limit=80)] = "",
    ) -> None:
        """A decision becomes one task a unit."""
        due_at = work_calendar().close(due)
        if due_at <= now():
            raise Invalid("due", "完成时限应在今天之后")
        for unit in dict.fromkeys(units):
            task = Task.give(by=None, unit=unit, title=content[:120], due_at=due_at, content=f"{self.title}议定：{content}", deliverable=deliverable or None)
            task.created_by = by
            task.log("decided", "会议议定", by=by, note=self.title)
            self.decisions.append(Decision(content=content, unit=unit, task=task, decided_at=now()))

    @transition("形成纪要", source={S.HELD}, target=S.MINUTED, permission="meeting:minute", order=15,
                hint="营转办会议汇总本期各组纪要，未报送的工作组在纪要中列明")
    def write(self, *, by: User, summary: Annotated[str, Ask("会议情况", long=True, bare=True, limit=6000)] = "") -> None:
        """Minutes in the minutes' form; the office's own merge what the groups have handed in. M 三(一)"""
        found = mergeable(self)
        if not summary and not found:
            raise Invalid("summary", "请填写会议情况")
        self.summary, self.recorder, self.minuted_at = summary or None, by, now()
        self.minutes = compose(self, found)
        self.issue = next_serial(f"JY-{self.kind}-{self.group_id or 0}-{local(self.starts_at).year}")
        for source in found:
            source.state, source.merged_into = S.MERGED, self

    @transition("修改纪要", source={S.MINUTED}, permission="meeting:minute", order=60)
    def revise(
        self, *, by: User, minutes: Annotated[str, Ask("纪要正文", long=True, limit=20000, secret=True)],
        reason: Annotated[str, Ask("修改原因", limit=200, bare=True)],
    ) -> None:
        """Until it is merged the text may be corrected, with a reason."""
        self.minutes = minutes

    @transition("取消", source={S.PLANNED}, target=S.CANCELLED, permission="meeting:cancel", order=90)
    def cancel(self, *, by: User, reason: Annotated[str, Ask("取消原因", limit=200, bare=True)]) -> None:
        """Not held."""

    def __str__(self) -> str:
        return self.title


class Attendance(db.Model):
    """One unit at one meeting."""

    __tablename__ = "attendance"

    id: Mapped[int] = c.key()
    meeting_id: Mapped[int] = c.ref("meeting.id", "会议", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True)
    presence: Mapped[Presence] = c.choice("到会情况", Presence, default=Presence.PRESENT)

    meeting: Mapped[Meeting] = relationship(back_populates="attendance")
    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.UniqueConstraint("meeting_id", "unit_id"),)


_attendance, _decision, _member = Attendance.__table__, Decision.__table__, GroupMembership.__table__


def _meetings(user: User) -> sa.ColumnElement[bool] | None:
    """All; or those of the groups one's unit is in, attended or was given work by."""
    level = user.level("meeting:view")
    if level == Level.ALL:
        return None
    if level is None or user.unit_id is None:
        return sa.false()
    return sa.or_(
        Meeting.group_id.in_(sa.select(_member.c.group_id).where(_member.c.unit_id == user.unit_id)),
        Meeting.id.in_(sa.select(_attendance.c.meeting_id).where(_attendance.c.unit_id == user.unit_id)),
        Meeting.id.in_(sa.select(_decision.c.meeting_id).where(_decision.c.unit_id == user.unit_id)),
    )


def _decisions(user: User) -> sa.ColumnElement[bool] | None:
    """A decision is seen with its meeting."""
    clause = _meetings(user)
    return None if clause is None else Decision.meeting_id.in_(sa.select(Meeting.__table__.c.id).where(clause))


def _never(_row: Any, _user: User) -> bool:
    return False


scope.scoped(_meetings, _never)(Meeting)
scope.scoped(_decisions, _never)(Decision)
