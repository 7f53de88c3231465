"""A long text stands in full once: on a record's page and on its 办理单."""

from models.shortening import once
from tests.panel.browse import details_url
from tests.panel.test_the_main_job import registered

RESULT = "经核实，该企业符合条件，已于当日会同银行完成账户核对并补录资料，稳岗返还资金八万六千四百元已经到账，企业当面表示认可。"


def test_what_a_field_says_in_full_the_timeline_only_names(desk, cast):
    ticket = registered(desk)
    desk("coordinator").does(ticket, "dispatch", lead=cast.jia.id)
    desk("jia_clerk").does(ticket, "sign")
    desk("jia_clerk").does(ticket, "reply", process="核对账户", result=RESULT, resolution="SOLVED")
    page = desk("jia_clerk").get(details_url(ticket))
    assert page.words.count(RESULT) == 1
    assert f"{RESULT[:16]}……（全文见“办理结果”）" in page.words


def test_an_earlier_rounds_words_that_stand_nowhere_else_stay():
    assert once(f"办理结果：{RESULT}", {"办理结果": "第二轮另有结果"}) == f"办理结果：{RESULT}"
    assert once("办理结果：已办", {"办理结果": "已办"}) == "办理结果：已办"


def test_a_line_of_a_field_is_found_as_well():
    assert once(f"解决措施：{RESULT}；解决步骤：先本金", {"承诺办理": f"承诺 2024-09-01 前解决\n措施：{RESULT}"}) == (
        f"解决措施：{RESULT[:16]}……（全文见“承诺办理”）；解决步骤：先本金")


def test_a_long_course_shows_its_first_and_last_steps_and_folds_those_between(desk, cast):
    ticket = cast.accepted()
    while len(ticket.events) < 12:
        ticket.report_progress(by=cast.jia_clerk, progress=f"进展第{len(ticket.events)}次")
    steps, folded = "//ol[@class='timeline']//b", "//li[@class='tl-fold']"
    page = desk("jia_clerk").get(details_url(ticket))
    assert (len(page.texts(steps)), page.tree.xpath(folded)) == (12, [])
    ticket.report_progress(by=cast.jia_clerk, progress="又有进展")
    page = desk("jia_clerk").get(details_url(ticket))
    assert len(page.texts(steps)) == 13
    assert "展开其余 4 条" in page.texts(folded)[0]
    assert len(page.texts(f"{folded}//b")) == 4
    assert "登记" in page.texts(steps)[-1]
