"""What comes out of the printer: one page, the right way round, without the panel around it."""

import pypdfium2
import pytest

from tests.browser.furniture import NEGLECTED

CHROME = ["收起菜单", "工作台", "查询", "重置", "紧凑行", "退出", "打印本页", "期限怎么算的", "查看"]
A4 = (595, 842)


def printed(page):
    """(size of the first page in pt, number of pages, all text) of what the browser prints."""
    pdf = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    try:
        size = tuple(round(side) for side in pdf[0].get_size())
        return size, len(pdf), "\n".join(sheet.get_textpage().get_text_range() for sheet in pdf)
    finally:
        pdf.close()


def shows_no_chrome(text):
    """Nothing of the panel stands on the paper."""
    return [word for word in CHROME if word in text] == []


def test_a_list_prints_on_one_landscape_page_with_its_conditions_and_who_printed_it(busy_desk, people):
    page = people.log_in("supervisor")
    page.goto("/ticket/?flt_q=用电")
    size, pages, text = printed(page)
    assert size == pytest.approx(A4[::-1], abs=1)
    assert pages == 1
    assert shows_no_chrome(text)
    for words in ("企业诉求", "用电", "条，本页", "演示-督导", "2024-05-22", "办理时限"):
        assert words in text


def test_a_record_prints_on_one_portrait_page_with_facts_clock_ladder_and_course(busy_desk, people):
    page = people.log_in("jia_clerk")
    page.goto("/ticket/?flt_q=" + NEGLECTED)
    page.get_by_role("link", name=NEGLECTED, exact=True).click()
    page.wait_for_url("**/details/**")
    size, pages, text = printed(page)
    assert size == pytest.approx(A4, abs=1)
    assert pages == 1
    assert shows_no_chrome(text)
    for words in ("一事项一清单一结果", NEGLECTED, "诉求登记", "办理时限", "督办阶梯", "办理过程", "演示-甲经办"):
        assert words in text
