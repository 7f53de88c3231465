"""The tasks behind the figures of a month (A6, 任务清单完成情况): one question for the sum and for the list it opens."""

import sqlalchemy as sa

from models.report.gauges import Clause, Window
from models.task import Task, TaskState

LABELS = {"due": "到期任务", "on_time": "按时报送", "late": "迟报", "owed": "未报送", "short": "定额未完成"}


def task_clauses(period: str) -> dict[str, Clause]:
    """{figure: condition} of a month; waived tasks are not counted."""
    window = Window.of(period)
    due = sa.and_(window.holds(Task.due_at), Task.state != TaskState.WAIVED)
    handed = sa.and_(Task.answered_at.is_not(None), Task.answered_at < window.cut)
    return {
        "due": due, "on_time": due & handed & (Task.answered_at <= Task.due_at), "late": due & handed & (Task.answered_at > Task.due_at),
        "owed": due & sa.or_(Task.answered_at.is_(None), Task.answered_at >= window.cut),
        "short": due & Task.quota.is_not(None) & (Task.done < Task.quota),
    }


def task_clause(value: str) -> Clause:
    """``owed.2024-08``; ValueError or KeyError when it means nothing."""
    name, period = value.split(".")
    return task_clauses(period)[name]


def task_url(name: str, period: str, unit_id: int | None = None) -> str:
    """The list of those tasks."""
    return f"/task/?flt_gauge={name}.{period}" + (f"&flt_unit={unit_id}" if unit_id else "")
