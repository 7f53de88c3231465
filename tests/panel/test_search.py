"""One box for everything: numbers, names, phone digits, pinyin – within what the reader may see; and what may be handed in twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Enterprise, db
from models.now import as_of, now
from tests.panel.browse import ON_SQLITE

PHONE = "13800138126"
pytestmark = ON_SQLITE


def found(page, group):
    """Links of one group of hits."""
    return page.texts(f"//section[.//h2[text()='{group}']]//li/a")


@pytest.mark.parametrize("words", ["8126", "38126", "0138126", PHONE, "138 0013 8126"])
def test_a_demand_is_found_by_the_last_digits_of_its_phone(desk, cast, words):
    cast.ticket(title="要找的", contact_phone=PHONE)
    cast.ticket(title="别的", contact_phone="13900138127")
    assert [row for row in found(desk("intake").get(f"/search/?q={words}"), "企业诉求") if "要找的" in row]
    assert "别的" not in " ".join(found(desk("intake").get(f"/search/?q={words}"), "企业诉求"))


def test_who_may_not_see_phones_cannot_feel_for_them(desk, cast):
    cast.ticket(title="要找的", contact_phone=PHONE)
    for who in ("leader", "discipline", "special", "yi_clerk"):
        assert "要找的" not in desk(who).get("/search/?q=8126").words, who


def test_a_unit_is_found_by_its_initials_and_leads_to_its_matters(desk, cast):
    cast.dispatched(title="甲局的件")
    page = desk("supervisor").get(f"/search/?q={cast.jia.pinyin.lower()}")
    assert found(page, "单位")
    listed = desk("supervisor").get(page.tree.xpath("//section[.//h2[text()='单位的事项']]//a/@href")[0])
    assert "甲局的件" in " ".join(listed.rows())


def test_nobody_finds_what_is_not_theirs(desk, cast):
    ticket = cast.dispatched(title="甲局的秘密")
    for words in ("甲局的秘密", ticket.number):
        page = desk("yi_clerk").get(f"/search/?q={words}")
        assert page.status == 200
        assert not page.tree.xpath("//main//li/a")


@pytest.mark.parametrize(("given", "hit"), [
    ({"title": "稳岗返还资金没有到账", "enterprise": "演示远航科技有限公司"}, True), ({"title": "稳岗返还资金没有到账", "phone": PHONE}, True),
    ({"title": "厂区门前道路破损", "enterprise": "演示远航科技有限公司"}, False), ({"title": "稳岗返还资金逾期未到账", "enterprise": "另一家企业"}, False),
    ({"title": "稳岗返还资金逾期未到账"}, False),
])
def test_the_same_enterprise_or_phone_with_a_title_alike_is_pointed_out(desk, cast, given, hit):
    cast.ticket(contact_phone=PHONE)
    shown = desk("intake").client.get("/ticket/alike/", query_string=given).get_json()["rows"]
    assert bool(shown) == hit


def test_after_thirty_days_it_is_another_demand(desk, cast):
    cast.ticket()
    given = {"title": "稳岗返还资金逾期未到账", "enterprise": "演示远航科技有限公司"}
    with as_of(now() + timedelta(days=31)):
        assert desk("intake").client.get("/ticket/alike/", query_string=given).get_json()["rows"] == []


@pytest.mark.parametrize(("typed", "offered"), [("恒达", True), ("9144030019", True), ("恒", False), ("没有这家", False), ("%%", False)])
def test_an_enterprise_is_offered_while_its_name_or_code_is_typed(desk, cast, typed, offered):
    rows = desk("intake").client.get("/enterprise/names/", query_string={"q": typed}).get_json()["rows"]
    assert [row["name"] for row in rows] == (["演示恒达精密制造有限公司"] if offered else [])


def test_what_has_closed_down_is_not_offered(desk, cast):
    db.session.scalar(sa.select(Enterprise).where(Enterprise.name == "演示恒达精密制造有限公司")).is_active = False
    db.session.commit()
    assert desk("intake").client.get("/enterprise/names/?q=恒达").get_json()["rows"] == []


def test_a_list_without_a_search_box_says_that_it_was_not_searched(desk, cast):
    cast.ticket(title="在表里的")
    page = desk("intake").get("/ticket/?tab=all&search=zzz")
    assert "本表没有“查找”，“zzz”已忽略" in page.words
    assert "在表里的" in " ".join(page.rows())
