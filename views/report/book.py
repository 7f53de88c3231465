"""A report's workbook. What writes it is fetched when it is asked for."""

from models.report import Report


def report_xlsx(report: Report) -> bytes:
    """The workbook's bytes."""
    from views.report.workbook import written  # openpyxl: 10 MB most processes never need

    return written(report)
