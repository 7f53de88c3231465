"""Reports (通报与报表): the shared frame, and the reports of the desk's own figures."""

from models.report import tickets
from models.report.frame import REPORTS, Figure, Kind, Report, Sheet, kind_of, rate, report, shown
from models.report.group_slice import GroupSlice, SliceKind
from models.report.period import Span, bounds, month_bounds, month_words, name_of, previous
from models.report.snapshot import Erratum, ReportSnapshot

__all__ = [
    "REPORTS",
    "Erratum",
    "Figure",
    "GroupSlice",
    "Kind",
    "Report",
    "ReportSnapshot",
    "Sheet",
    "SliceKind",
    "Span",
    "bounds",
    "kind_of",
    "month_bounds",
    "month_words",
    "name_of",
    "previous",
    "rate",
    "report",
    "shown",
    "tickets",
]
