"""What a person keeps: filters, columns, drafts, followed matters – theirs alone unless they share a filter."""

import json

import pytest

from models import Draft, Follow, SavedFilter, db
from models.personal import Sharing

LATE = {"panel": "ticket", "query": "tab=late&flt_q=用电"}
KEEP = "/kept/?panel=ticket&query=tab%3Dlate%26flt_q%3D%E7%94%A8%E7%94%B5"


def keep(browser, name="用电超期", sharing="OWN", **more):
    page = browser.post(KEEP, {"name": name, "sharing": sharing, **more})
    assert page.status == 302, page.said
    return db.session.scalars(db.select(SavedFilter).order_by(SavedFilter.id.desc())).first()


def chips(browser, address="/ticket/?tab=open"):
    return browser.get(address).texts("//*[contains(@class, 'tools')]//a[contains(@class, 'chip')]")


def test_a_saved_filter_stands_above_its_list_and_opens_the_same_list(desk, cast):
    cast.ticket(title="用电增容")
    keep(desk("supervisor"))
    page = desk("supervisor").get("/ticket/?tab=open")
    url = page.tree.xpath("//a[contains(@class, 'chip')][text()='用电超期']/@href")[0]
    listed = desk("supervisor").get(url)
    assert listed.value("flt_q") == "用电"
    assert listed.texts("//*[contains(@class, 'tabs')]//a[@aria-current]")[0].startswith("已超期")
    assert listed.tree.xpath("//a[contains(@class, 'chip active')][text()='用电超期']")


@pytest.mark.parametrize(("sharing", "sees", "does_not"), [
    ("OWN", [], ["jia_head", "yi_clerk", "supervisor"]), ("UNIT", ["jia_head"], ["yi_clerk", "supervisor"]),
    ("ROLE", ["yi_clerk"], ["jia_head", "supervisor"]),
])
def test_a_filter_is_seen_by_whom_it_is_shared_with_and_deleted_by_its_owner_only(desk, cast, sharing, sees, does_not):
    row = keep(desk("jia_clerk"), sharing=sharing)
    for who in sees:
        assert "用电超期" in chips(desk(who)), who
        assert desk(who).post(f"/kept/filter/drop/?id={row.id}").status == 404
    for who in does_not:
        assert "用电超期" not in chips(desk(who)), who
        assert desk(who).post(f"/kept/filter/drop/?id={row.id}").status == 404
    assert desk("jia_clerk").post(f"/kept/filter/drop/?id={row.id}").status == 302
    assert "用电超期" not in chips(desk("jia_clerk"))


def test_one_filter_of_a_list_is_the_default_and_opens_with_it(desk, cast):
    first = keep(desk("supervisor"), "甲", is_default="y").id
    keep(desk("supervisor"), "乙", is_default="y")
    assert db.session.get(SavedFilter, first).is_default is False
    page = desk("supervisor").raw("/ticket/")
    assert page.status_code == 302
    assert "tab=late" in page.headers["Location"]
    assert desk("supervisor").raw("/ticket/?tab=").status_code == 200
    assert desk("coordinator").raw("/ticket/").status_code == 200


def test_saving_under_the_same_name_changes_the_filter_and_a_name_is_needed(desk, cast):
    keep(desk("supervisor"))
    keep(desk("supervisor"), sharing="UNIT")
    assert [row.sharing for row in db.session.scalars(db.select(SavedFilter))] == [Sharing.UNIT]
    refused = desk("supervisor").post(KEEP, {"name": " ", "sharing": "OWN"})
    assert refused.status == 422
    assert refused.error("name") == "请填写名称"


def test_a_filter_keeps_conditions_only(desk, cast):
    page = desk("supervisor").post("/kept/?panel=ticket&query=tab%3Dlate%26url%3D//evil.example%26page%3D3", {"name": "只留条件", "sharing": "OWN"})
    assert page.status == 302
    assert db.session.scalars(db.select(SavedFilter)).one().query == "tab=late"


def test_a_list_one_may_not_see_keeps_no_filter(desk, cast):
    assert desk("jia_clerk").get("/kept/?panel=audit&query=").status == 404
    assert desk("jia_clerk").get("/kept/?panel=nowhere&query=").status == 404


def test_hidden_columns_are_remembered_for_one_person(desk, cast):
    cast.ticket()
    shown = "//th[@data-col='{}'][not(@hidden)]"
    before = desk("supervisor").get("/ticket/")
    assert before.tree.xpath(shown.format("unit"))
    assert desk("supervisor").post("/kept/columns/", {"panel": "ticket", "hidden": "unit,nonsense"}).status == 200
    after = desk("supervisor").get("/ticket/")
    assert not after.tree.xpath(shown.format("unit"))
    assert after.tree.xpath(shown.format("channel"))
    assert desk("coordinator").get("/ticket/").tree.xpath(shown.format("unit"))
    desk("supervisor").post("/kept/columns/", {"panel": "ticket"})
    assert desk("supervisor").get("/ticket/").tree.xpath(shown.format("unit"))


FIELDS = json.dumps([["title", "写到一半"], ["content", "=cmd"]])


def test_a_draft_waits_on_the_workbench_until_the_form_is_sent(desk, cast):
    browser = desk("intake")
    kept = browser.post("/kept/draft/", {"address": "/ticket/register/?url=%2Fticket%2F", "title": "登记诉求：写到一半", "fields": FIELDS})
    assert kept.status == 200
    page = browser.get("/?tab=drafts")
    assert page.texts("//*[contains(@class, 'tabs')]//a[@aria-current]") == ["草稿1"]
    assert page.tree.xpath("//a[text()='登记诉求：写到一半']/@href") == ["/ticket/register/"]
    assert json.loads(browser.get("/ticket/register/").tree.xpath("//script[@id='draft']/text()")[0])["values"][0] == ["title", "写到一半"]
    assert not desk("intake2").get("/ticket/register/").tree.xpath("//script[@id='draft']")
    form = {"title": "写完了", "channel": "WINDOW", "enterprise": "演示远航科技有限公司", "content": "内容", "form_token": "t"}
    assert browser.post("/ticket/register/", form).status == 302
    assert browser.get("/?tab=drafts").texts("//*[contains(@class, 'tabs')]//a[@aria-current]") == ["草稿"]


def test_a_draft_is_given_up_by_its_owner_only_and_bad_ones_are_not_taken(desk, cast):
    desk("intake").post("/kept/draft/", {"address": "/ticket/register/", "title": "登记", "fields": FIELDS})
    row = db.session.scalars(db.select(Draft)).one()
    assert desk("intake2").post(f"/kept/draft/drop/?id={row.id}").status == 404
    for address, fields in (("//evil.example", FIELDS), ("/x", "{}"), ("/x", "[[1, 2]]"), ("/x", "not json"), ("/x" * 150, FIELDS)):
        assert desk("intake").post("/kept/draft/", {"address": address, "title": "坏", "fields": fields}).status == 400
    assert desk("intake").post(f"/kept/draft/drop/?id={row.id}").status == 302
    assert db.session.scalars(db.select(Draft)).all() == []


def test_a_followed_matter_and_one_a_unit_takes_part_in_stand_under_copies(desk, cast):
    followed = cast.ticket(title="盯着的")
    joined = cast.ticket(title="会办的")
    joined.dispatch(by=cast.coordinator, lead=cast.yi, co=[cast.jia])
    assert desk("coordinator").post(f"/kept/follow/?id={followed.id}").status == 302
    assert "盯着的" in " ".join(desk("coordinator").get("/?tab=informed").rows())
    assert desk("coordinator").get("/matter/?tab=informed").total == 1
    rows = desk("jia_clerk").get("/?tab=informed").rows()
    assert len(rows) == 1
    assert "会办的" in rows[0]
    assert desk("jia_clerk").post(f"/kept/follow/?id={followed.id}").status == 404  # not theirs to see
    assert desk("coordinator").post(f"/kept/follow/?id={followed.id}").status == 302
    assert db.session.scalars(db.select(Follow)).all() == []
