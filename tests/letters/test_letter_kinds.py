"""Every kind of letter of the core pack, filled with sample facts."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document

from tests.letters.measure import Sheet
from views.letters import (
    Form,
    Issue,
    assemble,
    chinese_date,
    default_kinds,
    page_count,
    render_pdf,
    render_receipt,
    sample_context,
    sample_paper,
)
from views.letters.paper import Delivery
from views.letters.samples import TODAY
from views.letters.word import render_docx

LABELS = {"重要工作提示单", "督办通知单", "挂牌督办通知书", "约谈通知书", "问责建议书", "预警通知", "转办单", "线索移送函", "联合检查通知书",
          "工单办理单", "通报", "交办单", "调度通知", "办理情况反馈表", "约谈记录"}
KINDS = sorted(default_kinds())
ALWAYS = {
    "KEY_REMINDER": ("提示事项", "工作建议", "2024年8月12日17时30分"),
    "SUPERVISION_NOTICE": ("督办事项", "责任分工", "办理要求", "办结时限", "反馈要求", "一督办、二挂牌、三约谈、四问责"),
    "LISTED_SUPERVISION": ("责任人", "责任、措施、时限、资金和应急预案", "5个工作日", "摘牌销号", "整改验收表"),
    "SUMMONS_TALK": ("约谈事由", "2024年8月8日9时30分", "约谈人", "约谈目的", "携带"),
    "ACCOUNTABILITY_ADVICE": ("问题来源", "认定的事实", "具体建议", "异议", "干部管理权限"),
    "WARNING_NOTICE": ("研判意见", "处置要求", "报告时限"),
    "TRANSFER_SHEET": ("主办单位", "协办单位", "办结时限", "回执"),
    "LEAD_TRANSFER": ("线索来源", "简要事实", "已办经过", "附件：1.问题线索材料清单", "内部"),
    "JOINT_INSPECTION": ("检查时间", "检查部门", "检查事项", "执法证件", "安全生产责任制落实情况"),
    "CIRCULAR_NOTICE": ("基本情况", "存在问题", "工作要求", "引以为戒"),
    "ASSIGNMENT_SHEET": ("任务来源", "领导批示", "主办单位", "办结时限", "联系电话", "回执", "示营交〔2024〕7号"),
    "DISPATCH_NOTICE": ("调度事由", "2024年8月8日9时30分", "汇报内容", "不计入督办次数"),
    "FEEDBACK_FORM": ("来文文号", "示营督〔2024〕7号", "办理过程", "未办结的", "主要负责人（签字）", "公章"),
    "TALK_RECORD": ("示营约〔2024〕1号", "被约谈人", "整改承诺", "约谈人（签字）"),
    "TICKET_SHEET": ("一、事项清单", "二、办理过程", "派发"),
}


def test_the_pack_has_every_kind_the_desk_prints():
    assert {kind.label for kind in default_kinds().values()} == LABELS
    assert len({kind.series for kind in default_kinds().values() if kind.series}) == 12


@pytest.mark.parametrize("code", KINDS)
def test_the_sample_of_every_kind_prints_with_its_required_parts(code):
    sheet = Sheet(render_pdf(sample_paper(code)))
    text = sheet.text()
    for part in ALWAYS[code]:
        assert part in text, part
    assert not {"{", "}"} & set(text)
    assert "None" not in text
    assert "。。" not in text


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_has_a_receipt_and_a_word_file(code):
    paper = sample_paper(code)
    assert "送达回证" in Sheet(render_receipt(Delivery(letter=paper.title))).text()
    assert paper.title in "".join(line.text for line in Document(BytesIO(render_docx(paper))).paragraphs)


@pytest.mark.parametrize("code", [code for code in KINDS if default_kinds()[code].form is not Form.SHEET])
def test_a_kind_prints_when_optional_facts_are_absent(code):
    context = sample_context(code)
    context["action"] |= {"previous": None}
    context["matter"] |= {"enterprise": "", "co_units": [], "overdue_days": 0}
    text = Sheet(render_pdf(assemble(default_kinds()[code], context, Issue(issued=TODAY, number="示营〔2024〕1号")))).text()
    assert "None" not in text
    assert chinese_date(TODAY) in text


def test_the_drafter_may_replace_the_wording_and_the_copies():
    kind = default_kinds()["SUPERVISION_NOTICE"]
    issue = Issue(issued=TODAY, number="示营督〔2024〕8号", body="请速办理。", cc=("区财政局",), urgency="特急")
    text = Sheet(render_pdf(assemble(kind, sample_context(kind.code), issue))).text()
    assert "请速办理。" in text
    assert "督办事项" not in text
    assert "抄送：区财政局。" in text
    assert "特急" in text


def test_the_notice_of_a_joint_inspection_goes_to_the_firm_with_copies_to_the_inspectors():
    paper = sample_paper("JOINT_INSPECTION")
    assert paper.addressee == "演示-恒达精密制造有限公司"
    assert paper.cc == ("区应急管理局", "区市场监督管理局", "区消防救援大队")


def test_a_sheet_of_the_matter_carries_the_matters_own_number():
    assert sample_paper("TICKET_SHEET").number == "SQ202407-00012"
    assert sample_paper("TRANSFER_SHEET").number == "示营转〔2024〕7号"


@pytest.mark.parametrize("code", ["ASSIGNMENT_SHEET", "FEEDBACK_FORM", "TALK_RECORD", "TRANSFER_SHEET"])
def test_a_sheet_to_be_filled_in_by_pen_is_one_page(code):
    assert page_count(render_pdf(sample_paper(code))) == 1


def test_sheets_that_go_with_a_letter_have_no_number_of_their_own():
    kinds = default_kinds()
    for code in {code for kind in kinds.values() for code in kind.companions}:
        assert kinds[code].companion
        assert (sample_paper(code).number, sample_paper(code).code, kinds[code].series) == (None, "", "")


def test_the_head_can_be_left_to_a_draft_for_every_numbered_kind():
    for kind in default_kinds().values():
        if kind.series:
            paper = replace(sample_paper(kind), number=None)
            assert paper.shown_number == f"{kind.series}〔2024〕　号"
