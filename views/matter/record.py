"""The parts of a record page that every kind of matter shares."""

from typing import Any

from flask import url_for
from flask_login import current_user

from models.calendar import work_calendar
from models.matter import Matter, MatterEvent
from models.matter_unit import MatterUnit, Part, PartState
from models.now import now
from models.shortening import once
from views.cells import short_time

ICONS = {"sign": "check-lg", "reply": "check-lg", "dispatch": "send", "nudge": "megaphone", "callback": "telephone", "submit": "check-lg"}


RARE = 200  # verbs from this order on take something back; none of them is ever the one button that stands out


def verbs(row: Any, endpoint: str, back: str = "") -> list[dict[str, Any]]:
    """Buttons of the next steps; those not possible now carry the reason."""
    shown = []
    for step, reason in row.steps_for(current_user._get_current_object()):
        shown.append({
            "label": step.label, "url": url_for(f"{endpoint}.step", step=step.name, id=row.id, url=back or None),
            "icon": ICONS.get(step.name, ""), "reason": reason or "", "kind": "accountable" if step.mark == "act" else None,
            "rare": step.order >= RARE,
        })
    return sorted(shown, key=lambda verb: bool(verb["reason"]))


def instructing(row: Matter, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """批示 for who writes instructions rather than handles them: on anything still open, unless the matter itself asks for one."""
    may = current_user.may("instruction:register") and not current_user.may("instruction:accept")
    if not (may and row.is_open) or row.kind == "instruction" or any(verb["label"] == "批示" for verb in shown):
        return []
    return [{"label": "批示", "url": url_for("instruction.register", about=row.number), "icon": "pencil-square", "reason": "", "kind": None}]


def timeline(events: list[MatterEvent], sections: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Newest first; the latest step is full, rungs are red, each says how long after the one before.

    A long text that stands in the `sections` of the same page is not written out again.
    """
    said = {label: value for section in sections or [] for row in section["rows"] for label, value, *_ in row if isinstance(value, str)}
    shown = []
    for index, event in enumerate(events):
        css = "act" if event.mark == "act" else ("now" if index == 0 else "")
        shown.append({
            "label": event.label, "time": short_time(event.at), "unit": event.unit.name if event.unit else "系统",
            "person": event.who if event.by_id else "", "note": once(event.note, said), "css": css,
            "took": _took(event, events[index + 1]) if index + 1 < len(events) else "",
        })
    return shown


def _took(event: MatterEvent, before: MatterEvent) -> str:
    """How long after the step before: working days, within a day hours or minutes; what follows at once took nothing."""
    days, minutes = work_calendar().working_days_between(before.at, event.at), int((event.at - before.at).total_seconds()) // 60
    if minutes < 1:
        return ""
    if minutes < 60:
        return f"用时 {minutes} 分钟"
    if minutes < 24 * 60:
        return f"用时 {minutes // 60} 小时"
    return f"用时 {days} 个工作日" if days else "用时不足 1 个工作日"


def course_length(matter: Matter) -> str:
    """How long the matter has been going."""
    days = work_calendar().working_days_between(matter.opened_at, matter.closed_at or now())
    return f"历时 {days} 个工作日" if matter.closed_at else f"已 {days} 个工作日"


def related_letters(matter: Matter) -> list[dict[str, Any]]:
    """Cards under the timeline: the letters of this matter that the reader may see."""
    user = current_user._get_current_object()
    rows = [
        {"label": str(notice), "url": url_for("notice.details_view", id=notice.id), "end": notice.state.label}
        for notice in matter.notices
        if notice.permits(user, "notice:view")
    ]
    return [{"title": "文书", "rows": rows}] if rows else []


def _standing(matter: Matter, part: MatterUnit) -> str:
    """A co-unit's part ends with the matter; what it left undone stays visible."""
    left = {PartState.PENDING: "未签收", PartState.SIGNED: "未反馈"}
    undone = left.get(part.state) if part.role == Part.CO and not matter.is_open else None
    return undone or part.state.label


def parts_rows(matter: Matter) -> list[list[tuple[str, Any]]]:
    """Units with their own sub-status, two to a row."""
    rows = []
    for part in matter.parts:
        if not part.active:
            continue
        times = []
        if part.signed_at:
            times.append(("视同签收 " if part.deemed else "签收 ") + short_time(part.signed_at))
        elif part.sign_due_at and matter.is_open:
            times.append(f"限 {short_time(part.sign_due_at)} 前签收")
        if part.replied_at:
            times.append("反馈 " + short_time(part.replied_at))
        words = "　".join([part.unit.name, _standing(matter, part), *times])
        rows.append((f"{part.role.label}单位", words + ("（指定承办）" if part.forced else "")))
    return [rows[i : i + 1] for i in range(len(rows))]
