"""Eight processes at once: 400 letters, 400 consecutive numbers; nothing lost, nothing twice."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
import sqlalchemy as sa

from models import Notice, NoticeSeries, Ticket, db
from models.audit import verify
from models.numbering import NumberSequence, bump, next_serial
from tests.numbering.worker import issue_letters, register_tickets

PROCESSES, EACH = 8, 50


def together(work):
    """Run `work` in eight fresh processes on this test's database."""
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.rollback()
    db.session.remove()
    db.engine.dispose()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        return sorted(number for found in pool.map(work, [url] * PROCESSES, [EACH] * PROCESSES) for number in found)


def test_eight_processes_issue_four_hundred_letters_with_consecutive_numbers(cast):
    found = together(issue_letters)
    assert sorted(found) == sorted(f"示营警〔2024〕{n}号" for n in range(1, PROCESSES * EACH + 1))
    rows = db.session.execute(sa.select(Notice.serial, Notice.number, Notice.pdf).order_by(Notice.serial)).all()
    assert [row.serial for row in rows] == list(range(1, PROCESSES * EACH + 1))
    assert all(row.pdf.decode() == f"%PDF-1.7 {row.number}" for row in rows)
    assert db.session.scalar(sa.select(NoticeSeries.last).where(NoticeSeries.word == "示营警")) == PROCESSES * EACH
    assert verify() == []


def test_eight_processes_register_four_hundred_tickets_with_consecutive_numbers(cast):
    assert together(register_tickets) == [f"SQ202408-{n:05d}" for n in range(1, PROCESSES * EACH + 1)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == PROCESSES * EACH
    assert verify() == []


def test_each_month_and_kind_starts_at_one(cast):
    assert [next_serial("SQ202408"), next_serial("SQ202408"), next_serial("SQ202409"), next_serial("RW202408")] == [1, 2, 1, 1]


def test_a_rollback_gives_the_number_back(cast):
    next_serial("SQ202408")
    db.session.commit()
    next_serial("SQ202408")
    db.session.rollback()
    assert next_serial("SQ202408") == 2


@pytest.mark.parametrize("word", ["示营督", "示营挂"])
def test_a_series_continues_from_what_an_official_has_entered(cast, word):
    db.session.add(NoticeSeries(word=word, year=2024, last=11))
    db.session.flush()
    assert bump(NoticeSeries, word=word, year=2024) == 12
    assert bump(NumberSequence, name=word) == 1
