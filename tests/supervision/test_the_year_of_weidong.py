"""W's year, entered as rows, prints W's own figures (S5, T16, W 三(三))."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from models import Campaign, Check, ChecklistItem, Lead, Problem, Suggestion, db, scope
from models.report import kind_of, shown
from models.supervision import outcomes
from models.supervision.summary import Stretch, demands, figures
from models.ticket import Outcome
from tests.cast import login
from tests.supervision.weidong import YEAR, enter_demands, enter_supervision

CAMPAIGNS = ("W2023-zhengce", "W2023-xiangmu", "W2023-zhifa")


@pytest.fixture
def year(cast):
    """The supervision of 2023."""
    enter_supervision(cast)


def cells(report, title: str) -> dict[str, str]:
    [sheet] = [sheet for sheet in report.sheets if sheet.title == title]
    return {shown(row[0]): shown(row[1]) for row in sheet.rows}


def test_the_year_prints_the_documents_figures(year):
    report = kind_of("check-year").build("2023")
    found = cells(report, "监督情况")
    assert [found[name] for name in ("监督检查（次）", "走访企业（家）", "查阅案卷（卷）", "发现问题（个）", "工作建议（条）", "问题线索（件）")] == [
        "23", "75", "24", "5", "4", "1"]
    assert found["成效金额（万元）"] == "5,623.00"
    for words in ("监督检查23次", "走访企业75家", "案卷24卷", "发现问题5个", "工作建议4条", "问题线索1件"):
        assert words in report.lead[0]


def test_the_three_campaigns_add_up_to_the_year(year):
    parts = [figures(Stretch.of_campaign(db.session.scalars(sa.select(Campaign).where(Campaign.code == code)).one())) for code in CAMPAIGNS]
    sums = [sum(getattr(part, name) for part in parts) for name in ("checks", "enterprises", "files", "problems", "suggestions", "leads", "amount")]
    assert sums == [23, 75, 24, 5, 4, 1, Decimal("5623.00")]


def test_the_figures_are_those_of_the_raw_rows(year):
    """Recounted without the summary's own queries."""
    campaign = db.session.scalars(sa.select(Campaign).where(Campaign.code == "W2023-zhifa")).one()
    checks = [check for check in db.session.scalars(sa.select(Check)) if check.campaign_id == campaign.id]
    problems = [problem for problem in db.session.scalars(sa.select(Problem)) if problem.campaign_id == campaign.id]
    found = figures(Stretch.of_campaign(campaign))
    assert (found.checks, found.enterprises, found.files) == (len(checks), sum(c.interviewed for c in checks), sum(c.files_read for c in checks))
    assert (found.problems, found.closed) == (len(problems), sum(p.closed_at is not None for p in problems))
    assert (found.suggestions, found.leads) == (
        sum(s.campaign_id == campaign.id for s in db.session.scalars(sa.select(Suggestion))),
        sum(row.campaign_id == campaign.id for row in db.session.scalars(sa.select(Lead))),
    )


def test_outcomes_are_summed_by_kind_unit_campaign_and_period(year):
    by_unit = {name: total for _key, name, _n, total in outcomes.totals("unit")}
    assert by_unit == {"区人社局": Decimal("4620.00"), "区财政局": Decimal("943.00"), "区工信局": Decimal("60.00"), "区金融服务中心": Decimal("0.00")}
    kinds = {name: total for _key, name, _n, total in outcomes.totals("kind") if total}
    assert kinds == {kind: Decimal(amount) for _c, _u, kind, amount in YEAR["outcomes"] if amount}
    raw = sum((Decimal(str(row.amount)) for row in db.session.scalars(sa.select(Outcome)) if row.amount), Decimal(0))
    assert outcomes.grand_total() == raw == Decimal(5623)
    report = kind_of("outcome-year").build("2023")
    assert "5,623.00万元" in report.lead[0]
    assert cells(kind_of("outcome-year").build("2022"), "按类别") == {"合计": "0"}


def test_eighty_two_demands_were_settled_nine_in_ten_on_the_spot_all_satisfied(cast):
    enter_demands(cast)
    campaign = db.session.scalars(sa.select(Campaign).where(Campaign.code == CAMPAIGNS[0])).one()
    asked = demands(Stretch.of_campaign(campaign))
    assert (asked.received, asked.closed, asked.satisfied, asked.rated) == (82, 82, 82, 82)
    assert asked.on_spot / asked.closed >= 0.9
    lead = kind_of("check-year").build("2023").lead[1]
    assert "受理企业诉求82件" in lead
    assert "92.7%" in lead
    assert "满意率100.0%" in lead


def test_a_year_without_demands_has_no_rate(cast):
    assert "满意率—" in kind_of("check-year").build("2021").lead[1]


def test_every_figure_opens_its_rows(cast, client, year):
    login(client, "discipline")
    for code in ("check-year", "campaign-summary", "outcome-year"):
        report = kind_of(code).build("W2023-zhengce" if code == "campaign-summary" else "2023")
        links = {cell.url for sheet in report.sheets for row in sheet.rows for cell in row if getattr(cell, "url", "")}
        assert links
        for url in links:
            answer = client.get(url)
            assert answer.status_code == 200, url
            assert "看不懂" not in answer.text, url


def test_the_opened_list_holds_as_many_rows_as_the_figure_says(cast, client, year):
    login(client, "discipline")
    report = kind_of("check-year").build("2023")
    for label, words in (("监督检查（次）", "共 23 条"), ("发现问题（个）", "共 5 条"), ("工作建议（条）", "共 4 条"), ("问题线索（件）", "共 1 条")):
        [row] = [row for row in report.sheets[0].rows if row[0] == label]
        text = " ".join(client.get(row[1].url + "&page_size=100").text.split())
        assert str(row[1].value) in words
        assert words.replace(" ", "") in text.replace(" ", "").replace("<b>", "").replace("</b>", "").replace("<strong>", "").replace("</strong>", ""), label


def test_who_may_not_know_of_leads_reads_no_number(cast, year):
    supervisor = cast.supervisor
    _ = supervisor.grants, supervisor.group_units
    db.session.flush()
    with scope.acting(supervisor):
        report = kind_of("check-year").build("2023")
    assert cells(report, "监督情况")["问题线索（件）"] == "按权限不列示"
    assert "线索" not in report.lead[0]


def test_the_summary_names_units_not_visited_and_counts_the_checklist(cast, year):
    campaign = db.session.scalars(sa.select(Campaign).where(Campaign.code == "W2023-zhifa")).one()
    campaign.units = [cast.jia, cast.yi]
    check = campaign.checks[0]
    campaign.items = list(db.session.scalars(sa.select(ChecklistItem).order_by(ChecklistItem.sort).limit(2)))
    check.items = campaign.items[:1]
    db.session.flush()
    report = kind_of("campaign-summary").build("W2023-zhifa")
    assert report.gaps == ["尚未检查的被监督单位：区财政局、区人社局"] or report.gaps == ["尚未检查的被监督单位：区人社局、区财政局"]
    assert list(cells(report, "监督清单覆盖").values()) == ["1", "0"]


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_the_summary_prints_and_exports(cast, client, year, form):
    login(client, "discipline")
    answer = client.get(f"/report/file/?kind=campaign-summary&period=W2023-zhengce&form={form}")
    assert answer.status_code == 200
    assert answer.data.startswith({"pdf": b"%PDF", "xlsx": b"PK"}[form])
