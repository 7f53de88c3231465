"""The form of a dispatch: how the units work, until when, and with what papers (T3, T4)."""

from datetime import timedelta

import pytest

from models.now import now
from tests.panel.browse import details_url, file, step_url
from tests.panel.test_the_main_job import registered


def test_it_starts_with_one_unit_and_the_standard_and_says_what_follows(desk, cast):
    page = desk("coordinator").get(step_url(registered(desk), "dispatch"))
    assert (page.value("manner"), page.value("term")) == ("SINGLE", "STANDARD")
    for words in ("单位主办", "主办加协办", "联合会商", "现场答复", "次日起第 1 天", "不签收视同签收", "转黄", "转红", "确认派发"):
        assert words in page.words


def test_units_stand_in_groups_of_their_kind(desk, cast):
    page = desk("coordinator").get(step_url(registered(desk), "dispatch"))
    kinds = [group.get("label") for group in page.tree.xpath("//select[@name='lead']/optgroup")]
    assert "政府部门" in kinds
    assert len(kinds) == len(set(kinds)) > 1
    assert page.texts(f"//select[@name='lead']/optgroup[@label='{cast.jia.kind.label}']/option[@value='{cast.jia.id}']") == [cast.jia.name]
    assert not page.tree.xpath("//select[@name='lead']/option[@value!='']")


@pytest.mark.parametrize(("answers", "field", "words"), [
    ({"manner": "JOINT"}, "co", "主办加协办的，请选择协办单位"), ({"term": "CUSTOM"}, "until", "请填写截止日"),
    ({"term": "HARD"}, "stretch", "请写延长理由"), ({"lead": ""}, "lead", "请选择主办单位"),
])
def test_what_does_not_fit_is_said_at_its_field_and_what_was_typed_stays(desk, cast, answers, field, words):
    ticket = registered(desk)
    page = desk("coordinator").press(ticket, "dispatch", **{"lead": cast.jia.id, "note": "请抓紧办理"} | answers)
    assert page.status == 422
    assert words in page.error(field)
    assert page.value("note") == "请抓紧办理"
    assert "更正后显示起算日" in page.words


def test_everything_that_does_not_fit_is_named_at_once(desk, cast):
    sunday = now().date() + timedelta(days=91 - now().isoweekday() % 7)
    page = desk("coordinator").press(registered(desk), "dispatch", lead="", manner="JOINT", term="CUSTOM", until=f"{sunday:%Y%m%d}", stretch="")
    assert page.status == 422
    assert "有 4 处需要更正，改好后再派发" in page.said
    assert (page.error("lead"), page.error("co")) == ("请选择主办单位", "主办加协办的，请选择协办单位")
    assert "，可改为" in page.error("until")
    assert "请写延长理由" in page.error("stretch")


def test_manner_reason_and_papers_are_on_the_record(desk, cast):
    ticket = registered(desk)
    desk("coordinator").does(
        ticket, "dispatch", lead=cast.jia.id, co=[cast.yi.id], manner="CONSULT", term="HARD", stretch="涉及三个部门", until="", note="第一行\n第二行",
        note_files=[file("会商通知.pdf")],
    )
    page = desk("coordinator").get(details_url(ticket))
    for words in ("联合会商", "涉及三个部门", "会商通知.pdf", "派发材料"):
        assert words in page.words
    assert "第一行\n第二行" in page.html


def test_the_verb_is_said_in_its_past_form(desk, cast):
    ticket = registered(desk)
    desk("coordinator").does(ticket, "consult", units=[cast.jia.id], topic="谁来主办")
    assert "已发起会商" in desk("coordinator").get(details_url(ticket)).said
    desk("coordinator").does(ticket, "conclude", conclusion="由甲局主办")
    assert "会商已形成结论" in desk("coordinator").get(details_url(ticket)).said
