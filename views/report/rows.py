"""The rows behind a figure: a filter of the ticket list that asks the gauge's own question."""

from models.report.gauges import GAUGES, rows_clause
from models.report.period import month_words
from models.report.task_rows import LABELS, task_clause
from views.filters import Where


class GaugeFilter(Where):
    """``flt_gauge=on_time.part.2024-08``: set by links of reports, shown in words."""

    def __init__(self) -> None:
        super().__init__("gauge", "统计口径", rows_clause, placeholder="由报表中的数字打开")

    def words(self, value: str) -> str:
        """按期答复率（分子，2024年8月）."""
        code, side, period = value.split(".")
        return f"{GAUGES[code].label}（{'分子' if side == 'part' else '分母'}，{month_words(period) if len(period) > 4 else f'{period}年'}）"


class TaskFilter(Where):
    """``flt_gauge=owed.2024-08`` of the task list."""

    def __init__(self) -> None:
        super().__init__("gauge", "统计口径", task_clause, placeholder="由报表中的数字打开")

    def words(self, value: str) -> str:
        """未报送（2024年8月）."""
        name, period = value.split(".")
        return f"{LABELS[name]}（{month_words(period)}）"
