"""挂图作战: one page for the wall, for those who may look at the whole district."""

import re

import lxml.html
import pytest
import sqlalchemy as sa

from models import Indicator, IndicatorResult, RatingRule, db
from models.rating import Rated, rate_month
from models.report import board
from tests.cast import login
from tests.report.conftest import put

AUGUST = "2024-08"


@pytest.fixture
def scored(cast):
    """Two indicators' points for twenty units, ranks for six months."""
    indicators = list(db.session.scalars(sa.select(Indicator).order_by(Indicator.sort)))
    for indicator in indicators[6:8]:
        for unit in indicator.group.units()[:20]:
            db.session.add(IndicatorResult(indicator=indicator, period=AUGUST, unit=unit, value=92))
    for month, rank in zip(range(3, 9), (9, 8, 7, 6, 7, 5), strict=True):
        db.session.add(IndicatorResult(indicator=indicators[0], period=f"2024-{month:02}", city_rank=rank))
    put(cast, 1, due=10, unit=cast.jia)
    put(cast, 2, due=29, unit=cast.jia)
    db.session.flush()
    rate_month(AUGUST)


def test_sixteen_units_stand_on_a_page_and_the_page_turns(scored, client):
    login(client, "leader")
    first, second = client.get("/board/").text, client.get("/board/?page=2").text
    rows = re.findall(r'<th scope="row"><a href="/rating/', first)
    assert len(rows) == 16
    assert re.search(r'data-next="[^"]*page=2" data-seconds="20"', first)
    assert re.search(r'data-next="[^"]*page=1"', second)


def test_the_column_head_shows_rank_movement_and_trend(scored, client):
    page = login(client, "leader").get("/board/").text
    assert "全市第 <b>5</b> <em class=\"up\">↑2</em>" in page
    assert "近 6 个月位次 9、8、7、6、7、5" in page


def test_bars_count_overdue_matters_and_the_bright_part_those_over_five_days(scored, cast):
    assert board.overdue_bars() == [(cast.jia.name, cast.jia.id, 2, 1)]


def test_the_page_has_no_inline_style_and_loads_nothing_from_elsewhere(scored, client):
    page = login(client, "leader").get("/board/").text
    assert "style=" not in page
    assert not re.search(r'<script(?! src="/static/js/[^"]+"></script>)', page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_every_coloured_cell_opens_its_rows(scored, client):
    page = login(client, "leader").get("/board/").text
    cells = re.findall(r'<td class="(?:blue|yellow|red)"><a href="([^"]+)"', page)
    assert cells
    assert client.get(cells[0].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(("username", "status"), [
    ("leader", 200), ("supervisor", 200), ("coordinator", 200), ("jia_head", 404), ("special", 404), ("auditor", 404),
])
def test_who_sees_the_wall(cast, client, username, status):
    assert login(client, username).get("/board/").status_code == status


def test_every_number_of_the_wall_opens_exactly_its_rows(scored, client):
    login(client, "leader")
    page = lxml.html.fromstring(client.get("/board/").text)
    links = page.xpath("//*[contains(@class, 'kpi') or contains(@class, 'rungs')]//a")
    numbers = [(link, link.xpath("string(.//b/text())") or link.text_content()) for link in links]
    numbers += [(link, link.xpath("string(.//*[@class='v'])")) for link in page.xpath("//*[contains(@class, 'bars')]//a")]
    checked = 0
    for link, text in numbers:
        if "." in text or "—" in text:  # a rate opens what it is a rate of
            assert client.get(link.get("href")).status_code == 200
            continue
        answer = client.get(link.get("href"))
        total = re.search(r"共 ([\d,]+)", lxml.html.fromstring(answer.text).xpath("string(//*[contains(@class, 'foot')])"))[1]
        assert int(total.replace(",", "")) == int(re.search(r"\d+", text)[0]), (text, link.get("href"))
        checked += 1
    assert checked > 12


def test_the_legend_is_true_for_every_column(client, cast):
    login(client, "leader")
    page = client.get("/board/").text
    assert "达到蓝线" in page
    tree = lxml.html.fromstring(page)
    assert {"90／80", "100／60"} == set(tree.xpath("//thead//th/*[@class='rk'][contains(., '／')]/text()")) - {"蓝线／黄线"}
    db.session.execute(sa.update(RatingRule).where(RatingRule.measure != Rated.CITY_RANK).values(blue_from=95, yellow_from=85))
    page = client.get("/board/").text
    assert "95 分及以上" in page
    assert "达到蓝线" not in page


def test_a_ranking_has_the_light_beside_the_figure_and_the_movement(scored, client):
    rate_month("2024-07")
    page = lxml.html.fromstring(login(client, "supervisor").get("/rating/?flt_period=2024-08&page_size=100").text)
    assert "比上月" in page.xpath("//thead")[0].text_content()
    assert page.xpath("//tbody//span[starts-with(@class, 'lamp lamp-')]")
    report = lxml.html.fromstring(client.get("/report/?kind=rating-month&period=2024-08").text)
    assert report.xpath("//table[@id='sheet1']//span[starts-with(@class, 'lamp lamp-')]")
