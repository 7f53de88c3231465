"""Positions of the red head, the rules, the page numbers and the closing block."""

from dataclasses import replace

import pytest

from tests.letters.measure import Sheet
from views.letters import Form, PaperError, render_pdf


def places(rows):
    """What stands where, to a tenth of a millimetre."""
    return [(row.text, round(row.baseline, 1), round(row.left, 1)) for row in rows]


def test_the_red_mark_begins_72_mm_from_the_top(letter):
    sheet = Sheet(render_pdf(letter))
    assert sheet.ink(1, red=True)[0][0] == pytest.approx(72, abs=1)


def test_the_mark_stays_at_72_mm_when_it_is_short(letter):
    sheet = Sheet(render_pdf(replace(letter, mark="示范区政府")))
    assert sheet.ink(1, red=True)[0][0] == pytest.approx(72, abs=1)


def test_the_red_line_is_156_mm_long_and_4_mm_under_the_number(letter):
    sheet = Sheet(render_pdf(letter))
    left, width, top, _ = sheet.rects(1)[0]
    assert (left, width) == (pytest.approx(28, abs=0.1), pytest.approx(156, abs=0.1))
    number = next(row for row in sheet.rows(1) if row.text == "示营督〔2024〕7号")
    # A 三号 character reaches 0.68 mm below its baseline.
    assert top - number.baseline - 0.68 == pytest.approx(4, abs=0.5)


def test_two_lines_stand_between_mark_and_number(letter):
    sheet = Sheet(render_pdf(letter))
    number = next(row for row in sheet.rows(1) if row.text.startswith("示营督"))
    gap = number.baseline - 5.64 * 0.88 - sheet.ink(1, red=True)[0][1]
    assert gap == pytest.approx(2 * 10.227 + (10.227 - 5.64) / 2, abs=0.7)


def test_title_number_and_body_have_their_sizes(letter):
    sizes = {row.text: row.size for row in Sheet(render_pdf(letter)).rows(1)}
    assert sizes["督办通知单"] == pytest.approx(22, abs=0.3)
    assert sizes["示营督〔2024〕7号"] == pytest.approx(16, abs=0.3)
    assert sizes["区人力资源和社会保障局："] == pytest.approx(16, abs=0.3)


def test_the_closing_block_has_three_rules_and_ends_at_262_mm(letter, long_body):
    for body in (letter.body, long_body):
        sheet = Sheet(render_pdf(replace(letter, body=body)))
        rules = sheet.rects(len(sheet.pages))[-3:]
        assert [round(height, 2) for *_, height in rules] == [0.35, 0.25, 0.35]
        assert {(round(left), round(width)) for left, width, *_ in rules} == {(28, 156)}
        assert rules[-1][2] + rules[-1][3] == pytest.approx(262, abs=1)


def test_a_long_list_of_copies_hangs_after_the_colon(letter):
    sheet = Sheet(render_pdf(replace(letter, cc=tuple(f"区第{n}工作专班办公室" for n in "一二三四五六七八九"))))
    lines = [row for row in sheet.rows(len(sheet.pages)) if abs(row.size - 14) < 0.3 and row.baseline < 262]
    assert lines[0].text.startswith("抄送：")
    assert lines[1].left == pytest.approx(28 + 4 * 14 * 25.4 / 72, abs=0.3)
    assert lines[-1].text.endswith("2024年8月5日印发")


def test_page_numbers_stand_outside_and_7_mm_below_the_text(letter, long_body):
    sheet = Sheet(render_pdf(replace(letter, body=long_body)))
    for page in (1, 2, 3):
        row = sheet.rows(page)[-1]
        assert row.text.split() == ["—", str(page), "—"]
        assert row.size == pytest.approx(14, abs=0.3)
        assert (row.left > 150) == bool(page % 2)
        dash = sheet.ink(page, red=False, left=row.left, right=row.left + 4)[-1]
        assert dash[0] == pytest.approx(269, abs=1)
    assert sheet.rows(1)[-1].right == pytest.approx(184 - 4.94, abs=0.3)
    assert sheet.rows(2)[-1].left == pytest.approx(28 + 4.94, abs=0.3)


def test_a_sealed_signature_is_centred_on_a_date_four_characters_in(letter):
    rows = {row.text: row for row in Sheet(render_pdf(replace(letter, agency="示范区营商办"))).rows(1)}
    name, date = rows["示范区营商办"], rows["2024年8月5日"]
    assert date.right == pytest.approx(184 - 4 * 156 / 28, abs=0.4)
    assert (name.left + name.right) / 2 == pytest.approx((date.left + date.right) / 2, abs=0.4)
    assert date.baseline - name.baseline == pytest.approx(10.227, abs=0.1)


def test_an_unsealed_signature_has_the_date_two_characters_right_of_the_name(letter):
    rows = {row.text: row for row in Sheet(render_pdf(replace(letter, sealed=False))).rows(1)}
    name, date = rows[letter.agency], rows["2024年8月5日"]
    assert name.right == pytest.approx(184 - 2 * 156 / 28, abs=0.4)
    assert date.left - name.left == pytest.approx(2 * 156 / 28, abs=0.3)


def test_a_letter_format_has_double_rules_170_mm_long_and_no_number_on_page_one(letter, long_body):
    sheet = Sheet(render_pdf(replace(letter, form=Form.LETTER, body=long_body)))
    red = sheet.ink(1, red=True)
    assert red[0][0] == pytest.approx(30, abs=1)
    rules = [rect for rect in sheet.rects(1) if rect[1] > 160]
    assert {(round(left, 1), round(width, 1)) for left, width, *_ in rules} == {(20, 170)}
    assert [round(height, 1) for *_, height in rules] == [0.7, 0.3, 0.3, 0.7]
    assert rules[0][2] - red[0][1] == pytest.approx(4, abs=0.5)
    assert red[-1][1] == pytest.approx(277, abs=0.5)
    assert "1" not in [row.text.strip("— ") for row in sheet.rows(1)]
    assert sheet.rows(2)[-1].text.split() == ["—", "2", "—"]
    assert not sheet.ink(2, red=True)
    number = next(row for row in sheet.rows(1) if row.text.startswith("示营督"))
    assert number.right == pytest.approx(184, abs=0.3)


def test_a_letter_format_closes_without_rules_and_without_a_printer(letter):
    sheet = Sheet(render_pdf(replace(letter, form=Form.LETTER)))
    assert "印发" not in sheet.text()
    assert "抄送：区政府督查室" in sheet.text()
    assert not [rect for rect in sheet.rects(len(sheet.pages)) if abs(rect[1] - 156) < 1]


def test_minutes_name_who_was_there(letter):
    sheet = Sheet(render_pdf(replace(
        letter, form=Form.MINUTES, mark="示范区优化营商环境周例会纪要", roster=(("出席", "演示-刘洋、演示-陈静"), ("请假", "演示-周海")))))
    assert sheet.ink(1, red=True)[0][0] == pytest.approx(72, abs=1)
    assert "出席：演示-刘洋、演示-陈静请假：演示-周海" in sheet.text()


@pytest.mark.parametrize("form", [Form.DOCUMENT, Form.LETTER])
def test_printing_on_headed_paper_leaves_out_the_red_and_moves_nothing(letter, form):
    paper = replace(letter, form=form)
    whole, bare = Sheet(render_pdf(paper)), Sheet(render_pdf(paper, body_only=True))
    assert not bare.ink(1, red=True)
    assert whole.rows(1)[0].text == paper.mark
    assert places(bare.rows(1)) == places(whole.rows(1)[1:])


def test_a_draft_shows_a_blank_number_and_says_that_it_is_a_draft(letter):
    text = Sheet(render_pdf(replace(letter, number=None), draft=True)).text()
    assert "示营督〔2024〕号" in text
    assert "草稿" in text
    assert "草稿" not in Sheet(render_pdf(letter)).text()


def test_a_letter_without_a_number_cannot_be_printed_as_final(letter):
    with pytest.raises(PaperError, match="还没有文号"):
        render_pdf(replace(letter, number=None))


def test_secrecy_and_urgency_stand_at_the_top_left_in_hei(letter):
    sheet = Sheet(render_pdf(replace(letter, secrecy="内部", urgency="特急")))
    first, second = sheet.rows(1)[:2]
    assert (first.text, second.text) == ("内部", "特急")
    assert first.left == pytest.approx(28, abs=0.2)
    assert all(char["fontname"].endswith("LetterHei") for char in first.chars + second.chars)
    assert sheet.ink(1, red=True)[0][0] == pytest.approx(72, abs=1)


def test_a_very_long_agency_keeps_inside_the_type_area(letter):
    agency = "示范区持续深入优化营商环境和推进政府职能转变领导小组办公室督导落实组"
    sheet = Sheet(render_pdf(replace(letter, agency=agency, printer=agency, mark=agency, title=agency + "关于督办事项的通知")))
    rows = [row for page in range(1, len(sheet.pages) + 1) for row in sheet.rows(page)]
    assert max(row.right for row in rows) <= 184.3
    assert min(row.left for row in rows) >= 27.8
    assert sheet.rects(len(sheet.pages))[-1][2] == pytest.approx(261.65, abs=0.2)
