"""GB/T 9704-2012: 22 lines of 28 characters fill 156 x 225 mm."""

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.letters.measure import MM, Sheet
from views.letters import render_pdf


@pytest.fixture
def full(letter, long_body) -> Sheet:
    """A letter whose second page is full."""
    return Sheet(render_pdf(replace(letter, body=long_body)))


def test_the_paper_is_a4(full):
    assert {(round(float(p.width) / MM), round(float(p.height) / MM)) for p in full.pages} == {(210, 297)}


def test_a_full_page_has_22_lines_at_an_even_pitch(full):
    rows = full.body(2)
    assert len(rows) == 22
    gaps = [below.points - above.points for above, below in pairwise(rows)]
    assert max(abs(gap - 28.99) for gap in gaps) <= 0.11


def test_a_full_line_has_28_characters_and_ends_on_the_right_edge(full):
    rows = [row for row in full.body(2) if row.left < 28.5 and not row.text.endswith("。")]
    assert len(rows) > 15
    assert {len(row.text) for row in rows} == {28}
    assert max(abs(row.right - 184) for row in rows) <= 0.3


def test_the_text_stays_inside_the_type_area(full):
    rows = [row for page in range(1, len(full.pages) + 1) for row in full.body(page)]
    assert min(row.left for row in rows) == pytest.approx(28, abs=0.1)
    assert max(row.right for row in rows) <= 184.3
    first, last = full.ink(2, red=False)[0], [run for run in full.ink(2, red=False) if run[0] < 262][-1]
    assert 37 <= first[0] <= 40.5
    assert last[1] <= 262


def test_digits_quotes_and_closing_marks_do_not_break_the_right_edge(letter):
    body = "经查，“稳岗返还”资金3,482.5万元（编号SQ202408-00012）于2024年8月5日17时30分到账；王玥、李镕已确认。" * 12
    rows = Sheet(render_pdf(replace(letter, body=body))).body(2)
    full = [row for row in rows if row.right > 180]
    assert len(full) > 8
    assert max(abs(row.right - 184) for row in full) <= 0.3
    assert not [row.text for row in rows if row.text[0] in "，。；）”、" or row.text[-1] in "（“"]


def test_a_paragraph_begins_two_characters_in(full):
    starts = [row.left for page in (1, 2) for row in full.body(page) if row.left > 30 and row.right > 180]
    assert starts
    assert starts == pytest.approx([28 + 2 * 156 / 28] * len(starts), abs=0.1)


@pytest.mark.parametrize(("paragraphs", "pages"), [(0, 1), (2, 2), (9, 6)])
def test_a_letter_may_have_one_two_or_six_pages(letter, long_body, paragraphs, pages):
    body = "\n".join(long_body.split("\n")[:1] * paragraphs) or "请阅。"
    paper = replace(letter, body=body, contact="") if paragraphs else replace(
        letter, body=body, contact="", sealed=False, code="", verify_url="")
    sheet = Sheet(render_pdf(paper))
    assert len(sheet.pages) == pages
    assert sheet.rows(pages)[-1].text == f"—{pages}—".replace("—", "— ", 1).replace(f"{pages}—", f"{pages} —")


def test_the_strict_grid_fills_the_type_area_by_ink(letter, long_body, monkeypatch):
    monkeypatch.setenv("LETTER_GRID", "B")
    sheet = Sheet(render_pdf(replace(letter, body=long_body)))
    rows = sheet.body(2)
    gaps = [below.points - above.points for above, below in pairwise(rows)]
    assert len(rows) == 22
    assert max(abs(gap - 29.6) for gap in gaps) <= 0.11
    assert 37 <= sheet.ink(2, red=False)[0][0] <= 38.5
    last = len(sheet.pages)
    assert sheet.rects(last)[-1][2] + sheet.rects(last)[-1][3] == pytest.approx(262, abs=0.2)
    assert sheet.ink(1, red=True)[0][0] == pytest.approx(72, abs=1)


def test_the_date_never_stands_on_a_page_without_text(letter, long_body):
    lines = long_body.split("\n")[0]
    for length in range(140, 392, 28):
        sheet = Sheet(render_pdf(replace(letter, body=lines[:length] + "。")))
        signed = [page for page in range(1, len(sheet.pages) + 1)
                  if any(row.text == "2024年8月5日" for row in sheet.rows(page))]
        above = [row for row in sheet.body(signed[0]) if "反映" in row.text or "办理" in row.text or "。" in row.text]
        assert above, length
