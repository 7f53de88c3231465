"""The same tables on paper and in a workbook."""

import datetime as dt
import io

from openpyxl import load_workbook

from models.report import Figure, Report, Sheet
from tests.report.conftest import FRIDAY
from views.report import paper_of, report_pdf, report_xlsx

REPORT = Report(
    "2024年8月演示报表", ["第一段。"],
    [Sheet("甲表", ["单位", "件数", "公式样文字", *[f"栏{n}" for n in range(10)]],
           [["区人社局", Figure(3, "/ticket/"), "=1+1", *range(10)], ["区财政局", None, "-1", *range(10)]])],
    ["区住建局未报"], "件数按月",
)


def test_the_workbook_has_title_borders_landscape_and_no_formulas(app, cast):
    page = load_workbook(io.BytesIO(report_xlsx(REPORT))).worksheets[0]
    assert page["A1"].value == REPORT.title
    assert [cell.value for cell in page[4]][:3] == ["区人社局", 3, "'=1+1"]
    assert page["B5"].value == "—"
    assert page.page_setup.orientation == "landscape"
    assert page["A3"].border.left.style == "thin"
    assert page.print_title_rows == "$1:$3"


def test_a_wide_table_goes_on_paper_in_parts_that_repeat_the_first_column(app, cast):
    paper = paper_of(REPORT, issued=dt.date(2024, 8, 30))
    assert len(paper.tables) > 1
    assert {table.header[0] for table in paper.tables} == {"单位"}
    assert [head for table in paper.tables for head in table.header[1:]] == REPORT.sheets[0].head[1:]


def test_gaps_and_formula_are_printed(app, cast):
    body = paper_of(REPORT, issued=dt.date(2024, 8, 30)).body
    assert "区住建局未报" in body
    assert "统计口径：件数按月" in body


def test_a_report_that_is_not_published_prints_as_a_draft(app, cast):
    assert report_pdf(REPORT, issued=FRIDAY.date()).startswith(b"%PDF")
