"""Whatever is put in – files, cells, wordings, rules, dates, words on the command line – the answer is a value or one sentence in Chinese."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import Limit, LimitUnit, WorkCalendar, deadline
from models.errors import Refused
from models.importing import cells
from models.importing.sheet import Table
from models.now import TZ
from models.recurrence import describe, frequency_of, occurrences
from models.vault import seal, unseal
from models.wording import WordingError, render_wording
from tests.importing.desk import ENTERPRISES, book, firm

CALENDAR = WorkCalendar()
MANY = settings.get_profile("fuzz")
CHINESE = re.compile(r"[一-鿿]")
WHOLE = book(ENTERPRISES, *(firm(i) for i in range(1, 9)))
ODD = st.text(st.characters(codec="utf-8"), max_size=60)
# Texts that come close to something.
NEAR = st.one_of(ODD, st.from_regex(r"\A[0-9０-９一二三十〇年月日/.\-: ]{0,24}\Z"), st.sampled_from(["2024-02-30", "1e400", "-0", "NaN", "45500.5", "9" * 40]))


def is_a_sentence(why: Exception) -> None:
    """A clerk can read it."""
    assert CHINESE.search(str(why)), repr(why)


@settings(MANY)
@given(st.integers(0, len(WHOLE)), st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=25))
def test_a_damaged_workbook_is_read_or_refused_in_a_sentence(end, changes):
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    try:
        for _line, row in Table(bytes(data[:end] if end % 2 else data), {"企业名称": "name"}, [("name", "企业名称")], []).rows():
            assert all(isinstance(text, str) for text in row.values())
    except Refused as why:
        is_a_sentence(why)


READERS = {"words": cells.words(20), "flag": cells.flag, "whole": cells.whole, "decimal": cells.decimal, "day": cells.day, "moment": cells.moment,
           "month": cells.month}


@pytest.mark.parametrize("name", READERS)
def test_a_cell_is_read_or_refused_in_a_sentence(name):
    @settings(MANY)
    @given(NEAR)
    def check(text):
        try:
            READERS[name](text)
        except ValueError as why:
            is_a_sentence(why)

    check()


BITS = st.sampled_from(["{{", "}}", "{%", "%}", " unit ", "unit.name", ".__class__", "|join", "if", "endif", "for x in", "[0]", "()", "~", "**", "9" * 9,
                        "'", " "])


@settings(MANY)
@given(st.lists(st.one_of(BITS, st.text(max_size=5)), max_size=12).map("".join))
def test_a_wording_is_rendered_or_refused_in_a_sentence(text):
    try:
        assert isinstance(render_wording(text, {"unit": {"name": "某局"}}), str)
    except WordingError as why:
        is_a_sentence(why)


RULES = st.one_of(ODD, st.builds(";".join, st.lists(st.sampled_from(
    ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "BYDAY=MO", "BYDAY=1MO,-1FR", "BYMONTHDAY=31", "BYMONTHDAY=-1", "INTERVAL=0", "INTERVAL=3",
     "BYMONTH=2", "COUNT=2", "BYSETPOS=1", "BYMONTH=13", "UNTIL=20240101", "=", "FREQ="]), max_size=5)))


@settings(MANY)
@given(RULES, st.dates(date(2015, 1, 1), date(2045, 1, 1)))
def test_a_rule_of_recurrence_gives_days_in_its_window_or_a_sentence(rule, start):
    try:
        found = occurrences(rule, start, start + timedelta(days=400), CALENDAR, anchor=start)
        assert all(isinstance(frequency_of(rule).label, str) for _ in found[:1])
        assert describe(rule)
    except ValueError as why:
        is_a_sentence(why)


@settings(MANY)
@given(st.datetimes(datetime(2015, 1, 1), datetime(2060, 12, 31)), st.integers(0, 3659), st.sampled_from([LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.HOUR]))
def test_a_deadline_is_never_before_its_start_and_never_earlier_with_more_days(start, amount, unit):
    start, calendar = start.replace(tzinfo=TZ), CALENDAR
    first = deadline(start, Limit(amount, unit), calendar)
    assert first.due_at >= start or amount == 0
    assert deadline(start, Limit(amount + 1, unit), calendar).due_at >= first.due_at


def test_what_is_sealed_is_opened_again(app):
    @settings(MANY)
    @given(ODD)
    def check(text):
        assert unseal(seal(text)) == text
        assert unseal(text) is None or text == ""

    check()


def test_the_command_line_answers_anything_in_chinese(app):
    @settings(MANY, max_examples=max(40, MANY.max_examples // 20))
    @given(st.sampled_from(["add", "hours", "between"]), st.lists(NEAR, max_size=3))
    def check(command, words):
        done = app.test_cli_runner().invoke(args=["workday", command, *words])
        assert done.exit_code in (0, 1, 2), done.exception
        assert not done.exit_code or CHINESE.search(done.output)

    check()
