"""`flask report KIND --period … -o …`: every kind as page, PDF and workbook, the same bytes again, gaps named."""

import pytest

from models.now import as_of
from models.report import REPORTS
from models.report.group_slice import open_slices
from tests.cast import login
from tests.panel.browse import ON_SQLITE
from tests.report.conftest import FRIDAY

AUGUST = "2024-08"
PERIODS = {"month": AUGUST, "week": "2024-W33", "quarter": "2024-Q3", "year": "2024"}
PRINTED = ["circular", "five-work", "five-stale", "five-tasks", "five-survey", "five-bright"]  # a page takes a second; the others share its code


def _period(kind):
    return PERIODS.get(kind.span.name.lower()) or next((value for value, _words in kind.periods()), None)


def _written(app, tmp_path, code, form, n):
    path = tmp_path / f"{n}.{form}"
    told = app.test_cli_runner().invoke(args=["report", code, "--period", _period(REPORTS[code]), "-o", str(path)])
    assert told.exit_code == 0, told.output
    return path.read_bytes()


@ON_SQLITE
@pytest.mark.parametrize("code", [code for code in REPORTS if code != "campaign-summary"])  # its period is a campaign
def test_each_kind_opens_and_its_workbook_is_the_same_again(app, cast, august, client, tmp_path, code):
    login(client, "supervisor" if code == "trade-quarter" else "coordinator")  # transactions are the supervisors' own ledger
    page = client.get(f"/report/?kind={code}&period={_period(REPORTS[code])}")
    assert (page.status_code, REPORTS[code].label in page.text) == (200, True)
    with as_of(FRIDAY):
        first, again = (_written(app, tmp_path, code, "xlsx", n) for n in (1, 2))
    assert first[:2] == b"PK"
    assert first == again


@ON_SQLITE
@pytest.mark.parametrize("code", PRINTED)
def test_the_circular_and_the_five_documents_print_the_same_again_and_name_their_gaps(app, cast, august, tmp_path, code):
    open_slices(AUGUST)
    with as_of(FRIDAY):
        assert REPORTS[code].build(AUGUST).gaps
        first, again = (_written(app, tmp_path, code, "pdf", n) for n in (1, 2))
    assert first[:4] == b"%PDF"
    assert first == again
