"""A word of two characters or more is found wherever it stands, on both engines, and the index follows every change."""

import pytest
import sqlalchemy as sa

from models import Enterprise, Matter, Ticket, db, grams
from models.grams import rows_with

TITLE, NAME = Matter.__table__.c.title, Ticket.__table__.c.enterprise_name


@pytest.mark.parametrize("word", ["停水", "停水了", "五金，停", "5G", "5g基", "了（急）", "“五", "站"])
def test_what_stands_in_a_title_is_found_as_like_finds_it(cast, word):
    there = cast.ticket(title="“五金”五金，停水了（急）5G基站")
    cast.ticket(title="水停了金五")
    db.session.flush()
    by_like = db.session.scalars(sa.select(Matter.id).where(Matter.title.icontains(word, autoescape=True))).all()
    assert by_like == [there.id]
    assert rows_with(word, TITLE) == ([there.id] if len(word) > 1 else None)


def test_the_index_follows_changes_and_leaves_nothing_behind(cast):
    ticket = cast.ticket(title="道路积水", enterprise_name="演示海川食品有限公司")
    db.session.flush()
    ticket.title, ticket.enterprise_name = "厂区积雪", "演示鼎盛食品有限公司"
    db.session.flush()
    assert rows_with("积水", TITLE) == []
    assert rows_with("积雪", TITLE) == [ticket.id]
    assert rows_with("海川", NAME) == []
    assert rows_with("鼎盛食品", NAME) == [ticket.id]
    firm = Enterprise(name="演示桃源物流有限公司")
    db.session.add(firm)
    db.session.flush()
    assert rows_with("桃源", Enterprise.__table__.c.name) == [firm.id]
    db.session.delete(firm)
    db.session.flush()
    assert rows_with("桃源", Enterprise.__table__.c.name) == []


def test_what_is_rolled_back_is_not_found(cast):
    savepoint = db.session.begin_nested()
    cast.ticket(title="扬尘污染")
    db.session.flush()
    savepoint.rollback()
    assert rows_with("扬尘", TITLE) == []


def test_a_word_in_too_many_rows_is_left_to_the_list(cast):
    for _ in range(3):
        cast.ticket(title="补贴没有到账")
    db.session.flush()
    assert rows_with("补贴", TITLE, most=2) is None
    assert len(rows_with("补贴", TITLE, most=3)) == 3


def test_the_index_can_be_made_anew(app, cast):
    ticket = cast.ticket(title="噪声扰民")
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert done.exit_code == 0, done.output
    assert rows_with("扰民", TITLE) == [ticket.id]
    ticket.title = "噪声消除"
    db.session.flush()
    assert rows_with("扰民", TITLE) == []


def test_terms_are_letters_and_digits_only():
    assert grams.words("停水了") == "505cg6c34 6c34g4e86"
    assert grams.words("A") == grams.words(None) == ""
