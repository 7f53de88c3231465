"""Tables over several pages, the sheet of a ticket, and the receipt."""

import datetime as dt
from dataclasses import replace

import pytest

from tests.letters.measure import Sheet
from views.letters import (
    Annex,
    Delivery,
    Issue,
    Table,
    assemble,
    default_kinds,
    render_pdf,
    render_receipt,
    sample_context,
    sample_paper,
)
from views.letters.tables import set_head

HEADER = ("序号", "问题", "责任单位", "整改时限")


@pytest.fixture
def problems() -> Table:
    """Forty problems."""
    rows = tuple((str(n), f"第{n}个问题，企业反映办理进度慢，现场核实情况属实。", "区人力资源和社会保障局", "2024年8月12日")
                 for n in range(1, 41))
    return Table(rows=rows, header=HEADER, widths=(12, 74, 40, 30))


def test_a_table_of_forty_rows_repeats_its_head_on_every_page(letter, problems):
    sheet = Sheet(render_pdf(replace(letter, annexes=(Annex("问题清单", tables=(problems,)),))))
    pages = [page.extract_tables()[0] for page in sheet.pages[1:]]
    assert len(pages) > 1
    assert [tuple(rows[0]) for rows in pages] == [HEADER] * len(pages)
    assert [row[0] for rows in pages for row in rows[1:]] == [str(n) for n in range(1, 41)]
    assert sheet.rects(len(sheet.pages))


def test_an_annex_begins_a_page_with_its_label_and_title(letter, problems):
    annexes = (Annex("问题清单", tables=(problems,)), Annex("说明", body="一、口径\n按登记时间统计。"))
    sheet = Sheet(render_pdf(replace(letter, annexes=annexes)))
    heads = [rows[0].text for rows in map(sheet.rows, range(1, len(sheet.pages) + 1)) if rows[0].text.startswith("附件")]
    assert heads == ["附件1", "附件2"]
    label, title, *_ = sheet.rows(2)
    assert title.baseline - label.baseline == pytest.approx(2 * 10.227, abs=1)
    assert sheet.text().index("问题清单") < sheet.text().index("抄送")


def test_a_row_taller_than_a_page_goes_on_over_the_page(letter):
    opinion = "".join(f"第{n}次现场协调，形成一致意见。" for n in range(1, 300))
    table = Table(rows=(("1", opinion, "甲局", "8月"),), header=HEADER, widths=(12, 74, 40, 30))
    text = Sheet(render_pdf(replace(letter, tables=(table,)))).text()
    for n in (1, 150, 299):
        assert f"第{n}次现场" in text


def test_a_ticket_sheet_shows_the_whole_timeline():
    context = sample_context("TICKET_SHEET")
    context["timeline"] = [
        {"at": dt.datetime(2024, 7, 1, 9) + dt.timedelta(hours=n), "unit": "区营商办", "person": "演示-刘洋",
         "step": "催办", "note": f"第{n}次催办。"} for n in range(60)]
    sheet = Sheet(render_pdf(assemble(default_kinds()["TICKET_SHEET"], context, Issue(issued=dt.date(2024, 8, 5)))))
    assert len(sheet.pages) > 2
    for n in range(60):
        assert f"第{n}次催办。" in sheet.text()
    assert sheet.text().count("办理意见") == len(sheet.pages)
    assert "SQ202407-00012" in sheet.text()


def test_a_receipt_has_all_fields_for_the_pen():
    paper = sample_paper("SUPERVISION_NOTICE")
    text = Sheet(render_receipt(Delivery(letter=paper.title, number=paper.number, receiver="区财政局"))).text()
    for field in ("送达回证", "送达文书", "送达单位", "受送达人", "送达时间", "年月日时分", "送达地点", "□直接送达", "□留置送达",
                  "□邮寄送达", "□电子送达", "收件人签名", "与受送达人", "见证人签名", "送达人签名", "备注", "示营督〔2024〕7号", "区财政局"):
        assert field in text, field


def test_a_filled_receipt_prints_time_and_method():
    paper = sample_paper("SUMMONS_TALK")
    filled = Delivery(letter="约谈通知书", number=paper.number, delivered_at=dt.datetime(2024, 8, 5, 16, 2), method="电子")
    text = Sheet(render_receipt(filled)).text()
    assert "2024年8月5日16时02分" in text
    assert "■电子送达" in text
    assert "□直接送达" in text


def test_a_transfer_sheet_ends_with_a_slip_to_tear_off():
    sheet = Sheet(render_pdf(sample_paper("TRANSFER_SHEET")))
    assert len(sheet.pages) == 1
    text = sheet.text()
    assert text.index("转办意见") < text.index("回执") < text.index("收件人签名")


@pytest.mark.parametrize(("head", "width", "lines"), [
    ("到期任务", 40, ["到期", "任务"]), ("按期报送率", 50, ["按期", "报送率"]), ("成交金额（万元）", 66, ["成交金额", "（万元）"]), ("未报送", 50, ["未报送"]),
])
def test_a_head_of_two_lines_breaks_before_a_bracket_or_between_words(head, width, lines):
    assert ["".join(run.text for run in line.runs) for line in set_head(head, width)] == lines
