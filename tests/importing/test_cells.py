"""Cells: whatever people type for a date, a number or a code comes out as meant, or is refused with a sentence."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enterprise import EnterpriseScale
from models.importing import cells

DAYS = st.dates(date(1955, 1, 1), date(2100, 12, 31))
READERS = [cells.day, cells.moment, cells.month, cells.whole, cells.decimal, cells.flag, cells.words(50), cells.choice(EnterpriseScale)]


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", " %Y-%m-%d 08:30", "%Y-%m-%dT08:30:15", "%Y年%m月%d日 8时30分"]))
def test_a_day_is_read_however_it_is_written(day, form):
    assert cells.day(day.strftime(form)) == day.isoformat()


@given(DAYS)
def test_a_day_without_zeros_as_a_date_cell_and_as_the_count_of_excel(day):
    assert cells.day(f"{day.year}/{day.month}/{day.day}") == day.isoformat()
    assert cells.day(cells.cell_text(datetime.combine(day, time(9, 30)))) == day.isoformat()
    assert cells.day(str((datetime.combine(day, time()) - cells.EPOCH).days)) == day.isoformat()
    assert cells.month(f"{day.year}年{day.month}月") == day.isoformat()[:7]


@given(st.datetimes(datetime(1955, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_keeps_its_minute(moment):
    assert cells.moment(cells.cell_text(moment))[:16] == f"{moment:%Y-%m-%dT%H:%M}"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    for read in READERS:
        said = ""
        try:
            read(text)
        except ValueError as refused:
            said = str(refused)
        assert not said or "请" in said or "应为" in said or "字" in said or "大" in said


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.dates(), st.datetimes(), st.times()))
def test_any_cell_becomes_text_that_a_database_takes(cell):
    text = cells.cell_text(cell)
    assert "\0" not in text
    text.encode()


@given(st.integers(10**15, 10**18))
def test_a_code_that_went_through_a_number_cell_is_refused(number):
    for cell in (number, float(number)):
        with pytest.raises(ValueError, match="科学计数"):
            cells.words(18)(cells.cell_text(cell))


@given(st.integers(0, 10**15 - 1))
def test_a_shorter_number_keeps_its_digits(number):
    assert cells.cell_text(float(number)) == cells.cell_text(number) == str(number)


@given(st.decimals(-10**9, 10**9, places=2))
def test_figures_with_separators_are_figures(number):
    assert Decimal(cells.decimal(f"{number:,}")) == number


@pytest.mark.parametrize(("text", "value"), [("是", True), ("√", True), ("Y", True), ("否", False), ("0", False), ("×", False)])
def test_yes_and_no(text, value):
    assert cells.flag(text) is value


def test_days_that_do_not_exist_are_refused():
    for text in ("2024-02-30", "20241301", "2024年", "0001-01-01", "99999", str(timedelta(1))):
        with pytest.raises(ValueError, match="请写成 2024-05-20"):
            cells.day(text)
