"""Reports on screen, on paper and in a workbook."""

from views.report.book import report_xlsx
from views.report.page import ReportView
from views.report.paper import paper_of, report_pdf

__all__ = ["ReportView", "paper_of", "report_pdf", "report_xlsx"]
