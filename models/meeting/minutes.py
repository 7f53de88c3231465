"""The text of minutes: a group's own, and the office's merged from what the groups handed in (D3, users.md ideas 13, 14)."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from models.base import db
from models.group import GroupKind, WorkGroup
from models.meeting.decision import Decision
from models.meeting.words import MeetingKind, MeetingState, Presence
from models.now import local
from models.wording import chinese_time

if TYPE_CHECKING:
    from models.meeting.meeting import Meeting

NUMERALS = "一二三四五六七八九十"
MERGING = frozenset({MeetingKind.WEEKLY, MeetingKind.MONTHLY})


def numeral(place: int) -> str:
    """1 → 一, 12 → 十二, up to 99."""
    tens, ones = divmod(place, 10)
    return ("" if tens == 0 else ("十" if tens == 1 else f"{NUMERALS[tens - 1]}十")) + (NUMERALS[ones - 1] if ones else "")


def mergeable(meeting: "Meeting") -> list["Meeting"]:
    """What the office's weekly or monthly minutes merge: the groups' minutes of the same kind and period, and for
    the month also the office's own weekly ones."""
    if meeting.group_id is not None or meeting.kind not in MERGING:
        return []
    cls, (first, after) = type(meeting), meeting.span()
    wanted = of_groups = sa.and_(cls.group_id.is_not(None), cls.kind == meeting.kind)
    if meeting.kind == MeetingKind.MONTHLY:
        wanted = sa.or_(of_groups, sa.and_(cls.group_id.is_(None), cls.kind == MeetingKind.WEEKLY))
    query = (
        sa.select(cls).where(cls.state == MeetingState.MINUTED, cls.starts_at >= first, cls.starts_at < after, wanted)
        .order_by(cls.group_id.is_not(None), cls.group_id, cls.starts_at)
    )
    return [row for row in db.session.scalars(query) if row.id != meeting.id]


def missing(meeting: "Meeting", found: list["Meeting"]) -> list[WorkGroup]:
    """Groups that owe weekly minutes of the period and have handed in none. M 三(一)"""
    if meeting.group_id is not None or meeting.kind != MeetingKind.WEEKLY:
        return []
    given = {row.group_id for row in found}
    query = sa.select(WorkGroup).where(WorkGroup.is_active, WorkGroup.kind.in_([GroupKind.COORDINATION, GroupKind.KEY]))
    started = meeting.starts_at.date()
    return [
        group for group in db.session.scalars(query.order_by(WorkGroup.id))
        if group.id not in given and not (group.ends_on and group.ends_on < started) and owes_weekly(group)
    ]


def owes_weekly(group: WorkGroup) -> bool:
    """The weekly meeting is M's: groups of other documents owe none."""
    return (group.clause or "").startswith("M ")


def compose(meeting: "Meeting", found: list["Meeting"]) -> str:
    """The whole text as it will be printed."""
    parts = [_opening(meeting)]
    sections: list[tuple[str, list[str]]] = []
    if meeting.agenda:
        sections.append(("会议议题", meeting.agenda.strip().splitlines()))
    if meeting.summary:
        sections.append(("会议情况", meeting.summary.strip().splitlines()))
    if found:
        sections.append(("各组工作情况" if meeting.kind == MeetingKind.WEEKLY else "本月各次例会情况", _merged(found)))
    if meeting.decisions:
        sections.append(("议定事项", _numbered([_decided(row) for row in meeting.decisions])))
    if old := [row.decision for row in meeting.carried if row.decision.is_open]:
        sections.append(("以前会议议定未完成事项", _numbered([f"{_decided(row)}已结转{row.carries}次。" for row in old])))
    if stalled := _stalled(found):
        sections.append(("久拖未完成事项", _numbered([f"{_decided(row)}{row.meeting.owner}，结转{row.carries}次。" for row in stalled])))
    if gaps := missing(meeting, found):
        sections.append(("未报送纪要的工作组", [f"{'、'.join(group.name for group in gaps)}，共{len(gaps)}个组。"]))
    for place, (heading, lines) in enumerate(sections, 1):
        parts += [f"{numeral(place)}、{heading}", *lines]
    return "\n".join(parts)


def _opening(meeting: "Meeting") -> str:
    host = f"由{meeting.host}主持召开" if meeting.host else "召开"
    place = f"在{meeting.place}，" if meeting.place else ""
    present = sum(1 for row in meeting.attendance if row.presence == Presence.PRESENT)
    count = f"，{present}个单位出席" if present else ""
    return f"{chinese_time(local(meeting.starts_at))}，{place}{host}{meeting.title}{count}。现将会议情况纪要如下。"


def _decided(row: Decision) -> str:
    due = row.order().due_at
    return f"{row.content.rstrip('。')}（责任单位：{row.unit}，完成时限：{due.month}月{due.day}日）。"


def _numbered(lines: list[str]) -> list[str]:
    return [f"{place}. {line}" for place, line in enumerate(lines, 1)]


def _merged(found: list["Meeting"]) -> list[str]:
    """（一）综合协调组 … each group's own words and its decisions."""
    lines = []
    for place, source in enumerate(found, 1):
        at = local(source.starts_at)
        lines.append(f"（{numeral(place)}）{source.owner}（{at.month}月{at.day}日）")
        lines += (source.summary or "").strip().splitlines()
        if source.decisions:
            done = sum(1 for row in source.decisions if not row.is_open)
            lines.append(f"议定{len(source.decisions)}项，已完成{done}项：")
            lines += _numbered([_decided(row) for row in source.decisions])
    return lines


def _stalled(found: list["Meeting"]) -> list[Decision]:
    """What has been dragging on, of the groups whose minutes are merged here."""
    groups = {row.group_id for row in found if row.group_id}
    if not groups:
        return []
    cls = type(found[0])
    query = (
        sa.select(Decision).join(cls, cls.id == Decision.meeting_id)
        .where(cls.group_id.in_(groups), Decision.is_stalled).order_by(Decision.carries.desc(), Decision.id)
    )
    return list(db.session.scalars(query))
