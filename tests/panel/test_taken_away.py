"""What is picked or filtered in a list of matters, as a workbook or as printed sheets."""

import io

import openpyxl
from pypdfium2 import PdfDocument

from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE


def workbook(answer):
    return [[str(cell or "") for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)]


def send(browser, address, action, rows):
    return browser.client.post(address, data={"action": action, "rowid": [str(row.id) for row in rows], "scope": "page"})


def test_the_picked_rows_alone_become_a_workbook_with_their_light_in_words(desk, cast):
    rows = [cast.accepted(title=f"第{n}件") for n in range(3)]
    answer = send(desk("coordinator"), "/ticket/action/", "export", rows[:2])
    lines = workbook(desk("coordinator").raw(answer.headers["Location"]))
    text = "\n".join(map("|".join, lines))
    assert [title in text for title in ("第0件", "第1件", "第2件")] == [True, True, False]
    head = next(line for line in lines if "办理时限" in line)
    assert head[head.index("办理时限") + 1] == "灯色和剩余时间"
    assert "蓝 · 剩 " in text


def test_all_kinds_in_one_list_are_taken_away_by_who_may_take_each(desk, cast):
    cast.accepted(title="诉求一件")
    text = "\n".join(map("|".join, workbook(desk("coordinator").raw("/matter/export/xlsx/?tab=all"))))
    assert "诉求一件" in text
    assert "企业诉求" in text
    assert desk("special").raw("/matter/export/xlsx/?tab=all").status_code == 404


def test_sheets_of_the_picked_tickets_come_as_one_file(desk, cast):
    rows = [cast.accepted(title=f"第{n}件") for n in range(2)]
    answer = send(desk("coordinator"), "/ticket/action/", "sheets", rows)
    assert answer.mimetype == "application/pdf"
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(answer.data))
    assert all(row.number in text for row in rows)
    assert "工单办理单" in desk("auditor").get("/audit/?flt_action=打印").words


def test_nothing_picked_takes_nothing_away(desk, cast):
    desk("coordinator").post("/ticket/action/", {"action": "sheets", "scope": "page"})
    assert "没有选中记录" in desk("coordinator").get("/ticket/").said
