"""A title ends its lines where a reader may pause (GB/T 9704-2012 7.3.2: 词意完整), in PDF and Word alike."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document

from tests.letters.measure import Sheet
from views.letters import render_pdf
from views.letters.word import render_docx

# the title, and its lines
TITLES = [
    ("关于“厂区东门雨水管网倒灌影响出货”的预警通知", ["关于“厂区东门雨水管网倒灌", "影响出货”的预警通知"]),
    ("关于“要求负责人参加与业务无关会议”的预警通知", ["关于“要求负责人参加", "与业务无关会议”的预警通知"]),
    ("关于“稳岗返还资金申领提交后未到账”办理情况的通报", ["关于“稳岗返还资金申领", "提交后未到账”办理情况的通报"]),
    ("关于调度“特种设备使用登记证补办流程不明”办理情况的通知", ["关于调度“特种设备使用登记证", "补办流程不明”办理情况的通知"]),
    ("关于调度“演示亿源人力资源有限公司·人力资源服务许可”办理情况的通知", ["关于调度“演示亿源人力资源有限公司·", "人力资源服务许可”办理情况的通知"]),
    ("关于对“合同纠纷立案后两个月未排期”实行挂牌督办的通知书", ["关于对“合同纠纷立案后两个月", "未排期”实行挂牌督办的通知书"]),
    ("督办通知单", ["督办通知单"]),
]


@pytest.mark.parametrize(("title", "lines"), TITLES, ids=[title for title, _ in TITLES])
def test_no_word_of_a_title_is_cut(letter, title, lines):
    rows = Sheet(render_pdf(replace(letter, title=title))).rows(1)
    assert [row.text for row in rows if abs(row.size - 22) < 0.3] == lines


def test_the_word_file_has_the_same_lines(letter):
    title, lines = TITLES[0]
    document = Document(BytesIO(render_docx(replace(letter, title=title))))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[texts.index(lines[0]):][:2] == lines


def test_a_title_without_any_known_word_still_fits_its_lines(letter):
    title = "甲乙丙丁戊己庚辛壬癸" * 5
    rows = [row for row in Sheet(render_pdf(replace(letter, title=title))).rows(1) if abs(row.size - 22) < 0.3]
    assert "".join(row.text for row in rows) == title
    assert len(rows) == 3
    assert all(row.right <= 184.1 for row in rows)
