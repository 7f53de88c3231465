"""T9, T10, T14: every rate counted a second time, row by row, without the gauges."""

import pytest
import sqlalchemy as sa

from models import Ticket, db
from models.report import REPORTS, Figure
from models.report.gauges import GAUGES, rows_clause
from models.report.tally import tally, total
from tests.cast import login
from tests.report.conftest import FRIDAY

AUGUST = "2024-08"


def _recount(rows, code):
    """(part, whole) by plain Python over the rows."""
    def in_month(moment):
        return moment is not None and (moment.year, moment.month) == (2024, 8) and moment < FRIDAY

    rows = [row for row in rows if code == "exempt" or code == "three_way" or not row.exempt]
    due, closed, opened = ([r for r in rows if in_month(getattr(r, name))] for name in ("due_at", "closed_at", "opened_at"))
    good = {"VERY", "SATISFIED", "BASIC"}
    if code in ("on_time", "late", "missing"):
        kind = {"on_time": lambda r: r.answered_at and r.answered_at <= r.due_at, "late": lambda r: r.answered_at and r.answered_at > r.due_at,
                "missing": lambda r: r.answered_at is None}[code]
        return sum(bool(kind(r)) for r in due), len(due)
    if code in ("once", "rework"):
        return sum((r.reworks == 0) == (code == "once") for r in closed), len(closed)
    if code == "on_spot":
        return sum(r.resolution == "ON_SPOT" for r in closed), len(closed)
    if code == "exempt":
        return sum(r.exempt for r in closed), len(closed)
    if code == "linkage_done":
        mine = [r for r in opened if r.channel == "LINKAGE110"]
        return sum(r.closed_at is not None for r in mine), len(mine)
    if code == "three_way":
        heard = [r for r in opened if r.answer_seconds is not None]
        return sum(r.answer_seconds <= 15 for r in heard), len(heard)
    rated = [r for r in closed if r.satisfaction and (code == "satisfaction" or r.channel == "LINKAGE110")]
    return sum(r.satisfaction in good for r in rated), len(rated)


@pytest.mark.parametrize("code", list(GAUGES))
def test_each_rate_is_what_a_recount_of_the_rows_finds(cast, august, code):
    found = tally(AUGUST)
    assert total(found)[code] == _recount(august, code)
    for unit in (cast.jia, cast.yi):
        assert found[unit.id][code] == _recount([row for row in august if row.unit_id == unit.id], code)


def test_an_open_overdue_ticket_counts_against_the_on_time_rate(cast, august):
    part, whole = tally(AUGUST)[cast.jia.id]["on_time"]
    assert (part, whole) == (2, 4)  # 1 and 4 in time, 2 late, 3 still open; the exempted one is not counted


@pytest.mark.parametrize("code", list(GAUGES))
def test_the_link_of_a_figure_opens_exactly_its_rows(august, code):
    for side, place in (("part", 0), ("whole", 1)):
        rows = db.session.scalars(sa.select(Ticket).where(rows_clause(f"{code}.{side}.{AUGUST}"))).all()
        assert len(rows) == _recount(august, code)[place]


def test_a_month_without_tickets_prints_a_dash_and_not_a_hundred_per_cent(app, cast):
    report = REPORTS["ticket-month"].build("2023-01")
    assert {row[3] for row in report.sheets[0].rows} == {"—"}


def test_the_formula_and_the_cut_off_stand_beside_the_figures(cast, august):
    report = REPORTS["ticket-month"].build(AUGUST)
    assert "2024-08-30 10:00" in report.footnote
    assert all("÷" in row[5] or row[0] in ("超期回复", "超期未回复", "重办") for row in report.sheets[0].rows)
    assert "核减率" in report.sheets[1].head


def test_the_figures_on_the_page_lead_to_the_list(cast, august, client):
    page = login(client, "coordinator").get(f"/report/?kind=ticket-month&period={AUGUST}").text
    assert f"flt_gauge=missing.part.{AUGUST}" in page
    rows = client.get(f"/ticket/?flt_gauge=missing.part.{AUGUST}").text
    assert "第3件" in rows
    assert "第1件" not in rows


def test_a_unit_head_counts_the_own_unit_only(cast, august, client):
    page = login(client, "jia_head").get(f"/report/?kind=ticket-month&period={AUGUST}").text
    assert cast.jia.name in page
    assert cast.yi.name not in page.split("分单位")[1]


@pytest.mark.parametrize("username", ["special", "auditor", "sysadmin"])
def test_who_may_not_see_reports_finds_no_page(cast, client, username):
    assert login(client, username).get("/report/").status_code == 404


def test_every_report_has_as_many_cells_as_heads_in_every_row(cast, august):
    for kind in REPORTS.values():
        for period, _words in kind.periods()[:2]:
            for sheet in kind.build(period).sheets:
                assert {len(row) for row in sheet.rows} <= {len(sheet.head)}, (kind.code, sheet.title)


def test_figures_compare_as_text():
    assert str(Figure(None)) == "—"
    assert str(Figure(1234)) == "1,234"
