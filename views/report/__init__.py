"""Reports on screen, on paper and in a workbook."""

from views.report.page import ReportView
from views.report.paper import paper_of, report_pdf
from views.report.workbook import report_xlsx

__all__ = ["ReportView", "paper_of", "report_pdf", "report_xlsx"]
