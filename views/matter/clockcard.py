"""The clock card and the ladder of a record page (look.md: Clock card, Ladder)."""

from typing import Any

from models.accountability import RUNGS, ActionState
from models.calendar import work_calendar
from models.clock import CellKind, Deadline, WeekRow, explain, stored
from models.deadline import Cause, MatterDeadline
from models.matter import Matter
from models.now import now
from models.standard import SpanUnit
from views.cells import light_words

CSS = {CellKind.OUT: "out", CellKind.REST: "off", CellKind.DUE: "due", CellKind.LATE: "late", CellKind.START: "", CellKind.COUNTED: ""}
FIXED = {Cause.COMMITMENT: "经企业认可的承诺日期", Cause.EXTENSION: "批准延期后的时限", Cause.GIVEN: "下达时指定的期限",
         Cause.RECURRING: "定期职责的期限"}

SIGNING = {Cause.DISPATCH: "签收早晚不影响"}


def as_deadline(row: MatterDeadline) -> Deadline:
    """The stored clock as the engine explains it."""
    return stored(row.starts_at, row.due_at, row.limit, work_calendar(), provisional=row.provisional)


def _cells(week: WeekRow) -> list[dict[str, Any]] | None:
    if not week.cells:
        return None
    return [
        {"day": cell.day.day, "count": cell.mark, "css": " ".join(filter(None, (CSS[cell.kind], "today" if cell.today else "")))}
        for cell in week.cells
    ]


def clock_card(matter: Matter) -> dict[str, Any] | None:
    """The matter's own clock: light, limit, and every day counted or skipped and why."""
    row = matter.deadline
    if row is None:
        return None
    colour, words = light_words(matter)
    until = matter.answered_at or matter.closed_at or now()
    basis = row.standard.label if row.standard else FIXED.get(row.cause, "")
    shown = explain(as_deadline(row), work_calendar(), event=row.cause.label, basis=basis, note=SIGNING.get(row.cause, ""), now=until)
    limit = f"{row.amount}{row.unit.label}" if row.amount else FIXED.get(row.cause, "指定期限")
    start = row.starts_at
    between = "已退回待重新派发，原时限照走；重新派发后另行起算。" if matter.is_open and matter.returns and matter.unit_id is None else ""
    return {
        "colour": colour, "text": words, "limit_text": f"限 {row.due_at.month}月{row.due_at.day}日 {row.due_at:%H:%M}",
        "rule_text": f"{limit}，自 {start.month}月{start.day}日 {_counted_from(row)}" if row.amount
        else (limit if row.cause in FIXED else f"{limit}（{row.cause.label}）"),
        "weeks": [_cells(week) for week in shown.weeks], "sentence": between + shown.sentence,
        "provisional": "跨入尚未公布放假安排的年份，时限暂定，公布后重算" if row.provisional else "",
        "span": f"{start.month}月{start.day}日至{row.due_at.month}月{row.due_at.day}日",
    }


def _counted_from(row: MatterDeadline) -> str:
    """Days begin the day after; hours at once (Civil Code 201)."""
    return f"{row.starts_at:%H:%M} {row.cause.label}时起算" if row.unit == SpanUnit.HOUR else f"{row.cause.label}次日起算"


def ladder_steps(matter: Matter) -> list[dict[str, Any]]:
    """Four rungs: issued with number and date, the next with its condition, later ones open."""
    own = [a for a in matter.actions if a.rung and a.unit_id == matter.unit_id]
    issued = {a.rung: a for a in own if a.in_force}
    drafts = {a.rung: a for a in own if a.state == ActionState.DRAFT}
    steps = []
    for rung, measure in enumerate(RUNGS[1:], start=1):
        if action := issued.get(rung):
            number = action.notice.number if action.notice else None
            short = number.rpartition("〕")[2] if number else "已发出"
            steps.append({"label": measure.label, "state": "done", "line1": f"{short} {action.decided_at:%m-%d}", "line2": ""})
        elif rung == matter.ladder + 1 and matter.is_open and matter.due_at:
            steps.append({"label": measure.label, "state": "next", **_condition(matter, drafts.get(rung))})
        else:
            steps.append({"label": measure.label, "state": "later", "line1": "—"})
    return steps


def _condition(matter: Matter, draft: Any) -> dict[str, str]:
    if draft:
        return {"line1": "已拟稿", "line2": "待审定"}
    if matter.answered_at:
        return {"line1": "—", "line2": ""}
    due = matter.ladder_due_at or matter.due_at
    words = "今日" if due.date() == now().date() else f"{due:%m-%d}"
    return {"line1": f"{words} {due:%H:%M}", "line2": f"未{matter.ANSWER}则拟" if due > now() else "待巡查"}
