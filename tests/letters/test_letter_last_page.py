"""The 版记 never stands alone on the last page (GB/T 9704-2012 7.3.5.5): some of the text is always above it."""

from dataclasses import replace

import pytest

from tests.letters.conftest import SENTENCE
from tests.letters.measure import Sheet
from views.letters import Annex, Form, Table, default_kinds, render_pdf, sample_paper

LINE = SENTENCE[:20]
# Lengths at which the text and the signature fit their page and the 版记 does not, and those beside them.
SHORT, LONG = range(1, 6), range(11, 16)


def last_page(paper):
    """The lines of text on the last page, and the number of pages."""
    sheet = Sheet(render_pdf(paper))
    return [row.text for row in sheet.body(len(sheet.pages)) if row.text.strip()], len(sheet.pages)


@pytest.mark.parametrize("lines", [*SHORT, *LONG])
@pytest.mark.parametrize("form", [Form.DOCUMENT, Form.LETTER, Form.MINUTES])
def test_whatever_the_length_there_is_text_above_the_closing_block(letter, form, lines):
    body = "\n".join(["一、核实情况。"] + [f"{LINE}{n}" for n in range(lines)])
    paper = replace(letter, form=form, body=body)
    if form is Form.MINUTES:
        paper = replace(paper, agency="", roster=(("出席", "演示-刘洋、演示-陈静"),))
    text, pages = last_page(paper)
    assert any(LINE[:10] in row for row in text), (pages, text)


def test_a_long_last_paragraph_gives_two_lines_and_keeps_the_rest(letter):
    paper = replace(letter, body=f"{LINE}。\n{SENTENCE * 2}。")
    text, pages = last_page(paper)
    assert pages == 2
    sheet = Sheet(render_pdf(paper))
    assert len([row for row in sheet.body(1) if row.text.strip()]) >= 3
    assert text[0][0] != "　"


def test_a_heading_goes_with_the_text_under_it(letter):
    paper = replace(letter, body=f"{LINE}。\n一、反馈要求\n请按时反馈。")
    text, _pages = last_page(paper)
    assert text[:2] == ["一、反馈要求", "请按时反馈。"]


def test_the_only_paragraph_is_shared_by_both_pages(letter):
    wide = replace(letter, attachments=tuple(f"第{n}份材料清单" for n in range(1, 5)), body=f"{SENTENCE}请办理。")
    sheet = Sheet(render_pdf(wide))
    assert any(SENTENCE[:8] in row.text for row in sheet.body(1))
    assert [row for row in sheet.body(len(sheet.pages)) if row.text.strip()]


@pytest.mark.parametrize("rows", range(20, 34, 2))
def test_the_closing_block_after_an_annexed_table_has_rows_above_it(letter, rows):
    table = Table(rows=tuple((f"第{n}项", "已完成") for n in range(rows)), header=("事项", "情况"))
    sheet = Sheet(render_pdf(replace(letter, annexes=(Annex("任务清单", tables=(table,)),), attachments=("任务清单",))))
    assert f"第{rows - 1}项" in "".join(char["text"] for char in sheet.pages[-1].chars)


def is_text(char):
    """Larger than the 版记, or a cell of a table; the 版记 and the page number are 14 pt, the QR code's words 8."""
    return abs(char["size"] - 14) > 0.5 and char["size"] > 9


@pytest.mark.parametrize("code", sorted(default_kinds()))
def test_every_kind_of_letter_ends_with_text(code):
    paper = sample_paper(code)
    for more in (0, 2, 4):
        longer = replace(paper, body="\n".join([paper.body, *["请继续抓好落实，有关情况随时报告。"] * more]).strip()) if paper.body else paper
        sheet = Sheet(render_pdf(longer))
        chars = [char for char in sheet.pages[-1].chars if is_text(char)]
        assert chars, (code, more)
