"""The year at a glance: which days are worked, and how sure that is (users.md idea 5)."""

from datetime import date

import pytest

from models import CalendarDay, db
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE


def cells(page):
    """{month: {day: (classes, title)}} of the grid."""
    return {
        n: {int(cell.text): (set((cell.get("class") or "").split()), cell.get("title")) for cell in table.xpath(".//td[@title]")}
        for n, table in enumerate(page.tree.xpath("//table[contains(@class, 'cal')]"), 1)
    }


def test_a_published_year_shows_rest_and_made_up_days(desk):
    page = desk("jia_clerk").get("/calendar/year/?year=2024")
    days = cells(page)
    assert [len(days[month]) for month in (1, 2, 12)] == [31, 29, 31]
    assert days[10][1][0] == {"cal-rest"}
    assert "国庆节" in days[10][1][1]
    assert days[9][29][0] == {"cal-work"}
    assert "工作日 251 天" in page.words
    assert "09-29 周日" in page.words


def test_a_year_without_a_notice_says_that_it_is_not_settled(desk):
    page = desk("jia_clerk").get("/calendar/year/?year=2090")
    assert all("cal-doubt" in classes for month in cells(page).values() for classes, _title in month.values())
    assert "尚未由放假通知确定" in page.words


def test_a_day_entered_by_hand_stands_with_where_it_came_from(desk, cast):
    db.session.add(CalendarDay(day=date(2024, 7, 24), is_workday=False, label="台风停工", source="区政府通知"))
    days = cells(desk("coordinator").get("/calendar/year/?year=2024"))
    assert days[7][24][0] == {"cal-rest"}
    assert "人工录入" in days[7][24][1]


@pytest.mark.parametrize("year", ["", "abc", "1", "99999", "-5", "２０２４"])
def test_a_year_nobody_can_know_is_this_year(desk, year):
    page = desk("coordinator").get(f"/calendar/year/?year={year}")
    assert page.status == 200
    assert "年工作日历" in page.words
