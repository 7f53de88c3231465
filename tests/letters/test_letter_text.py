"""What can be read and copied out of a letter, and that it is the same every time."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from tests.letters.measure import Sheet
from views.letters import (
    Form,
    Order,
    Paper,
    PaperError,
    joined,
    page_count,
    page_png,
    render_many,
    render_pdf,
    sample_paper,
)
from views.letters.compose import PER_LINE, compose, normalise
from views.letters.fonts import FontRole


def test_the_text_can_be_copied_in_reading_order(letter):
    text = Sheet(render_pdf(letter)).text()
    parts = [letter.mark, letter.number, letter.title, "区人力资源和社会保障局：", "现将有关事项通知如下：",
             "一、核实情况。", letter.agency, "2024年8月5日", "（联系单位：", "抄送：区政府督查室，区纪委监委。", "印发"]
    places = []
    for part in parts:
        places.append(text.index(part, places[-1] + 1 if places else 0))
    assert places == sorted(places)


@pytest.mark.parametrize(("typed", "printed"), [
    ("根据方案,请办理;谢谢", "根据方案，请办理；谢谢"),
    ("如下:一是", "如下：一是"),
    ("企业(示范区)反映", "企业（示范区）反映"),
    ("编号(SQ1)已办", "编号（SQ1）已办"),
    ("17:30前,共3,482.5元", "17:30前，共3,482.5元"),
    ("见http://a.b:80/c,d", "见http://a.b:80/c,d"),
    ("f(x)与a,b", "f(x)与a,b"),
])
def test_half_width_marks_beside_chinese_become_full_width(typed, printed):
    assert normalise(typed) == printed


def test_printed_text_has_no_half_width_marks_beside_chinese(letter):
    text = Sheet(render_pdf(replace(letter, body="根据规定,现通知:请办理(限期);谢谢", addressee="甲局,乙局"))).text()
    assert "根据规定，现通知：请办理（限期）；谢谢" in text
    assert "甲局，乙局：" in text


def test_attachments_are_listed_and_turned_lines_hang(letter):
    names = ("关于进一步做好优化营商环境督导工作中企业诉求办理情况统计汇总的表格", "名单")
    sheet = Sheet(render_pdf(replace(letter, attachments=names)))
    rows = sheet.body(1) + sheet.body(2)
    first = next(row for row in rows if row.text.startswith("附件：1."))
    turned, second = rows[rows.index(first) + 1], rows[rows.index(first) + 2]
    assert second.text == "2.名单"
    assert turned.left == pytest.approx(first.chars[5]["x0"] * 25.4 / 72, abs=0.4)
    assert first.left == pytest.approx(28 + 2 * 156 / 28, abs=0.2)


def test_the_same_letter_has_the_same_bytes_in_every_process():
    script = (
        "import hashlib\nfrom views.letters import render_pdf, sample_paper\n"
        "print(hashlib.sha256(render_pdf(sample_paper('SUPERVISION_NOTICE'))).hexdigest())")
    elsewhere = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONHASHSEED": "7"}, check=True, capture_output=True, text=True)
    here = [hashlib.sha256(render_pdf(sample_paper("SUPERVISION_NOTICE"))).hexdigest() for _ in range(2)]
    assert {elsewhere.stdout.strip()} == set(here)


def test_many_letters_become_one_file_each_numbered_from_one(letter, long_body):
    papers = [replace(letter, body=long_body), letter, render_pdf(replace(letter, form=Form.LETTER))]
    many = Sheet(joined(render_many([Order(paper) if isinstance(paper, Paper) else paper for paper in papers])))
    alone = len(Sheet(render_pdf(papers[0])).pages)
    assert alone % 2 == 0
    assert len(many.pages) == alone + 1 + 1 + 1
    assert many.rows(2)[-1].text == "— 2 —"
    assert many.rows(alone + 1)[-1].text == "— 1 —"
    assert not many.pages[alone + 1].chars


def test_nothing_selected_is_an_error():
    with pytest.raises(PaperError, match="没有选中"):
        render_many([])


def test_the_preview_is_the_page_itself(letter, long_body):
    pdf = render_pdf(replace(letter, body=long_body))
    image = Image.open(BytesIO(page_png(pdf, 2, 620)))
    assert image.size == (620, 877)
    assert page_count(pdf) > 2
    with pytest.raises(IndexError):
        page_png(pdf, page_count(pdf) + 1, 620)


def test_the_file_says_what_it_is(letter):
    info = Sheet(render_pdf(letter)).plumber.metadata
    assert info["Title"] == "督办通知单"
    assert info["CreationDate"].startswith("D:20240805")


def test_a_letter_without_text_for_its_head_is_refused(letter):
    with pytest.raises(PaperError, match="没有标题"):
        render_pdf(replace(letter, title=" "))
    with pytest.raises(PaperError, match="没有发文机关标志"):
        render_pdf(replace(letter, mark=""))
    with pytest.raises(PaperError, match="没有成文日期"):
        render_pdf(replace(letter, issued=None))


def test_line_breaks_and_invisible_characters_in_single_line_fields_do_no_harm(letter):
    paper = replace(letter, addressee="甲局\n", agency="示范区\r\n营商办", contact="电话：\u200b0000\x0b", title="督办\n通知单",
                    cc=("区\n财政局",), body="请\x00阅。\u2028再阅。")
    text = re.sub("—\\d—", "", Sheet(render_pdf(paper)).text())
    for part in ("甲局：", "示范区营商办", "（电话：0000）", "督办通知单", "抄送：区财政局。", "请阅。再阅。"):
        assert part in text


@pytest.mark.parametrize("number", [
    "0535-4212345", "138-0013-8000", "SQ-20240522-0003", "2024/5/22", "2024年", "〔2024〕12号", "91370612MA3ABCDE1X", "3,482.5", "22日"])
def test_no_line_ends_inside_a_number(number):
    for before in range(PER_LINE):
        text = "请" * before + number + "前及时办理并反馈"
        lines = [line.text for line in compose([(text, FontRole.FANG)])]
        assert any(number in line for line in lines), lines


def test_a_line_may_still_end_after_the_hyphen_of_words():
    lines = [line.text for line in compose([("请" * 24 + "State-of-the-Art标准", FontRole.FANG)])]
    assert lines[0].endswith("-")
