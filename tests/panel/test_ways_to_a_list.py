"""However a list is gone about – a word taken for rare or common, days sorted or read through – it shows the same rows in the same order."""

from datetime import timedelta
from functools import partial

import pytest

from models import db, grams
from models.now import as_of, now
from models.ticket import Channel
from views import wordsearch
from views.matter import lean
from views.panel import rows

WHO = ("coordinator", "jia_clerk", "yi_clerk", "supervisor")
LISTS = ("flt_q=补贴&tab=all", "flt_q=补贴", "flt_q=4408&tab=all", "flt_enterprise=海川&tab=all", "flt_q=没有的词&tab=all", "flt_q=补&tab=all")


@pytest.fixture
def demands(cast):
    """A word in titles, in a number given by others, in names; with one office, with the other, with both, with none; over some days."""
    ends = now()
    for place in range(9):
        with as_of(ends - timedelta(days=9 - place)):
            ticket = cast.ticket(
                title=f"补贴{place}" if place % 4 else f"停水{place}", channel=Channel.HOTLINE,
                source_number=f"{place}-44-08" if place % 3 else f"补贴4408-{place}",
                enterprise_name="演示海川食品有限公司" if place % 2 else "演示鼎盛五金有限公司")
            if place > 1:
                ticket.dispatch(by=cast.coordinator, lead=cast.jia if place % 2 else cast.yi, co=[cast.jia] if place == 8 else [])
    db.session.commit()


@pytest.fixture
def seen(desk, demands):
    """Who → list → what it shows."""
    def shown(lists):
        return {(who, one): desk(who).get(f"/ticket/?{one}").rows() for who in WHO for one in lists}

    return shown


def test_a_word_finds_the_same_whether_it_is_rare_or_common(seen, monkeypatch):
    rare = seen(LISTS)
    assert any(len(found) > 3 for found in rare.values())
    for most in (0, 1, 3):  # of the office's own, as well
        monkeypatch.setattr(grams, "_common", {})
        monkeypatch.setattr(wordsearch, "rows_with", partial(grams.rows_with, most=most))
        monkeypatch.setattr(wordsearch, "rows_among", partial(grams.rows_among, most=2 * most))
        assert seen(LISTS) == rare
        assert seen(LISTS) == rare  # what is common is known by now


def test_a_word_in_more_rows_than_are_counted_is_said_to_be_in_more(desk, demands, monkeypatch):
    monkeypatch.setattr(grams, "_common", {})
    monkeypatch.setattr(wordsearch, "rows_with", partial(grams.rows_with, most=3))
    monkeypatch.setattr(wordsearch, "some_with", partial(grams.some_with, most=3))
    for most, said in ((2, "2 以上"), (4, "4 以上"), (20, "7")):  # told by the rows that are known; by counting; all of them
        monkeypatch.setattr(rows, "COMMON", most)
        for _ in range(2):
            page = desk("coordinator").get("/ticket/?tab=all&flt_q=补贴")
            assert f"共 {said} 条" in page.words
            assert len(page.rows()) == 7


def test_days_are_the_same_sorted_or_read_through(seen, monkeypatch):
    first = now().date() - timedelta(days=7)
    lists = [f"tab={tab}&flt_opened={first} to {first + timedelta(days=days)}" for tab in ("all", "open") for days in (0, 4)]
    plain = seen(lists)
    assert any(len(found) > 2 for found in plain.values())
    monkeypatch.setattr(rows, "CAP", 1)
    capped = seen(lists)
    assert capped == plain
    monkeypatch.setattr(lean, "SORTED", 0)
    assert seen(lists) == plain
