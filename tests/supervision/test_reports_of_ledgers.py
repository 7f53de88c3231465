"""The reports of the approval reform (S9) and of transactions (S11): counted anew from the rows, every number opens them."""

from datetime import date
from decimal import Decimal

import pytest

from models import Concentration, Lead, ParallelApproval, ReformItem, Trade, db, scope
from models.report import Figure, kind_of, shown
from models.supervision.lead import lead_of
from tests.cast import login
from tests.panel.browse import ON_SQLITE, Page


def on(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.fixture
def reform(cast) -> None:
    """Five lines of the lists, two departments, two parallel approvals; it is 5 August 2024."""
    for n, (kind, due, done, published) in enumerate((
        ("POWER", "2024-06-30", "2024-06-01", True), ("POWER", "2024-07-31", None, False), ("CANCELLED", "2024-08-20", None, False),
        ("ADJUSTED", None, "2024-08-01", False), ("NEGATIVE", "2024-06-30", "2024-07-15", True),
    )):
        db.session.add(ReformItem(kind=kind, title=f"事项{n}", unit=cast.jia, due_on=on(due), done_on=on(done), published=published))
    full = dict.fromkeys(("section_on", "stationed_on", "items_on", "authorised_on"), date(2024, 5, 1))
    db.session.add(Concentration(unit=cast.jia, items_total=20, items_in=20, **full))
    db.session.add(Concentration(unit=cast.yi, section_on=date(2024, 5, 1), stationed_on=date(2024, 7, 2), items_total=10, items_in=4))
    db.session.add(ParallelApproval(name="竣工联合验收", lead=cast.jia, units=[cast.yi], days_before=25, days_after=10, running_on=date(2024, 6, 3)))
    db.session.add(ParallelApproval(name="食品企业开办", lead=cast.yi, units=[cast.jia]))
    db.session.flush()


@pytest.fixture
def trades(cast) -> list[Trade]:
    """Five transactions of three quarters and one without a day; one is irregular."""
    rows = [
        Trade(code=f"JY-{n}", title=f"项目{n}", kind=kind, owner=cast.jia if n % 2 else cast.yi, held_on=on(day), amount=amount, supervised=state,
              irregularity="同一地址投标" if state == "IRREGULAR" else None)
        for n, (kind, day, amount, state) in enumerate((
            ("WORKS", "2024-07-01", "120.50", "INSIDE"), ("WORKS", "2024-08-02", "80", "IRREGULAR"), ("LAND", "2024-08-05", None, "OUTSIDE"),
            ("WORKS", "2024-06-30", "7", "INSIDE"), ("PURCHASE", None, "9", "INSIDE"),
        ))
    ]
    db.session.add_all(rows)
    db.session.flush()
    lead_of(rows[1], cast.discipline)
    return rows


def table(code: str, period: str, title: str) -> dict[str, list[str]]:
    """The first sheet of that title: its rows in words."""
    sheet = next(sheet for sheet in kind_of(code).build(period).sheets if sheet.title == title)
    return {shown(row[0]): [shown(cell) for cell in row[1:]] for row in sheet.rows}


def test_the_lists_are_counted_as_they_stood_when_the_quarter_ended(reform):
    third, second = table("reform-quarter", "2024-Q3", "清单和取消调整事项"), table("reform-quarter", "2024-Q2", "清单和取消调整事项")
    assert third["权力清单"] == ["2", "1", "1", "1", "50.0%"]
    assert third["取消事项"] == ["1", "0", "0", "0", "0.0%"]  # due on the 20th: not late yet
    assert third["合计"] == ["5", "3", "1", "2", "60.0%"]
    assert second["负面清单"] == ["1", "0", "1", "0", "0.0%"]  # carried out in July, due in June
    assert kind_of("reform-quarter").build("2024-Q3").gaps == ["区人社局超期未落实：事项1（期限2024-07-31）"]


def test_departments_are_in_place_when_all_four_steps_are_taken(reform):
    steps = table("reform-quarter", "2024-Q3", "两集中两到位（分步）")
    assert steps["整建制进驻大厅"] == ["2", "0", "100.0%"]
    assert steps["四步到位且事项全部进驻"] == ["1", "1", "50.0%"]
    assert table("reform-quarter", "2024-Q2", "两集中两到位（分步）")["整建制进驻大厅"] == ["1", "1", "50.0%"]
    assert table("reform-quarter", "2024-Q3", "两集中两到位（逐部门）")["区财政局"] == ["首批", "10", "4", "40.0%", "事项进驻到位、审批授权到位"]


def test_parallel_approvals_name_their_lead_and_the_days_saved(reform):
    rows = table("reform-quarter", "2024-Q3", "并联审批")
    assert rows["竣工联合验收"][:5] == ["区人社局", "1", "25", "10", "60.0%"]
    assert rows["食品企业开办"] == ["区财政局", "1", "—", "—", "—", "尚未实施"]


def test_transactions_are_counted_in_the_quarter_of_their_day(trades):
    rows = table("trade-quarter", "2024-Q3", "按类别")
    assert rows["工程建设"] == ["2", "200.50", "1", "0", "1", "100.0%"]
    assert rows["土地和矿业权"] == ["1", "0.00", "0", "1", "0", "0.0%"]
    assert rows["政府采购"] == ["0", "0.00", "0", "0", "0", "—"]
    inside = [trade for trade in trades if trade.held_on and trade.held_on >= date(2024, 7, 1)]
    assert rows["合计"][:2] == [str(len(inside)), str(sum((Decimal(str(t.amount)) for t in inside if t.amount), Decimal("0.00")))]
    report = kind_of("trade-quarter").build("2024-Q3")
    assert "公共资源交易3宗，纳入电子监察2宗，纳入率66.7%；监察发现异常1宗" in report.lead[0]
    assert report.gaps == ["未纳入电子监察：JY-2 项目2", "1宗交易没有交易日期，未计入任何一季"]


def test_irregular_transactions_are_leads_and_only_readers_of_leads_know_how_many(cast, trades):
    with scope.everything():
        assert db.session.scalar(db.select(db.func.count(Lead.id))) == 1
        assert table("trade-quarter", "2024-Q3", "异常交易处置") == {"监察发现异常（宗）": ["1"], "转为问题线索（件）": ["1"], "其中：已移送（件）": ["0"]}
    with scope.acting(cast.leader):
        assert table("trade-quarter", "2024-Q3", "异常交易处置")["转为问题线索（件）"] == ["按权限不列示"]


@ON_SQLITE
def test_every_number_opens_exactly_its_rows(cast, client, reform, trades):
    sheets = [sheet for code in ("reform-quarter", "trade-quarter") for sheet in kind_of(code).build("2024-Q3").sheets]
    login(client, "discipline")
    figures = [(sheet, cell) for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, Figure)]
    assert len(figures) > 40
    for sheet, figure in figures:
        page = Page(client.get(figure.url))
        assert page.status == 200, figure.url
        if sheet.title not in ("两集中两到位（逐部门）", "并联审批") and isinstance(figure.value, int):
            assert page.total == figure.value, (sheet.title, figure.url)
