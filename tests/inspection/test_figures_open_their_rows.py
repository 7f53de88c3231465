"""Every number of the yearly report opens the rows it counts, no more and no fewer (I7)."""

import re

import pytest

from models.report import Figure, kind_of
from tests.cast import login
from tests.inspection.desk import at
from tests.inspection.test_statistics import year  # noqa: F401  (the fixture: joint, single, urgent, excepted visits)
from tests.panel.browse import ON_SQLITE, Page


def opened(client, figure):
    """Rows of the list behind a figure."""
    page = Page(client.get(figure.url))
    assert page.status == 200, figure.url
    return page.total


@ON_SQLITE
@pytest.mark.parametrize("who", ["coordinator", "discipline", "leader"])
def test_every_number_of_the_yearly_report_opens_exactly_its_rows(year, client, who):  # noqa: F811
    with at("2024-10-08 10:00"):
        sheets = kind_of("inspection-year").build("2024").sheets
        login(client, who)
        figures = [cell for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, Figure)]
        assert len([figure for figure in figures if figure.value]) > 15
        for figure in figures:
            assert opened(client, figure) == figure.value, figure.url


@ON_SQLITE
def test_units_and_fields_of_joint_visits_open_themselves_and_not_the_visits(year, client):  # noqa: F811
    with at("2024-10-08 10:00"):
        sheet = kind_of("inspection-year").build("2024").sheets[0]
        login(client, "coordinator")
        urls = {row[0]: row[1].url for row in sheet.rows}
    assert re.match(r"/unit/\?flt_rows=", urls["参加单位（个）"])
    assert re.match(r"/inspection_field/\?flt_rows=", urls["覆盖监管领域（个）"])
