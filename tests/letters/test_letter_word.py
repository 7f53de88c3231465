"""The docx for WPS: same words, same geometry, properties in the order Word insists on."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from views.letters import Form, PaperError, Table, sample_paper
from views.letters.word import render_docx
from views.letters.wordxml import PARAGRAPH_ORDER, RUN_ORDER


def opened(paper, **options):
    """The docx of `paper`, read back."""
    return Document(BytesIO(render_docx(paper, **options)))


def test_the_page_and_the_line_grid_are_those_of_the_standard(letter):
    section = opened(letter).sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(side.mm) for side in margins] == [37, 26, 35, 28]
    assert section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"


def test_the_style_is_san_hao_fang_song_with_28_to_the_line(letter):
    style = opened(letter).styles["Normal"]
    assert style.font.size.pt == 16
    assert style.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert style.element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    assert style.paragraph_format.line_spacing.pt == pytest.approx(28.95)
    assert style.element.pPr.find(qn("w:autoSpaceDE")).get(qn("w:val")) == "0"


def test_head_body_and_signature_stand_in_order(letter):
    text = "\n".join(line.text for line in opened(letter).paragraphs)
    parts = [letter.mark, letter.number, letter.title, letter.addressee + "：", "一、核实情况。", "2024年8月5日", "（联系单位"]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


def test_headings_carry_the_faces_of_the_standard(letter):
    document = opened(replace(letter, body="一、要求\n（一）目标。到年底。"))
    faces = {run.text: run._element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))
             for line in document.paragraphs for run in line.runs if run.text}
    assert faces["一、要求"] == "黑体"
    assert faces["（一）目标。"] == "楷体_GB2312"
    assert faces["到年底。"] == "仿宋_GB2312"
    assert faces["督办通知单"] == "方正小标宋简体"


@pytest.mark.parametrize("form", list(Form))
def test_properties_are_in_schema_order(letter, form):
    document = opened(replace(letter, form=form, tables=(Table(rows=(("甲", "乙"),), header=("一", "二")),)))
    section = document.sections[0]
    parts = [document.element, section.footer._element, section.even_page_footer._element, document.styles.element]
    for part in parts:
        for tag, order in (("w:pPr", PARAGRAPH_ORDER), ("w:rPr", RUN_ORDER)):
            for properties in part.iter(qn(tag)):
                places = [order.index(child.tag) for child in properties if child.tag in order]
                assert places == sorted(places)


def test_page_numbers_differ_on_odd_and_even_pages_and_a_letter_hides_the_first(letter):
    document = opened(replace(letter, form=Form.LETTER))
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    assert section.different_first_page_header_footer
    assert "PAGE" in section.footer._element.xml
    assert "PAGE" in section.even_page_footer._element.xml
    assert "PAGE" not in section.first_page_footer._element.xml
    assert letter.mark in section.first_page_header.paragraphs[0].text


def test_the_closing_block_stands_on_the_bottom_of_the_text_area(letter):
    xml = opened(letter).element.xml
    box = xml[xml.index("<wp:anchor"):]
    assert "<wp:align>bottom</wp:align>" in box
    assert "抄送：区政府督查室，区纪委监委。" in box
    assert "2024年8月5日印发" in box


def test_table_heads_repeat(letter):
    document = opened(sample_paper("TICKET_SHEET"))
    assert document.tables[1].rows[0]._tr.xml.count("w:tblHeader") == 1
    assert document.tables[0].cell(0, 1).text == "SQ202407-00012"


def test_a_draft_is_marked_and_a_final_needs_a_number(letter):
    assert "示营督〔2024〕　号（草稿）" in [line.text for line in opened(replace(letter, number=None), draft=True).paragraphs]
    with pytest.raises(PaperError, match="还没有文号"):
        render_docx(replace(letter, number=None))
